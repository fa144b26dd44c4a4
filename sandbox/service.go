package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// service is the common part of the two APIs: it passes a request through authentication, rate limit, faults and
// routing to its handler, and the log.
type service struct {
	name   string
	server *Server
	world  *world
	router router

	// authenticate returns the key of a request, and how many requests more it took to sign it.
	authenticate func(*http.Request) (key string, before int, refused *failure)
	// stale challenges a request whose nonce has expired; nil means that there
	// are no nonces.
	stale func() *failure
	// errorBody renders a failure in the service's own form.
	errorBody func(f *failure, requestID string) any

	limiter         *limiter
	limitPrefix     string // of the rate limit headers
	limitSuffix     string
	requestIDHeader string
	newRequestID    func() string
}

// request is a request as a handler sees it.
type request struct {
	now    time.Time
	params map[string]string
	query  url.Values
	body   []byte
	url    *url.URL // absolute

	// attempt is the part of a handler that runs without the lock. The request fails if it fails.
	attempt func(context.Context) *failure
}

// answer is a successful response. A nil body means none.
type answer struct {
	status int
	body   any
}

// failure is an error response before it is put in the service's own form.
type failure struct {
	status int
	// code is Confluent's word for the failure, rpcCode TiDB Cloud's number;
	// zero derives it from the status.
	code    string
	rpcCode int
	detail  string
	header  http.Header
	// raw is the body where it is in another form than the service's own. Nil for most.
	raw any
}

// response is an answer as it is sent.
type response struct {
	status int
	header http.Header
	body   []byte
	fault  *Fault // hits it on its way; nil for most
}

func (sv *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	started := time.Now()
	call := Call{
		Time: sv.world.clock(), Service: sv.name, Method: r.Method, Path: r.URL.Path,
		Query: r.URL.RawQuery, RequestID: sv.newRequestID(),
	}
	resp := sv.respond(w, r, &call)
	if resp != nil {
		call.Status = resp.status
	}
	call.Duration = time.Since(started)
	sv.server.calls.add(call)
	if resp == nil {
		panic(http.ErrAbortHandler) // closes the connection, without a trace in any log
	}
	resp.header.Set(sv.requestIDHeader, call.RequestID)
	if resp.fault != nil {
		resp.trickle(w, r)
		return
	}
	resp.write(w)
}

// respond builds the response; nil means that the connection is to be dropped.
func (sv *service) respond(w http.ResponseWriter, r *http.Request, call *Call) *response {
	body, refused := readBody(w, r, sv.server.opts.MaxBodyBytes)
	call.body, call.RequestBody = body, withoutSecrets(body)
	if refused != nil {
		return sv.fail(refused, call)
	}
	key, before, refused := sv.authenticate(r)
	if refused != nil {
		return sv.fail(refused, call)
	}
	limit := sv.limiter.take(key, before)
	resp := sv.withinLimit(r, call, limit)
	if resp != nil {
		maps.Copy(resp.header, limit.headers(sv.limitPrefix, sv.limitSuffix))
	}
	return resp
}

// withinLimit answers a request with valid credentials.
func (sv *service) withinLimit(r *http.Request, call *Call, limit verdict) *response {
	if !limit.allowed {
		return sv.fail(&failure{
			status: http.StatusTooManyRequests, code: "rate_limit_exceeded",
			detail: fmt.Sprintf("too many requests: the limit is %d in a minute, try again in %.0f s.",
				limit.limit, limit.reset.Seconds()),
		}, call)
	}
	fault := sv.server.faults.take(*call)
	if fault == nil {
		return sv.run(r, call)
	}
	return sv.spoil(fault, r, call)
}

// run carries the request out.
func (sv *service) run(r *http.Request, call *Call) *response {
	handle, params, allowed := sv.router.find(r.Method, r.URL.EscapedPath())
	if handle == nil {
		return sv.fail(noRoute(r, allowed), call)
	}
	rq := &request{params: params, query: r.URL.Query(), body: call.body, url: absoluteURL(r)}
	var result answer
	var failed *failure
	see := sv.world.do
	if r.Method == http.MethodGet {
		see = sv.world.look
	}
	see(func(now time.Time) {
		rq.now = now
		result, failed = handle(rq)
	})
	sv.server.feeds.wake()
	if failed == nil && rq.attempt != nil {
		failed = rq.attempt(r.Context())
	}
	if failed != nil {
		return sv.fail(failed, call)
	}
	return jsonResponse(result.status, result.body)
}

func (sv *service) fail(f *failure, call *Call) *response {
	body := f.raw
	if body == nil {
		body = sv.errorBody(f, call.RequestID)
	}
	resp := jsonResponse(f.status, body)
	if text, ok := body.(plainText); ok {
		resp = text.response(f.status)
	}
	maps.Copy(resp.header, f.header)
	return resp
}

func jsonResponse(status int, body any) *response {
	resp := &response{status: status, header: http.Header{}}
	if body == nil {
		return resp
	}
	var encoded bytes.Buffer
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false) // messages are for people
	if err := encoder.Encode(body); err != nil {
		panic(fmt.Sprintf("sandbox: cannot encode an answer: %v", err)) // all types are ours
	}
	resp.header.Set("Content-Type", "application/json")
	resp.body = bytes.TrimSuffix(encoded.Bytes(), []byte("\n"))
	return resp
}

func (resp *response) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), resp.header)
	if resp.body != nil {
		w.Header().Set("Content-Length", strconv.Itoa(len(resp.body)))
	}
	w.WriteHeader(resp.status)
	// A client that went away does not need its answer.
	_, _ = w.Write(resp.body)
}

func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, *failure) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, &failure{
			status: http.StatusRequestEntityTooLarge, code: "request_too_large",
			detail: fmt.Sprintf("the body is larger than %d bytes.", limit),
		}
	case err != nil:
		return nil, &failure{
			status: http.StatusBadRequest, code: "bad_request", detail: "the body could not be read.",
		}
	}
	return body, nil
}

// absoluteURL is the request's URL as the client wrote it.
func absoluteURL(r *http.Request) *url.URL {
	absolute := *r.URL
	absolute.Scheme, absolute.Host = "http", r.Host
	if r.TLS != nil {
		absolute.Scheme = "https"
	}
	return &absolute
}
