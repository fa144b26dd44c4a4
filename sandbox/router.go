package sandbox

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// router finds the handler of a request. http.ServeMux would not do: TiDB
// Cloud's paths end in custom verbs ("…/{id}:attachDomains"), and unknown paths
// must be answered in the service's own form.
type router struct{ routes []route }

type route struct {
	method   string
	segments []string
	handle   handler
}

// handler answers one request. It runs with the world locked.
type handler func(*request) (answer, *failure)

// add registers a handler. A segment "{name}" matches anything without a
// colon, "{name}:verb" the same followed by the verb.
func (rt *router) add(method, path string, handle handler) {
	rt.routes = append(rt.routes, route{method, strings.Split(path, "/"), handle})
}

// find returns the handler and the path's parameters, or the methods that the
// path knows instead; both are empty for an unknown path.
func (rt *router) find(method, escapedPath string) (handler, map[string]string, []string) {
	segments := strings.Split(escapedPath, "/")
	var allowed []string
	for _, r := range rt.routes {
		params, ok := r.match(segments)
		if !ok {
			continue
		}
		if r.method == method {
			return r.handle, params, nil
		}
		if !slices.Contains(allowed, r.method) {
			allowed = append(allowed, r.method)
		}
	}
	return nil, nil, allowed
}

func (r route) match(segments []string) (map[string]string, bool) {
	if len(segments) != len(r.segments) {
		return nil, false
	}
	params := map[string]string{}
	for i, pattern := range r.segments {
		actual, err := url.PathUnescape(segments[i])
		if err != nil {
			return nil, false
		}
		if !strings.HasPrefix(pattern, "{") {
			if pattern != actual {
				return nil, false
			}
			continue
		}
		name, verb, _ := strings.Cut(strings.TrimPrefix(pattern, "{"), "}")
		value, ok := strings.CutSuffix(actual, verb)
		if !ok || value == "" || strings.Contains(value, ":") {
			return nil, false
		}
		params[name] = value
	}
	return params, true
}

// noRoute is the failure of a request without a handler.
func noRoute(r *http.Request, allowed []string) *failure {
	if len(allowed) == 0 {
		return &failure{
			status: http.StatusNotFound, code: "not_found",
			detail: "there is nothing at " + r.URL.Path + ".",
		}
	}
	slices.Sort(allowed)
	methods := strings.Join(allowed, ", ")
	return &failure{
		status: http.StatusMethodNotAllowed, code: "method_not_allowed",
		detail: r.URL.Path + " does not accept " + r.Method + ", only " + methods + ".",
		header: http.Header{"Allow": {methods}},
	}
}
