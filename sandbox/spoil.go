package sandbox

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"time"
)

// spoil applies a fault to the request; nil means that the connection is to be dropped.
func (sv *service) spoil(fault *Fault, r *http.Request, call *Call) *response {
	pause(r, fault.Delay)
	if !fault.fails() {
		return sv.run(r, call).spoiled(fault)
	}
	if fault.Run {
		sv.run(r, call)
	}
	if fault.Late > 0 {
		late := *call
		time.AfterFunc(fault.Late, func() { sv.run(r, &late) })
	}
	switch {
	case fault.Hang:
		<-r.Context().Done()
		return nil
	case fault.Drop:
		return nil
	case fault.Stale && sv.stale != nil:
		return sv.fail(sv.stale(), call).spoiled(fault)
	}
	failed := &failure{status: fault.Status, code: "injected", detail: "a fault was injected."}
	if fault.Stale {
		failed.status = http.StatusUnauthorized
	}
	resp := sv.fail(failed, call)
	if fault.Body != "" || fault.Status != 0 && fault.Status < 400 {
		resp.body = []byte(fault.Body)
	}
	maps.Copy(resp.header, fault.Header)
	return resp.spoiled(fault)
}

// spoiled is the response after the fault.
func (resp *response) spoiled(fault *Fault) *response {
	if fault.Edit != nil {
		resp.body = editJSON(resp.body, fault.Edit)
	}
	if missing := fault.Size - len(resp.body); missing > 0 {
		resp.body = append(bytes.Clone(resp.body), bytes.Repeat([]byte(" "), missing)...)
	}
	resp.fault = fault
	return resp
}

// editJSON applies f to each of the objects in a document. Other values stay as they are.
func editJSON(document []byte, f func(map[string]any)) []byte {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var v any
	if decoder.Decode(&v) != nil {
		return document
	}
	editObjects(v, f)
	return jsonResponse(0, v).body
}

func editObjects(v any, f func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		for _, inner := range v {
			editObjects(inner, f)
		}
		f(v)
	case []any:
		for _, inner := range v {
			editObjects(inner, f)
		}
	}
}

// trickle writes the response as slowly, and as far, as its fault requires.
func (resp *response) trickle(w http.ResponseWriter, r *http.Request) {
	fault, end := resp.fault, len(resp.body)
	if fault.Stall || fault.Cut {
		end /= 2
	}
	maps.Copy(w.Header(), resp.header)
	w.Header().Set("Content-Length", strconv.Itoa(len(resp.body)))
	w.WriteHeader(resp.status)
	step := max(end, 1)
	if fault.Drip > 0 {
		step = 1
	}
	controller := http.NewResponseController(w)
	for i := 0; i < end && r.Context().Err() == nil; i += step {
		// A client that went away does not need the rest.
		_, _ = w.Write(resp.body[i:min(i+step, end)])
		if fault.Drip > 0 || fault.Stall || fault.Cut {
			_ = controller.Flush()
		}
		pause(r, fault.Drip)
	}
	if fault.Stall {
		<-r.Context().Done()
	}
	if fault.Stall || fault.Cut {
		panic(http.ErrAbortHandler) // closes the connection, without a trace in any log
	}
}

// pause waits, unless the client goes away.
func pause(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-time.After(d):
	case <-r.Context().Done():
	}
}
