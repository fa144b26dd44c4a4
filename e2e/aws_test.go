package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const awsProgram = `
variables:
  caller: {"fn::invoke": {function: "aws:getCallerIdentity", arguments: {}}}
  zones: {"fn::invoke": {function: "aws:getAvailabilityZones", arguments: {state: available}}}
  seen: {"fn::invoke": {function: "aws:ec2:getVpc", arguments: {id: "${vpc.id}"}}}
  seenSubnet: {"fn::invoke": {function: "aws:ec2:getSubnet", arguments: {id: "${a.id}"}}}
  seenZone: {"fn::invoke": {function: "aws:route53:getZone", arguments: {name: "${zone.name}", vpcId: "${vpc.id}"}}}
resources:
  vpc: {type: "aws:ec2:Vpc", properties: {cidrBlock: 10.0.0.0/16, enableDnsHostnames: true, tags: {Name: x}}}
  a:
    type: aws:ec2:Subnet
    properties: {vpcId: "${vpc.id}", cidrBlock: 10.0.1.0/24, availabilityZoneId: use1-az1}
  b:
    type: aws:ec2:Subnet
    properties: {vpcId: "${vpc.id}", cidrBlock: 10.0.2.0/24, availabilityZone: us-east-1a}
  group:
    type: aws:ec2:SecurityGroup
    properties:
      vpcId: ${vpc.id}
      ingress:
        - {protocol: tcp, fromPort: 9092, toPort: 9092, cidrBlocks: [10.0.0.0/16, 10.1.0.0/16], description: Kafka}
        - {protocol: tcp, fromPort: 443, toPort: 443, self: true}
  other: {type: "aws:ec2:SecurityGroup", properties: {vpcId: "${vpc.id}"}}
  rule:
    type: aws:vpc:SecurityGroupIngressRule
    properties: {securityGroupId: "${other.id}", ipProtocol: tcp, fromPort: 443, toPort: 443,
      referencedSecurityGroupId: "${group.id}"}
  out:
    type: aws:vpc:SecurityGroupEgressRule
    properties: {securityGroupId: "${other.id}", ipProtocol: "-1", cidrIpv4: 0.0.0.0/0}
  endpoint:
    type: aws:ec2:VpcEndpoint
    properties:
      vpcId: ${vpc.id}
      vpcEndpointType: Interface
      serviceName: com.amazonaws.us-east-1.ec2
      subnetIds: ["${b.id}", "${a.id}"]
      securityGroupIds: ["${group.id}"]
  zone:
    type: aws:route53:Zone
    properties: {name: abc.us-east-1.aws.confluent.cloud, vpcs: [{vpcId: "${vpc.id}"}]}
  record:
    type: aws:route53:Record
    properties:
      {zoneId: "${zone.zoneId}", name: "*.abc.us-east-1.aws.confluent.cloud", type: CNAME, ttl: 60,
       records: ["${endpoint.dnsEntries[0].dnsName}"]}
outputs:
  account: ${caller.accountId}
  zoneIds: ${zones.zoneIds}
  vpcArn: ${seen.arn}
  hostnames: ${seen.enableDnsHostnames}
  subnetZone: ${seenSubnet.availabilityZone}
  found: ${seenZone.zoneId}
  zoneId: ${zone.zoneId}
  vpcId: ${vpc.id}
  endpointId: ${endpoint.id}
  entries: ${endpoint.dnsEntries}
  fqdn: ${record.fqdn}
`

func TestAWS(t *testing.T) {
	t.Parallel()
	s := newStack(t, awsProgram)
	account := s.withAWS()
	s.pulumi("preview")
	assert.Empty(t, account.Calls(), "a preview changes nothing")
	s.up()
	outputs := s.outputs()
	assert.Equal(t, account.ID, outputs["account"])
	assert.Equal(t, []any{"use1-az6", "use1-az1", "use1-az2", "use1-az4", "use1-az3", "use1-az5"}, outputs["zoneIds"])
	assert.Equal(t, "arn:aws:ec2:us-east-1:"+account.ID+":vpc/"+text(outputs["vpcId"]), outputs["vpcArn"])
	assert.Equal(t, true, outputs["hostnames"])
	assert.Equal(t, "us-east-1b", outputs["subnetZone"])
	assert.Equal(t, outputs["zoneId"], outputs["found"])
	assert.Equal(t, "*.abc.us-east-1.aws.confluent.cloud", outputs["fqdn"])
	assertEntries(t, text(outputs["endpointId"]), outputs["entries"])
	assert.Empty(t, s.named("group").Outputs["egress"], "the rule that lets everything out is taken away")
	s.settled()

	before := ids(s.resources())
	s.change(awsChanged())
	s.up()
	assert.Equal(t, before, ids(s.resources()), "all is updated in place")
	s.settled()
	assert.Equal(t, map[string]any{"Name": "y", "team": "data"}, s.named("vpc").Outputs["tagsAll"])
	assert.Equal(t, map[string]any{"Name": "y"}, s.named("vpc").Outputs["tags"])

	s.pulumi("destroy", "--yes", "--skip-preview")
	left, err := account.Existing(t.Context())
	require.NoError(t, err)
	assert.Empty(t, left)
}

func ids(resources []resource) map[string]string {
	ids := map[string]string{}
	for _, r := range resources {
		ids[r.name()] = r.ID
	}
	return ids
}

// awsChanged is the program with everything changed that can be changed in place.
func awsChanged() string {
	return "config: {\"aws:defaultTags\": {value: {tags: {team: data}}}}\n" + strings.NewReplacer(
		"Name: x", "Name: y",
		"cidrBlocks: [10.0.0.0/16, 10.1.0.0/16]", "cidrBlocks: [10.2.0.0/16, 10.1.0.0/16]",
		"ipProtocol: tcp, fromPort: 443, toPort: 443", "ipProtocol: tcp, fromPort: 443, toPort: 9092",
		`["${b.id}", "${a.id}"]`, `["${a.id}"]`,
		`securityGroupIds: ["${group.id}"]`, `securityGroupIds: ["${group.id}", "${other.id}"]`,
		"vpcs: [{vpcId", "comment: changed, vpcs: [{vpcId",
		"ttl: 60", "ttl: 30",
	).Replace(awsProgram)
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// assertEntries holds the names of an endpoint to the form that AWS documents: first one for all zones.
func assertEntries(t *testing.T, id string, entries any) {
	t.Helper()
	list, ok := entries.([]any)
	require.True(t, ok)
	var names []string
	for _, entry := range list {
		entry, ok := entry.(map[string]any)
		require.True(t, ok)
		assert.NotEmpty(t, entry["hostedZoneId"])
		names = append(names, text(entry["dnsName"]))
	}
	require.Len(t, names, 3)
	assert.Regexp(t, "^"+id+"-[0-9a-f]{8}\\.ec2\\.us-east-1\\.vpce\\.amazonaws\\.com$", names[0])
	label, domain, _ := strings.Cut(names[0], ".")
	assert.Equal(t, []string{label + "-us-east-1a." + domain, label + "-us-east-1b." + domain}, names[1:])
}

// named is the resource of a name.
func (s *stack) named(name string) resource {
	s.t.Helper()
	found := slices.DeleteFunc(s.resources(), func(r resource) bool { return r.name() != name })
	require.Len(s.t, found, 1)
	return found[0]
}

// one is the only resource of a type.
func (s *stack) one(token string) resource {
	s.t.Helper()
	found := slices.DeleteFunc(s.resources(), func(r resource) bool { return r.Type != token })
	require.Len(s.t, found, 1)
	return found[0]
}

const endpointProgram = `
resources:
  zone: {type: "aws:route53:Zone", properties: {name: a.example, vpcs: [{vpcId: VPC}], comment: COMMENT}}
  record:
    type: aws:route53:Record
    properties: {zoneId: "${zone.zoneId}", name: "*", type: CNAME, ttl: 60, records: [b.example]}
  endpoint:
    type: aws:ec2:VpcEndpoint
    properties: {vpcId: VPC, vpcEndpointType: Interface, serviceName: SERVICE, subnetIds: [SUBNET]}
`

// Resources from elsewhere can be adopted, deleted ones are created again, and a refusal of AWS is reported.
func TestAWSDrift(t *testing.T) {
	t.Parallel()
	s := newStack(t, "resources: {}")
	account := s.withAWS()
	vpc, err := account.NewVpc(t.Context(), "10.0.0.0/16")
	require.NoError(t, err)
	subnet, err := account.NewSubnet(t.Context(), vpc, "10.0.1.0/24", "use1-az4")
	require.NoError(t, err)
	program := func(service string) string {
		return strings.NewReplacer("VPC", vpc, "SUBNET", subnet, "COMMENT", `""`, "SERVICE",
			service).Replace(endpointProgram)
	}

	const private = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
	s.change(program(private))
	assert.Contains(t, s.pulumiFails("up", "--yes", "--skip-preview"),
		"api error InvalidServiceName: The Vpc Endpoint Service '"+private+"' does not exist")
	s.change(program("com.amazonaws.us-east-1.ec2"))
	s.up()
	s.settled()

	endpoint := s.one("aws:ec2/vpcEndpoint:VpcEndpoint").ID
	require.NoError(t, account.Delete(t.Context(), endpoint))
	s.pulumi("refresh", "--yes", "--skip-preview")
	s.up()
	s.settled()
	assert.NotEqual(t, endpoint, s.one("aws:ec2/vpcEndpoint:VpcEndpoint").ID)

	s.adopted("aws:ec2/vpcEndpoint:VpcEndpoint", "aws:route53/record:Record", "aws:route53/zone:Zone")
	s.pulumi("destroy", "--yes", "--skip-preview")
	left, err := account.Existing(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"VPC " + vpc, "subnet " + subnet}, left)
}

// adopted removes resources from the state and imports them again, which must leave nothing to do.
func (s *stack) adopted(tokens ...string) {
	s.t.Helper()
	imports := []string{}
	for _, token := range tokens {
		r := s.one(token)
		imports = append(imports, r.Type, r.name(), r.ID)
		s.pulumi("state", "delete", r.URN, "--yes")
	}
	for r := range slices.Chunk(imports, 3) {
		s.pulumi("import", r[0], r[1], r[2], "--yes", "--skip-preview", "--protect=false", "--generate-code=false")
	}
	s.settled()
	// Only a program knows the dependencies.
	s.up()
}

func TestAWSLookups(t *testing.T) {
	t.Parallel()
	s := newStack(t, "resources: {}")
	account := s.withAWS()
	vpc, err := account.NewVpc(t.Context(), "10.0.0.0/16")
	require.NoError(t, err)
	zone, err := account.NewPrivateZone(t.Context(), "a.example", vpc)
	require.NoError(t, err)
	lookups := func(calls ...[2]string) string {
		program := "outputs:\n"
		for i, call := range calls {
			program += fmt.Sprintf("  found%d: {\"fn::invoke\": {function: \"aws:%s\", arguments: {%s}, return: id}}\n",
				i, call[0], call[1])
		}
		return program
	}
	s.change(lookups([2]string{"route53:getZone", "name: A.example., privateZone: true"},
		[2]string{"route53:getZone", "name: a.example, vpcId: " + vpc},
		[2]string{"route53:getZone", "zoneId: " + zone}))
	s.up()
	assert.Equal(t, map[string]any{"found0": zone, "found1": zone, "found2": zone}, s.outputs())

	const noZone = "invoking aws:route53/getZone:getZone: 1 error occurred:\n\t* no matching Route 53 Hosted Zone found"
	for _, tt := range [][3]string{
		{"route53:getZone", "name: a.example", noZone},
		{"route53:getZone", "name: b.example, privateZone: true", noZone},
		{"route53:getZone", "name: a.example, vpcId: vpc-0123", noZone},
		{"ec2:getVpc", "id: vpc-0123456789abcdef0", "no matching EC2 VPC found"},
		{"ec2:getSubnet", "", "multiple EC2 Subnets matched; use additional constraints"},
	} {
		s.change(lookups([2]string{tt[0], tt[1]}))
		said := s.pulumiFails("preview")
		assert.Contains(t, strings.Join(strings.Fields(said), " "), strings.Join(strings.Fields(tt[2]), " "), tt[1])
	}

	// Another account sees nothing of it.
	s.withAWS()
	s.change(lookups([2]string{"ec2:getVpc", "id: " + vpc}))
	assert.Contains(t, s.pulumiFails("preview"), "no matching EC2 VPC found")
	s.env["AWS_ENDPOINT_URL"] = "http://192.0.2.1:80"
	assert.Contains(t, s.pulumiFails("preview"), "is not a loopback address")
}

// TestServeAWS starts the sandbox as users do, and uses its environment file.
func TestServeAWS(t *testing.T) {
	t.Parallel()
	command, err := built("sandbox")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "sandbox.env")
	serve := exec.Command(command, "serve", "--env-file", file, "--aws",
		filepath.Join(packages(t).python, "bin", "python"))
	var said strings.Builder
	serve.Stdout, serve.Stderr = &said, &said
	require.NoError(t, serve.Start())
	t.Cleanup(func() {
		assert.NoError(t, errors.Join(serve.Process.Signal(os.Interrupt), serve.Wait()), said.String())
	})
	var content []byte
	require.Eventually(t, func() bool {
		content, err = os.ReadFile(file)
		return err == nil
	}, time.Minute, 10*time.Millisecond, "the environment file does not appear")

	s := newStack(t, "resources: {}")
	s.withAWS() // installs the plugin; the account is replaced below
	for _, match := range regexp.MustCompile(`(?m)^export (\w+)='(.*)'$`).FindAllStringSubmatch(string(content), -1) {
		s.env[match[1]] = match[2]
	}
	s.change(`
variables:
  vpc: {"fn::invoke": {function: "aws:ec2:getVpc", arguments: {id: ` + s.env["SANDBOX_VPC_ID"] + `}}}
  subnet: {"fn::invoke": {function: "aws:ec2:getSubnet", arguments: {id: ` + s.env["SANDBOX_SUBNET_3_ID"] + `}}}
outputs: {owner: "${vpc.ownerId}", names: "${vpc.enableDnsHostnames}", zone: "${subnet.availabilityZoneId}",
  in: "${subnet.vpcId}"}
`)
	s.up()
	assert.Equal(t, map[string]any{
		"owner": s.env["SANDBOX_AWS_ACCOUNT"], "names": true, "zone": "use1-az6", "in": s.env["SANDBOX_VPC_ID"],
	}, s.outputs())
}
