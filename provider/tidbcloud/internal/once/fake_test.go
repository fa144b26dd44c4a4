package once

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/testkit"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/wait"
)

// lab is a client of a cloud without a network, as tests with virtual time need it.
type lab struct {
	client *tidbapi.Client
	cloud  *cloud
	seen   Seen
	// before and after, when they return an error, break the connection: before the cloud sees the request, or after it
	// answered.
	before, after func(*http.Request) error

	mu       sync.Mutex
	requests []string
}

// newLab returns a client without real pauses.
func newLab(tb testing.TB, s *cloud) *lab {
	tb.Helper()
	return labWith(tb, s, tidbapi.Backoff{Initial: 1, Max: 1})
}

// inVirtualTime returns a client with the real pauses.
func inVirtualTime(tb testing.TB, s *cloud) *lab {
	tb.Helper()
	return labWith(tb, s, tidbapi.Backoff{})
}

func labWith(tb testing.TB, s *cloud, backoff tidbapi.Backoff) *lab {
	tb.Helper()
	l := &lab{cloud: s}
	client, err := tidbapi.New(tidbapi.Options{
		PublicKey: tb.Name(), PrivateKey: "canary", Endpoint: "http://127.0.0.1:1", RequestsPerMinute: 60_000_000,
		Backoff: backoff, Transport: l,
	})
	require.NoError(tb, err)
	l.client = client
	return l
}

// RoundTrip hands a request to the cloud.
func (l *lab) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if l.before != nil {
		if err := l.before(r); err != nil {
			return nil, err
		}
	}
	arrived := httptest.NewRequest(r.Method, r.URL.String(), r.Body).WithContext(r.Context())
	arrived.RequestURI = r.URL.RequestURI()
	l.mu.Lock()
	l.requests = append(l.requests, r.Method+" "+arrived.RequestURI)
	l.mu.Unlock()
	recorder := httptest.NewRecorder()
	l.cloud.ServeHTTP(recorder, arrived)
	if l.after != nil {
		if err := l.after(r); err != nil {
			return nil, err
		}
	}
	return recorder.Result(), nil
}

// calls returns the requests so far as "METHOD uri".
func (l *lab) calls() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.requests...)
}

func (l *lab) provider() Provider {
	settle := defaultSettle
	if l.client.Backoff().Initial == 1 {
		settle = 1
	}
	return Provider{
		Seen: &l.seen, Backoff: l.client.Backoff(), Settle: settle, Patience: defaultSettle,
		Wait: func(what string) wait.Options { return wait.Options{What: what} },
	}
}

// connection is the creation of the wanted connection.
func (l *lab) connection() Creation[tidbapi.PrivateLinkConnection] {
	return Creation[tidbapi.PrivateLinkConnection]{
		Of: l.provider(), What: `private link connection "kafka" of TiDB Cloud cluster 1001`, Uniqueness: "1001",
		Post: func(ctx context.Context) (*tidbapi.PrivateLinkConnection, error) {
			return l.client.CreatePrivateLinkConnection(ctx, wanted)
		},
		List: func(ctx context.Context) ([]tidbapi.PrivateLinkConnection, error) {
			return l.client.ListPrivateLinkConnections(ctx, "1001")
		},
		ID:       func(c tidbapi.PrivateLinkConnection) string { return c.PrivateLinkConnectionID },
		PulumiID: func(c tidbapi.PrivateLinkConnection) string { return "1001/" + c.PrivateLinkConnectionID },
		Form:     rules.PrivateLinkConnectionID,
		IsResult: func(c tidbapi.PrivateLinkConnection) bool { return c.IsLike(wanted) },
		Orphans: OrphanCheck[tidbapi.PrivateLinkConnection]{Matches: func(tidbapi.PrivateLinkConnection) bool {
			return false
		}},
	}
}

// attachment is the creation of an attachment to plc-1.
func (l *lab) attachment(d tidbapi.AttachDomain) Creation[tidbapi.AttachDomain] {
	return Creation[tidbapi.AttachDomain]{
		Of: l.provider(), What: "attachment", Uniqueness: d.UniqueName,
		Post: func(ctx context.Context) (*tidbapi.AttachDomain, error) {
			return l.client.AttachDomains(ctx, "1001", "plc-1", d)
		},
		List: func(ctx context.Context) ([]tidbapi.AttachDomain, error) {
			c, err := l.client.GetPrivateLinkConnection(ctx, "1001", "plc-1")
			if err != nil {
				return nil, err
			}
			return c.AttachedDomains, nil
		},
		ID:       func(a tidbapi.AttachDomain) string { return a.AttachDomainID },
		PulumiID: func(a tidbapi.AttachDomain) string { return "1001/plc-1/" + a.AttachDomainID },
		Form:     rules.AttachDomainID,
		IsResult: func(a tidbapi.AttachDomain) bool { return a.IsLike(d) },
		Orphans:  OrphanCheck[tidbapi.AttachDomain]{Matches: func(tidbapi.AttachDomain) bool { return false }},
	}
}

var reply, replyJSON, replyError = testkit.Reply, testkit.ReplyJSON, testkit.ReplyError

var wanted = tidbapi.PrivateLinkConnection{
	ClusterID: "1001", DisplayName: "kafka", Type: tidbapi.ConnectionTypeAWSEndpointService,
	AWSEndpointService: &tidbapi.EndpointService{Name: "com.amazonaws.vpce.us-east-1.vpce-svc-1"},
}

// cloud keeps private link connections of cluster 1001, and fails as tests want it to.
type cloud struct {
	mu          sync.Mutex
	connections []tidbapi.PrivateLinkConnection
	created     int
	// onCreate may answer a creation or attachment in place of the cloud; act does what the cloud would do.
	onCreate func(n int, w http.ResponseWriter, act func())
	onRead   func(w http.ResponseWriter) (answered bool)
}

func (s *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, id, _ := strings.Cut(r.URL.Path, "/privateLinkConnections/")
	id, verb, _ := strings.Cut(id, ":")
	switch {
	case r.Method == http.MethodPost && verb == "attachDomains":
		var body struct{ AttachDomain tidbapi.AttachDomain }
		_ = json.NewDecoder(r.Body).Decode(&body)
		s.create(w, func() any {
			body.AttachDomain.AttachDomainID = fmt.Sprintf("ad-%d", s.created)
			s.connections[0].AttachedDomains = append(s.connections[0].AttachedDomains, body.AttachDomain)
			return body.AttachDomain
		})
	case r.Method == http.MethodPost:
		var body struct{ PrivateLinkConnection tidbapi.PrivateLinkConnection }
		_ = json.NewDecoder(r.Body).Decode(&body)
		s.create(w, func() any {
			c := body.PrivateLinkConnection
			c.PrivateLinkConnectionID, c.State = fmt.Sprintf("plc-%d", s.created), tidbapi.ConnectionStateCreating
			s.connections = append(s.connections, c)
			return c
		})
	case s.onRead != nil && s.onRead(w):
	case id != "":
		replyJSON(w, s.connections[0])
	default:
		replyJSON(w, map[string]any{"privateLinkConnections": s.connections})
	}
}

type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (s *statusRecorder) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

func (s *cloud) create(w http.ResponseWriter, act func() any) {
	var made any
	s.created++
	if s.onCreate != nil {
		recorder := &statusRecorder{ResponseWriter: w}
		s.onCreate(s.created, recorder, func() { made = act() })
		if recorder.status != 0 {
			return
		}
	}
	if made == nil {
		made = act()
	}
	replyJSON(w, made)
}

func existing(id string, change func(*tidbapi.PrivateLinkConnection)) tidbapi.PrivateLinkConnection {
	c := wanted
	c.PrivateLinkConnectionID, c.State = id, tidbapi.ConnectionStateActive
	if change != nil {
		change(&c)
	}
	return c
}
