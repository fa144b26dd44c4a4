package provider_test

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

func TestDomainsAreAttachedReadAndDetached(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	_, connection := create(t, server, connectionType, connectionInputs(box.Seed().EssentialUSEast1))
	inputs, made := create(t, server, attachmentType, attachmentInputs(connection.Properties))

	assert.Equal(t, connection.ID+"/"+made.Properties.Get("attachDomainId").AsString(), made.ID)
	var names []string
	for _, d := range made.Properties.Get("domains").AsArray().All {
		names = append(names, d.AsMap().Get("name").AsString())
	}
	assert.Contains(t, names, "*.domnprzqrog.us-east-1.aws.confluent.cloud")
	assert.IsIncreasing(t, names)

	read, err := server.Read(p.ReadRequest{
		ID: made.ID, Urn: urn(attachmentType), Inputs: inputs,
		Properties: made.Properties,
	})
	require.NoError(t, err)
	assert.Equal(t, made.ID, read.ID)
	assert.Equal(t, made.Properties, read.Properties)
	assert.Equal(t, inputs, read.Inputs)

	imported, err := server.Read(p.ReadRequest{ID: made.ID, Urn: urn(attachmentType)})
	require.NoError(t, err)
	assert.Equal(t, inputs, imported.Inputs)

	destroy := p.DeleteRequest{ID: made.ID, Urn: urn(attachmentType), Properties: made.Properties}
	require.NoError(t, server.Delete(destroy))
	require.NoError(t, server.Delete(destroy), "what is gone counts as deleted")
	gone, err := server.Read(p.ReadRequest{ID: made.ID, Urn: urn(attachmentType), Properties: made.Properties})
	require.NoError(t, err)
	assert.Empty(t, gone.ID)
}

// Without a name, the attachment could not be recognized.
func TestManagedDomainsWithoutANameAreNotAttached(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.must(s.up(s.connection))
	s.managed = true
	s.box.Inject(sandbox.Fault{Path: "**:attachDomains", Edit: func(o map[string]any) { delete(o, "uniqueName") }})
	require.ErrorContains(t, s.up(s.attachment), "TiDB Cloud returned no unique name; set uniqueName")
	s.assertInStep()
	s.must(s.up(s.attachment))
}

func TestManagedDomainsGetAName(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	_, connection := create(t, server, connectionType, connectionInputs(box.Seed().EssentialUSEast1))
	given := attachmentInputs(connection.Properties).Set("type", property.New("TIDBCLOUD_MANAGED")).Delete("uniqueName")

	preview, err := server.Create(p.CreateRequest{
		Urn:        urn(attachmentType),
		Properties: check(t, server, attachmentType, given), DryRun: true,
	})
	require.NoError(t, err)
	assert.True(t, preview.Properties.Get("uniqueName").IsComputed())

	inputs, made := create(t, server, attachmentType, given)
	assert.NotEmpty(t, made.Properties.Get("uniqueName").AsString())
	diff, err := server.Diff(p.DiffRequest{
		ID: made.ID, Urn: urn(attachmentType), State: made.Properties, OldInputs: inputs, Inputs: inputs,
	})
	require.NoError(t, err)
	assertReplaces(t, diff, nil)

	read, err := server.Read(p.ReadRequest{
		ID: made.ID, Urn: urn(attachmentType), Inputs: inputs,
		Properties: made.Properties,
	})
	require.NoError(t, err)
	assert.Equal(t, inputs, read.Inputs, "a generated name does not become an input")
}

func TestAttachmentOfAConnectionThatIsGoneIsGone(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	_, connection := create(t, server, connectionType, connectionInputs(box.Seed().EssentialUSEast1))
	_, made := create(t, server, attachmentType, attachmentInputs(connection.Properties))
	box.Update(func(s *sandbox.State) { clear(s.PrivateLinkConnections) })
	read, err := server.Read(p.ReadRequest{ID: made.ID, Urn: urn(attachmentType), Properties: made.Properties})
	require.NoError(t, err)
	assert.Empty(t, read.ID)
}

func TestAttachmentDiff(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	_, connection := create(t, server, connectionType, connectionInputs(box.Seed().EssentialUSEast1))
	inputs, made := create(t, server, attachmentType, attachmentInputs(connection.Properties))
	unknown := property.New(property.Computed)
	domains := func(state string) property.Value {
		return property.New([]property.Value{property.New(map[string]property.Value{
			"name": property.New("*.x"), "state": property.New(state), "message": property.New("no"),
		})})
	}
	tests := []struct {
		name   string
		state  property.Map
		inputs property.Map
		want   []string
	}{
		{"nothing", made.Properties, inputs, nil},
		{
			"connection", made.Properties, inputs.Set("privateLinkConnectionId", property.New("plc-2")),
			[]string{"privateLinkConnectionId"},
		},
		{
			"connection unknown", made.Properties, inputs.Set("privateLinkConnectionId", unknown),
			[]string{"privateLinkConnectionId"},
		},
		{"name", made.Properties, inputs.Set("uniqueName", property.New("domx.us-east-1")), []string{"uniqueName"}},
		{"name unknown", made.Properties, inputs.Set("uniqueName", unknown), []string{"uniqueName"}},
		{"type", made.Properties, inputs.Set("type", property.New("TIDBCLOUD_MANAGED")), []string{"type"}},
		{"cluster", made.Properties, inputs.Set("clusterId", property.New("1")), []string{"clusterId"}},
		{"a domain failed", made.Properties.Set("domains", domains("FAILED")), inputs, []string{"domains"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			diff, err := server.Diff(p.DiffRequest{
				ID: made.ID, Urn: urn(attachmentType), State: test.state, OldInputs: inputs, Inputs: test.inputs,
			})
			require.NoError(t, err)
			assertReplaces(t, diff, test.want)
			assert.Equal(t, len(test.want) > 0, diff.DeleteBeforeReplace, "a domain is attached only once")
		})
	}
}

func TestUnfinishedAttachmentIsWaitedFor(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	_, connection := create(t, server, connectionType, connectionInputs(box.Seed().EssentialUSEast1))
	inputs, made := create(t, server, attachmentType, attachmentInputs(connection.Properties))
	state := made.Properties.Set("domains", property.New([]property.Value{property.New(map[string]property.Value{
		"name": property.New("*.x"), "state": property.New("CREATING"), "message": property.New(""),
	})}))
	diff, err := server.Diff(p.DiffRequest{
		ID: made.ID, Urn: urn(attachmentType), State: state, OldInputs: inputs,
		Inputs: inputs,
	})
	require.NoError(t, err)
	assert.Equal(t, map[string]p.PropertyDiff{"domains": {Kind: p.Update}}, diff.DetailedDiff)
	assert.False(t, diff.DeleteBeforeReplace)

	updated, err := server.Update(p.UpdateRequest{
		ID: made.ID, Urn: urn(attachmentType), State: state,
		OldInputs: inputs, Inputs: inputs,
	})
	require.NoError(t, err)
	assert.Equal(t, made.Properties, updated.Properties)
}

func TestAttachmentCheckRefuses(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	tests := []struct {
		name, key, property, reason string
		value                       property.Value
	}{
		{"malformed cluster", "clusterId", "clusterId", "is not a TiDB Cloud cluster ID", property.New("orders")},
		{
			"malformed connection", "privateLinkConnectionId", "privateLinkConnectionId",
			`"n-1" is not a TiDB Cloud private link connection ID`, property.New("n-1"),
		},
		{"unknown type", "type", "type", `"KAFKA" is not one of CONFLUENT, TIDBCLOUD_MANAGED`, property.New("KAFKA")},
		{"no unique name", "uniqueName", "type", "CONFLUENT needs uniqueName", property.Value{}},
		{
			"malformed unique name", "uniqueName", "uniqueName", "<label>.<region>",
			property.New("domnprzqrog.us-east-1.aws.confluent.cloud"),
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			inputs := object(map[string]any{
				"clusterId": "1001", "privateLinkConnectionId": "plc-1", "type": "CONFLUENT", "uniqueName": uniqueName,
			}).Set(test.key, test.value)
			if test.value.IsNull() {
				inputs = inputs.Delete(test.key)
			}
			resp, err := server.Check(p.CheckRequest{Urn: urn(attachmentType), Inputs: inputs})
			require.NoError(t, err)
			require.Len(t, resp.Failures, 1)
			assert.Equal(t, test.property, resp.Failures[0].Property)
			assert.Contains(t, resp.Failures[0].Reason, test.reason)
		})
	}
}
