package aws

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

func kind(name string) *resourceKind { return loadPackage().resources["aws:"+name] }

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kind   string
		inputs map[string]any
		want   string
	}{
		"two zones": {
			"ec2/subnet:Subnet",
			map[string]any{"vpcId": "vpc-1", "availabilityZone": "a", "availabilityZoneId": "b"},
			"availabilityZoneId",
		},
		"no VPC": {"ec2/subnet:Subnet", map[string]any{}, "it is required"},
		"endpoint type": {
			"ec2/vpcEndpoint:VpcEndpoint",
			map[string]any{"vpcId": "vpc-1", "vpcEndpointType": "interface"},
			"none of Gateway",
		},
		"no range":        {"ec2/vpc:Vpc", map[string]any{"cidrBlock": "10.0.0.0"}, "not an IPv4 range"},
		"tagsAll":         {"ec2/vpc:Vpc", map[string]any{"tagsAll": map[string]any{"a": "b"}}, "leave it out"},
		"what is omitted": {"ec2/vpc:Vpc", map[string]any{"ipv4IpamPoolId": "x"}, "no such property"},
		"rule, no target": {
			"vpc/securityGroupIngressRule:SecurityGroupIngressRule",
			map[string]any{"ipProtocol": "tcp", "securityGroupId": "sg-1"},
			"exactly one of cidrIpv4",
		},
		"rule, two targets": {
			"vpc/securityGroupEgressRule:SecurityGroupEgressRule",
			map[string]any{"ipProtocol": "-1", "securityGroupId": "sg-1", "cidrIpv4": "0.0.0.0/0", "cidrIpv6": "::/0"},
			"cidrIpv4, cidrIpv6 are given",
		},
		"record without records": {
			"route53/record:Record",
			map[string]any{"name": "a", "type": "CNAME", "zoneId": "Z"},
			"records",
		},
		"record of no type": {
			"route53/record:Record",
			map[string]any{"name": "a", "type": "X", "zoneId": "Z", "records": []any{"b"}},
			"none of A,",
		},
	} {
		failures := kind(tt.kind).Validate(properties(tt.inputs))
		require.Len(t, failures, 1, name)
		assert.Contains(t, failures[0].Property+": "+failures[0].Reason, tt.want, name)
	}
}

func TestWhatReplaces(t *testing.T) {
	t.Parallel()
	replaced := map[string][]string{
		"ec2/vpc:Vpc":                     {"cidrBlock", "instanceTenancy"},
		"ec2/subnet:Subnet":               {"availabilityZone", "availabilityZoneId", "cidrBlock", "vpcId"},
		"ec2/securityGroup:SecurityGroup": {"description", "name", "vpcId"},
		"vpc/securityGroupIngressRule:SecurityGroupIngressRule": {"securityGroupId"},
		"vpc/securityGroupEgressRule:SecurityGroupEgressRule":   {"securityGroupId"},
		"ec2/vpcEndpoint:VpcEndpoint":                           {"serviceName", "vpcEndpointType", "vpcId"},
		"route53/zone:Zone":                                     {"name"},
		// In the real package a change of the type is an update that deletes and creates. Here it is a replacement.
		"route53/record:Record": {"name", "type", "zoneId"},
	}
	for name, want := range replaced {
		var got []string
		for _, input := range standin.SortedKeys(kind(name).Inputs) {
			if kind(name).Inputs[input].Replaces {
				got = append(got, input)
			}
		}
		assert.Equal(t, want, got, name)
	}
	assert.Len(t, replaced, len(loadPackage().resources))
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	group, err := kind("ec2/securityGroup:SecurityGroup").ApplyDefaults("kafka", nil, property.Map{}, property.Map{})
	require.NoError(t, err)
	assert.Regexp(t, `^kafka-[0-9a-f]{7}$`, standin.TextAt(group, "name"))
	assert.Equal(t, "Managed by Pulumi", standin.TextAt(group, "description"))
	kept, err := kind("ec2/securityGroup:SecurityGroup").ApplyDefaults("kafka", nil, group, property.Map{})
	require.NoError(t, err)
	assert.Equal(t, standin.TextAt(group, "name"), standin.TextAt(kept, "name"))
	vpc, err := kind("ec2/vpc:Vpc").ApplyDefaults("x", nil, property.Map{},
		properties(map[string]any{"enableDnsSupport": false}))
	require.NoError(t, err)
	assert.False(t, standin.BoolAt(vpc, "enableDnsSupport"), "what is given stays")
	assert.Equal(t, []string{"instanceTenancy"}, standin.TextsAt(vpc, standin.DefaultsProperty))
}

// How rules are written in lists makes no difference; what they allow does.
func TestInlineRules(t *testing.T) {
	t.Parallel()
	rule := func(protocol string, port int, more map[string]any) map[string]any {
		m := map[string]any{"protocol": protocol, "fromPort": port, "toPort": port}
		for name, value := range more {
			m[name] = value
		}
		return m
	}
	list := func(rules ...any) property.Value { return properties(map[string]any{"l": rules}).Get("l") }
	two := list(rule("tcp", 443, map[string]any{"cidrBlocks": []any{"10.0.0.0/8", "192.168.0.0/16"}}))
	for name, same := range map[string]property.Value{
		"order": list(rule("tcp", 443, map[string]any{"cidrBlocks": []any{"192.168.0.0/16", "10.0.0.0/8"}})),
		"apart": list(rule("tcp", 443, map[string]any{"cidrBlocks": []any{"10.0.0.0/8"}}),
			rule("tcp", 443, map[string]any{"cidrBlocks": []any{"192.168.0.0/16"}})),
		"by number": list(rule("6", 443, map[string]any{"cidrBlocks": []any{"10.0.0.0/8", "192.168.0.0/16"}})),
		"empty parts": list(rule("tcp", 443,
			map[string]any{
				"cidrBlocks": []any{"10.0.0.0/8", "192.168.0.0/16"}, "self": false,
				"securityGroups": []any{}, "description": "",
			})),
	} {
		assert.True(t, sameRules(two, same), name)
	}
	for name, other := range map[string]property.Value{
		"port":     list(rule("tcp", 444, map[string]any{"cidrBlocks": []any{"10.0.0.0/8", "192.168.0.0/16"}})),
		"one less": list(rule("tcp", 443, map[string]any{"cidrBlocks": []any{"10.0.0.0/8"}})),
		"description": list(
			rule("tcp", 443, map[string]any{"cidrBlocks": []any{"10.0.0.0/8", "192.168.0.0/16"}, "description": "x"})),
		"self too": list(
			rule("tcp", 443, map[string]any{"cidrBlocks": []any{"10.0.0.0/8", "192.168.0.0/16"}, "self": true})),
		"none":    list(),
		"unknown": property.New(property.Computed),
	} {
		assert.False(t, sameRules(two, other), name)
	}

	rules := rulesOf(list(rule("tcp", 1, map[string]any{"self": true, "description": "us"})), "sg-1")
	assert.Equal(t, []api.Rule{{Protocol: "tcp", From: 1, To: 1, Source: api.Group, Value: "sg-1", Description: "us"}},
		rules)
	read := inlineRules(property.Value{}, rules, "sg-1")
	assert.Equal(t, rules, rulesOf(read, "sg-1"), "what is read says the same")
	assert.Equal(t, two, inlineRules(two, rulesOf(two, "sg-1"), "sg-1"),
		"and is written as before where it is the same")
}

func TestGroupDiff(t *testing.T) {
	t.Parallel()
	k := kind("ec2/securityGroup:SecurityGroup")
	open := map[string]any{"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": []any{"10.0.0.0/8"}}
	state := properties(map[string]any{"name": "x", "description": "d", "ingress": []any{open}})
	left := k.Changes(state, properties(map[string]any{"name": "x", "description": "d"}))
	assert.Empty(t, left, "rules that are left out are not the group's business")
	none := k.Changes(state, properties(map[string]any{"name": "x", "description": "d", "ingress": []any{}}))
	assert.Equal(t, map[string]p.PropertyDiff{"ingress[0]": {Kind: p.Delete}}, none, "an empty list takes them away")
}

func TestServiceDomain(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "vpce-svc-0123456789abcdef0.us-east-1.vpce.amazonaws.com",
		serviceDomain("com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0", "us-east-1"))
	assert.Equal(t, "ec2.eu-west-1.vpce.amazonaws.com", serviceDomain("com.amazonaws.eu-west-1.ec2", "eu-west-1"))
}

func TestRecordNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"*": "*.a.example", "*.a.example": "*.a.example", "X.A.example.": "x.a.example", "": "a.example",
		"a.example":  "a.example",
		"ba.example": "ba.example.a.example",
	} {
		assert.Equal(t, want, fqdn(name, "a.example."), name)
	}
	id, known, err := parseRecordID("Z1_*.use1_az1.a.example_CNAME")
	require.NoError(t, err)
	assert.Equal(t, "Z1_*.use1_az1.a.example_CNAME", id)
	assert.Equal(t, "*.use1_az1.a.example", standin.TextAt(known, "name"))
	assert.Equal(t, "CNAME", standin.TextAt(known, "type"))
	for _, bad := range []string{"", "Z1", "Z1_x", "_x_A", "Z1_x_", "Z1__A"} {
		_, _, err := parseRecordID(bad)
		assert.ErrorContains(t, err, "expected ZONEID_RECORDNAME_TYPE", bad)
	}
}

func TestZoneVPCs(t *testing.T) {
	t.Parallel()
	list := func(vpcs ...any) property.Value { return properties(map[string]any{"l": vpcs}).Get("l") }
	vpc := func(id, region string) map[string]any {
		if region == "" {
			return map[string]any{"vpcId": id}
		}
		return map[string]any{"vpcId": id, "vpcRegion": region}
	}
	state := list(vpc("vpc-1", "us-east-1"), vpc("vpc-2", "us-west-2"))
	assert.True(t, sameZoneVPCs(state, list(vpc("vpc-2", ""), vpc("vpc-1", "us-east-1"))))
	assert.False(t, sameZoneVPCs(state, list(vpc("vpc-1", ""))))
	assert.False(t, sameZoneVPCs(state, list(vpc("vpc-1", ""), vpc("vpc-2", "us-east-1"))))
	assert.False(t, sameZoneVPCs(state, list(vpc("vpc-1", ""), vpc("vpc-1", ""))))
}

func TestTagChanges(t *testing.T) {
	t.Parallel()
	tags := func(tags map[string]any) property.Map { return properties(map[string]any{tagsAll: tags}) }
	add, remove := tagChanges(standin.Update{
		State:  tags(map[string]any{"same": "1", "changed": "1", "gone": "1"}),
		Inputs: tags(map[string]any{"same": "1", "changed": "2", "new": ""}),
	})
	assert.Equal(t, map[string]string{"changed": "2", "new": ""}, add)
	assert.Equal(t, []string{"gone"}, remove)
}
