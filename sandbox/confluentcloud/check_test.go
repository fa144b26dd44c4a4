package confluentcloud

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

// Inputs that are good, for tests to spoil.

func networkInputs() standin.Values {
	return standin.Values{
		"cloud":           property.New("AWS"),
		"region":          property.New("us-east-1"),
		"connectionTypes": standin.TextsOf([]string{"PRIVATELINK"}),
		"environment":     idOf("env-1"),
	}
}

func accessInputs() standin.Values {
	return standin.Values{
		"aws":         standin.ObjectOf(standin.Values{"account": property.New("123456789012")}),
		"network":     idOf("n-1"),
		"environment": idOf("env-1"),
	}
}

func clusterInputs() standin.Values {
	return standin.Values{
		nameProperty:   property.New("kafka"),
		"availability": property.New("MULTI_ZONE"),
		"cloud":        property.New("AWS"),
		"region":       property.New("us-east-1"),
		"dedicated":    standin.ObjectOf(standin.Values{"cku": standin.NumberOf(2)}),
		"network":      idOf("n-1"),
		"environment":  idOf("env-1"),
	}
}

func environmentInputs() standin.Values { return standin.Values{nameProperty: property.New("env")} }

func accountInputs() standin.Values { return standin.Values{nameProperty: property.New("writer")} }

func keyInputs() standin.Values {
	return standin.Values{
		nameProperty:     property.New("key"),
		"owner":          keyRefValue("sa-1", "ServiceAccount", "iam/v2"),
		resourceProperty: inEnv(keyRefValue("lkc-1", "Cluster", "cmk/v2")),
	}
}

func bindingInputs() standin.Values {
	return standin.Values{
		"principal": property.New("User:sa-1"), "roleName": property.New("CloudClusterAdmin"),
		patternProperty: property.New("crn://x/cloud-cluster=lkc-1"),
	}
}

var goodInputs = map[string]func() standin.Values{
	"environment:Environment":             environmentInputs,
	"serviceAccount:ServiceAccount":       accountInputs,
	"apiKey:ApiKey":                       keyInputs,
	"roleBinding:RoleBinding":             bindingInputs,
	"network:Network":                     networkInputs,
	"privateLinkAccess:PrivateLinkAccess": accessInputs,
	"kafkaCluster:KafkaCluster":           clusterInputs,
}

func kind(name string) *resourceKind { return loadPackage().resources["confluentcloud:index/"+name] }

func with(m standin.Values, key string, v property.Value) standin.Values {
	m[key] = v
	return m
}

func TestValidateAcceptsGoodInputs(t *testing.T) {
	t.Parallel()
	for name, inputs := range goodInputs {
		assert.Empty(t, kind(name).Validate(property.NewMap(inputs())), name)
		unknown := standin.Values{}
		for key := range inputs() {
			unknown[key] = property.New(property.Computed)
		}
		assert.Empty(t, kind(name).Validate(property.NewMap(unknown)), "%s, all unknown", name)
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	const env, net, pla, kafka = "environment:Environment", "network:Network",
		"privateLinkAccess:PrivateLinkAccess", "kafkaCluster:KafkaCluster"
	const sa, key, rb = "serviceAccount:ServiceAccount", "apiKey:ApiKey", "roleBinding:RoleBinding"
	null := property.Value{}
	str := func(s string) property.Value { return property.New(s) }
	cku := func(n int) property.Value { return standin.ObjectOf(standin.Values{"cku": standin.NumberOf(n)}) }
	tests := map[string]struct {
		kind, property string
		value          property.Value
		path, reason   string
	}{
		"unknown property": {net, "zonez", str("x"), "zonez", "no such property"},
		"unknown nested property": {
			net, "environment",
			standin.ObjectOf(standin.Values{"id": str("env-1"), "name": str("x")}), "environment.name",
			"no such property",
		},
		"missing": {net, "region", null, "region", "required and not given"},
		"missing nested": {
			net, "environment", standin.ObjectOf(standin.Values{}), "environment.id",
			"required and not given",
		},
		"wrong type":            {net, "zones", str("use1-az1"), "zones", "type array"},
		"wrong type of element": {net, "zones", standin.ListOf(standin.NumberOf(1)), "zones[0]", "type string"},
		"half a CKU": {
			kafka, "dedicated", standin.ObjectOf(standin.Values{"cku": property.New(1.5)}),
			"dedicated.cku", "type integer",
		},
		"not a boolean": {kafka, "deletionProtection", str("yes"), "deletionProtection", "type boolean"},
		"an empty name": {env, nameProperty, str(""), nameProperty, "not empty"},
		"unknown governance": {
			env, "streamGovernance", standin.ObjectOf(standin.Values{"package": str("FREE")}),
			"streamGovernance.package", `"FREE" is none of`,
		},
		"unknown cloud": {net, "cloud", str("aws"), "cloud", `"aws" is none of AWS, AZURE, GCP`},
		"empty region":  {net, "region", str(""), "region", "not empty"},
		"no connection type": {
			net, "connectionTypes", standin.ListOf(), "connectionTypes",
			"at least one element",
		},
		"a cidr of another size":   {net, "cidr", str("10.0.0.0/24"), "cidr", "/16"},
		"a reserved cidr likewise": {net, "reservedCidr", str("10.0.0.0/16"), "reservedCidr", "/24"},
		"what the service decides": {
			net, "aws", standin.ListOf(standin.ObjectOf(standin.Values{"vpc": str("vpc-1")})),
			"aws", "leave it out",
		},
		"a short account": {
			pla, "aws", standin.ObjectOf(standin.Values{"account": str("12345678901")}),
			"aws.account", "12 digits",
		},
		"not a network": {pla, "network", idOf("net-1"), "network.id", "starts with n- or nr-"},
		"no consumer":   {pla, "aws", null, "aws", "exactly one of aws, azure, gcp is expected, and none"},
		"two consumers": {
			pla, "gcp", standin.ObjectOf(standin.Values{"project": str("p")}), "aws",
			"and aws, gcp are given",
		},
		"unknown availability": {kafka, "availability", str("DOUBLE"), "availability", `"DOUBLE" is none of`},
		"no CKU":               {kafka, "dedicated", cku(0), "dedicated.cku", "0 is less than 1"},
		"zones of a cluster": {
			kafka, "dedicated",
			standin.ObjectOf(standin.Values{"cku": standin.NumberOf(2), "zones": standin.TextsOf([]string{"z"})}),
			"dedicated.zones", "leave it out",
		},
		"zones of a Freight one": {
			kafka, "freights",
			standin.ListOf(standin.ObjectOf(standin.Values{"zones": standin.TextsOf([]string{"z"})})),
			"freights[0].zones", "leave it out",
		},
		"two types": {
			kafka, "standard", standin.ObjectOf(standin.Values{}), "standard",
			"and standard, dedicated are given",
		},
		"no type":               {kafka, "dedicated", null, "basic", "and none is given"},
		"an empty account name": {sa, nameProperty, str(""), nameProperty, "not empty"},
		"an account's kind":     {sa, "kind", str("User"), "kind", "no such property"},
		"no owner":              {key, "owner", null, "owner", "required and not given"},
		"another owner": {
			key, "owner", keyRefValue("pool-1", "ServiceAccount", "iam/v2"), "owner.id",
			"starts with u- or sa-",
		},
		"another kind of owner": {
			key, "owner", keyRefValue("sa-1", "Group", "iam/v2"), "owner.kind",
			`"Group" is none of`,
		},
		"an owner's other version": {
			key, "owner", keyRefValue("sa-1", "User", "iam/v1"), "owner.apiVersion",
			`"iam/v1" is none of`,
		},
		"another kind of resource": {
			key, resourceProperty, keyRefValue("lkc-1", "Kafka", "cmk/v2"),
			"managedResource.kind", `"Kafka" is none of`,
		},
		"a resource's version": {
			key, resourceProperty, keyRefValue("lkc-1", "Cluster", "cmk/v1"),
			"managedResource.apiVersion", `"cmk/v1" is none of`,
		},
		"an empty description":     {key, descriptionProperty, str(""), descriptionProperty, "not empty"},
		"a secret":                 {key, secretProperty, str("x"), secretProperty, "no such property"},
		"an account as principal":  {rb, "principal", str("sa-1"), "principal", "User:sa-"},
		"a pattern that is no CRN": {rb, patternProperty, str("topic=x"), patternProperty, "crn://"},
		"no role":                  {rb, "roleName", null, "roleName", "required and not given"},
		"an unknown type next to it": {
			kafka, "basic", property.New(property.Computed), "basic",
			"and basic, dedicated are given",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inputs := standin.Stripped(property.NewMap(with(goodInputs[tt.kind](), tt.property, tt.value)))
			failures := kind(tt.kind).Validate(inputs)
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
	assert.Empty(t, kind("kafkaCluster:KafkaCluster").Validate(property.NewMap(inputs)))
	delete(inputs, "dedicated")
	failures := kind("kafkaCluster:KafkaCluster").Validate(
		property.NewMap(with(inputs, "basic", standin.ObjectOf(standin.Values{}))))
	require.Len(t, failures, 1)
	assert.Equal(t, "byokKey", failures[0].Property)
}

func TestValidateAcceptsEmptyListsOfOtherTypes(t *testing.T) {
	t.Parallel()
	inputs := with(with(clusterInputs(), "enterprises", standin.ListOf()), "freights", standin.ListOf())
	assert.Empty(t, kind("kafkaCluster:KafkaCluster").Validate(property.NewMap(inputs)))
}

func TestAutonaming(t *testing.T) {
	t.Parallel()
	k := kind("environment:Environment")
	made, err := k.ApplyDefaults("dev", nil, property.Map{}, property.Map{})
	require.NoError(t, err)
	assert.Regexp(t, `^dev-[0-9a-f]{7}$`, standin.TextAt(made, nameProperty))
	assert.Equal(t, []string{nameProperty}, standin.TextsAt(made, standin.DefaultsProperty))

	kept, err := k.ApplyDefaults("renamed", nil, made, property.Map{})
	require.NoError(t, err)
	assert.Equal(t, standin.TextAt(made, nameProperty), standin.TextAt(kept, nameProperty), "a name once made is kept")

	planned, err := k.ApplyDefaults("dev", []byte("seed"), property.Map{}, property.Map{})
	require.NoError(t, err)
	updated, err := k.ApplyDefaults("dev", []byte("seed"), property.Map{}, property.Map{})
	require.NoError(t, err)
	assert.Equal(t, planned, updated, "an update has the names of its plan")
	chosen, err := k.ApplyDefaults("dev", nil, made, property.NewMap(environmentInputs()))
	require.NoError(t, err)
	assert.Equal(t, "env", standin.TextAt(chosen, nameProperty))
	assert.Empty(t, standin.TextsAt(chosen, standin.DefaultsProperty))

	again, err := k.ApplyDefaults("dev", nil, chosen, property.Map{})
	require.NoError(t, err)
	assert.Regexp(t, `^dev-[0-9a-f]{7}$`, standin.TextAt(again, nameProperty), "a chosen name is not taken for a "+
		"made one")

	_, err = k.ApplyDefaults(strings.Repeat("x", 255), nil, property.Map{}, property.Map{})
	assert.ErrorContains(t, err, "give displayName")

	unnamed, err := kind("network:Network").ApplyDefaults("net", nil, property.Map{}, property.NewMap(networkInputs()))
	require.NoError(t, err)
	assert.True(t, unnamed.Get(nameProperty).IsNull(), "networks are not autonamed")
}
