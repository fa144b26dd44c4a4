package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mistake is a program that a type checker rejects, for a reason.
type mistake struct{ name, program, want string }

var typeScriptMistakes = []mistake{
	{"unknown input", `new t.PrivateLink("x", { ...required, networks: {} });`, `'networks' does not exist`},
	{
		"unknown input of an object", `new t.PrivateLink("x", { ...required, network: { zone: ["use1-az1"] } });`,
		`'zone' does not exist`,
	},
	{"missing required input", `new t.PrivateLink("x", { tidbClusterId: text });`, `'environmentId' is missing`},
	{"missing other required input", `new t.PrivateLink("x", { environmentId: text });`, `'tidbClusterId' is missing`},
	{"no inputs", `new t.PrivateLink("x");`, `Expected 2-3 arguments`},
	{
		"wrong enum", `new t.PrivateLink("x", { ...required, kafkaCluster: { availability: "HIGH" } });`,
		`'"HIGH"' is not assignable`,
	},
	{
		"wrong other enum", `new t.PrivateLink("x", { ...required, network: { dnsResolution: "PUBLIC" } });`,
		`'"PUBLIC"' is not assignable`,
	},
	{
		"text as number", `new t.PrivateLink("x", { ...required, kafkaCluster: { cku: "2" } });`,
		`'string' is not assignable`,
	},
	{
		"number as text", `new t.PrivateLink("x", { tidbClusterId: 10482930571846290153, environmentId: text });`,
		`'number' is not assignable`,
	},
	{
		"text as list", `new t.PrivateLink("x", { ...required, network: { zones: "use1-az1" } });`,
		`'string' is not assignable`,
	},
	{
		"VPC without subnets", `new t.PrivateLink("x", { ...required, vpcAccess: [{ vpcId: text }] });`,
		`'subnetIds' is missing`,
	},
	{
		"VPC with an output as name",
		`new t.PrivateLink("x", { ...required, vpcAccess: [{ name: text, vpcId: text, subnetIds: [] }] });`,
		`is not assignable to type 'string | undefined'`,
	},
	{
		"one VPC that is no list",
		`new t.PrivateLink("x", { ...required, vpcAccess: { vpcId: text, subnetIds: [] } });`,
		`VpcAccessEntryArgs[]`,
	},
	{
		"VPC access without a VPC",
		`new t.VpcAccess("x", { environmentId: text, networkId: text, subnetIds: [text] });`,
		`'vpcId' is missing`,
	},
	{
		"tags that are no text",
		`new t.PrivateLink("x", { ...required, vpcAccess: [{ vpcId: text, subnetIds: [text], tags: { a: 1 } }] });`,
		`'number' is not assignable`,
	},
	{
		"output of another type", `new t.PrivateLink("x", { ...required, region: numeral });`,
		`'OutputInstance<number>' is not assignable`,
	},
	{"unknown output", `export const x = new t.PrivateLink("x", required).clusterId;`, `'clusterId' does not exist`},
	{"unknown enum value", `export const x = t.Availability.Low;`, `'Low' does not exist`},
	{"native resource, missing", `new t.tidbcloud.PrivateLinkConnection("x", {});`, `'clusterId' is missing`},
	{
		"native resource, missing in an object",
		`new t.tidbcloud.PrivateLinkConnection("x", { clusterId: text, awsEndpointService: {} });`,
		`'{}' is not assignable to type 'Input<AwsEndpointServiceArgs`,
	},
	{
		"native resource, wrong enum",
		`new t.tidbcloud.DomainAttachment("x", { clusterId: text, privateLinkConnectionId: text, type: "KAFKA" });`,
		`'"KAFKA"' is not assignable`,
	},
	{"function, missing", `t.tidbcloud.getClusterOutput({});`, `'clusterId' is missing`},
	{
		"function, unknown output",
		`export const x = t.tidbcloud.getPrivateLinkZonesOutput({ clusterId: text }).zones;`,
		`'zones' does not exist`,
	},
	{
		"changefeed without a connection", `new t.KafkaChangefeed("x", { ...required, kafkaClusterId: text });`,
		`'privateLinkConnectionId' is missing`,
	},
	{"changefeed, unknown input", `new t.KafkaChangefeed("x", { ...rows, table: [text] });`, `'table' does not exist`},
	{
		"changefeed, unknown input of an object", `new t.KafkaChangefeed("x", { ...rows, topics: { topic: text } });`,
		`'topic' does not exist`,
	},
	{
		"changefeed, text as list", `new t.KafkaChangefeed("x", { ...rows, tables: "shop.*" });`,
		`'string' is not assignable`,
	},
	{
		"changefeed, text as boolean", `new t.KafkaChangefeed("x", { ...rows, paused: "true" });`,
		`'string' is not assignable`,
	},
	{
		"changefeed, text as number", `new t.KafkaChangefeed("x", { ...rows, topics: { partitions: "3" } });`,
		`'string' is not assignable`,
	},
	{
		"changefeed, key without a secret", `new t.KafkaChangefeed("x", { ...rows, credentials: { apiKey: text } });`,
		`'apiSecret' is missing`,
	},
	{
		"changefeed, unknown output", `export const x = new t.KafkaChangefeed("x", rows).topic;`,
		`'topic' does not exist`,
	},
	{"native changefeed, missing", `new t.tidbcloud.Changefeed("x", { clusterId: text });`, `'kafka' is missing`},
	{"provider, unknown", `new t.Provider("x", { endpoint: text });`, `'endpoint' does not exist`},
}

// Python's checker notices a missing input in an object; among the arguments of a resource each input is optional.
var pythonMistakes = []mistake{
	{"unknown input", `t.PrivateLink("x", **required, networks={})`, `Unexpected keyword argument "networks"`},
	{
		"unknown input of an object", `t.PrivateLink("x", **required, network={"zone": ["use1-az1"]})`,
		`No overload variant`,
	},
	{"unknown input of an object's class", `t.NetworkArgs(zone=["use1-az1"])`, `Unexpected keyword argument "zone"`},
	{
		"missing required input", `t.PrivateLink("x", t.PrivateLinkArgs(tidb_cluster_id=text))`,
		`Missing named argument "environment_id"`,
	},
	{
		"missing other required input", `t.PrivateLink("x", t.PrivateLinkArgs(environment_id=text))`,
		`Missing named argument "tidb_cluster_id"`,
	},
	{"wrong enum", `t.KafkaClusterArgs(availability=t.DnsResolution.PRIVATE)`, `has incompatible type "DnsResolution"`},
	{
		"wrong enum in a dictionary", `t.PrivateLink("x", **required, kafka_cluster={"availability": "HIGH"})`,
		`No overload variant`,
	},
	{"text as number", `t.KafkaClusterArgs(cku="2")`, `has incompatible type "str"`},
	{
		"number as text", `t.PrivateLinkArgs(tidb_cluster_id=10482930571846290153, environment_id=text)`,
		`has incompatible type "int"`,
	},
	{"number as list element", `t.NetworkArgs(zones=[1])`, `has incompatible type "int"`},
	{"VPC without subnets", `t.VpcAccessEntryArgs(vpc_id=text)`, `Missing named argument "subnet_ids"`},
	{
		"VPC with an output as name", `t.VpcAccessEntryArgs(name=text, vpc_id=text, subnet_ids=[])`,
		`has incompatible type "Output[str]"`,
	},
	{
		"VPC access without a VPC", `t.VpcAccessArgs(environment_id=text, network_id=text, subnet_ids=[text])`,
		`Missing named argument "vpc_id"`,
	},
	{"output of another type", `t.PrivateLinkArgs(**required, region=numeral)`, `has incompatible type "Output[int]"`},
	{"unknown output", `t.PrivateLink("x", **required).cluster_id`, `has no attribute "cluster_id"`},
	{"unknown enum value", `t.Availability.LOW`, `has no attribute "LOW"`},
	{"native resource, missing", `t.tidbcloud.PrivateLinkConnectionArgs()`, `Missing named argument "cluster_id"`},
	{"native resource, missing in an object", `t.tidbcloud.AwsEndpointServiceArgs()`, `Missing named argument "name"`},
	{
		"native resource, wrong enum",
		`t.tidbcloud.DomainAttachmentArgs(cluster_id=text, private_link_connection_id=text, type="KAFKA")`,
		`has incompatible type "str"`,
	},
	{"function, unknown", `t.tidbcloud.get_cluster_output(cluster=text)`, `Unexpected keyword argument "cluster"`},
	{
		"function, unknown output", `t.tidbcloud.get_private_link_zones(cluster_id="1").zones`,
		`has no attribute "zones"`,
	},
	{
		"changefeed without a connection", `t.KafkaChangefeedArgs(**required, kafka_cluster_id=text)`,
		`Missing named argument "private_link_connection_id"`,
	},
	{
		"changefeed, unknown input", `t.KafkaChangefeed("x", **required, table=[text])`,
		`Unexpected keyword argument "table"`,
	},
	{"changefeed, unknown input of an object", `t.KafkaTopicsArgs(topic=text)`, `Unexpected keyword argument "topic"`},
	{"changefeed, text as list element", `t.KafkaChangefeedArgs(**rows, tables=[1])`, `has incompatible type "int"`},
	{"changefeed, text as boolean", `t.KafkaChangefeedArgs(**rows, paused="true")`, `has incompatible type "str"`},
	{"changefeed, text as number", `t.KafkaTopicsArgs(partitions="3")`, `has incompatible type "str"`},
	{"changefeed, key without a secret", `t.KafkaCredentialsArgs(api_key=text)`, `Missing named argument "api_secret"`},
	{"changefeed, unknown output", `t.KafkaChangefeed("x", **rows).topic`, `has no attribute "topic"`},
	{"native changefeed, missing", `t.tidbcloud.ChangefeedArgs(cluster_id=text)`, `Missing named argument "kafka"`},
	{"provider, unknown", `t.Provider("x", endpoint=text)`, `Unexpected keyword argument "endpoint"`},
}

const typeScriptPrelude = `import * as pulumi from "@pulumi/pulumi";
import * as t from "pulumi-tidbconfluent";
declare const text: pulumi.Output<string>;
declare const numeral: pulumi.Output<number>;
declare const truth: pulumi.Output<boolean>;
declare function one<T>(): pulumi.Output<T>;
const required = { tidbClusterId: text, environmentId: text };
const rows = { ...required, kafkaClusterId: text, privateLinkConnectionId: text };
`

const pythonPrelude = `from typing import TypedDict
import pulumi
import pulumi_tidbconfluent as t
class Required(TypedDict):
    tidb_cluster_id: pulumi.Output[str]
    environment_id: pulumi.Output[str]
text = pulumi.Output.from_input("")
numeral = pulumi.Output.from_input(1)
truth = pulumi.Output.from_input(True)
mapping = text.apply(lambda value: {"key": value})
required: Required = {"tidb_cluster_id": text, "environment_id": text}
class Rows(Required):
    kafka_cluster_id: pulumi.Output[str]
    private_link_connection_id: pulumi.Output[str]
rows: Rows = {**required, "kafka_cluster_id": text, "private_link_connection_id": text}
`

// TestTyping: a mistake is found before anything runs, and every input that takes a value takes an output.
func TestTyping(t *testing.T) {
	t.Parallel()
	t.Run("typescript", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		require.NoError(t, os.Symlink(packages(t).nodeModules, filepath.Join(dir, "node_modules")))
		typed := programs{
			dir: dir, prelude: typeScriptPrelude, extension: ".ts",
			others: inLanguage(t, "typescript", "index.ts", 10),
		}
		typed.write(t, typeScriptMistakes, everyInput(t, typeScript{}))
		tsc := exec.CommandContext(t.Context(), filepath.Join(packages(t).nodeModules, ".bin", "tsc"),
			"--noEmit", "--strict", "--pretty", "false", "--types", "node", "--target", "es2020",
			"--module", "commonjs", "--moduleResolution", "node", "--skipLibCheck",
			"--noFallthroughCasesInSwitch", "--noImplicitReturns")
		typed.check(t, typeScriptMistakes, tsc)
	})
	t.Run("python", func(t *testing.T) {
		t.Parallel()
		typed := programs{
			dir: t.TempDir(), prelude: pythonPrelude, extension: ".py",
			others: inLanguage(t, "python", "__main__.py", 7),
		}
		typed.write(t, pythonMistakes, everyInput(t, python{}))
		typed.check(t, pythonMistakes, mypy(t))
	})
}

// inLanguage returns the examples in a language and, for TypeScript, the programs of the tests. They are checked with
// the rest: a checker reads the large SDKs once.
func inLanguage(t *testing.T, language, file string, atLeast int) []string {
	t.Helper()
	patterns := []string{"../examples/" + language, "../examples/*/" + language}
	if language == "typescript" {
		patterns = append(patterns, "testdata/*")
	}
	var all []string
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join(filepath.FromSlash(pattern), file))
		require.NoError(t, err)
		all = append(all, found...)
	}
	require.GreaterOrEqual(t, len(all), atLeast)
	return all
}

func mypy(t *testing.T) *exec.Cmd {
	t.Helper()
	environment := packages(t).python
	return exec.CommandContext(t.Context(), filepath.Join(environment, "bin", "python"), "-m", "mypy",
		"--strict", "--hide-error-context", "--cache-dir", filepath.Join(environment, "mypy"))
}

// programs are a directory of programs: each mistake by its number, a good one, and examples.
type programs struct {
	dir, prelude, extension string
	others                  []string
}

func (p programs) file(mistake int) string { return fmt.Sprintf("mistake%d%s", mistake, p.extension) }

func (p programs) other(example int) string { return fmt.Sprintf("example%d%s", example, p.extension) }

func (p programs) write(t *testing.T, mistakes []mistake, good string) {
	t.Helper()
	files := map[string]string{"good" + p.extension: good}
	for i, m := range mistakes {
		files[p.file(i)] = m.program + "\n"
	}
	for name, program := range files {
		require.NoError(t, os.WriteFile(filepath.Join(p.dir, name), []byte(p.prelude+program), 0o600))
	}
	for i, example := range p.others {
		program := readFile(t, example)
		require.NoError(t, os.WriteFile(filepath.Join(p.dir, p.other(i)), []byte(program), 0o600))
	}
}

// anError is how the checkers begin a message: a file and where in it.
var anError = regexp.MustCompile(`(?m)^(\w+\.\w+)[(:].*?error.*$`)

// check runs the checker once over all programs: each mistake has to be found for its reason, and the good one to pass.
func (p programs) check(t *testing.T, mistakes []mistake, checker *exec.Cmd) {
	t.Helper()
	files := []string{"good" + p.extension}
	for i := range mistakes {
		files = append(files, p.file(i))
	}
	for i := range p.others {
		files = append(files, p.other(i))
	}
	checker.Args = append(checker.Args, files...)
	checker.Dir = p.dir
	var out bytes.Buffer
	checker.Stdout, checker.Stderr = &out, &out
	var failed *exec.ExitError
	err := checker.Run()
	spend(t, checker.Args[0], nil, checker.ProcessState)
	require.ErrorAs(t, err, &failed, "mistakes are errors\n%s", &out)

	said := map[string]string{}
	for block := range splitErrors(out.String()) {
		file, _, _ := strings.Cut(strings.Replace(block, "(", ":", 1), ":")
		said[file] += block
	}
	assert.Empty(t, said["good"+p.extension], "whatever takes a value takes an output")
	for i, example := range p.others {
		assert.Empty(t, said[p.other(i)], example)
	}
	for i, m := range mistakes {
		assert.Contains(t, said[p.file(i)], m.want, "%s: %s", m.name, m.program)
	}
}

// splitErrors yields each error with the lines that explain it.
func splitErrors(out string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		starts := append(anError.FindAllStringIndex(out, -1), []int{len(out), len(out)})
		for i := range len(starts) - 1 {
			if !yield(out[starts[i][0]:starts[i+1][0]]) {
				return
			}
		}
	}
}
