package tidbapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cloud keeps private link connections of cluster 1001, and fails as tests want it to.
type cloud struct {
	mu          sync.Mutex
	connections []PrivateLinkConnection
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
		var body struct{ AttachDomain AttachDomain }
		_ = json.NewDecoder(r.Body).Decode(&body)
		s.create(w, func() any {
			body.AttachDomain.AttachDomainID = fmt.Sprintf("ad-%d", s.created)
			s.connections[0].AttachedDomains = append(s.connections[0].AttachedDomains, body.AttachDomain)
			return body.AttachDomain
		})
	case r.Method == http.MethodPost:
		var body struct{ PrivateLinkConnection PrivateLinkConnection }
		_ = json.NewDecoder(r.Body).Decode(&body)
		s.create(w, func() any {
			c := body.PrivateLinkConnection
			c.PrivateLinkConnectionID, c.State = fmt.Sprintf("plc-%d", s.created), ConnectionStateCreating
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

var wanted = PrivateLinkConnection{
	ClusterID: "1001", DisplayName: "kafka", Type: ConnectionTypeAWSEndpointService,
	AWSEndpointService: &AWSEndpointService{Name: "com.amazonaws.vpce.us-east-1.vpce-svc-1"},
}

func existing(id string, change func(*PrivateLinkConnection)) PrivateLinkConnection {
	c := wanted
	c.PrivateLinkConnectionID, c.State = id, ConnectionStateActive
	if change != nil {
		change(&c)
	}
	return c
}

func TestCreateSendsWhatAClientMaySet(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		service func(*PrivateLinkConnection)
		want    string
	}{
		"aws": {
			func(*PrivateLinkConnection) {},
			`"type":"AWS_ENDPOINT_SERVICE","awsEndpointService":{"name":"com.amazonaws.vpce.us-east-1.vpce-svc-1"}`,
		},
		"aws with region": {
			func(p *PrivateLinkConnection) {
				p.AWSEndpointService = &AWSEndpointService{Name: "n", Region: "us-west-2", EndpointID: "vpce-1"}
			},
			`"type":"AWS_ENDPOINT_SERVICE","awsEndpointService":{"name":"n","region":"us-west-2"}`,
		},
		"alicloud": {
			func(p *PrivateLinkConnection) {
				p.Type, p.AWSEndpointService = ConnectionTypeAlicloudEndpointService, nil
				p.AlicloudEndpointService = &AlicloudEndpointService{Name: "n"}
			},
			`"type":"ALICLOUD_ENDPOINT_SERVICE","alicloudEndpointService":{"name":"n"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := newFake((&cloud{}).ServeHTTP)
			p := existing("plc-ignored", tc.service)
			got, err := fake.start(t).CreatePrivateLinkConnection(t.Context(), p, Lookout[PrivateLinkConnection]{})
			require.NoError(t, err)
			assert.Equal(t, "plc-1", got.PrivateLinkConnectionID)
			assert.Equal(t, ConnectionStateCreating, got.State)
			last := fake.all()[fake.count()-1]
			assert.Equal(t, "POST /v1beta1/clusters/1001/privateLinkConnections", last.method+" "+last.uri)
			assert.JSONEq(t,
				`{"privateLinkConnection":{"clusterId":"1001","displayName":"kafka",`+tc.want+`}}`, last.body)
		})
	}
}

// Each case is a way for the first creation to fail; whatever it is, one connection exists in the end.
func TestCreateNeverMakesASecondOne(t *testing.T) {
	t.Parallel()
	first := func(fail func(w http.ResponseWriter, act func())) func(int, http.ResponseWriter, func()) {
		return func(n int, w http.ResponseWriter, act func()) {
			if n == 1 {
				fail(w, act)
			}
		}
	}
	for name, tc := range map[string]struct {
		onCreate func(n int, w http.ResponseWriter, act func())
		posts    int // how often the client asks
	}{
		"no failure": {nil, 1},
		"created, then server error": {first(func(w http.ResponseWriter, act func()) {
			act()
			replyError(w, 500, 13, "lost")
		}), 1},
		"not created, server error": {first(func(w http.ResponseWriter, _ func()) { replyError(w, 503, 14, "busy") }), 2},
		"created, then canceled": {first(func(w http.ResponseWriter, act func()) {
			act()
			replyError(w, 499, 1, "context canceled")
		}), 1},
		"too many": {first(func(w http.ResponseWriter, _ func()) { replyError(w, 429, 8, "slow") }), 2},
		"created, then unreadable": {first(func(w http.ResponseWriter, act func()) {
			act()
			reply(w, 200, "<html>")
		}), 1},
		"created, answer without an id": {first(func(w http.ResponseWriter, act func()) {
			act()
			reply(w, 200, "{}")
		}), 1},
		"created late, then a conflict": {func(n int, w http.ResponseWriter, act func()) {
			if n == 1 {
				replyError(w, 504, 4, "timeout")
				return
			}
			act()
			replyError(w, 409, 6, "exists")
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &cloud{onCreate: tc.onCreate, connections: []PrivateLinkConnection{existing("plc-old", nil)}}
				fake := newFake(s.ServeHTTP)
				c, _ := fake.inMemory(t)
				got, err := c.CreatePrivateLinkConnection(t.Context(), wanted, Lookout[PrivateLinkConnection]{})
				require.NoError(t, err)
				require.Len(t, s.connections, 2, "the old one and the new one")
				assert.Equal(t, s.connections[1].PrivateLinkConnectionID, got.PrivateLinkConnectionID)
				assert.Equal(t, tc.posts, s.created)
			})
		})
	}
}

func TestCreateAfterABrokenConnection(t *testing.T) {
	t.Parallel()
	dropped := errors.New("connection reset by peer")
	refused := &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	for name, tc := range map[string]struct {
		interrupt func(*memory, func(*http.Request) error)
		err       error
		posts     int
		lists     int
		looks     bool // again and again, before it asks again
	}{
		"before the service saw it": {func(m *memory, f func(*http.Request) error) { m.before = f }, dropped, 1, 3, true},
		"after the service did it":  {func(m *memory, f func(*http.Request) error) { m.after = f }, dropped, 1, 2, false},
		"before it was sent":        {func(m *memory, f func(*http.Request) error) { m.before = f }, refused, 1, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &cloud{}
				fake := newFake(s.ServeHTTP)
				c, m := fake.inMemory(t)
				broken := false
				tc.interrupt(m, func(r *http.Request) error {
					if r.Method == http.MethodPost && !broken {
						broken = true
						return tc.err
					}
					return nil
				})
				got, err := c.CreatePrivateLinkConnection(t.Context(), wanted, Lookout[PrivateLinkConnection]{})
				require.NoError(t, err)
				assert.Equal(t, "plc-1", got.PrivateLinkConnectionID)
				assert.Len(t, s.connections, 1)
				assert.Equal(t, tc.posts, s.created)
				if tc.looks {
					assert.Greater(t, len(fake.calls()), tc.posts+tc.lists)
					return
				}
				assert.Len(t, fake.calls(), tc.posts+tc.lists, "%v", fake.calls())
			})
		})
	}
}

// What looks like the wanted connection but cannot be it is left alone.
func TestCreateAdoptsNothingElse(t *testing.T) {
	t.Parallel()
	for name, appeared := range map[string]func(*PrivateLinkConnection){
		"another name":    func(p *PrivateLinkConnection) { p.DisplayName = "Kafka" },
		"another type":    func(p *PrivateLinkConnection) { p.Type = "OTHER" },
		"another service": func(p *PrivateLinkConnection) { p.AWSEndpointService = &AWSEndpointService{Name: "other"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &cloud{}
				s.onCreate = func(n int, w http.ResponseWriter, _ func()) {
					if n == 1 {
						s.connections = append(s.connections, existing("plc-theirs", appeared))
						replyError(w, 502, 14, "bad gateway")
					}
				}
				c, _ := newFake(s.ServeHTTP).inMemory(t)
				got, err := c.CreatePrivateLinkConnection(t.Context(), wanted, Lookout[PrivateLinkConnection]{})
				require.NoError(t, err)
				assert.Equal(t, "plc-2", got.PrivateLinkConnectionID)
			})
		})
	}
}

func TestCreateThatStaysUncertain(t *testing.T) {
	t.Parallel()
	lose := func(s *cloud) {
		s.onCreate = func(_ int, w http.ResponseWriter, act func()) {
			act()
			replyError(w, 500, 13, "lost")
		}
	}
	for name, tc := range map[string]struct {
		prepare func(s *cloud)
		want    string
	}{
		"two appeared": {func(s *cloud) {
			s.onCreate = func(_ int, w http.ResponseWriter, act func()) {
				act()
				s.connections = append(s.connections, existing("plc-theirs", nil))
				replyError(w, 500, 13, "lost")
			}
		}, "since then plc-1, plc-theirs have appeared, and at most one of them is ours"},
		"looking is refused": {func(s *cloud) {
			lose(s)
			s.onRead = func(w http.ResponseWriter) bool {
				if s.created > 0 {
					replyError(w, 403, 7, "no more")
				}
				return s.created > 0
			}
		}, "no more"},
		"done, but nowhere to be seen": {func(s *cloud) {
			s.onCreate = func(_ int, w http.ResponseWriter, _ func()) { reply(w, 200, "{}") }
		}, "it contains no id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &cloud{}
				tc.prepare(s)
				c, _ := newFake(s.ServeHTTP).inMemory(t)
				_, err := c.CreatePrivateLinkConnection(t.Context(), wanted, Lookout[PrivateLinkConnection]{})
				var uncertain *UncertainError
				require.ErrorAs(t, err, &uncertain)
				require.ErrorContains(t, err,
					`it is not known whether the private link connection "kafka" of cluster 1001 was created: `)
				require.ErrorContains(t, err, tc.want)
				assert.Equal(t, 1, s.created)
			})
		})
	}
}

// One that is being deleted is in the lists for a while, and is not what the next run may take for ours.
func TestUncertainErrorNamesWhatWasLeaving(t *testing.T) {
	t.Parallel()
	s := &cloud{connections: []PrivateLinkConnection{
		existing("plc-leaving", func(p *PrivateLinkConnection) { p.State = ConnectionStateDeleting }),
	}}
	s.onCreate = func(_ int, w http.ResponseWriter, _ func()) { reply(w, 200, "{}") }
	_, err := newFake(s.ServeHTTP).start(t).CreatePrivateLinkConnection(t.Context(), wanted, Lookout[PrivateLinkConnection]{})
	var uncertain *UncertainError
	require.ErrorAs(t, err, &uncertain)
	assert.Equal(t, []string{"plc-leaving"}, uncertain.Before)
}

func TestCreateInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &cloud{}
		c, m := newFake(s.ServeHTTP).inMemory(t)
		ctx, cancel := context.WithCancel(t.Context())
		m.after = func(r *http.Request) error {
			if r.Method != http.MethodPost {
				return nil
			}
			cancel()
			return ctx.Err()
		}
		_, err := c.CreatePrivateLinkConnection(ctx, wanted, Lookout[PrivateLinkConnection]{})
		require.ErrorIs(t, err, context.Canceled)
		var uncertain *UncertainError
		require.ErrorAs(t, err, &uncertain, "the service may have been faster than the cancellation")

		_, err = c.CreatePrivateLinkConnection(ctx, wanted, Lookout[PrivateLinkConnection]{})
		require.ErrorIs(t, err, context.Canceled)
		assert.NotErrorAs(t, err, &uncertain, "nothing was sent")
	})
}

// An interruption between two tries leaves no doubt when none of them can have had an effect.
func TestCreateInterruptedBetweenTries(t *testing.T) {
	t.Parallel()
	for status, uncertain := range map[int]bool{429: false, 503: true} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &cloud{onCreate: func(_ int, w http.ResponseWriter, _ func()) {
					w.Header().Set("Retry-After", "60")
					replyError(w, status, 8, "no")
				}}
				c, _ := newFake(s.ServeHTTP).inMemory(t)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, err := c.CreatePrivateLinkConnection(ctx, wanted, Lookout[PrivateLinkConnection]{})
				require.ErrorIs(t, err, context.DeadlineExceeded)
				var u *UncertainError
				assert.Equal(t, uncertain, errors.As(err, &u), "%v", err)
			})
		})
	}
}

// Domains cannot be attached when the list to compare with cannot be had.
func TestCreateWithoutAListBefore(t *testing.T) {
	t.Parallel()
	s := &cloud{onRead: func(w http.ResponseWriter) bool {
		replyError(w, 404, 5, "no such connection")
		return true
	}}
	c := newFake(s.ServeHTTP).start(t)
	_, err := c.AttachDomains(t.Context(), "1001", "plc-1", AttachDomain{Type: DomainTypeConfluent}, Lookout[AttachDomain]{})
	assert.True(t, IsNotFound(err))
	_, err = c.CreatePrivateLinkConnection(t.Context(), wanted, Lookout[PrivateLinkConnection]{})
	assert.True(t, IsNotFound(err))
	assert.Zero(t, s.created)
}

func TestCreateRefused(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 404, 409, 501} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			s := &cloud{onCreate: func(_ int, w http.ResponseWriter, _ func()) { replyError(w, status, 3, "no") }}
			_, err := newFake(s.ServeHTTP).start(t).CreatePrivateLinkConnection(t.Context(), wanted, Lookout[PrivateLinkConnection]{})
			var e *Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, status, e.StatusCode)
			assert.NotContains(t, err.Error(), "not known")
			assert.Equal(t, 1, s.created)
		})
	}
}

// A conflict with what somebody else made at the same moment is their success, not ours.
func TestFirstConflictIsNotAdopted(t *testing.T) {
	t.Parallel()
	s := &cloud{}
	s.onCreate = func(_ int, w http.ResponseWriter, _ func()) {
		s.connections = append(s.connections, existing("plc-theirs", nil))
		replyError(w, 409, 6, "exists")
	}
	_, err := newFake(s.ServeHTTP).start(t).CreatePrivateLinkConnection(t.Context(), wanted, Lookout[PrivateLinkConnection]{})
	assert.True(t, IsConflict(err))
}

func TestCreateGivesUp(t *testing.T) {
	t.Parallel()
	for _, status := range []int{429, 503} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			s := &cloud{onCreate: func(_ int, w http.ResponseWriter, _ func()) { replyError(w, status, 8, "no") }}
			_, err := newFake(s.ServeHTTP).start(t).CreatePrivateLinkConnection(t.Context(), wanted, Lookout[PrivateLinkConnection]{})
			require.ErrorContains(t, err, "gave up after 5 tries")
			assert.Equal(t, 5, s.created)
		})
	}
}

// Two calls for equal connections are two wishes, and must not take one connection for the answer to both.
func TestEqualCreationsTakeTurns(t *testing.T) {
	t.Parallel()
	s := &cloud{onCreate: func(n int, w http.ResponseWriter, act func()) {
		if n <= 2 {
			act()
			replyError(w, 500, 13, "lost")
		}
	}}
	c := newFake(s.ServeHTTP).start(t)
	var mu sync.Mutex
	ids := map[string]bool{}
	inParallel(4, func(int) {
		got, err := c.CreatePrivateLinkConnection(t.Context(), wanted, Lookout[PrivateLinkConnection]{})
		if assert.NoError(t, err) {
			mu.Lock()
			defer mu.Unlock()
			ids[got.PrivateLinkConnectionID] = true
		}
	})
	assert.Len(t, ids, 4)
	assert.Len(t, s.connections, 4)
	assert.Empty(t, c.creating.held)
}

func TestWaitingForATurnIsInterrupted(t *testing.T) {
	t.Parallel()
	var l keyedLock
	unlock, err := l.lock(t.Context(), "a")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = l.lock(ctx, "a")
	require.ErrorIs(t, err, context.Canceled)
	other, err := l.lock(ctx, "b")
	require.NoError(t, err)
	other()
	unlock()
	again, err := l.lock(t.Context(), "a")
	require.NoError(t, err)
	again()
}

func TestAttachNeverAttachesTwice(t *testing.T) {
	t.Parallel()
	d := AttachDomain{Type: DomainTypeConfluent, UniqueName: "domnprzqrog.us-east-1"}
	others := []AttachDomain{
		{AttachDomainID: "ad-other-name", Type: d.Type, UniqueName: "domother.us-east-1"},
		{AttachDomainID: "ad-other-type", Type: DomainTypeTiDBCloudManaged, UniqueName: d.UniqueName},
	}
	for name, tc := range map[string]struct {
		fail  func(s *cloud, w http.ResponseWriter, act func())
		posts int
	}{
		"attached, then server error": {func(s *cloud, w http.ResponseWriter, act func()) {
			act()
			s.connections[0].AttachedDomains = append(s.connections[0].AttachedDomains, others...)
			replyError(w, 500, 13, "lost")
		}, 1},
		"others attached meanwhile": {func(s *cloud, w http.ResponseWriter, _ func()) {
			s.connections[0].AttachedDomains = append(s.connections[0].AttachedDomains, others...)
			replyError(w, 500, 13, "lost")
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &cloud{connections: []PrivateLinkConnection{existing("plc-1", nil)}}
			s.onCreate = func(n int, w http.ResponseWriter, act func()) {
				if n == 1 {
					tc.fail(s, w, act)
				}
			}
			fake := newFake(s.ServeHTTP)
			got, err := fake.start(t).AttachDomains(t.Context(), "1001", "plc-1", d, Lookout[AttachDomain]{})
			require.NoError(t, err)
			assert.Equal(t, fmt.Sprintf("ad-%d", tc.posts), got.AttachDomainID)
			assert.Equal(t, d.UniqueName, got.UniqueName)
			assert.Equal(t, tc.posts, s.created)
			assert.Len(t, s.connections[0].AttachedDomains, 3)
		})
	}
}

func TestAttachSends(t *testing.T) {
	t.Parallel()
	s := &cloud{connections: []PrivateLinkConnection{existing("plc-1", nil)}}
	fake := newFake(s.ServeHTTP)
	_, err := fake.start(t).AttachDomains(t.Context(), "1001", "plc-1",
		AttachDomain{Type: DomainTypeConfluent, UniqueName: "domnprzqrog.us-east-1", AttachDomainID: "ignored"}, Lookout[AttachDomain]{})
	require.NoError(t, err)
	last := fake.all()[fake.count()-1]
	assert.Equal(t, "/v1beta1/clusters/1001/privateLinkConnections/plc-1:attachDomains", last.uri)
	assert.JSONEq(t,
		`{"attachDomain":{"type":"CONFLUENT","uniqueName":"domnprzqrog.us-east-1"},"validateOnly":false}`, last.body)
}

func TestUncertainErrorUnwraps(t *testing.T) {
	t.Parallel()
	assert.ErrorIs(t, &UncertainError{Err: io.EOF}, io.EOF)
}
