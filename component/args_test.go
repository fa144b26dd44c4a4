package component_test

import (
	"context"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
)

// checkInputs checks the inputs of one of the components.
func checkInputs(ctx context.Context, of tokens.Type, inputs property.Map) (context.Context, property.Map, error) {
	types := map[tokens.Type]reflect.Type{
		component.Type: reflect.TypeFor[component.PrivateLinkArgs](),
		vpcaccess.Type: reflect.TypeFor[vpcaccess.VpcAccessArgs](),
	}
	return args.Check(ctx, types[of], inputs)
}

// mapOf turns plain Go values into properties, and keeps those that are properties already.
func mapOf(values map[string]any) property.Map {
	return valueOf(values).AsMap()
}

func valueOf(value any) property.Value {
	switch v := value.(type) {
	case property.Value:
		return v
	case map[string]any:
		m := map[string]property.Value{}
		for name, element := range v {
			m[name] = valueOf(element)
		}
		return property.New(m)
	case []any:
		var list []property.Value
		for _, element := range v {
			list = append(list, valueOf(element))
		}
		return property.New(list)
	}
	return resource.FromResourcePropertyValue(resource.NewPropertyValue(value))
}

func secret(value any) property.Value { return valueOf(value).WithSecret(true) }

func outputOf(value any) property.Value {
	return valueOf(value).WithDependencies([]resource.URN{"urn:pulumi:dev::p::a:b:C::c"})
}

var unknown = property.New(property.Computed).WithDependencies([]resource.URN{"urn:pulumi:dev::p::a:b:C::c"})

func TestInputsOfOtherNamesAndTypes(t *testing.T) {
	t.Parallel()
	const plain = ": must be a plain object; its fields may be secrets or outputs"
	const plainName = ": must be a plain string; the names of resources are derived from it"
	link, access := tokens.Type(component.Type), tokens.Type(vpcaccess.Type)
	for name, test := range map[string]struct {
		of     tokens.Type
		inputs map[string]any
		want   string
	}{
		"no such input": {
			link,
			map[string]any{"enviromentId": "env-1"},
			"enviromentId: there is no such input; use one of connection, environmentId, kafkaCluster, network, " +
				"privateLinkAccess, region, tidbClusterId, vpcAccess",
		},
		"no such property": {
			link,
			map[string]any{"kafkaCluster": map[string]any{"zoneCount": "SINGLE_ZONE"}},
			"kafkaCluster.zoneCount: there is no such input; use one of availability, ",
		},
		"no such property of an entry": {
			link,
			map[string]any{"vpcAccess": []any{map[string]any{"vpc": "vpc-1"}}},
			"vpcAccess[0].vpc: there is no such input; use one of allowedCidrBlocks, ",
		},
		"none of a VpcAccess": {
			access,
			map[string]any{"tidbClusterId": "1"},
			"tidbClusterId: there is no such input; use one of allowedCidrBlocks, ",
		},
		"a string for a number": {
			link,
			map[string]any{"kafkaCluster": map[string]any{"cku": "two"}},
			"kafkaCluster.cku: is a string, but must be a whole number; write it as one",
		},
		"half a CKU": {
			link,
			map[string]any{"kafkaCluster": map[string]any{"cku": 2.5}},
			"kafkaCluster.cku: is a fraction, but must be a whole number; write it as one",
		},
		"a secret fraction": {
			link,
			map[string]any{"kafkaCluster": map[string]any{"cku": secret(2.5)}},
			"kafkaCluster.cku: is a fraction, but must be a whole number; write it as one",
		},
		"a string for a boolean": {
			link,
			map[string]any{"kafkaCluster": map[string]any{"deletionProtection": outputOf("yes")}},
			"kafkaCluster.deletionProtection: is a string, but must be a boolean; write it as one",
		},
		"a number for a string": {link, map[string]any{"region": 1.0}, "region: is a number, but must be a string; " +
			"write it as one"},
		"a boolean for a string": {link, map[string]any{"region": true}, "region: is a boolean, but must be a " +
			"string; write it as one"},
		"a string for an object": {link, map[string]any{"network": "n-1"}, "network: is a string, but must be an " +
			"object; write it as one"},
		"a list for an object": {link, map[string]any{"network": []any{1.0}}, "network: is a list, but must be an " +
			"object; write it as one"},
		"an object for a list": {link, map[string]any{"vpcAccess": map[string]any{}}, "vpcAccess: is an object, but " +
			"must be a list of objects; write it as one"},
		"a string for an entry": {link, map[string]any{"vpcAccess": []any{"vpc-1"}}, "vpcAccess[0]: is a string, but " +
			"must be an object; write it as one"},
		"a string for a list": {access, map[string]any{"subnetIds": "subnet-1"}, "subnetIds: is a string, but must " +
			"be a list of strings; write it as one"},
		"a number in a list": {access, map[string]any{"subnetIds": []any{"subnet-1", 2.0}}, "subnetIds[1]: is a " +
			"number, but must be a string; write it as one"},
		"a list for a map": {access, map[string]any{"tags": []any{"team"}}, "tags: is a list, but must be an object " +
			"of strings; write it as one"},
		"a number in a map": {access, map[string]any{"tags": map[string]any{"team": 7.0}}, "tags.team: is a number, " +
			"but must be a string; write it as one"},
		"a number in a secret map": {
			access,
			map[string]any{"tags": secret(map[string]any{"team": 7.0})},
			"tags.[secret]: is a number, but must be a string; write it as one",
		},
		"an unknown object": {link, map[string]any{"network": unknown}, "network" + plain},
		"an unknown list": {link, map[string]any{"vpcAccess": unknown}, "vpcAccess: must be a plain list of " +
			"objects; their fields may be secrets or outputs"},
		"an unknown secret object": {link, map[string]any{"network": secret(unknown)}, "network" + plain},
		"a number for a name": {
			link,
			map[string]any{"vpcAccess": []any{map[string]any{"name": 1.0}}},
			"vpcAccess[0].name: is a number, but must be a string; write it as one",
		},
		"a name in a secret object": {
			link,
			map[string]any{"network": secret(map[string]any{"hush": "x"})},
			"network.[secret]: there is no such input; use one of displayName, dnsResolution, id, zones",
		},
		"a name in a secret list": {
			link,
			map[string]any{"vpcAccess": secret([]any{map[string]any{"hush": "x"}})},
			"vpcAccess[0].[secret]: there is no such input; use one of ",
		},
		"an unknown entry": {link, map[string]any{"vpcAccess": []any{unknown}}, "vpcAccess[0]" + plain},
		"an unknown name": {
			link,
			map[string]any{"vpcAccess": []any{map[string]any{"name": unknown}}},
			"vpcAccess[0].name" + plainName,
		},
		"a cluster id's number": {
			link,
			map[string]any{"tidbClusterId": secret(1.048293057184629e+19)},
			"tidbClusterId: is a number, which cannot hold all digits of the ID; put it in quotes, or in an object " +
				"of the stack configuration with pulumi config set --path --type string tidb.clusterId <id>, and use " +
				"${tidb.clusterId}",
		},
		"several": {
			link,
			map[string]any{"region": 1.0, "zones": "use1-az1", "network": map[string]any{"zone": "use1-az1"}},
			"3 inputs are wrong:\n  - network.zone: there is no such input; use one of displayName, dnsResolution, " +
				"id, zones\n  - region: is a number, but must be a string; write it as one\n  - zones: there is no " +
				"such input; use one of ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := checkInputs(t.Context(), test.of, mapOf(test.inputs))
			require.Error(t, err)
			assert.True(t, strings.HasPrefix(err.Error(), test.want), "%s", err)
		})
	}
}

// accepts requires that a component takes the inputs as they are.
func accepts(t *testing.T, of tokens.Type, inputs map[string]any) {
	t.Helper()
	given := mapOf(inputs)
	_, typed, err := checkInputs(t.Context(), of, given)
	require.NoError(t, err)
	assert.True(t, property.New(given).Equals(property.New(typed)), "%v has become %v", given, typed)
}

// TestInputsOfTheRightTypes: inputs of the right types are accepted, whatever they are wrapped in.
func TestInputsOfTheRightTypes(t *testing.T) {
	t.Parallel()
	vpc := map[string]any{
		"vpcId": "vpc-1", "subnetIds": []any{
			"subnet-1", secret("subnet-2"), outputOf("subnet-3"),
			unknown,
		}, "allowedCidrBlocks": unknown,
		"allowedSecurityGroupIds": outputOf([]any{}),
		"privateLinkAccess":       map[string]any{"id": "pla-1", "displayName": nil},
		"tags":                    map[string]any{"team": secret("orders"), "owner": unknown},
	}
	alone, entry := maps.Clone(vpc), maps.Clone(vpc)
	maps.Copy(alone, map[string]any{
		"environmentId": "env-1", "networkId": unknown, "dnsDomain": outputOf("a.b"),
		"vpcEndpointServiceName": secret("s"),
		"zonalSubdomains":        secret(map[string]any{"use1-az1": "c.d"}),
	})
	entry["name"] = "orders"
	accepts(t, vpcaccess.Type, alone)
	accepts(t, component.Type, map[string]any{
		"tidbClusterId": secret("1"), "environmentId": unknown, "region": nil, "connection": nil, "__defaults": []any{},
		"bootstrapEndpoint": nil,
		"network": map[string]any{
			"id": "n-1", "displayName": outputOf("a"), "zones": []any{"use1-az1"},
			"dnsResolution": secret("PRIVATE"),
		},
		"privateLinkAccess": map[string]any{},
		"kafkaCluster": map[string]any{
			"id": "lkc-1", "displayName": "a", "availability": "MULTI_ZONE", "cku": outputOf(2.0), "byokKeyId": "cck-1",
			"deletionProtection": secret(true),
		},
		"vpcAccess": []any{entry, map[string]any{}, nil},
	})
}

func TestStringsThatAreNumbersAndBooleans(t *testing.T) {
	t.Parallel()
	_, typed, err := checkInputs(t.Context(), component.Type, mapOf(map[string]any{
		"kafkaCluster": map[string]any{
			"cku": outputOf(secret("4")), "deletionProtection": secret("true"),
			"displayName": "4",
		},
	}))
	require.NoError(t, err)
	assert.True(t, property.New(typed).Equals(valueOf(map[string]any{
		"kafkaCluster": map[string]any{
			"cku": outputOf(secret(4.0)), "deletionProtection": secret(true),
			"displayName": "4",
		},
	})), "%v", typed)
}
