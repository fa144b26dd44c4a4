package confluentcloud

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Inputs that are good, for tests to spoil.

func networkInputs() values {
	return values{
		"cloud":           property.New("AWS"),
		"region":          property.New("us-east-1"),
		"connectionTypes": textsOf([]string{"PRIVATELINK"}),
		"environment":     idOf("env-1"),
	}
}

func accessInputs() values {
	return values{
		"aws":         objectOf(values{"account": property.New("123456789012")}),
		"network":     idOf("n-1"),
		"environment": idOf("env-1"),
	}
}

func clusterInputs() values {
	return values{
		nameProperty:   property.New("kafka"),
		"availability": property.New("MULTI_ZONE"),
		"cloud":        property.New("AWS"),
		"region":       property.New("us-east-1"),
		"dedicated":    objectOf(values{"cku": numberOf(2)}),
		"network":      idOf("n-1"),
		"environment":  idOf("env-1"),
	}
}

func environmentInputs() values { return values{nameProperty: property.New("env")} }

var goodInputs = map[string]func() values{
	"environment:Environment":             environmentInputs,
	"network:Network":                     networkInputs,
	"privateLinkAccess:PrivateLinkAccess": accessInputs,
	"kafkaCluster:KafkaCluster":           clusterInputs,
}

func kind(name string) *resourceKind { return loadPackage().resources["confluentcloud:index/"+name] }

func with(m values, key string, v property.Value) values {
	m[key] = v
	return m
}

func TestValidateAcceptsGoodInputs(t *testing.T) {
	t.Parallel()
	for name, inputs := range goodInputs {
		assert.Empty(t, kind(name).validate(property.NewMap(inputs())), name)
		unknown := values{}
		for key := range inputs() {
			unknown[key] = property.New(property.Computed)
		}
		assert.Empty(t, kind(name).validate(property.NewMap(unknown)), "%s, all unknown", name)
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	const env, net, pla, kafka = "environment:Environment", "network:Network",
		"privateLinkAccess:PrivateLinkAccess", "kafkaCluster:KafkaCluster"
	null := property.Value{}
	str := func(s string) property.Value { return property.New(s) }
	cku := func(n int) property.Value { return objectOf(values{"cku": numberOf(n)}) }
	tests := map[string]struct {
		kind, property string
		value          property.Value
		path, reason   string
	}{
		"unknown property":          {net, "zonez", str("x"), "zonez", "no such property"},
		"unknown nested property":   {net, "environment", objectOf(values{"id": str("env-1"), "name": str("x")}), "environment.name", "no such property"},
		"missing":                   {net, "region", null, "region", "required and not given"},
		"missing nested":            {net, "environment", objectOf(values{}), "environment.id", "required and not given"},
		"wrong type":                {net, "zones", str("use1-az1"), "zones", "type array"},
		"wrong type of element":     {net, "zones", listOf(numberOf(1)), "zones[0]", "type string"},
		"half a CKU":                {kafka, "dedicated", objectOf(values{"cku": property.New(1.5)}), "dedicated.cku", "type integer"},
		"not a boolean":             {kafka, "deletionProtection", str("yes"), "deletionProtection", "type boolean"},
		"an empty name":             {env, nameProperty, str(""), nameProperty, "not empty"},
		"unknown governance":        {env, "streamGovernance", objectOf(values{"package": str("FREE")}), "streamGovernance.package", `"FREE" is none of`},
		"unknown cloud":             {net, "cloud", str("aws"), "cloud", `"aws" is none of AWS, AZURE, GCP`},
		"empty region":              {net, "region", str(""), "region", "not empty"},
		"no connection type":        {net, "connectionTypes", listOf(), "connectionTypes", "at least one element"},
		"a cidr of another size":    {net, "cidr", str("10.0.0.0/24"), "cidr", "/16"},
		"a reserved cidr likewise":  {net, "reservedCidr", str("10.0.0.0/16"), "reservedCidr", "/24"},
		"what the service decides":  {net, "aws", listOf(objectOf(values{"vpc": str("vpc-1")})), "aws", "leave it out"},
		"a short account":           {pla, "aws", objectOf(values{"account": str("12345678901")}), "aws.account", "12 digits"},
		"not a network":             {pla, "network", idOf("net-1"), "network.id", "starts with n- or nr-"},
		"no consumer":               {pla, "aws", null, "aws", "exactly one of aws, azure, gcp is expected, and none"},
		"two consumers":             {pla, "gcp", objectOf(values{"project": str("p")}), "aws", "and aws, gcp are given"},
		"unknown availability":      {kafka, "availability", str("DOUBLE"), "availability", `"DOUBLE" is none of`},
		"no CKU":                    {kafka, "dedicated", cku(0), "dedicated.cku", "0 is less than 1"},
		"zones of a cluster":        {kafka, "dedicated", objectOf(values{"cku": numberOf(2), "zones": textsOf([]string{"z"})}), "dedicated.zones", "leave it out"},
		"zones of a Freight one":    {kafka, "freights", listOf(objectOf(values{"zones": textsOf([]string{"z"})})), "freights[0].zones", "leave it out"},
		"two types":                 {kafka, "standard", objectOf(values{}), "standard", "and standard, dedicated are given"},
		"no type":                   {kafka, "dedicated", null, "basic", "and none is given"},
		"an unknown type beside it": {kafka, "basic", property.New(property.Computed), "basic", "and basic, dedicated are given"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inputs := stripped(property.NewMap(with(goodInputs[tt.kind](), tt.property, tt.value)))
			failures := kind(tt.kind).validate(inputs)
			for _, f := range failures {
				if f.Property == tt.path && strings.Contains(f.Reason, tt.reason) {
					return
				}
			}
			assert.Failf(t, "not reported", "%q with %q is not among %v", tt.path, tt.reason, failures)
		})
	}
}

func TestValidateConflicts(t *testing.T) {
	t.Parallel()
	inputs := with(clusterInputs(), "byokKey", idOf("cck-1"))
	assert.Empty(t, kind("kafkaCluster:KafkaCluster").validate(property.NewMap(inputs)))
	delete(inputs, "dedicated")
	failures := kind("kafkaCluster:KafkaCluster").validate(property.NewMap(with(inputs, "basic", objectOf(values{}))))
	require.Len(t, failures, 1)
	assert.Equal(t, "byokKey", failures[0].Property)
}

func TestValidateAcceptsEmptyListsOfOtherTypes(t *testing.T) {
	t.Parallel()
	inputs := with(with(clusterInputs(), "enterprises", listOf()), "freights", listOf())
	assert.Empty(t, kind("kafkaCluster:KafkaCluster").validate(property.NewMap(inputs)))
}

func TestAutonaming(t *testing.T) {
	t.Parallel()
	k := kind("environment:Environment")
	made, err := k.applyDefaults("dev", property.Map{}, property.Map{})
	require.NoError(t, err)
	assert.Regexp(t, `^dev-[0-9a-f]{7}$`, textAt(made, nameProperty))
	assert.Equal(t, []string{nameProperty}, textsAt(made, defaultsProperty))

	kept, err := k.applyDefaults("renamed", made, property.Map{})
	require.NoError(t, err)
	assert.Equal(t, textAt(made, nameProperty), textAt(kept, nameProperty), "a name once made is kept")

	chosen, err := k.applyDefaults("dev", made, property.NewMap(environmentInputs()))
	require.NoError(t, err)
	assert.Equal(t, "env", textAt(chosen, nameProperty))
	assert.Empty(t, textsAt(chosen, defaultsProperty))

	again, err := k.applyDefaults("dev", chosen, property.Map{})
	require.NoError(t, err)
	assert.Regexp(t, `^dev-[0-9a-f]{7}$`, textAt(again, nameProperty), "a chosen name is not taken for a made one")

	_, err = k.applyDefaults(strings.Repeat("x", maxNameLength), property.Map{}, property.Map{})
	assert.ErrorContains(t, err, "give displayName")

	unnamed, err := kind("network:Network").applyDefaults("net", property.Map{}, property.NewMap(networkInputs()))
	require.NoError(t, err)
	assert.True(t, unnamed.Get(nameProperty).IsNull(), "networks are not autonamed")
}
