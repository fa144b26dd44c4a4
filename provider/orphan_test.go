package provider_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// kill removes a resource from the state: a run that is killed after a creation never records it.
func (s *stack) kill(r *tracked) string {
	id := r.id
	*r = tracked{token: r.token}
	s.restart()
	return id
}

// adopt does what pulumi import does.
func (s *stack) adopt(r *tracked, id string) error {
	resp, err := s.server.Read(p.ReadRequest{ID: id, Urn: urn(r.token)})
	if err == nil {
		*r = tracked{token: r.token, id: resp.ID, inputs: resp.Inputs, properties: resp.Properties}
	}
	return err
}

func TestWhatAKilledRunLeftIsNotMadeTwice(t *testing.T) {
	t.Parallel()
	for name, displayName := range map[string]string{
		"with a name that was chosen": "",
		"with a name that was given":  "kafka",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t)
			s.name = displayName
			s.must(s.up(s.connection))
			left := s.kill(s.connection)

			err := s.up(s.connection)
			require.ErrorContains(t, err, `there is already private link connection "`+left+`"`)
			require.ErrorContains(t, err, "and is ACTIVE; ")
			require.ErrorContains(t, err, "pulumi import "+connectionType+" orders "+left+" --protect=false")
			require.ErrorContains(t, err, "another displayName")
			require.NoError(t, s.unclear(err))
			assert.Equal(t, []string{left}, s.existing())

			s.must(s.adopt(s.connection, left))
			s.must(s.up(s.connection))
			s.must(s.up(s.attachment))
			s.assertInStep()

			left = s.kill(s.attachment)
			err = s.up(s.attachment)
			require.ErrorContains(t, err, `there is already domain attachment "`+left+`"`)
			require.ErrorContains(t, err, "pulumi import "+attachmentType+" orders "+left)
			s.must(s.adopt(s.attachment, left))
			s.must(s.up(s.attachment))
			s.assertInStep()
			s.must(s.destroy(s.attachment))
			s.must(s.destroy(s.connection))
			s.assertInStep()
		})
	}
}

// The command names the parent of a resource, as far as its URN shows it.
func TestImportCommandOfAChild(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.must(s.up(s.connection))
	s.kill(s.connection)
	inputs := check(t, s.server, connectionType, s.given(s.connection))
	inputs = inputs.Set("displayName", property.New("orders-connection-0000000"))
	s.box.Update(func(w *sandbox.State) {
		for _, c := range w.PrivateLinkConnections {
			c.DisplayName = "orders-connection-1111111"
		}
	})
	for parent, want := range map[string]string{
		"tidbconfluent:index:PrivateLink": " --parent 'orders=" +
			"urn:pulumi:dev::app::tidbconfluent:index:PrivateLink::orders' ",
		"my:index:App$my:index:Link": " --parent '<name of its " +
			"parent>=urn:pulumi:dev::app::my:index:App$my:index:Link::<name of its parent>' ",
		"my:x:App$tidbconfluent:index:PrivateLink": " --parent 'orders=" +
			"urn:pulumi:dev::app::my:x:App$tidbconfluent:index:PrivateLink::orders' ",
	} {
		child := resource.URN("urn:pulumi:dev::app::" + parent + "$" + connectionType + "::orders-connection")
		_, err := s.server.Create(p.CreateRequest{Urn: child, Properties: inputs})
		require.ErrorContains(t, err, want)
	}
}

// The stack's own resource looks the same, and is no reason to reject anything.
func TestSeenResourcesAreNoOrphans(t *testing.T) {
	t.Parallel()
	t.Run("replaced before it goes", func(t *testing.T) {
		t.Parallel()
		s := newStack(t)
		s.name = "kafka"
		s.must(s.up(s.connection))
		s.restart()
		old := s.connection.id
		_, err := s.server.Diff(p.DiffRequest{
			ID: old, Urn: urn(connectionType), State: s.connection.properties, Inputs: s.connection.inputs,
			OldInputs: s.connection.inputs,
		})
		require.NoError(t, err)
		s.must(s.create(s.connection))
		assert.Len(t, s.existing(), 2)
	})
	t.Run("replaced because something else is", func(t *testing.T) {
		t.Parallel()
		s := newStack(t)
		s.must(s.up(s.connection))
		s.restart()
		// For replaceWith, the engine does not call Diff.
		_, err := s.server.Check(p.CheckRequest{
			Urn: urn(connectionType), State: s.connection.inputs,
			Inputs: s.given(s.connection),
		})
		require.NoError(t, err)
		s.must(s.create(s.connection))
		assert.Len(t, s.existing(), 2)

		// One is the old resource, the other one is an orphan.
		s.restart()
		_, err = s.server.Check(p.CheckRequest{
			Urn: urn(connectionType), State: s.connection.inputs,
			Inputs: s.given(s.connection),
		})
		require.NoError(t, err)
		require.ErrorContains(t, s.create(s.connection), "there is already")
	})
	t.Run("two equal resources of one program", func(t *testing.T) {
		t.Parallel()
		s := newStack(t)
		s.name = "kafka"
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				r := &tracked{token: connectionType}
				inputs, err := s.server.Check(p.CheckRequest{Urn: urn(r.token), Inputs: s.inputsOfConnection()})
				if assert.NoError(t, err) {
					_, err = s.server.Create(p.CreateRequest{Urn: urn(r.token), Properties: inputs.Inputs})
					assert.NoError(t, err)
				}
			})
		}
		both.Wait()
		assert.Len(t, s.existing(), 2)
	})
}

// Only the user can know which of several is the orphan. No id from outside changes the command.
func TestOrphansInTheMessage(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.name = "kafka"
	s.must(s.up(s.connection))
	s.kill(s.connection)
	s.box.Inject(sandbox.Fault{Method: http.MethodGet, Path: "**/privateLinkConnections", Edit: func(o map[string]any) {
		if _, ok := o["privateLinkConnectionId"]; ok {
			o["privateLinkConnectionId"] = "plc-1\n\x1b[2J; rm"
		}
	}})
	err := s.up(s.connection)
	require.ErrorContains(t, err, `/plc-1\012\033[2J; rm')" --protect=false`)
	require.NoError(t, s.unclear(err))

	s.box.Update(func(w *sandbox.State) {
		w.PrivateLinkConnections["plc-theirs"] = &sandbox.PrivateLinkConnection{
			ClusterID: s.box.Seed().EssentialUSEast1, DisplayName: "kafka", EndpointService: serviceName,
		}
	})
	err = s.up(s.connection)
	require.ErrorContains(t, err, `plc-theirs", which is called "kafka"`)
	require.ErrorContains(t, err, ", and private link connection ")
	require.ErrorContains(t, err, "pulumi import "+connectionType+" orders '<id>' --protect=false")
}

func (s *stack) inputsOfConnection() property.Map { return s.given(&tracked{token: connectionType}) }

// Of two equal connections, the one in the state stays, and the one of the unanswered creation goes.
func TestUnansweredBesidesAnEqualOne(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.name = "kafka"
	s.must(s.up(s.connection))
	own := *s.connection
	s.box.Inject(sandbox.Fault{Method: http.MethodPost, Drop: true, Run: true})
	s.box.Inject(sandbox.Fault{
		Method: http.MethodGet, Path: "**/privateLinkConnections", Skip: 1, Status: 403,
		Times: -1,
	})
	second := &tracked{token: connectionType}
	require.Error(t, s.createAs(second, s.inputsOfConnection()))
	_, ownID, _ := strings.Cut(own.id, "/")
	assert.Regexp(t, "/unconfirmed,"+ownID+"$", second.id)
	s.box.ClearFaults()
	assert.Len(t, s.existing(), 2)
	s.restart()
	s.must(s.destroy(second))
	assert.Eventually(t, func() bool { return len(s.existing()) == 1 }, 10*time.Second, 5*time.Millisecond)
	s.assertInStep()
}

// A resource that appears late, after the search has ended, is not created again: the state no longer has its name.
func TestUnansweredCreationThatComesAfterAll(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.name = "kafka"
	s.box.Inject(sandbox.Fault{Method: http.MethodPost, Drop: true})
	s.box.Inject(sandbox.Fault{
		Method: http.MethodGet, Path: "**/privateLinkConnections", Skip: 1, Status: 403,
		Times: -1,
	})
	require.Error(t, s.up(s.connection))
	s.box.ClearFaults()
	s.restart()
	_, err := s.server.Check(p.CheckRequest{
		Urn: urn(connectionType), State: s.connection.inputs,
		Inputs: s.given(s.connection),
	})
	require.NoError(t, err)
	s.must(s.destroy(s.connection))
	s.box.Update(func(w *sandbox.State) {
		w.PrivateLinkConnections["plc-late"] = &sandbox.PrivateLinkConnection{
			ClusterID: s.box.Seed().EssentialUSEast1, DisplayName: "kafka", EndpointService: serviceName,
		}
	})
	require.ErrorContains(t, s.create(s.connection), `plc-late", which is called "kafka"`)
}

// An update does not resolve an unconfirmed ID, and must keep the inputs by which the resource is recognized.
func TestUnansweredCreationIsNotUpdated(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.box.Inject(sandbox.Fault{Method: http.MethodPost, Drop: true, Run: true})
	s.box.Inject(sandbox.Fault{
		Method: http.MethodGet, Path: "**/privateLinkConnections", Skip: 1, Status: 403,
		Times: -1,
	})
	require.Error(t, s.up(s.connection))
	s.box.ClearFaults()
	s.restart()
	resp, err := s.server.Update(p.UpdateRequest{
		ID: s.connection.id, Urn: urn(connectionType), State: s.connection.properties,
		Inputs: s.connection.inputs.Set("displayName", property.New("another")), OldInputs: s.connection.inputs,
	})
	require.ErrorContains(t, withReasons(err, resp.PartialState), "run pulumi up or pulumi refresh")
	s.connection.properties = resp.Properties
	assert.Len(t, s.existing(), 1)
	s.must(s.destroy(s.connection))
	s.assertInStep()
}

// When several resources match, none is taken over or deleted.
func TestAmbiguousCreation(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.name = "kafka"
	s.box.Inject(sandbox.Fault{Method: http.MethodPost, Drop: true, Run: true})
	s.box.Inject(sandbox.Fault{
		Method: http.MethodGet, Path: "**/privateLinkConnections", Skip: 1, Status: 403,
		Times: -1,
	})
	require.Error(t, s.up(s.connection))
	s.box.ClearFaults()
	s.box.Update(func(w *sandbox.State) {
		w.PrivateLinkConnections["plc-theirs"] = &sandbox.PrivateLinkConnection{
			ClusterID: s.box.Seed().EssentialUSEast1, DisplayName: "kafka", EndpointService: serviceName,
		}
	})
	for _, operation := range []func(*tracked) error{s.up, s.destroy, s.refresh} {
		err := operation(s.connection)
		require.ErrorContains(t, err, `"plc-theirs"`)
		require.ErrorContains(t, err, "none is adopted or deleted")
		require.ErrorContains(t, err, "pulumi state delete 'urn:pulumi:test::test::"+connectionType+"::orders'")
		assert.Len(t, s.existing(), 2)
	}
}

func TestUnconfirmedIDsAreNotImported(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	for token, id := range map[string]string{
		connectionType: "1001/unconfirmed", attachmentType: "1001/plc-1/unconfirmed,ad-1",
	} {
		_, err := s.server.Read(p.ReadRequest{ID: id, Urn: urn(tokens.Type(token))})
		require.ErrorContains(t, err, "cannot be imported", id)
	}
	for _, id := range []string{
		"1001/unconfirmed,ad-1", "x/unconfirmed", "1001/unconfirmed,",
		"1001/unconfirmed,plc-1/2",
	} {
		_, err := s.server.Read(p.ReadRequest{ID: id, Urn: urn(connectionType)})
		require.ErrorContains(t, err, "<clusterId>/<privateLinkConnectionId>", id)
	}
	assert.Empty(t, s.box.Calls())
}
