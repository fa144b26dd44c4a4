package provider_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// never is a change that does not end.
const never = -1

// alter changes every connection of the sandbox, without Pulumi.
func (s *stack) alter(change func(*sandbox.PrivateLinkConnection)) {
	s.box.Update(func(w *sandbox.State) {
		for _, c := range w.PrivateLinkConnections {
			change(c)
		}
	})
}

// lockOut removes TiDB Cloud's access to the endpoint service, and returns a function that restores it.
func (s *stack) lockOut() (letIn func()) {
	accesses := map[string]*sandbox.PrivateLinkAccess{}
	s.box.Update(func(w *sandbox.State) { accesses, w.PrivateLinkAccesses = w.PrivateLinkAccesses, accesses })
	return func() { s.box.Update(func(w *sandbox.State) { w.PrivateLinkAccesses = accesses }) }
}

// wantError requires a clear error that contains all of these.
func (s *stack) wantError(err error, parts ...string) {
	s.t.Helper()
	require.Error(s.t, err)
	require.NoError(s.t, s.unclear(err))
	for _, part := range parts {
		require.ErrorContains(s.t, err, part)
	}
}

func (s *stack) connectionID() string {
	_, id, _ := strings.Cut(s.connection.id, "/")
	return id
}

func (s *stack) destroyAll() {
	s.t.Helper()
	s.must(s.destroy(s.attachment))
	s.must(s.destroy(s.connection))
	s.assertInStep()
}

// isLook recognizes the calls of waits for connections.
func isLook(c sandbox.Call) bool {
	return c.Method == http.MethodGet && strings.HasSuffix(c.Path, "/privateLinkConnections")
}

func TestFailedConnections(t *testing.T) {
	t.Parallel()
	// The quota is one: a failed connection that stayed would block the next.
	one := sandbox.Options{Quotas: sandbox.Quotas{ConnectionsPerCluster: 1}}
	reason := []string{
		"is FAILED: the endpoint service " + serviceName,
		"run pulumi up again, which replaces the connection",
	}
	t.Run("at once, with every try", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, one)
		letIn := s.lockOut()
		for range 3 {
			s.wantError(s.up(s.connection), reason...)
			assert.Len(t, s.existing(), 1)
			s.restart()
		}
		letIn()
		s.must(s.up(s.connection))
		s.assertInStep()
		s.destroyAll()
	})
	t.Run("destroyed", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, one)
		s.lockOut()
		s.wantError(s.up(s.connection), append(reason, s.connectionID())...)
		s.restart()
		s.destroyAll()
	})
	t.Run("refreshed, then replaced", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, one)
		letIn := s.lockOut()
		s.wantError(s.up(s.connection), reason...)
		s.restart()
		s.must(s.refresh(s.connection))
		letIn()
		s.must(s.up(s.connection))
		s.assertInStep()
	})
	t.Run("after a while, with domains", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, one)
		s.must(s.up(s.connection))
		s.must(s.up(s.attachment))
		s.alter(func(c *sandbox.PrivateLinkConnection) {
			c.State, c.Message = sandbox.StateFailed, "the endpoint went away"
		})
		s.restart()
		s.must(s.refresh(s.connection))
		// The engine deletes its dependents first, and creates them again afterwards.
		s.must(s.destroy(s.attachment))
		s.must(s.up(s.connection))
		s.must(s.up(s.attachment))
		s.assertInStep()
		s.destroyAll()
	})
}

func TestConnectionsThatDoNotCome(t *testing.T) {
	t.Parallel()
	t.Run("accepted late", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, sandbox.Options{Times: sandbox.Times{ConnectionAccept: never}})
		s.timeout = 3
		for range 2 {
			s.wantError(s.up(s.connection), "private link connection "+s.connectionID(),
				"is still PENDING_ACCEPTANCE after",
				"the owner of the endpoint service has to accept it", "run pulumi up again to keep waiting")
			s.restart()
			s.must(s.refresh(s.connection))
		}
		s.alter(func(c *sandbox.PrivateLinkConnection) { c.State = sandbox.StateActive })
		s.must(s.up(s.connection))
		s.assertInStep()
		s.destroyAll()
	})
	t.Run("in an unknown state", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, sandbox.Options{Times: sandbox.Times{ConnectionAccept: never}})
		s.box.Inject(sandbox.Fault{Method: http.MethodGet, Times: never, Edit: func(o map[string]any) {
			if o["state"] == sandbox.StatePendingAcceptance {
				o["state"], o["message"] = "HIBERNATING\x1b[31m", "until\r\nspring"
			}
		}})
		s.timeout = 3
		s.wantError(s.up(s.connection), "is still HIBERNATING [31m (until spring) after")
		s.restart()
		s.must(s.refresh(s.connection))
		assert.Equal(t, "HIBERNATING [31m", s.connection.properties.Get("state").AsString())
		s.box.ClearFaults()
		s.alter(func(c *sandbox.PrivateLinkConnection) { c.State = sandbox.StateActive })
		s.must(s.up(s.connection))
		assert.Equal(t, sandbox.StateActive, s.connection.properties.Get("state").AsString(), "the wait is resumed")
		s.destroyAll()
	})
	for name, vanish := range map[string]func(*sandbox.State){
		"vanished": func(w *sandbox.State) { clear(w.PrivateLinkConnections) },
		"deleted meanwhile": func(w *sandbox.State) {
			for _, c := range w.PrivateLinkConnections {
				c.State = sandbox.StateDeleting
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t, sandbox.Options{Times: sandbox.Times{ConnectionAccept: never}})
			s.box.Inject(sandbox.Fault{Match: func(c sandbox.Call) bool {
				if isLook(c) {
					go s.box.Update(vanish)
				}
				return false
			}})
			s.wantError(s.up(s.connection), s.connectionID(), "run pulumi up again, which")
			s.box.ClearFaults()
			s.restart()
			s.box.Update(func(w *sandbox.State) { clear(w.PrivateLinkConnections) })
			s.timeout = 3
			require.Error(t, s.up(s.connection), "the new one is not accepted either")
			s.restart()
			s.alter(func(c *sandbox.PrivateLinkConnection) { c.State = sandbox.StateActive })
			s.must(s.up(s.connection))
			s.assertInStep()
			s.destroyAll()
		})
	}
}

func TestConnectionsThatDoNotGo(t *testing.T) {
	t.Parallel()
	t.Run("for ever", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, sandbox.Options{Times: sandbox.Times{ConnectionDelete: never}})
		s.must(s.up(s.connection))
		s.timeout = 3
		s.wantError(s.destroy(s.connection), "private link connection "+s.connectionID()+" is still DELETING after",
			"run the same command again to keep waiting")
		assert.NotEmpty(t, s.connection.id)
		s.restart()
		s.box.Update(func(w *sandbox.State) { clear(w.PrivateLinkConnections) })
		s.destroyAll()
	})
	t.Run("refused because it is on its way already", func(t *testing.T) {
		t.Parallel()
		s := newStack(t)
		s.must(s.up(s.connection))
		s.box.Inject(sandbox.Fault{Method: http.MethodDelete, Status: 409, Run: true})
		s.destroyAll()
	})
	t.Run("given up by the service", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, sandbox.Options{Times: sandbox.Times{ConnectionDelete: never}})
		s.must(s.up(s.connection))
		polls := 0
		s.box.Inject(sandbox.Fault{Match: func(c sandbox.Call) bool {
			if isLook(c) {
				if polls++; polls == 2 {
					go s.alter(func(c *sandbox.PrivateLinkConnection) {
						c.State, c.Message = sandbox.StateFailed, "a changefeed uses it"
					})
				}
			}
			return false
		}})
		s.wantError(s.destroy(s.connection), s.connectionID(),
			"now it is FAILED: a changefeed uses it; run the same command again")
		s.box.ClearFaults()
		s.restart()
		s.box.Update(func(w *sandbox.State) { clear(w.PrivateLinkConnections) })
		s.destroyAll()
	})
}

func TestDomainsThatGoWrong(t *testing.T) {
	t.Parallel()
	domains := func(s *stack, state, message string) {
		s.alter(func(c *sandbox.PrivateLinkConnection) {
			for _, d := range c.Domains {
				d.State, d.Message = state, message
			}
		})
	}
	// inWait acts as soon as the provider waits for the attachment.
	inWait := func(s *stack, do func()) {
		once := false
		s.box.Inject(sandbox.Fault{Skip: 1 << 20, Match: func(c sandbox.Call) bool {
			if c.Method == http.MethodPost && strings.HasSuffix(c.Path, ":attachDomains") && !once {
				once = true
				time.AfterFunc(20*time.Millisecond, do)
			}
			return false
		}})
	}
	waiting := sandbox.Options{Times: sandbox.Times{DomainAttach: never}}
	tests := []struct {
		name  string
		do    func(*stack)
		parts []string
	}{
		{
			"failed", func(s *stack) { domains(s, sandbox.StateFailed, "no such network") },
			[]string{
				"is FAILED: no such network; check that the unique name " + uniqueName,
				"which replaces the attachment",
			},
		},
		{
			"detached", func(s *stack) { domains(s, sandbox.StateDeleting, "") },
			[]string{"is DELETING: no reason reported", "which replaces the attachment"},
		},
		{
			"vanished", func(s *stack) { s.alter(func(c *sandbox.PrivateLinkConnection) { c.Domains = nil }) },
			[]string{
				"is gone from private link connection plc-",
				"run pulumi up again, which attaches the domains again",
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t, waiting)
			s.must(s.up(s.connection))
			inWait(s, func() { test.do(s) })
			s.wantError(s.up(s.attachment), test.parts...)
			s.restart()
			s.box.ClearFaults()
			if test.name == "detached" {
				s.alter(func(c *sandbox.PrivateLinkConnection) { c.Domains = nil }) // it is over by now
			}
			inWait(s, func() { domains(s, sandbox.StateActive, "") })
			s.must(s.up(s.attachment))
			s.assertInStep()
			s.destroyAll()
		})
	}
	t.Run("destroyed while they are on their way", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, waiting)
		s.must(s.up(s.connection))
		s.timeout = 3
		s.wantError(s.up(s.attachment), "domain attachment ", "is still CREATING after",
			"run pulumi up again to keep waiting")
		s.restart()
		s.must(s.refresh(s.attachment))
		s.wantError(s.up(s.attachment), "is still CREATING after")
		s.destroyAll()
	})
}
