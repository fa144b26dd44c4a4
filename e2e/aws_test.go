package e2e

import (
	"testing"

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
    properties: {securityGroupId: "${other.id}", ipProtocol: tcp, fromPort: 443, toPort: 443, referencedSecurityGroupId: "${group.id}"}
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
      {zoneId: "${zone.zoneId}", name: "*.abc.us-east-1.aws.confluent.cloud", type: CNAME, ttl: 60, records: ["${endpoint.dnsEntries[0].dnsName}"]}
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

func TestAWSStandIn(t *testing.T) {
	t.Parallel()
	s := newStack(t, awsProgram)
	account := s.withAWS()
	s.pulumi("preview")
	assert.Empty(t, account.Calls(), "a preview changes nothing")
	s.up()
	outputs := s.outputs()
	t.Log(outputs)
	assert.Equal(t, account.ID, outputs["account"])
	s.settled()
	s.pulumi("destroy", "--yes", "--skip-preview")
	left, err := account.Existing(t.Context())
	require.NoError(t, err)
	assert.Empty(t, left)
}
