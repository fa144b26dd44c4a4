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
			Zones: []string{"az1", "az2", "az6"}, DNSConfig: &api.DNSConfig{Resolution: "PRIVATE"},
			Environment: api.Ref("env-1"),
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
			// The spec asks for 7 CKUs; the status has the present number.
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

func accountTestState() standin.Values {
	return accountState(
		api.ServiceAccount{ID: "sa-1", APIVersion: "iam/v2", Kind: "ServiceAccount", DisplayName: "writer"}).AsMap()
}

func keyTestState() standin.Values {
	name := "key"
	key := api.Key{ID: "KEY", Spec: &api.KeySpec{
		DisplayName: &name, Owner: api.KeyRef("ServiceAccount", "sa-1"), Resource: api.KeyRef("Cluster", "lkc-1"),
	}}
	key.Spec.Owner.APIVersion, key.Spec.Resource.APIVersion = "iam/v2", "cmk/v2"
	state := keyState(key, property.NewMap(keyInputs()))
	return kind("apiKey:ApiKey").Type.WithLocal(state, property.NewMap(standin.Values{
		noWaitProperty: property.New(false), secretProperty: property.New("s3cret"),
	})).AsMap()
}

func bindingTestState() standin.Values {
	return bindingState(api.RoleBinding{
		ID: "rb-1", Principal: "User:sa-1", RoleName: "CloudClusterAdmin", CRNPattern: "crn://x/cloud-cluster=lkc-1",
	}).AsMap()
}

var states = map[string]func() standin.Values{
	"serviceAccount:ServiceAccount":       accountTestState,
	"apiKey:ApiKey":                       keyTestState,
	"roleBinding:RoleBinding":             bindingTestState,
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
	const sa, key, rb = "serviceAccount:ServiceAccount", "apiKey:ApiKey", "roleBinding:RoleBinding"
	null, unknown := property.Value{}, property.New(property.Computed)
	str := func(s string) property.Value { return property.New(s) }
	type diffs map[string]p.DiffKind
	tests := map[string]struct {
		kind, property string
		value          property.Value
		want           diffs
	}{
		"a new name":                 {net, nameProperty, str("new"), diffs{nameProperty: p.Update}},
		"a name left to the service": {net, nameProperty, null, nil},
		"a region":                   {net, "region", str("us-west-2"), diffs{"region": p.UpdateReplace}},
		"zones in another order":     {net, "zones", standin.TextsOf([]string{"az6", "az2", "az1"}), nil},
		"the same zones":             {net, "zones", standin.TextsOf([]string{"az1", "az2", "az6"}), nil},
		"other zones": {
			net, "zones", standin.TextsOf([]string{"az1", "az3", "az6"}),
			diffs{"zones[1]": p.UpdateReplace},
		},
		"fewer zones": {
			net, "zones", standin.TextsOf([]string{"az1", "az2"}),
			diffs{"zones[2]": p.DeleteReplace},
		},
		"more zones": {
			net, "zones", standin.TextsOf([]string{"az1", "az2", "az6", "az4"}),
			diffs{"zones[3]": p.AddReplace},
		},
		"a zone not yet known": {
			net, "zones", standin.ListOf(str("az1"), unknown, str("az6")),
			diffs{"zones[1]": p.UpdateReplace},
		},
		"zones not yet known": {net, "zones", unknown, diffs{"zones": p.UpdateReplace}},
		"DNS resolution": {
			net, "dnsConfig",
			standin.ObjectOf(standin.Values{"resolution": str("CHASED_PRIVATE")}),
			diffs{"dnsConfig.resolution": p.UpdateReplace},
		},
		"DNS resolution left out": {net, "dnsConfig", null, nil},
		"another environment":     {net, "environment", idOf("env-2"), diffs{"environment.id": p.UpdateReplace}},
		"an environment not yet known": {
			net, "environment", standin.ObjectOf(standin.Values{"id": unknown}),
			diffs{"environment.id": p.UpdateReplace},
		},
		"an account": {
			pla, "aws", standin.ObjectOf(standin.Values{"account": str("999999999999")}),
			diffs{"aws.account": p.UpdateReplace},
		},
		"no account": {pla, "aws", null, diffs{"aws": p.DeleteReplace}},
		"a project": {
			pla, "gcp", standin.ObjectOf(standin.Values{"project": str("p")}),
			diffs{"gcp": p.AddReplace},
		},
		"more CKUs": {
			kafka, "dedicated",
			standin.ObjectOf(standin.Values{"cku": standin.NumberOf(3)}),
			diffs{"dedicated.cku": p.Update},
		},
		"CKUs not yet known": {
			kafka, "dedicated", standin.ObjectOf(standin.Values{"cku": unknown}),
			diffs{"dedicated.cku": p.Update},
		},
		"another network":                {kafka, "network", idOf("n-2"), diffs{"network.id": p.UpdateReplace}},
		"a network left out":             {kafka, "network", null, nil},
		"a key":                          {kafka, "byokKey", idOf("cck-1"), diffs{"byokKey.id": p.UpdateReplace}},
		"the newer name of availability": {kafka, "availability", str("HIGH"), nil},
		"another availability":           {kafka, "availability", str("LOW"), diffs{"availability": p.UpdateReplace}},
		"protection": {
			kafka, "deletionProtection", property.New(true),
			diffs{"deletionProtection": p.Update},
		},
		"no protection, said twice": {kafka, "deletionProtection", property.New(false), nil},
		"an account's new name":     {sa, nameProperty, str("new"), diffs{nameProperty: p.Update}},
		"an account's description":  {sa, descriptionProperty, str("new"), diffs{descriptionProperty: p.Update}},
		"a key's description":       {key, descriptionProperty, str("new"), diffs{descriptionProperty: p.Update}},
		"a key's owner": {
			key, "owner", keyRefValue("sa-2", "ServiceAccount", "iam/v2"),
			diffs{"owner.id": p.UpdateReplace},
		},
		"a key's cluster": {
			key, resourceProperty, inEnv(keyRefValue("lkc-2", "Cluster", "cmk/v2")),
			diffs{"managedResource.id": p.UpdateReplace},
		},
		"a cluster not yet known":    {key, resourceProperty, unknown, diffs{resourceProperty: p.UpdateReplace}},
		"a later version of the API": {key, resourceProperty, inEnv(keyRefValue("lkc-1", "Cluster", "cmk/v3")), nil},
		"another API": {
			key, resourceProperty, inEnv(keyRefValue("lkc-1", "Cluster", "srcm/v3")),
			diffs{"managedResource.apiVersion": p.UpdateReplace},
		},
		"no resource": {key, resourceProperty, null, diffs{resourceProperty: p.DeleteReplace}},
		"no wait":     {key, noWaitProperty, property.New(true), diffs{noWaitProperty: p.Update}},
		"a principal": {rb, "principal", str("User:sa-2"), diffs{"principal": p.UpdateReplace}},
		"a role":      {rb, "roleName", str("MetricsViewer"), diffs{"roleName": p.UpdateReplace}},
		"a pattern": {
			rb, patternProperty, str("crn://x/cloud-cluster=lkc-2"),
			diffs{patternProperty: p.UpdateReplace},
		},
		"a pattern, escaped": {rb, patternProperty, str("crn%3A//x/cloud-cluster=lkc-1"), nil},
		"no wait for a role": {rb, noWaitProperty, property.New(true), diffs{noWaitProperty: p.Add}},
		"governance": {
			env, "streamGovernance", standin.ObjectOf(standin.Values{"package": str("ADVANCED")}),
			diffs{"streamGovernance.package": p.Update},
		},
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

func keyRefValue(id, kind, apiVersion string) property.Value {
	return standin.ObjectOf(standin.Values{
		"id": property.New(id), "kind": property.New(kind), "apiVersion": property.New(apiVersion),
	})
}

func inEnv(reference property.Value) property.Value {
	return property.New(reference.AsMap().Set("environment", idOf("env-1")))
}

// A difference that a refresh found shows as a change back to the program.
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
		got, err := kind(name).Diff(
			p.DiffRequest{State: property.NewMap(states[name]()), Inputs: property.NewMap(inputs)})
		require.NoError(t, err)
		require.True(t, got.HasChanges)
		return got
	}
	const kafka = "kafkaCluster:KafkaCluster"
	assert.True(t, diff(kafka, moved(chosen)).DeleteBeforeReplace, "a chosen name is freed first")
	assert.False(t, diff(kafka, moved(made)).DeleteBeforeReplace, "a made name is made anew")
	resized := with(with(clusterInputs(), "dedicated", standin.ObjectOf(standin.Values{"cku": standin.NumberOf(3)})),
		standin.DefaultsProperty, chosen)
	assert.False(t, diff(kafka, resized).DeleteBeforeReplace, "nothing is replaced")
	const key = "apiKey:ApiKey"
	rotated := func(defaults property.Value) standin.Values {
		moved := with(keyInputs(), resourceProperty, inEnv(keyRefValue("lkc-2", "Cluster", "cmk/v2")))
		return with(moved, standin.DefaultsProperty, defaults)
	}
	assert.True(t, diff(key, rotated(chosen)).DeleteBeforeReplace, "a key with a chosen name goes before its "+
		"successor comes")
	assert.False(t, diff(key, rotated(made)).DeleteBeforeReplace)
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
