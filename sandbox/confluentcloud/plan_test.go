package confluentcloud

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
)

func TestPlanCreate(t *testing.T) {
	t.Parallel()
	got := kind("kafkaCluster:KafkaCluster").planCreate(property.NewMap(clusterInputs()))
	for _, name := range []string{"bootstrapEndpoint", "restEndpoint", "rbacCrn", "endpoints", "byokKey", "kind", "apiVersion"} {
		assert.True(t, got.Get(name).IsComputed(), name)
	}
	for _, name := range []string{"basic", "standard", "enterprises", "freights", "deletionProtection"} {
		assert.True(t, got.Get(name).IsNull(), "%s is not given and not the service's to decide", name)
	}
	assert.Equal(t, "n-1", textAt(got, "network", "id"))
	assert.Equal(t, 2, intAt(got, "dedicated", "cku"))
	assert.True(t, at(got, "dedicated", "zones").IsComputed())

	got = kind("network:Network").planCreate(property.NewMap(networkInputs()))
	for _, name := range []string{"aws", "zones", "dnsDomain", "zonalSubdomains", "gateways", "dnsConfig", nameProperty} {
		assert.True(t, got.Get(name).IsComputed(), name)
	}
	assert.False(t, known(got).Get("region").IsNull())
	assert.True(t, known(got).Get("aws").IsNull())
}

func TestPlanUpdateKeepsWhatIsKnown(t *testing.T) {
	t.Parallel()
	k, state := kind("kafkaCluster:KafkaCluster"), property.NewMap(clusterTestState())
	inputs := with(clusterInputs(), "dedicated", objectOf(values{"cku": numberOf(3)}))
	inputs = with(inputs, "availability", property.New("HIGH"))
	delete(inputs, "network")
	got := k.planUpdate(state, property.NewMap(inputs))

	assert.False(t, property.New(got).HasComputed(), "an update leaves nothing unknown")
	assert.Equal(t, 3, intAt(got, "dedicated", "cku"))
	assert.Equal(t, []string{"az1", "az2", "az6"}, textsAt(got, "dedicated", "zones"))
	assert.Equal(t, "MULTI_ZONE", textAt(got, "availability"), "another name for the same is no change")
	assert.Equal(t, "n-1", textAt(got, "network", "id"))
	assert.Equal(t, "crn://x/cloud-cluster=lkc-1", textAt(got, "rbacCrn"))
}

func TestPlanUpdateFromBasicToStandard(t *testing.T) {
	t.Parallel()
	state, inputs := clusterTestState(), clusterInputs()
	delete(state, "dedicated")
	delete(inputs, "dedicated")
	state["basic"], inputs["standard"] = objectOf(values{"maxEcku": numberOf(5)}), objectOf(values{})
	got := kind("kafkaCluster:KafkaCluster").planUpdate(property.NewMap(state), property.NewMap(inputs))
	assert.True(t, got.Get("basic").IsNull())
	assert.True(t, at(got, "standard", "maxEcku").IsComputed())
}

func TestImportedInputs(t *testing.T) {
	t.Parallel()
	for name, good := range goodInputs {
		state := property.NewMap(states[name]())
		inputs := kind(name).importedInputs(state)
		assert.Empty(t, kind(name).validate(stripped(inputs)), "%s: what is imported can be given", name)
		assert.Empty(t, kind(name).changes(state, stripped(inputs)), "%s: and changes nothing", name)
		for key, value := range good() {
			assert.Equal(t, value, inputs.Get(key), "%s.%s", name, key)
		}
	}
	freight := with(clusterTestState(), "freights", listOf(objectOf(values{"maxEcku": numberOf(3), "zones": textsOf([]string{"z"})})))
	inputs := kind("kafkaCluster:KafkaCluster").importedInputs(property.NewMap(freight))
	assert.Equal(t, listOf(objectOf(values{"maxEcku": numberOf(3)})), inputs.Get("freights"))
}

func TestRefreshedInputs(t *testing.T) {
	t.Parallel()
	old := property.NewMap(with(networkInputs(), "zones", textsOf([]string{"az6", "az1", "az2"}))).
		Set(defaultsProperty, listOf()).Set("region", property.New("us-east-1").WithSecret(true))
	state := property.NewMap(with(networkTestState(), "region", property.New("us-west-2")))
	got := kind("network:Network").refreshedInputs(old, state)

	assert.Equal(t, property.New("us-west-2").WithSecret(true), got.Get("region"), "a secret stays one")
	assert.Equal(t, []string{"az6", "az1", "az2"}, textsAt(got, "zones"), "the same zones stay as they were written")
	assert.True(t, got.Get(nameProperty).IsNull(), "what was not given is not added")
	assert.False(t, got.Get(defaultsProperty).IsNull())

	resized := with(clusterTestState(), "dedicated", objectOf(values{"cku": numberOf(4), "zones": textsOf([]string{"z"})}))
	got = kind("kafkaCluster:KafkaCluster").refreshedInputs(property.NewMap(clusterInputs()), property.NewMap(resized))
	assert.Equal(t, objectOf(values{"cku": numberOf(4)}), got.Get("dedicated"))
}

func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	secret := property.NewMap(values{
		"a": property.New("x").WithSecret(true),
		"b": objectOf(values{"c": property.New("y").WithSecret(true)}), "gone": property.New("z").WithSecret(true),
	})
	got := withSecretsOf(property.NewMap(values{"a": property.New("x"), "b": property.New("y"), "d": property.New("w")}), secret)
	assert.True(t, got.Get("a").Secret())
	assert.True(t, got.Get("b").Secret())
	assert.False(t, got.Get("d").Secret())
	assert.Equal(t, 3, got.Len())
	assert.False(t, property.New(stripped(secret)).HasSecrets())
}
