package confluentcloud

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

func TestPlanCreate(t *testing.T) {
	t.Parallel()
	got := kind("kafkaCluster:KafkaCluster").PlanCreate(property.NewMap(clusterInputs()))
	for _, name := range []string{
		"bootstrapEndpoint", "restEndpoint", "rbacCrn", "endpoints", "byokKey", "kind",
		"apiVersion",
	} {
		assert.True(t, got.Get(name).IsComputed(), name)
	}
	for _, name := range []string{"basic", "standard", "enterprises", "freights", "deletionProtection"} {
		assert.True(t, got.Get(name).IsNull(), "%s is not given and not the service's to decide", name)
	}
	assert.Equal(t, "n-1", standin.TextAt(got, "network", "id"))
	assert.Equal(t, 2, standin.IntAt(got, "dedicated", "cku"))
	assert.True(t, standin.At(got, "dedicated", "zones").IsComputed())

	got = kind("network:Network").PlanCreate(property.NewMap(networkInputs()))
	for _, name := range []string{
		"aws", "zones", "dnsDomain", "zonalSubdomains", "gateways", "dnsConfig",
		nameProperty,
	} {
		assert.True(t, got.Get(name).IsComputed(), name)
	}
	assert.False(t, standin.Known(got).Get("region").IsNull())
	assert.True(t, standin.Known(got).Get("aws").IsNull())
}

func TestPlanUpdateKeepsWhatIsKnown(t *testing.T) {
	t.Parallel()
	k, state := kind("kafkaCluster:KafkaCluster"), property.NewMap(clusterTestState())
	inputs := with(clusterInputs(), "dedicated", standin.ObjectOf(standin.Values{"cku": standin.NumberOf(3)}))
	inputs = with(inputs, "availability", property.New("HIGH"))
	delete(inputs, "network")
	got := k.PlanUpdate(state, property.NewMap(inputs))

	assert.False(t, property.New(got).HasComputed(), "an update leaves nothing unknown")
	assert.Equal(t, 3, standin.IntAt(got, "dedicated", "cku"))
	assert.Equal(t, []string{"az1", "az2", "az6"}, standin.TextsAt(got, "dedicated", "zones"))
	assert.Equal(t, "MULTI_ZONE", standin.TextAt(got, "availability"), "another name for the same is no change")
	assert.Equal(t, "n-1", standin.TextAt(got, "network", "id"))
	assert.Equal(t, "crn://x/cloud-cluster=lkc-1", standin.TextAt(got, "rbacCrn"))
}

func TestPlanUpdateFromBasicToStandard(t *testing.T) {
	t.Parallel()
	state, inputs := clusterTestState(), clusterInputs()
	delete(state, "dedicated")
	delete(inputs, "dedicated")
	state["basic"], inputs["standard"] = standin.ObjectOf(standin.Values{"maxEcku": standin.NumberOf(5)}),
		standin.ObjectOf(standin.Values{})
	got := kind("kafkaCluster:KafkaCluster").PlanUpdate(property.NewMap(state), property.NewMap(inputs))
	assert.True(t, got.Get("basic").IsNull())
	assert.True(t, standin.At(got, "standard", "maxEcku").IsComputed())
}

func TestImportedInputs(t *testing.T) {
	t.Parallel()
	for name, good := range goodInputs {
		state := property.NewMap(states[name]())
		inputs := kind(name).ImportedInputs(state)
		assert.Empty(t, kind(name).Validate(standin.Stripped(inputs)), "%s: what is imported can be given", name)
		assert.Empty(t, kind(name).Changes(state, standin.Stripped(inputs)), "%s: and changes nothing", name)
		for key, value := range good() {
			assert.Equal(t, value, inputs.Get(key), "%s.%s", name, key)
		}
	}
	freight := with(clusterTestState(), "freights",
		standin.ListOf(
			standin.ObjectOf(standin.Values{"maxEcku": standin.NumberOf(3), "zones": standin.TextsOf([]string{"z"})})))
	inputs := kind("kafkaCluster:KafkaCluster").ImportedInputs(property.NewMap(freight))
	assert.Equal(t, standin.ListOf(standin.ObjectOf(standin.Values{"maxEcku": standin.NumberOf(3)})),
		inputs.Get("freights"))
}

func TestRefreshedInputs(t *testing.T) {
	t.Parallel()
	old := property.NewMap(with(networkInputs(), "zones", standin.TextsOf([]string{"az6", "az1", "az2"}))).
		Set(standin.DefaultsProperty, standin.ListOf()).Set("region", property.New("us-east-1").WithSecret(true))
	state := property.NewMap(with(networkTestState(), "region", property.New("us-west-2")))
	got := kind("network:Network").RefreshedInputs(old, state)

	assert.Equal(t, property.New("us-west-2").WithSecret(true), got.Get("region"), "a secret stays one")
	assert.Equal(t, []string{"az6", "az1", "az2"}, standin.TextsAt(got, "zones"), "the same zones stay as they were "+
		"written")
	assert.True(t, got.Get(nameProperty).IsNull(), "what was not given is not added")
	assert.False(t, got.Get(standin.DefaultsProperty).IsNull())

	resized := with(clusterTestState(), "dedicated",
		standin.ObjectOf(standin.Values{"cku": standin.NumberOf(4), "zones": standin.TextsOf([]string{"z"})}))
	got = kind("kafkaCluster:KafkaCluster").RefreshedInputs(property.NewMap(clusterInputs()), property.NewMap(resized))
	assert.Equal(t, standin.ObjectOf(standin.Values{"cku": standin.NumberOf(4)}), got.Get("dedicated"))
}

func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	secret := property.NewMap(standin.Values{
		"a":    property.New("x").WithSecret(true),
		"b":    standin.ObjectOf(standin.Values{"c": property.New("y").WithSecret(true)}),
		"gone": property.New("z").WithSecret(true),
	})
	got := standin.WithSecretsOf(
		property.NewMap(standin.Values{"a": property.New("x"), "b": property.New("y"), "d": property.New("w")}), secret)
	assert.True(t, got.Get("a").Secret())
	assert.True(t, got.Get("b").Secret())
	assert.False(t, got.Get("d").Secret())
	assert.Equal(t, 3, got.Len())
	assert.False(t, property.New(standin.Stripped(secret)).HasSecrets())
}
