package provider_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

func TestConnectionIsCreatedActiveReadAndDeleted(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	cluster := box.Seed().EssentialUSEast1

	inputs, made := create(t, server, connectionType, connectionInputs(cluster))
	assert.Regexp(t, "^"+cluster+"/plc-", made.ID)
	assert.Equal(t, "ACTIVE", made.Properties.Get("state").AsString())
	assert.Regexp(t, "^vpce-", made.Properties.Get("endpointId").AsString())
	assert.NotZero(t, made.Properties.Get("availabilityZoneIds").AsArray().Len())
	assert.Equal(t, made.ID, cluster+"/"+made.Properties.Get("privateLinkConnectionId").AsString())

	read, err := server.Read(p.ReadRequest{
		ID: made.ID, Urn: urn(connectionType), Inputs: inputs,
		Properties: made.Properties,
	})
	require.NoError(t, err)
	assert.Equal(t, made.ID, read.ID)
	assert.Equal(t, made.Properties, read.Properties)
	assert.Equal(t, inputs, read.Inputs)

	require.NoError(t, server.Delete(p.DeleteRequest{
		ID: made.ID, Urn: urn(connectionType),
		Properties: made.Properties,
	}))
	assert.Empty(t, box.Difference(), "deletion waits until the connection is gone")
	require.NoError(t, server.Delete(p.DeleteRequest{
		ID: made.ID, Urn: urn(connectionType),
		Properties: made.Properties,
	}),
		"what is gone counts as deleted")
}

func TestConnectionImport(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	inputs, made := create(t, server, connectionType, connectionInputs(box.Seed().EssentialUSEast1))

	read, err := server.Read(p.ReadRequest{ID: made.ID, Urn: urn(connectionType)})
	require.NoError(t, err)
	assert.Equal(t, inputs, read.Inputs)
	assert.Equal(t, made.Properties, read.Properties)

	for _, bad := range []string{"", "plc-1", "1001/", "1001/n-1", "x/plc-1", "1001/plc-1/2"} {
		_, err := server.Read(p.ReadRequest{ID: bad, Urn: urn(connectionType)})
		assert.ErrorContains(t, err, "<clusterId>/<privateLinkConnectionId>", bad)
	}
}

func TestConnectionThatIsGoneIsReadAsGone(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	_, made := create(t, server, connectionType, connectionInputs(box.Seed().EssentialUSEast1))
	read := func() (p.ReadResponse, error) {
		return server.Read(p.ReadRequest{ID: made.ID, Urn: urn(connectionType), Properties: made.Properties})
	}

	box.RevokeCredentials(box.Credentials())
	_, err := read()
	require.Error(t, err, "a refused key says nothing about the connection")

	box.AddCredentials(box.Credentials())
	box.Update(func(s *sandbox.State) { clear(s.PrivateLinkConnections) })
	gone, err := read()
	require.NoError(t, err)
	assert.Empty(t, gone.ID)
}

func TestConnectionPreviewKnowsItsInputsOnly(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	inputs := check(t, server, connectionType, connectionInputs(box.Seed().EssentialUSEast1))
	resp, err := server.Create(p.CreateRequest{Urn: urn(connectionType), Properties: inputs, DryRun: true})
	require.NoError(t, err)
	for _, known := range []string{"clusterId", "displayName", "type", "awsEndpointService"} {
		assert.Equal(t, inputs.Get(known), resp.Properties.Get(known), known)
	}
	for _, unknown := range []string{
		"privateLinkConnectionId", "state", "endpointId", "availabilityZoneIds",
		"createTime",
	} {
		assert.True(t, resp.Properties.Get(unknown).IsComputed(), unknown)
	}
	assert.Empty(t, box.Difference())
}

func TestConnectionNameIsChosenOnce(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	given := connectionInputs(box.Seed().EssentialUSEast1)
	inputs := check(t, server, connectionType, given)
	name := inputs.Get("displayName").AsString()
	assert.Regexp(t, "^orders-[0-9a-f]{7}$", name)

	again, err := server.Check(p.CheckRequest{Urn: urn(connectionType), State: inputs, Inputs: given})
	require.NoError(t, err)
	assert.Equal(t, name, again.Inputs.Get("displayName").AsString())

	other := check(t, server, connectionType, given)
	assert.NotEqual(t, name, other.Get("displayName").AsString(), "a replacement gets another name")
}

func TestConnectionThatFailsIsKeptAndReplaced(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	box.Update(func(s *sandbox.State) { clear(s.PrivateLinkAccesses) })
	inputs := check(t, server, connectionType, connectionInputs(box.Seed().EssentialUSEast1))
	made, err := server.Create(p.CreateRequest{Urn: urn(connectionType), Properties: inputs})
	require.Error(t, err)
	require.NotNil(t, made.PartialState, "TiDB Cloud made it, so Pulumi must know it")
	reason := strings.Join(made.PartialState.Reasons, "\n")
	assert.Contains(t, reason, "FAILED")
	assert.Contains(t, reason, serviceName)
	assert.Contains(t, reason, "pulumi up")
	assert.NotEmpty(t, made.ID)

	diff, err := server.Diff(p.DiffRequest{
		ID: made.ID, Urn: urn(connectionType), State: made.Properties,
		Inputs: inputs, OldInputs: inputs,
	})
	require.NoError(t, err)
	assert.Equal(t, map[string]p.PropertyDiff{"state": {Kind: p.UpdateReplace}}, diff.DetailedDiff)
	assert.True(t, diff.DeleteBeforeReplace, "it carries nothing, and counts against the cluster's quota")
}

// connectionsPath is where connections are created and listed: once before a creation, and then while the provider
// waits.
const connectionsPath = "/v1beta1/clusters/*/privateLinkConnections"

func TestConnectionWaitIsResumed(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	// The connection is created, and then the service stops answering.
	box.Inject(sandbox.Fault{Method: http.MethodGet, Path: connectionsPath, Status: 400, Skip: 1, Times: 1})
	inputs := check(t, server, connectionType, connectionInputs(box.Seed().EssentialUSEast1))
	made, err := server.Create(p.CreateRequest{Urn: urn(connectionType), Properties: inputs})
	require.Error(t, err)
	require.NotNil(t, made.PartialState)

	updated, err := server.Update(p.UpdateRequest{
		ID: made.ID, Urn: urn(connectionType), State: made.Properties, Inputs: inputs, OldInputs: inputs,
	})
	require.NoError(t, err)
	assert.Nil(t, updated.PartialState)
	assert.Equal(t, "ACTIVE", updated.Properties.Get("state").AsString())
	assert.Equal(t, made.Properties.Get("privateLinkConnectionId"), updated.Properties.Get("privateLinkConnectionId"))
}

// A wait that is interrupted again, before its first answer, leaves a state that can still be read.
func TestConnectionWaitIsResumedAfterASecondFailure(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	box.Inject(sandbox.Fault{Method: http.MethodGet, Path: connectionsPath, Status: 400, Skip: 1, Times: 2})
	inputs := check(t, server, connectionType, connectionInputs(box.Seed().EssentialUSEast1))
	made, err := server.Create(p.CreateRequest{Urn: urn(connectionType), Properties: inputs})
	require.Error(t, err)
	state := made.Properties
	for range 2 {
		diff, err := server.Diff(p.DiffRequest{
			ID: made.ID, Urn: urn(connectionType), State: state, Inputs: inputs,
			OldInputs: inputs,
		})
		require.NoError(t, err)
		assert.Equal(t, map[string]p.PropertyDiff{"state": {Kind: p.Update}}, diff.DetailedDiff, "the wait is not over")
		updated, err := server.Update(p.UpdateRequest{
			ID: made.ID, Urn: urn(connectionType), State: state, Inputs: inputs, OldInputs: inputs,
		})
		state = updated.Properties
		if err == nil {
			break
		}
		require.NotNil(t, updated.PartialState)
	}
	assert.Equal(t, "ACTIVE", state.Get("state").AsString())
}

// After a refresh in between, the provider still waits.
func TestConnectionWaitIsResumedAfterARefresh(t *testing.T) {
	t.Parallel()
	server, box := linked(t, sandbox.Options{Times: sandbox.Times{ConnectionAccept: -1}})
	inputs := check(t, server, connectionType, connectionInputs(box.Seed().EssentialUSEast1))
	made, err := server.Create(p.CreateRequest{
		Urn: urn(connectionType), Properties: inputs,
		Timeout: time.Second.Seconds(),
	})
	require.Error(t, err)
	read, err := server.Read(p.ReadRequest{
		ID: made.ID, Urn: urn(connectionType), Inputs: inputs,
		Properties: made.Properties,
	})
	require.NoError(t, err)
	diff, err := server.Diff(p.DiffRequest{
		ID: made.ID, Urn: urn(connectionType), State: read.Properties,
		Inputs: inputs, OldInputs: read.Inputs,
	})
	require.NoError(t, err)
	assert.Equal(t, map[string]p.PropertyDiff{"state": {Kind: p.Update}}, diff.DetailedDiff)
}

// To a key of another organization, the service may answer as if nothing existed. That must not empty the state.
func TestWhatAnotherOrganizationsKeyDoesNotSeeIsNotGone(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	_, connection := create(t, server, connectionType, connectionInputs(box.Seed().EssentialUSEast1))
	_, attached := create(t, server, attachmentType, attachmentInputs(connection.Properties))
	box.Update(func(s *sandbox.State) { clear(s.TiDBClusters); clear(s.PrivateLinkConnections) })
	_, err := server.Read(p.ReadRequest{ID: connection.ID, Urn: urn(connectionType), Properties: connection.Properties})
	require.ErrorContains(t, err, "is not visible to this API key")
	_, err = server.Read(p.ReadRequest{ID: attached.ID, Urn: urn(attachmentType), Properties: attached.Properties})
	require.ErrorContains(t, err, "pulumi state delete")

	// The list may be empty instead of refused.
	for _, list := range []sandbox.Fault{
		{Path: "/none", Status: 404},
		{Method: http.MethodGet, Path: "**/privateLinkConnections", Status: 200, Body: `{"totalSize":0}`, Times: -1},
	} {
		box.Inject(list)
		err = server.Delete(p.DeleteRequest{
			ID: connection.ID, Urn: urn(connectionType),
			Properties: connection.Properties,
		})
		require.ErrorContains(t, err, "is not visible to this API key")
		err = server.Delete(p.DeleteRequest{ID: attached.ID, Urn: urn(attachmentType), Properties: attached.Properties})
		require.ErrorContains(t, err, "is not visible to this API key")
	}
}

func TestConnectionWaitEndsAtTheDeadline(t *testing.T) {
	t.Parallel()
	server, box := linked(t, sandbox.Options{Times: sandbox.Times{ConnectionAccept: -1}})
	inputs := check(t, server, connectionType, connectionInputs(box.Seed().EssentialUSEast1))
	made, err := server.Create(p.CreateRequest{
		Urn: urn(connectionType), Properties: inputs,
		Timeout: time.Second.Seconds(),
	})
	require.Error(t, err)
	require.NotNil(t, made.PartialState)
	assert.Contains(t, strings.Join(made.PartialState.Reasons, "\n"), "is still")
}

func TestConnectionDiff(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	inputs, made := create(t, server, connectionType, connectionInputs(box.Seed().EssentialUSEast1))
	unknown := property.New(property.Computed)
	service := func(name, region property.Value) property.Value {
		m := map[string]property.Value{"name": name}
		if !region.IsNull() {
			m["region"] = region
		}
		return property.New(m)
	}
	name, none := property.New(serviceName), property.Value{}
	tests := []struct {
		name   string
		change func(property.Map) property.Map
		want   []string
	}{
		{"nothing", func(m property.Map) property.Map { return m }, nil},
		{
			"cluster", func(m property.Map) property.Map { return m.Set("clusterId", property.New("1001")) },
			[]string{"clusterId"},
		},
		{
			"cluster unknown", func(m property.Map) property.Map { return m.Set("clusterId", unknown) },
			[]string{"clusterId"},
		},
		{
			"name", func(m property.Map) property.Map { return m.Set("displayName", property.New("other")) },
			[]string{"displayName"},
		},
		{
			"name unknown", func(m property.Map) property.Map { return m.Set("displayName", unknown) },
			[]string{"displayName"},
		},
		{"the service's own region written down", func(m property.Map) property.Map {
			return m.Set("awsEndpointService", service(name, property.New("us-east-1")))
		}, nil},
		{"another region", func(m property.Map) property.Map {
			return m.Set("awsEndpointService", service(name, property.New("us-west-2")))
		}, []string{"awsEndpointService.region"}},
		{"region unknown", func(m property.Map) property.Map {
			return m.Set("awsEndpointService", service(name, unknown))
		}, []string{"awsEndpointService.region"}},
		{"service", func(m property.Map) property.Map {
			return m.Set("awsEndpointService", service(property.New(serviceName+"1"), none))
		}, []string{"awsEndpointService.name"}},
		{"service in another region", func(m property.Map) property.Map {
			return m.Set("awsEndpointService", service(property.New(strings.Replace(serviceName, "us-east-1",
				"us-west-2", 1)), none))
		}, []string{"awsEndpointService.name"}},
		{"service's name unknown", func(m property.Map) property.Map {
			return m.Set("awsEndpointService", service(unknown, none))
		}, []string{"awsEndpointService.name"}},
		{
			"service unknown", func(m property.Map) property.Map { return m.Set("awsEndpointService", unknown) },
			[]string{"awsEndpointService.name", "awsEndpointService.region"},
		},
		{"type", func(m property.Map) property.Map {
			return m.Set("type", property.New("ALICLOUD_ENDPOINT_SERVICE")).Delete("awsEndpointService").
				Set("alicloudEndpointService", service(property.New("ep-1"), none))
		}, []string{"alicloudEndpointService.name", "awsEndpointService.name", "awsEndpointService.region", "type"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			diff, err := server.Diff(p.DiffRequest{
				ID: made.ID, Urn: urn(connectionType), State: made.Properties, OldInputs: inputs,
				Inputs: test.change(inputs),
			})
			require.NoError(t, err)
			assertReplaces(t, diff, test.want)
			assert.False(t, diff.DeleteBeforeReplace, "a connection is replaced before the old one goes")
		})
	}
}

// assertReplaces requires a replacement because of exactly these properties, or no change at all.
func assertReplaces(t *testing.T, diff p.DiffResponse, want []string) {
	t.Helper()
	var got []string
	for property, d := range diff.DetailedDiff {
		assert.Equal(t, p.UpdateReplace, d.Kind, property)
		got = append(got, property)
	}
	assert.ElementsMatch(t, want, got)
	assert.Equal(t, len(want) > 0, diff.HasChanges)
}

func TestConnectionCheckRefuses(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	aws := map[string]any{"name": serviceName}
	tests := []struct {
		name     string
		inputs   map[string]any
		property string
		reason   string
	}{
		{"no cluster", map[string]any{"awsEndpointService": aws}, "clusterId", "is required"},
		{
			"malformed cluster",
			map[string]any{"clusterId": "orders", "awsEndpointService": aws},
			"clusterId",
			`"orders" is not a TiDB Cloud cluster ID`,
		},
		{
			"empty name",
			map[string]any{"clusterId": "1", "displayName": "", "awsEndpointService": aws},
			"displayName",
			"is empty",
		},
		{
			"unknown type",
			map[string]any{"clusterId": "1", "type": "MSK"},
			"type",
			`"MSK" is not one of AWS_ENDPOINT_SERVICE, ALICLOUD_ENDPOINT_SERVICE`,
		},
		{
			"no service",
			map[string]any{"clusterId": "1"},
			"awsEndpointService",
			"is required for type AWS_ENDPOINT_SERVICE",
		},
		{
			"the other cloud's service",
			map[string]any{
				"clusterId": "1", "awsEndpointService": aws,
				"alicloudEndpointService": map[string]any{"name": "x"},
			},
			"alicloudEndpointService", "conflicts with type AWS_ENDPOINT_SERVICE",
		},
		{
			"malformed service",
			map[string]any{"clusterId": "1", "awsEndpointService": map[string]any{"name": "vpce-svc-1"}},
			"awsEndpointService.name", "com.amazonaws.vpce.<region>.vpce-svc-",
		},
		{
			"malformed region",
			map[string]any{"clusterId": "1", "awsEndpointService": map[string]any{
				"name":   serviceName,
				"region": "use1",
			}},
			"awsEndpointService.region", `"use1" is not an AWS region code`,
		},
		{
			"a property there is not",
			map[string]any{"clusterId": "1", "awsEndpointService": aws, "zones": "x"},
			"zones",
			"",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			resp, err := server.Check(p.CheckRequest{Urn: urn(connectionType), Inputs: object(test.inputs)})
			require.NoError(t, err)
			require.Len(t, resp.Failures, 1)
			assert.Equal(t, test.property, resp.Failures[0].Property)
			assert.Contains(t, resp.Failures[0].Reason, test.reason)
		})
	}
}

func TestConnectionCheckTakesUnknowns(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	unknown := property.New(property.Computed)
	for _, key := range []string{"clusterId", "displayName", "type", "awsEndpointService"} {
		inputs := connectionInputs("1001").Set(key, unknown)
		resp, err := server.Check(p.CheckRequest{Urn: urn(connectionType), Inputs: inputs})
		require.NoError(t, err)
		assert.Empty(t, resp.Failures, key)
		assert.True(t, resp.Inputs.Get(key).HasComputed(), key)
	}
}
