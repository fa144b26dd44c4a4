package sandbox

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
)

// speaking applies the dialects to the request and the answer of a handler.
func (s *speech) speaking(op operation, handle handler) handler {
	if len(s.active) == 0 {
		return handle
	}
	return func(rq *request) (answer, *failure) {
		result, failed := s.handled(op, rq, handle)
		if failed != nil {
			return answer{}, s.failed(op, failed)
		}
		if op.changes() {
			s.accepted(op, rq)
		}
		return s.spoken(op, rq, result), nil
	}
}

// handled is the handler's answer, or what a dialect answers instead.
func (s *speech) handled(op operation, rq *request, handle handler) (answer, *failure) {
	for _, d := range s.active {
		s.current = d.name
		if d.query != nil {
			before := rq.query.Encode()
			if d.query(op, rq.query); rq.query.Encode() != before {
				s.used()
			}
		}
		if d.refuse == nil {
			continue
		}
		if result, failed := d.refuse(s, op, rq); result != nil || failed != nil {
			if result == nil {
				result = &answer{}
			}
			return *result, failed
		}
	}
	return handle(rq)
}

func (s *speech) failed(op operation, f *failure) *failure {
	for _, d := range s.active {
		s.current = d.name
		if d.failure == nil {
			continue
		}
		if changed := d.failure(op, f); changed != f {
			s.used()
			f = changed
		}
	}
	return f
}

// spoken is a successful answer with the dialects applied.
func (s *speech) spoken(op operation, rq *request, result answer) answer {
	doc := &document{op: op, rq: rq, root: decodedObject(jsonResponse(0, result.body).body)}
	for _, d := range s.active {
		s.current = d.name
		if d.edit != nil {
			before := jsonResponse(0, doc.root).body
			if d.edit(s, doc); !bytes.Equal(before, jsonResponse(0, doc.root).body) {
				s.used()
			}
		}
		if status := d.status[op]; status != 0 {
			result.status = status
			s.used()
		}
		if d.bodiless[op] {
			s.used()
			return answer{status: result.status}
		}
	}
	result.body = doc.root
	return result
}

// said is the body of a failure in the form of the last dialect that has a form for it.
func (s *speech) said(f *failure, usual any) any {
	for _, d := range s.active {
		if d.errorBody != nil {
			usual = d.errorBody(f)
			s.uses[d.name].Add(1)
		}
	}
	return usual
}

// challenge is the challenge with the dialects applied.
func (s *speech) challenge(text string) string {
	for _, d := range s.active {
		if d.challenge != nil {
			text = d.challenge(text)
			s.uses[d.name].Add(1)
		}
	}
	return text
}

// plainText is a body that is no JSON.
type plainText string

func (text plainText) response(status int) *response {
	return &response{
		status: status, header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, body: []byte(text),
	}
}

// object is a JSON object.
type object = map[string]any

// document is an answer that is being edited.
type document struct {
	op   operation
	rq   *request
	root object
}

func decodedObject(encoded []byte) object {
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	root := object{}
	// Other values are ignored: TiDB Cloud's API has objects only.
	_ = decoder.Decode(&root)
	return root
}

// objects lists those in an array of an object.
func objects(in object, key string) []object {
	array, _ := in[key].([]any)
	var all []object
	for _, element := range array {
		if o, ok := element.(object); ok {
			all = append(all, o)
		}
	}
	return all
}

// keep drops the objects of an array that do not fit.
func keep(in object, key string, fits func(object) bool) {
	array, ok := in[key].([]any)
	if !ok {
		return
	}
	kept := []any{}
	for _, o := range objects(in, key) {
		if fits(o) {
			kept = append(kept, o)
		}
	}
	if len(kept) != len(array) {
		in[key] = kept
	}
}

// connections are all that the answer shows.
func (doc *document) connections() []object {
	switch doc.op {
	case opListConnections:
		return objects(doc.root, "privateLinkConnections")
	case opGetConnection, opCreateConnection, opDeleteConnection:
		return []object{doc.root}
	default:
		return nil
	}
}

// changefeeds are all that the answer shows.
func (doc *document) changefeeds() []object {
	switch doc.op {
	case opListChangefeeds:
		return objects(doc.root, "changefeeds")
	case opGetChangefeed, opCreateChangefeed, opEditChangefeed, opStartChangefeed, opStopChangefeed, opDeleteChangefeed:
		return []object{doc.root}
	default:
		return nil
	}
}

// attachments are all sets of domains that the answer shows.
func (doc *document) attachments() []object {
	if doc.op == opAttachDomains || doc.op == opDetachDomains {
		return []object{doc.root}
	}
	var all []object
	for _, c := range doc.connections() {
		all = append(all, objects(c, "attachedDomains")...)
	}
	return all
}

// domains are all single ones that the answer shows.
func (doc *document) domains() []object {
	var all []object
	for _, a := range doc.attachments() {
		all = append(all, objects(a, "domains")...)
	}
	return all
}

// clusters are all that the answer shows.
func (doc *document) clusters() []object {
	switch doc.op {
	case opGetCluster:
		return []object{doc.root}
	case opListClusters:
		return objects(doc.root, "clusters")
	default:
		return nil
	}
}

// services are the endpoint services of the connections.
func (doc *document) services() []object {
	var all []object
	for _, c := range doc.connections() {
		for _, key := range []string{"awsEndpointService", "alicloudEndpointService"} {
			if o, ok := c[key].(object); ok {
				all = append(all, o)
			}
		}
	}
	return all
}

// only drops all fields but some.
func only(o object, fields ...string) {
	kept := object{}
	for _, field := range fields {
		if v, ok := o[field]; ok {
			kept[field] = v
		}
	}
	clear(o)
	maps.Copy(o, kept)
}

// rewrite replaces a string of an object, if there is one.
func rewrite(o object, key string, f func(string) string) {
	if text, ok := o[key].(string); ok && text != "" {
		o[key] = f(text)
	}
}
