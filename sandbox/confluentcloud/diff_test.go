package confluentcloud

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

// The states that belong to the good inputs.

func networkTestState() standin.Values {
	return networkState(api.Network{
		ID: "n-1",
		Spec: &api.NetworkSpec{
			DisplayName: "net", Cloud: "AWS", Region: "us-east-1", ConnectionTypes: []string{"PRIVATELINK"},
			Zones: []string{"az1", "az2", "az6"}, DNSConfig: &api.DNSConfig{Resolution: "PRIVATE"}, Environment: api.Ref("env-1"),
		},
		Status: &api.NetworkStatus{Phase: "READY", Cloud: &api.NetworkCloud{PrivateLinkEndpointService: "svc"}},
	}).AsMap()
}

func accessTestState() standin.Values {
	return accessState(api.PrivateLinkAccess{ID: "pla-1", Spec: &api.PrivateLinkAccessSpec{
		DisplayName: "pla",
		Cloud:       &api.AccessCloud{Kind: "networking.v1.AwsPrivateLinkAccess", Account: "123456789012"},
		Network:     api.Ref("n-1"), Environment: api.Ref("env-1"),
	}}).AsMap()
}

func clusterTestState() standin.Values {
	state, err := clusterState(api.KafkaCluster{
		ID: "lkc-1", Kind: "Cluster", APIVersion: "cmk/v2",
		Metadata: &api.Metadata{ResourceName: "crn://x/cloud-cluster=lkc-1/kafka=lkc-1"},
		Spec: &api.KafkaClusterSpec{
			DisplayName: "kafka", Availability: "MULTI_ZONE", Cloud: "AWS", Region: "us-east-1",
			// Asked for are 7 CKUs, but what the cluster has is in the status.
			Config:  &api.ClusterConfig{Kind: "Dedicated", Cku: 7, Zones: []string{"az1", "az2", "az6"}},
			Network: api.Ref("n-1"), Environment: api.Ref("env-1"),
		},
		Status: &api.KafkaClusterStatus{Phase: "PROVISIONED", Cku: 2},
	})
	if err != nil {
		panic(err)
	}
	return state.AsMap()
}

func environmentTestState() standin.Values {
	return environmentState(api.Environment{ID: "env-1", DisplayName: "env"}).AsMap()
}

var states = map[string]func() standin.Values{
	"environment:Environment":             environmentTestState,
	"network:Network":                     networkTestState,
	"privateLinkAccess:PrivateLinkAccess": accessTestState,
	"kafkaCluster:KafkaCluster":           clusterTestState,
}

func TestNoDiffWhereNothingChanged(t *testing.T) {
	t.Parallel()
	for name, inputs := range goodInputs {
		assert.Empty(t, kind(name).Changes(property.NewMap(states[name]()), property.NewMap(inputs())), name)
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	const env, net, pla, kafka = "environment:Environment", "network:Network",
		"privateLinkAccess:PrivateLinkAccess", "kafkaCluster:KafkaCluster"
	null, unknown := property.Value{}, property.New(property.Computed)
	str := func(s string) property.Value { return property.New(s) }
	type diffs map[string]p.DiffKind
	tests := map[string]struct {
		kind, property string
		value          property.Value
		want           diffs
	}{
		"a new name":                     {net, nameProperty, str("new"), diffs{nameProperty: p.Update}},
		"a name left to the service":     {net, nameProperty, null, nil},
		"a region":                       {net, "region", str("us-west-2"), diffs{"region": p.UpdateReplace}},
		"zones in another order":         {net, "zones", standin.TextsOf([]string{"az6", "az2", "az1"}), nil},
		"the same zones":                 {net, "zones", standin.TextsOf([]string{"az1", "az2", "az6"}), nil},
		"other zones":                    {net, "zones", standin.TextsOf([]string{"az1", "az3", "az6"}), diffs{"zones[1]": p.UpdateReplace}},
		"fewer zones":                    {net, "zones", standin.TextsOf([]string{"az1", "az2"}), diffs{"zones[2]": p.DeleteReplace}},
		"more zones":                     {net, "zones", standin.TextsOf([]string{"az1", "az2", "az6", "az4"}), diffs{"zones[3]": p.AddReplace}},
		"a zone not yet known":           {net, "zones", standin.ListOf(str("az1"), unknown, str("az6")), diffs{"zones[1]": p.UpdateReplace}},
		"zones not yet known":            {net, "zones", unknown, diffs{"zones": p.UpdateReplace}},
		"DNS resolution":                 {net, "dnsConfig", standin.ObjectOf(standin.Values{"resolution": str("CHASED_PRIVATE")}), diffs{"dnsConfig.resolution": p.UpdateReplace}},
		"DNS resolution left out":        {net, "dnsConfig", null, nil},
		"another environment":            {net, "environment", idOf("env-2"), diffs{"environment.id": p.UpdateReplace}},
		"an environment not yet known":   {net, "environment", standin.ObjectOf(standin.Values{"id": unknown}), diffs{"environment.id": p.UpdateReplace}},
		"an account":                     {pla, "aws", standin.ObjectOf(standin.Values{"account": str("999999999999")}), diffs{"aws.account": p.UpdateReplace}},
		"no account":                     {pla, "aws", null, diffs{"aws": p.DeleteReplace}},
		"a project":                      {pla, "gcp", standin.ObjectOf(standin.Values{"project": str("p")}), diffs{"gcp": p.AddReplace}},
		"more CKUs":                      {kafka, "dedicated", standin.ObjectOf(standin.Values{"cku": standin.NumberOf(3)}), diffs{"dedicated.cku": p.Update}},
		"CKUs not yet known":             {kafka, "dedicated", standin.ObjectOf(standin.Values{"cku": unknown}), diffs{"dedicated.cku": p.Update}},
		"another network":                {kafka, "network", idOf("n-2"), diffs{"network.id": p.UpdateReplace}},
		"a network left out":             {kafka, "network", null, nil},
		"a key":                          {kafka, "byokKey", idOf("cck-1"), diffs{"byokKey.id": p.UpdateReplace}},
		"the newer name of availability": {kafka, "availability", str("HIGH"), nil},
		"another availability":           {kafka, "availability", str("LOW"), diffs{"availability": p.UpdateReplace}},
		"protection":                     {kafka, "deletionProtection", property.New(true), diffs{"deletionProtection": p.Update}},
		"no protection, said twice":      {kafka, "deletionProtection", property.New(false), nil},
		"governance":                     {env, "streamGovernance", standin.ObjectOf(standin.Values{"package": str("ADVANCED")}), diffs{"streamGovernance.package": p.Update}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inputs := standin.Stripped(property.NewMap(with(goodInputs[tt.kind](), tt.property, tt.value)))
			got := diffs{}
			for path, diff := range kind(tt.kind).Changes(property.NewMap(states[tt.kind]()), inputs) {
				got[path] = diff.Kind
			}
			if tt.want == nil {
				tt.want = diffs{}
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

// What a refresh found shows as a change back to what the program says.
func TestDiffComparesWithTheState(t *testing.T) {
	t.Parallel()
	k := kind("kafkaCluster:KafkaCluster")
	drifted := with(clusterTestState(), "deletionProtection", property.New(true))
	got, err := k.Diff(p.DiffRequest{
		ID: "lkc-1", State: property.NewMap(drifted),
		OldInputs: property.NewMap(clusterInputs()), Inputs: property.NewMap(clusterInputs()),
	})
	require.NoError(t, err)
	assert.True(t, got.HasChanges)
	assert.Equal(t, map[string]p.PropertyDiff{"deletionProtection": {Kind: p.Delete}}, got.DetailedDiff)
}

func TestDiffIgnoresChanges(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]bool{
		"dedicated": true, "dedicated.cku": true, `["dedicated"].cku`: true, "dedicated.*": true, "*": true,
		"dedicate": false, "dedicated.cku.x": false, "network": false,
	} {
		inputs := with(clusterInputs(), "dedicated", standin.ObjectOf(standin.Values{"cku": standin.NumberOf(3)}))
		got, err := kind("kafkaCluster:KafkaCluster").Diff(p.DiffRequest{
			State:  property.NewMap(clusterTestState()),
			Inputs: property.NewMap(inputs), IgnoreChanges: []string{pattern},
		})
		require.NoError(t, err)
		assert.Equal(t, want, !got.HasChanges, pattern)
	}
}

func TestDeleteBeforeReplace(t *testing.T) {
	t.Parallel()
	made, chosen := standin.ListOf(property.New(nameProperty)), standin.ListOf()
	moved := func(defaults property.Value) standin.Values {
		return with(with(clusterInputs(), "network", idOf("n-2")), standin.DefaultsProperty, defaults)
	}
	diff := func(name string, inputs standin.Values) p.DiffResponse {
		got, err := kind(name).Diff(p.DiffRequest{State: property.NewMap(states[name]()), Inputs: property.NewMap(inputs)})
		require.NoError(t, err)
		require.True(t, got.HasChanges)
		return got
	}
	const kafka = "kafkaCluster:KafkaCluster"
	assert.True(t, diff(kafka, moved(chosen)).DeleteBeforeReplace, "a chosen name is freed first")
	assert.False(t, diff(kafka, moved(made)).DeleteBeforeReplace, "a made name is made anew")
	resized := with(with(clusterInputs(), "dedicated", standin.ObjectOf(standin.Values{"cku": standin.NumberOf(3)})), standin.DefaultsProperty, chosen)
	assert.False(t, diff(kafka, resized).DeleteBeforeReplace, "nothing is replaced")
	elsewhere := with(with(networkInputs(), "region", property.New("us-west-2")), standin.DefaultsProperty, chosen)
	assert.False(t, diff("network:Network", elsewhere).DeleteBeforeReplace, "networks are not autonamed")
}

func TestClusterTypeChanges(t *testing.T) {
	t.Parallel()
	typed := func(m standin.Values, name string) property.Map {
		delete(m, "dedicated")
		if name == "freights" || name == "enterprises" {
			return property.NewMap(with(m, name, standin.ListOf(standin.ObjectOf(standin.Values{}))))
		}
		return property.NewMap(with(m, name, standin.ObjectOf(standin.Values{"cku": standin.NumberOf(2)})))
	}
	for _, tt := range []struct {
		old, now string
		allowed  bool
	}{
		{"basic", "standard", true},
		{"standard", "basic", false},
		{"basic", "dedicated", false},
		{"dedicated", "standard", false},
		{"dedicated", "enterprises", false},
		{"enterprises", "freights", false},
		{"dedicated", "dedicated", true},
	} {
		_, err := kind("kafkaCluster:KafkaCluster").Diff(p.DiffRequest{
			ID:    "lkc-1",
			State: typed(clusterTestState(), tt.old), Inputs: typed(clusterInputs(), tt.now),
		})
		if tt.allowed {
			assert.NoError(t, err, "%s to %s", tt.old, tt.now)
		} else {
			assert.ErrorContains(t, err, "cannot become", "%s to %s", tt.old, tt.now)
		}
	}
}
