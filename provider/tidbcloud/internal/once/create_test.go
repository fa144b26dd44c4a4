package once

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// In each case the first creation fails in another way, and one connection exists in the end.
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
		"not created, server error": {
			first(func(w http.ResponseWriter, _ func()) { replyError(w, 503, 14, "busy") }),
			2,
		},
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
				s := &cloud{onCreate: tc.onCreate, connections: []tidbapi.PrivateLinkConnection{existing("plc-old",
					nil)}}
				l := inVirtualTime(t, s)
				got, err := l.connection().Create(t.Context())
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
		interrupt func(*lab, func(*http.Request) error)
		err       error
		posts     int
		lists     int
		looks     bool // again and again, before it asks again
	}{
		"before the service saw it": {func(l *lab, f func(*http.Request) error) { l.before = f }, dropped, 1, 3, true},
		"after the service did it":  {func(l *lab, f func(*http.Request) error) { l.after = f }, dropped, 1, 2, false},
		"before it was sent":        {func(l *lab, f func(*http.Request) error) { l.before = f }, refused, 1, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &cloud{}
				l := inVirtualTime(t, s)
				broken := false
				tc.interrupt(l, func(r *http.Request) error {
					if r.Method == http.MethodPost && !broken {
						broken = true
						return tc.err
					}
					return nil
				})
				got, err := l.connection().Create(t.Context())
				require.NoError(t, err)
				assert.Equal(t, "plc-1", got.PrivateLinkConnectionID)
				assert.Len(t, s.connections, 1)
				assert.Equal(t, tc.posts, s.created)
				if tc.looks {
					assert.Greater(t, len(l.calls()), tc.posts+tc.lists)
					return
				}
				assert.Len(t, l.calls(), tc.posts+tc.lists, "%v", l.calls())
			})
		})
	}
}

// A connection that looks like the wanted one but cannot be it stays.
func TestCreateAdoptsNothingElse(t *testing.T) {
	t.Parallel()
	for name, appeared := range map[string]func(*tidbapi.PrivateLinkConnection){
		"another name": func(p *tidbapi.PrivateLinkConnection) { p.DisplayName = "Kafka" },
		"another type": func(p *tidbapi.PrivateLinkConnection) { p.Type = "OTHER" },
		"another service": func(p *tidbapi.PrivateLinkConnection) {
			p.AWSEndpointService = &tidbapi.EndpointService{Name: "other"}
		},
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
				l := inVirtualTime(t, s)
				got, err := l.connection().Create(t.Context())
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
		}, "it contains no ID"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &cloud{}
				tc.prepare(s)
				l := inVirtualTime(t, s)
				_, err := l.connection().Create(t.Context())
				var uncertain *UncertainError
				require.ErrorAs(t, err, &uncertain)
				require.ErrorContains(t, err,
					`it is not known whether the private link connection "kafka" of TiDB Cloud cluster 1001 `+
						`was created: `)
				require.ErrorContains(t, err, tc.want)
				assert.Equal(t, 1, s.created)
			})
		})
	}
}

// A connection that is being deleted stays in the lists for a while. The next run must not take it for ours.
func TestUncertainErrorNamesWhatWasLeaving(t *testing.T) {
	t.Parallel()
	s := &cloud{connections: []tidbapi.PrivateLinkConnection{
		existing("plc-leaving", func(p *tidbapi.PrivateLinkConnection) { p.State = tidbapi.ConnectionStateDeleting }),
	}}
	s.onCreate = func(_ int, w http.ResponseWriter, _ func()) { reply(w, 200, "{}") }
	_, err := newLab(t, s).connection().Create(t.Context())
	var uncertain *UncertainError
	require.ErrorAs(t, err, &uncertain)
	assert.Equal(t, []string{"plc-leaving"}, uncertain.Before)
}

func TestCreateInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &cloud{}
		l := inVirtualTime(t, s)
		ctx, cancel := context.WithCancel(t.Context())
		l.after = func(r *http.Request) error {
			if r.Method != http.MethodPost {
				return nil
			}
			cancel()
			return ctx.Err()
		}
		_, err := l.connection().Create(ctx)
		require.ErrorIs(t, err, context.Canceled)
		var uncertain *UncertainError
		require.ErrorAs(t, err, &uncertain, "the service may have been faster than the cancellation")

		_, err = l.connection().Create(ctx)
		require.ErrorIs(t, err, context.Canceled)
		assert.NotErrorAs(t, err, &uncertain, "nothing was sent")
	})
}

// After an interruption between two tries, the outcome is known when neither can have had an effect.
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
				l := inVirtualTime(t, s)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, err := l.connection().Create(ctx)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				var u *UncertainError
				assert.Equal(t, uncertain, errors.As(err, &u), "%v", err)
			})
		})
	}
}

// Domains are not attached without a list to compare with.
func TestCreateWithoutAListBefore(t *testing.T) {
	t.Parallel()
	s := &cloud{onRead: func(w http.ResponseWriter) bool {
		replyError(w, 404, 5, "no such connection")
		return true
	}}
	l := newLab(t, s)
	_, err := l.attachment(tidbapi.AttachDomain{Type: tidbapi.DomainTypeConfluent}).Create(t.Context())
	assert.True(t, tidbapi.IsNotFound(err))
	_, err = l.connection().Create(t.Context())
	assert.True(t, tidbapi.IsNotFound(err))
	assert.Zero(t, s.created)
}

func TestCreateRefused(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 404, 409, 501} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			s := &cloud{onCreate: func(_ int, w http.ResponseWriter, _ func()) { replyError(w, status, 3, "no") }}
			_, err := newLab(t, s).connection().Create(t.Context())
			var e *tidbapi.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, status, e.StatusCode)
			assert.NotContains(t, err.Error(), "not known")
			assert.Equal(t, 1, s.created)
		})
	}
}

// After a conflict with a resource that another program created at the same moment, the creation is that program's, not
// ours.
func TestFirstConflictIsNotAdopted(t *testing.T) {
	t.Parallel()
	s := &cloud{}
	s.onCreate = func(_ int, w http.ResponseWriter, _ func()) {
		s.connections = append(s.connections, existing("plc-theirs", nil))
		replyError(w, 409, 6, "exists")
	}
	_, err := newLab(t, s).connection().Create(t.Context())
	assert.True(t, tidbapi.IsConflict(err))
}

func TestCreateGivesUp(t *testing.T) {
	t.Parallel()
	for _, status := range []int{429, 503} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			s := &cloud{onCreate: func(_ int, w http.ResponseWriter, _ func()) { replyError(w, status, 8, "no") }}
			_, err := newLab(t, s).connection().Create(t.Context())
			require.ErrorContains(t, err, "gave up after 5 tries")
			assert.Equal(t, 5, s.created)
		})
	}
}

// Two creations of equal connections must not share one connection as their result.
func TestEqualCreationsTakeTurns(t *testing.T) {
	t.Parallel()
	s := &cloud{onCreate: func(n int, w http.ResponseWriter, act func()) {
		if n <= 2 {
			act()
			replyError(w, 500, 13, "lost")
		}
	}}
	l := newLab(t, s)
	var mu sync.Mutex
	ids := map[string]bool{}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			got, err := l.connection().Create(t.Context())
			if assert.NoError(t, err) {
				mu.Lock()
				defer mu.Unlock()
				ids[got.PrivateLinkConnectionID] = true
			}
		})
	}
	all.Wait()
	assert.Len(t, ids, 4)
	assert.Len(t, s.connections, 4)
	unlock, err := l.seen.lock(t.Context(), l.connection().Uniqueness)
	require.NoError(t, err, "no creation holds the lock any more")
	unlock()
}

func TestUncertainErrorUnwraps(t *testing.T) {
	t.Parallel()
	assert.ErrorIs(t, &UncertainError{Err: io.EOF}, io.EOF)
}
