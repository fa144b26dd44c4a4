package sandbox

import (
	"slices"
	"sync"
	"time"
)

// Call is one request to one of the services and how it was answered. It never
// contains credentials.
type Call struct {
	// Time is when the request arrived.
	Time time.Time `json:"time"`
	// Service is "confluent" or "tidbcloud".
	Service string `json:"service"`
	Method  string `json:"method"`
	Path    string `json:"path"`
	// Query is the raw query string.
	Query string `json:"query,omitempty"`
	// Status is the answer's; zero when the connection was dropped.
	Status      int    `json:"status"`
	RequestBody []byte `json:"requestBody,omitempty"`
	// RequestID is the id of the request in the answer's headers.
	RequestID string        `json:"requestId"`
	Duration  time.Duration `json:"duration"`

	// body is the request's body with its secrets, until the call is answered.
	body []byte
}

type callLog struct {
	mu    sync.Mutex
	calls []Call
}

func (l *callLog) add(c Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.body = nil
	l.calls = append(l.calls, c)
}

// Calls returns every request so far in the order they were answered. Digest
// challenges (401) are among them, requests to the control endpoints are not.
func (s *Server) Calls() []Call {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	return slices.Clone(s.calls.calls)
}
