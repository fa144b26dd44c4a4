package provider_test

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/pkg/v3/codegen"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/changefeed"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
)

func packageSchema(t *testing.T) schema.PackageSpec {
	t.Helper()
	prov, err := provider.New()
	require.NoError(t, err)
	spec, err := p.GetSchema(t.Context(), provider.Name, provider.Version, prov)
	require.NoError(t, err)
	return spec
}

func TestSchemaIsTheCheckedInOne(t *testing.T) {
	t.Parallel()
	checkedIn, err := os.ReadFile("../schema.json")
	require.NoError(t, err)
	var now bytes.Buffer
	encoder := json.NewEncoder(&now)
	encoder.SetIndent("", "  ")
	require.NoError(t, encoder.Encode(packageSchema(t)))
	assert.Equal(t, string(checkedIn), now.String(), "run make generate")
}

func TestSchemaBinds(t *testing.T) {
	t.Parallel()
	_, diagnostics, err := schema.BindSpec(packageSchema(t), schema.NewCachedLoader(nil), schema.ValidationOptions{})
	require.NoError(t, err)
	assert.Empty(t, diagnostics)
}

func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	spec := packageSchema(t)
	described := func(what, description string) {
		assert.NotEmpty(t, description, "%s has no description", what)
		assert.Equal(t, strings.TrimSpace(description), description, what)
	}
	properties := func(of string, properties map[string]schema.PropertySpec) {
		for name, property := range properties {
			described(of+"."+name, property.Description)
		}
	}
	described("the package", spec.Description)
	described("the provider", spec.Provider.Description)
	properties("config", spec.Config.Variables)
	properties("provider", spec.Provider.InputProperties)
	for token, resource := range spec.Resources {
		described(token, resource.Description)
		properties(token, resource.Properties)
		properties(token+" input", resource.InputProperties)
	}
	for token, typ := range spec.Types {
		described(token, typ.Description)
		properties(token, typ.Properties)
		for _, value := range typ.Enum {
			described(token+" "+value.Name, value.Description)
		}
	}
	for token, function := range spec.Functions {
		described(token, function.Description)
		properties(token+" input", function.Inputs.Properties)
		properties(token+" output", function.ReturnType.ObjectTypeSpec.Properties)
	}
}

// Each resource shows programs in every language, and each SDK its own ones alone.
func TestResourcesHaveExamples(t *testing.T) {
	t.Parallel()
	languages := []string{"typescript", "python", "go", "yaml"}
	for token, resource := range packageSchema(t).Resources {
		titles := strings.Count(resource.Description, "\n### ")
		assert.NotZero(t, titles, "%s: write its programs in examples, and add it to examplesOf", token)
		assert.Equal(t, titles, strings.Count(resource.Description, "{{% example %}}"), token)
		assert.Equal(t, titles, strings.Count(resource.Description, "{{% /example %}}"), token)
		for _, language := range languages {
			programs := strings.Count(resource.Description, "\n```"+language+"\n")
			assert.Equal(t, titles, programs, "%s in %s", token, language)
			shown := codegen.FilterExamples(resource.Description, language)
			assert.Equal(t, 2*titles, strings.Count(shown, "\n```"), "%s in %s:\n%s", token, language, shown)
			assert.NotContains(t, shown, "{{%", token)
		}
	}
}

// TestTokens: the names are a contract, since users' programs and states have them. New names need no line here. A new
// input that is required would break every program.
func TestTokens(t *testing.T) {
	t.Parallel()
	spec := packageSchema(t)
	assertHas(t, []string{
		"tidbconfluent:index:PrivateLink", "tidbconfluent:index:VpcAccess",
		"tidbconfluent:index:KafkaChangefeed",
		"tidbconfluent:tidbcloud:PrivateLinkConnection", "tidbconfluent:tidbcloud:DomainAttachment",
		"tidbconfluent:tidbcloud:Changefeed",
	}, spec.Resources)
	assertHas(t, []string{
		"tidbconfluent:tidbcloud:getCluster", "tidbconfluent:tidbcloud:getPrivateLinkZones",
		"tidbconfluent:tidbcloud:getPrivateLinkConnection",
		"tidbconfluent:tidbcloud:getChangefeed", "tidbconfluent:tidbcloud:getChangefeedTables",
		"tidbconfluent:tidbcloud:getChangefeeds",
	}, spec.Functions)
	link := spec.Resources["tidbconfluent:index:PrivateLink"]
	assert.True(t, link.IsComponent)
	assertHas(t, []string{
		"tidbClusterId", "environmentId", "region", "network", "privateLinkAccess", "kafkaCluster", "connection",
		"vpcAccess",
	}, link.InputProperties)
	assert.ElementsMatch(t, []string{"tidbClusterId", "environmentId"}, link.RequiredInputs)
	assertHas(t, []string{
		"environmentId", "region", "tidbAwsAccountId", "tidbAvailabilityZoneIds", "networkId", "zones", "dnsDomain",
		"dnsUniqueName",
		"zonalSubdomains", "vpcEndpointServiceName", "privateLinkAccessId", "kafkaClusterId", "bootstrapEndpoint",
		"restEndpoint", "kafkaClusterCrn", "privateLinkConnectionId", "attachedDomains",
		"vpcAccess",
	}, link.Properties)

	access := spec.Resources["tidbconfluent:index:VpcAccess"]
	assert.True(t, access.IsComponent)
	vpc := []string{"vpcId", "subnetIds", "allowedCidrBlocks", "allowedSecurityGroupIds", "privateLinkAccess", "tags"}
	assertHas(t, append([]string{
		"environmentId", "networkId", "dnsDomain", "zonalSubdomains", "vpcEndpointServiceName",
	}, vpc...), access.InputProperties)
	assert.ElementsMatch(t, []string{"environmentId", "networkId", "vpcId", "subnetIds"}, access.RequiredInputs)
	outputs := []string{
		"accountId", "region", "privateLinkAccessId", "securityGroupId", "endpointId", "hostedZoneId", "zones",
		"bootstrapNames",
	}
	assertHas(t, outputs, access.Properties)
	entry, result := spec.Types["tidbconfluent:index:VpcAccessEntry"], spec.Types["tidbconfluent:index:VpcAccessResult"]
	assertHas(t, append([]string{"name"}, vpc...), entry.Properties)
	assert.ElementsMatch(t, []string{"vpcId", "subnetIds"}, entry.Required)
	assertHas(t, append([]string{"name"}, outputs...), result.Properties)
}

func TestTokensOfKafkaChangefeeds(t *testing.T) {
	t.Parallel()
	feed := packageSchema(t).Resources["tidbconfluent:index:KafkaChangefeed"]
	assert.True(t, feed.IsComponent)
	assertHas(t, []string{
		"tidbClusterId", "environmentId", "kafkaClusterId", "privateLinkConnectionId", "tables", "topics", "format",
		"avroConfig",
		"credentials", "serviceAccountId", "role", "startPosition", "paused", "displayName",
	}, feed.InputProperties)
	assert.ElementsMatch(t, []string{"tidbClusterId", "environmentId", "kafkaClusterId", "privateLinkConnectionId"},
		feed.RequiredInputs)
	assertHas(t, []string{"changefeedId", "topics", "serviceAccountId", "apiKeyId"}, feed.Properties)
	credentials := packageSchema(t).Types["tidbconfluent:index:KafkaCredentials"]
	assert.True(t, credentials.Properties["apiSecret"].Secret)
}

// The schema marks which properties accept outputs, and which do not.
func TestSchemaTellsTheTruthAboutOutputs(t *testing.T) {
	t.Parallel()
	spec := packageSchema(t)
	truthful := func(of string, properties map[string]schema.PropertySpec) {
		for name, property := range properties {
			// The name of a VPC is part of its resources' names, and these are always plain.
			object := property.Ref != "" || (of == "VpcAccessEntry" && name == "name")
			if property.Items != nil {
				object = property.Items.Ref != ""
				assert.Equal(t, object, property.Items.Plain, "elements of %s.%s", of, name)
			}
			if property.AdditionalProperties != nil {
				assert.False(t, property.AdditionalProperties.Plain, "elements of %s.%s", of, name)
			}
			assert.Equal(t, object, property.Plain, "%s.%s: objects are taken apart, all else may be an output", of,
				name)
		}
	}
	truthful("PrivateLink", spec.Resources["tidbconfluent:index:PrivateLink"].InputProperties)
	truthful("VpcAccess", spec.Resources["tidbconfluent:index:VpcAccess"].InputProperties)
	truthful("VpcAccessEntry", spec.Types["tidbconfluent:index:VpcAccessEntry"].Properties)
	for _, typ := range []string{"Network", "PrivateLinkAccess", "KafkaCluster", "Connection"} {
		for name, property := range spec.Types["tidbconfluent:index:"+typ].Properties {
			assert.False(t, property.Plain, "%s.%s", typ, name)
			if property.Items != nil {
				assert.False(t, property.Items.Plain, "elements of %s.%s", typ, name)
			}
		}
	}
	assert.Equal(t, "#/types/tidbconfluent:index:Availability",
		spec.Types["tidbconfluent:index:KafkaCluster"].Properties["availability"].Ref)
	assert.Equal(t, "#/types/tidbconfluent:index:DnsResolution",
		spec.Types["tidbconfluent:index:Network"].Properties["dnsResolution"].Ref)
	assert.True(t, spec.Provider.InputProperties["privateKey"].Secret)
}

// assertHas requires names in a part of the schema.
func assertHas[V any](t *testing.T, names []string, in map[string]V) {
	t.Helper()
	assert.Subset(t, keys(in), names, "a name that programs use is gone; keep it, and deprecate it")
}

func keys[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	return names
}

// TestEnums: each enum is that of an input.
func TestEnums(t *testing.T) {
	t.Parallel()
	types := packageSchema(t).Types
	for _, enum := range component.Enums {
		assert.Len(t, types["tidbconfluent:index:"+enum.Name].Enum, len(enum.Words), "no input has the tag enum:%q",
			enum.Name)
	}
}

// TestOutputTags: infer names an output by its whole tag, so that a program would not find one with an option in it.
func TestOutputTags(t *testing.T) {
	t.Parallel()
	for token, outputs := range map[string]reflect.Type{
		component.Type:  reflect.TypeFor[component.PrivateLink](),
		vpcaccess.Type:  reflect.TypeFor[vpcaccess.VpcAccess](),
		changefeed.Type: reflect.TypeFor[changefeed.KafkaChangefeed](),
	} {
		for i := range outputs.NumField() {
			assert.NotContains(t, outputs.Field(i).Tag.Get("pulumi"), ",", token)
		}
	}
}
