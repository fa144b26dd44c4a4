package sandbox

import (
	"net"
	"net/http"
)

// Paths of the control endpoints, which every address of a server has. They
// need no credentials and answer loopback clients alone.
const (
	// EventsPath answers [Server.Events].
	EventsPath = "/sandbox/events"
	// CallsPath answers [Server.Calls].
	CallsPath = "/sandbox/calls"
	// DifferencePath answers [Server.Difference].
	DifferencePath = "/sandbox/difference"
	// SeedPath answers [Server.Seed].
	SeedPath = "/sandbox/seed"
	// RowsPath answers the messages of a Kafka topic, one [Message] a line. Parameters are cluster, topic and follow:
	// see [Server.Follow].
	RowsPath = "/sandbox/rows"
	// ChangePath takes [GeneratedRows], and answers a [GenerateResult].
	ChangePath = "/sandbox/change"
)

// controlled adds the control endpoints to a service.
func (s *Server) controlled(service http.Handler) http.Handler {
	endpoints := map[string]func() any{
		EventsPath:     func() any { return nonNil(s.Events()) },
		CallsPath:      func() any { return nonNil(s.Calls()) },
		DifferencePath: func() any { return nonNil(s.Difference()) },
		SeedPath:       func() any { return s.Seed() },
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		endpoint, ok := endpoints[r.URL.Path]
		switch {
		case !ok && r.URL.Path != RowsPath && r.URL.Path != ChangePath:
			service.ServeHTTP(w, r)
		case !fromLoopback(r):
			http.Error(w, "the control endpoints answer loopback clients only", http.StatusForbidden)
		case r.URL.Path == ChangePath:
			s.serveChange(w, r)
		case r.Method != http.MethodGet:
			w.Header().Set("Allow", http.MethodGet)
			http.Error(w, "the control endpoints are for reading", http.StatusMethodNotAllowed)
		case r.URL.Path == RowsPath:
			s.serveRows(w, r)
		default:
			jsonResponse(http.StatusOK, endpoint()).write(w)
		}
	})
}

func fromLoopback(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && net.ParseIP(host).IsLoopback()
}

// nonNil shows an empty list as [] in JSON.
func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
