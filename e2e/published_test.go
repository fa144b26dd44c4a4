package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// published is what a published SDK has about its package, as published/describe.js and describe.py write it down.
type published struct {
	Resources, Functions map[string]members
	// Types are object types, by name.
	Types struct {
		Inputs, Outputs map[string]map[string]property
	}
}

type members struct{ Inputs, Outputs map[string]property }

type property struct {
	// Shape is string, number, boolean, [element], {value} or the name of an object type.
	Shape            string
	Required, Secret bool
}

// publishedPackage is a package that the registries have, and of which we have a description of our own.
type publishedPackage struct {
	name string
	// modules are those that our description has a part of, in addition to the top one; none means all.
	modules []string
	// newer are differences between the version that we describe and later ones, by the version that they came with.
	newer map[string][]string
}

var publishedPackages = []publishedPackage{
	{name: "confluentcloud", newer: map[string][]string{"2.82.0": {
		// Inputs without any effect.
		"confluentcloud:index/getEnvironment:getEnvironment: there is no input streamGovernance",
		"confluentcloud:index/getNetwork:getNetwork: there is no input aws",
		"confluentcloud:index/getNetwork:getNetwork: there is no input azures",
		"confluentcloud:index/getNetwork:getNetwork: there is no input dnsConfigs",
		"confluentcloud:index/getNetwork:getNetwork: there is no input gcps",
	}}},
	{name: "aws", modules: []string{"ec2", "route53", "vpc"}},
}

// expected are the differences of a version of the package.
func (of publishedPackage) expected(t *testing.T, version string) []string {
	t.Helper()
	var expected []string
	for since, differences := range of.newer {
		if semver.MustParse(version).GTE(semver.MustParse(since)) {
			expected = append(expected, differences...)
		}
	}
	return expected
}

// publishedSDKs describe a package's SDKs as the registries have them.
var publishedSDKs = map[string]func(t *testing.T, of publishedPackage) published{
	"nodejs": func(t *testing.T, of publishedPackage) published {
		t.Helper()
		modules := packages(t).nodeModules
		return describeSDK(t, of, filepath.Join(modules, "@pulumi", of.name), "NODE_PATH="+modules, "node",
			"describe.js")
	},
	"python": func(t *testing.T, of publishedPackage) published {
		t.Helper()
		environment := packages(t).python
		found, err := filepath.Glob(filepath.Join(environment, "lib", "python*", "site-packages", "pulumi_"+of.name))
		require.NoError(t, err)
		require.Len(t, found, 1)
		return describeSDK(t, of, found[0], "", filepath.Join(environment, "bin", "python"), "describe.py")
	},
}

// descriptions are those that were read already, by directory: a large SDK takes seconds.
var descriptions struct {
	sync.Mutex
	of map[string]published
}

func describeSDK(t *testing.T, of publishedPackage, sdk, env, interpreter, script string) published {
	t.Helper()
	descriptions.Lock()
	defer descriptions.Unlock()
	if known, ok := descriptions.of[sdk]; ok {
		return known
	}
	args := append([]string{filepath.Join("published", script), sdk}, of.modules...)
	command := exec.CommandContext(t.Context(), interpreter, args...)
	command.Env = append(os.Environ(), env)
	command.Stderr = os.Stderr
	out, err := command.Output()
	spend(t, interpreter, args, command.ProcessState)
	require.NoError(t, err)
	var p published
	require.NoError(t, json.Unmarshal(out, &p))
	require.Greater(t, len(p.Resources), 50, "the whole package is there")
	if descriptions.of == nil {
		descriptions.of = map[string]published{}
	}
	descriptions.of[sdk] = p
	return p
}

// TestPublished compares our descriptions of packages, from which the stand-ins work and the component's Confluent SDK
// is generated, with the published SDKs.
func TestPublished(t *testing.T) {
	t.Parallel()
	for _, of := range publishedPackages {
		ours := describedByUs(t, of.name)
		for name, variable := range ours.Config.Variables {
			input, ok := ours.Provider.InputProperties[name]
			assert.True(t, ok, "the setting %s is an input of the provider", name)
			assert.Equal(t, input.Secret, variable.Secret, "the setting %s", name)
			assert.Equal(t, input.Type, variable.Type, "the setting %s", name)
		}
		for language, sdk := range publishedSDKs {
			t.Run(of.name+"/"+language, func(t *testing.T) {
				t.Parallel()
				theirs := sdk(t, of)
				version := packages(t).versions[language][of.name]
				assert.ElementsMatch(t, of.expected(t, version), differences(ours, theirs, language), "%s %s of %s",
					of.name, version, language)
			})
		}
	}
}

// TestBent shows that the comparison notices each way in which our descriptions could be wrong.
func TestBent(t *testing.T) {
	t.Parallel()
	for _, of := range publishedPackages {
		t.Run(of.name, func(t *testing.T) {
			t.Parallel()
			for language, sdk := range publishedSDKs {
				theirs := sdk(t, of)
				for _, bent := range bends[of.name] {
					ours := describedByUs(t, of.name)
					bent.bend(ours)
					assert.Contains(t, differences(ours, theirs, language), bent.want, language)
				}
			}
		})
	}
}

const (
	network    = "confluentcloud:index/network:Network"
	kafka      = "confluentcloud:index/kafkaCluster:KafkaCluster"
	apiKey     = "confluentcloud:index/apiKey:ApiKey"
	binding    = "confluentcloud:index/roleBinding:RoleBinding"
	account    = "confluentcloud:index/serviceAccount:ServiceAccount"
	getNetwork = "confluentcloud:index/getNetwork:getNetwork"
	getAccount = "confluentcloud:index/getServiceAccount:getServiceAccount"
)

type bend struct {
	want string
	bend func(ours schema.PackageSpec)
}

var bends = map[string][]bend{"confluentcloud": bentConfluent, "aws": bentAWS}

var bentConfluent = []bend{
	{"there is no resource confluentcloud:index/nett:Nett", func(ours schema.PackageSpec) {
		ours.Resources["confluentcloud:index/nett:Nett"] = ours.Resources[network]
	}},
	{"there is no function confluentcloud:index/getNett:getNett", func(ours schema.PackageSpec) {
		ours.Functions["confluentcloud:index/getNett:getNett"] = ours.Functions[getNetwork]
	}},
	{network + ": there is no input domain", func(ours schema.PackageSpec) {
		ours.Resources[network].InputProperties["domain"] = schema.PropertySpec{
			TypeSpec: schema.TypeSpec{Type: "string"},
		}
	}},
	{network + ": there is no output domain", func(ours schema.PackageSpec) {
		ours.Resources[network].Properties["domain"] = schema.PropertySpec{TypeSpec: schema.TypeSpec{Type: "string"}}
	}},
	{network + ": the output aws is [NetworkAw], not NetworkAw", func(ours schema.PackageSpec) {
		aws := ours.Resources[network].Properties["aws"]
		aws.TypeSpec = *aws.Items
		ours.Resources[network].Properties["aws"] = aws
	}},
	{network + ": the input zones is [string], not string", func(ours schema.PackageSpec) {
		ours.Resources[network].InputProperties["zones"] = schema.PropertySpec{
			TypeSpec: schema.TypeSpec{Type: "string"},
		}
	}},
	{network + ": the input region is required", func(ours schema.PackageSpec) {
		resource := ours.Resources[network]
		resource.RequiredInputs = without(resource.RequiredInputs, "region")
		ours.Resources[network] = resource
	}},
	{network + ": the input region is required, and ours has none", func(ours schema.PackageSpec) {
		delete(ours.Resources[network].InputProperties, "region")
	}},
	{kafka + ": the output dedicated is not required", func(ours schema.PackageSpec) {
		resource := ours.Resources[kafka]
		resource.Required = append(resource.Required, "dedicated")
		ours.Resources[kafka] = resource
	}},
	{kafka + ": the output restEndpoint is not secret", func(ours schema.PackageSpec) {
		endpoint := ours.Resources[kafka].Properties["restEndpoint"]
		endpoint.Secret = true
		ours.Resources[kafka].Properties["restEndpoint"] = endpoint
	}},
	{"confluentcloud: the input cloudApiSecret is secret", func(ours schema.PackageSpec) {
		secret := ours.Provider.InputProperties["cloudApiSecret"]
		secret.Secret = false
		ours.Provider.InputProperties["cloudApiSecret"] = secret
	}},
	{"KafkaClusterDedicated: the input cku is required", func(ours schema.PackageSpec) {
		const token = "confluentcloud:index/KafkaClusterDedicated:KafkaClusterDedicated"
		dedicated := ours.Types[token]
		dedicated.Required = nil
		dedicated.Language = nil
		ours.Types[token] = dedicated
	}},
	{apiKey + ": the output secret is secret", func(ours schema.PackageSpec) {
		secret := ours.Resources[apiKey].Properties["secret"]
		secret.Secret = false
		ours.Resources[apiKey].Properties["secret"] = secret
	}},
	{apiKey + ": the input owner is required", func(ours schema.PackageSpec) {
		resource := ours.Resources[apiKey]
		resource.RequiredInputs = nil
		ours.Resources[apiKey] = resource
	}},
	{apiKey + ": there is no input secret", func(ours schema.PackageSpec) {
		ours.Resources[apiKey].InputProperties["secret"] = ours.Resources[apiKey].Properties["secret"]
	}},
	{"ApiKeyManagedResource: there is no input region", func(ours schema.PackageSpec) {
		reference := ours.Types["confluentcloud:index/ApiKeyManagedResource:ApiKeyManagedResource"]
		reference.Properties["region"] = schema.PropertySpec{TypeSpec: schema.TypeSpec{Type: "string"}}
	}},
	{binding + ": the input crnPattern is required", func(ours schema.PackageSpec) {
		resource := ours.Resources[binding]
		resource.RequiredInputs = without(resource.RequiredInputs, "crnPattern")
		ours.Resources[binding] = resource
	}},
	{account + ": there is no input kind", func(ours schema.PackageSpec) {
		ours.Resources[account].InputProperties["kind"] = ours.Resources[account].Properties["kind"]
	}},
	{getAccount + ": there is no output resourceName", func(ours schema.PackageSpec) {
		ours.Functions[getAccount].ReturnType.ObjectTypeSpec.Properties["resourceName"] = schema.PropertySpec{
			TypeSpec: schema.TypeSpec{Type: "string"},
		}
	}},
	{getNetwork + ": the input environment is required", func(ours schema.PackageSpec) {
		ours.Functions[getNetwork].Inputs.Required = nil
	}},
	{getNetwork + ": the output dnsConfigs is [GetNetworkDnsConfig], not GetNetworkDnsConfig", func(
		ours schema.PackageSpec,
	) {
		configs := ours.Functions[getNetwork].ReturnType.ObjectTypeSpec.Properties["dnsConfigs"]
		configs.TypeSpec = *configs.Items
		ours.Functions[getNetwork].ReturnType.ObjectTypeSpec.Properties["dnsConfigs"] = configs
	}},
}

// bentAWS are wrong descriptions of a package with modules, and with types that list texts.
var bentAWS = []bend{
	{"there is no resource aws:ec2/zone:Zone", func(ours schema.PackageSpec) {
		ours.Resources["aws:ec2/zone:Zone"] = ours.Resources["aws:route53/zone:Zone"]
	}},
	{"aws:route53/record:Record: the input type is string, not number", func(ours schema.PackageSpec) {
		ours.Resources["aws:route53/record:Record"].InputProperties["type"] = schema.PropertySpec{
			TypeSpec: schema.TypeSpec{Type: "number"},
		}
	}},
	{"aws: the input region is string, not boolean", func(ours schema.PackageSpec) {
		ours.Provider.InputProperties["region"] = schema.PropertySpec{TypeSpec: schema.TypeSpec{Type: "boolean"}}
	}},
	{"aws: the input secretKey is secret", func(ours schema.PackageSpec) {
		ours.Provider.InputProperties["secretKey"] = schema.PropertySpec{TypeSpec: schema.TypeSpec{Type: "string"}}
	}},
	{"ZoneVpc: the input vpcId is required", func(ours schema.PackageSpec) {
		const token = "aws:route53/ZoneVpc:ZoneVpc"
		vpc := ours.Types[token]
		vpc.Required, vpc.Language = nil, nil
		ours.Types[token] = vpc
	}},
	{"VpcEndpointDnsEntry: there is no output name", func(ours schema.PackageSpec) {
		ours.Types["aws:ec2/VpcEndpointDnsEntry:VpcEndpointDnsEntry"].Properties["name"] = schema.PropertySpec{
			TypeSpec: schema.TypeSpec{Type: "string"},
		}
	}},
	{"aws:ec2/vpc:Vpc: the output arn is required", func(ours schema.PackageSpec) {
		vpc := ours.Resources["aws:ec2/vpc:Vpc"]
		vpc.Required = without(vpc.Required, "arn")
		ours.Resources["aws:ec2/vpc:Vpc"] = vpc
	}},
	{"aws:route53/getZone:getZone: the output nameServers is [string], not string", func(ours schema.PackageSpec) {
		zone := ours.Functions["aws:route53/getZone:getZone"].ReturnType.ObjectTypeSpec
		zone.Properties["nameServers"] = schema.PropertySpec{TypeSpec: schema.TypeSpec{Type: "string"}}
	}},
}

func without(list []string, element string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(other string) bool { return other == element })
}

// describedByUs is our description of a package.
func describedByUs(t *testing.T, name string) schema.PackageSpec {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "sandbox", name, "schema.json"))
	require.NoError(t, err)
	var ours schema.PackageSpec
	require.NoError(t, json.Unmarshal(content, &ours))
	require.NotEmpty(t, ours.Resources)
	require.NotEmpty(t, ours.Functions)
	return ours
}

// comparison collects the differences of a schema from the published one, and compares each object type once.
type comparison struct {
	ours     schema.PackageSpec
	theirs   published
	language string
	seen     map[string]bool
	found    []string
}

// differences reports how a part of a package's schema differs from the published one.
func differences(ours schema.PackageSpec, theirs published, language string) []string {
	c := &comparison{ours: ours, theirs: theirs, language: language, seen: map[string]bool{}}
	c.resource(ours.Name, *ours.Provider)
	for token, resource := range ours.Resources {
		c.resource(token, resource)
	}
	for token, function := range ours.Functions {
		there, ok := theirs.Functions[token]
		if !ok {
			c.add("there is no function %s", token)
			continue
		}
		if function.Inputs != nil {
			c.properties(token, "input", function.Inputs.Properties, function.Inputs.Required, there.Inputs)
		}
		if outputs := function.ReturnType.ObjectTypeSpec; outputs != nil {
			c.properties(token, "output", outputs.Properties, outputs.Required, there.Outputs)
		}
	}
	return c.found
}

func (c *comparison) resource(token string, resource schema.ResourceSpec) {
	there, ok := c.theirs.Resources[token]
	if !ok {
		c.add("there is no resource %s", token)
		return
	}
	c.properties(token, "input", resource.InputProperties, resource.RequiredInputs, there.Inputs)
	// What a provider has as outputs differs from language to language.
	if token != c.ours.Name {
		c.properties(token, "output", resource.Properties, resource.Required, there.Outputs)
	}
}

func (c *comparison) properties(
	where, kind string, ours map[string]schema.PropertySpec, required []string, theirs map[string]property,
) {
	for name, our := range ours {
		their, ok := theirs[name]
		if !ok {
			c.add("%s: there is no %s %s", where, kind, name)
			continue
		}
		if shape := c.shape(our.TypeSpec, kind); shape != their.Shape {
			c.add("%s: the %s %s is %s, not %s", where, kind, name, their.Shape, shape)
		}
		c.is(where, kind, name, "required", slices.Contains(required, name), their.Required)
		// An SDK states which properties of resources are secret, but not which of objects.
		if strings.HasPrefix(where, c.ours.Name) {
			c.is(where, kind, name, "secret", our.Secret, their.Secret)
		}
	}
	for name, their := range theirs {
		if _, ok := ours[name]; !ok && kind == "input" && their.Required {
			c.add("%s: the input %s is required, and ours has none", where, name)
		}
	}
}

func (c *comparison) is(where, kind, name, quality string, our, their bool) {
	switch {
	case their && !our:
		c.add("%s: the %s %s is %s", where, kind, name, quality)
	case our && !their:
		c.add("%s: the %s %s is not %s", where, kind, name, quality)
	}
}

// shape writes a type as the descriptions do, and compares the object type that it leads to.
func (c *comparison) shape(spec schema.TypeSpec, kind string) string {
	switch {
	case spec.Items != nil:
		return "[" + c.shape(*spec.Items, kind) + "]"
	case spec.AdditionalProperties != nil:
		return "{" + c.shape(*spec.AdditionalProperties, kind) + "}"
	case spec.Ref == "":
		return strings.Replace(spec.Type, "integer", "number", 1)
	}
	token := strings.TrimPrefix(spec.Ref, "#/types/")
	name := token[strings.LastIndex(token, ":")+1:]
	name = strings.ToUpper(name[:1]) + name[1:]
	if seen := kind + name; !c.seen[seen] {
		c.seen[seen] = true
		c.object(name, kind, c.ours.Types[token])
	}
	return name
}

func (c *comparison) object(name, kind string, ours schema.ComplexTypeSpec) {
	types := map[string]map[string]map[string]property{
		"input":  c.theirs.Types.Inputs,
		"output": c.theirs.Types.Outputs,
	}[kind]
	theirs, ok := types[name]
	if !ok {
		c.add("there is no %s type %s", kind, name)
		return
	}
	required := ours.Required
	// TypeScript's types may be required where the schema's are not.
	var special map[string][]string
	if raw, ok := ours.Language["nodejs"]; ok && c.language == "nodejs" && json.Unmarshal(raw, &special) == nil {
		if r, ok := special["required"+strings.ToUpper(kind[:1])+kind[1:]+"s"]; ok {
			required = r
		}
	}
	c.properties(name, kind, ours.Properties, required, theirs)
}

func (c *comparison) add(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}
