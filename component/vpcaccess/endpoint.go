package vpcaccess

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/shell"
)

// securityGroup is the first part of step 2. Its rules are part of it, not resources of their own as AWS's provider
// advises for groups with many hands: who may connect may be unknown at preview or secret, so that such resources
// could neither be named nor shown, and a list that loses its first element would make others take over rules that
// still exist.
func (b *builder) securityGroup() (*ec2.SecurityGroup, error) {
	blocks, groups := b.in.List("allowedCidrBlocks").Output(), b.in.List("allowedSecurityGroupIds").Output()
	ingress := lookup.Both[ec2.SecurityGroupIngressArrayOutput](blocks, groups, ingressRules)
	return ec2.NewSecurityGroup(b.Ctx, b.Name+"-sg", &ec2.SecurityGroupArgs{
		// Another description would replace the group. AWS takes no apostrophe.
		Description: pulumi.String("Kafka clients of a Confluent network, through its endpoint"),
		VpcId:       b.in.Text("vpcId").Output(),
		Ingress:     ingress,
		Tags:        b.in.Map("tags").Input(),
	}, b.Options(b.WithoutUpdateTimeout())...)
}

func ingressRules(blocks, groups []string) ([]ec2.SecurityGroupIngress, error) {
	// Not nil: the desired state is no rules, not the existing ones.
	ingress := []ec2.SecurityGroupIngress{}
	if len(blocks)+len(groups) == 0 {
		return ingress, nil
	}
	for _, port := range rules.KafkaPorts() {
		rule := ec2.SecurityGroupIngress{Protocol: "tcp", FromPort: port, ToPort: port, SecurityGroups: groups}
		for _, block := range blocks {
			if rules.IsIPv6(block) {
				rule.Ipv6CidrBlocks = append(rule.Ipv6CidrBlocks, block)
			} else {
				rule.CidrBlocks = append(rule.CidrBlocks, block)
			}
		}
		ingress = append(ingress, rule)
	}
	return ingress, nil
}

// usedSubnets are the subnets in the network's zones. Which these are may be known only when the network is.
type usedSubnets struct {
	ids, zones pulumi.StringArrayOutput
	zoneNames  map[string]string
}

// subnetsIn are the subnets that the endpoint can be in.
func (b *builder) subnetsIn(network access.Network) usedSubnets {
	if len(b.vpc.subnets) == 0 {
		unknown := lookup.Unknown[pulumi.StringArrayOutput]([]string{})
		return usedSubnets{ids: unknown, zones: unknown}
	}
	used := usedSubnets{zoneNames: map[string]string{}}
	for _, s := range b.vpc.subnets {
		used.zoneNames[s.Zone] = s.ZoneName
	}
	// The ids are known, but what is secret about them, and what they come from, goes with the input.
	given := b.in.List("subnetIds").Output()
	used.ids = lookup.Both[pulumi.StringArrayOutput](network.Zones, given, func(zones, _ []string) ([]string, error) {
		in, others := rules.SubnetsInZones(b.vpc.subnets, zones)
		if err := rules.AnySubnetInZones(b.vpc.subnets, zones); err != nil {
			return nil, b.problem("subnetIds", err)
		}
		for _, s := range others {
			b.Info("%s: subnet %s in %s is left out, since the network is in %s",
				b.in.List("subnetIds").Path, s.ID, s.Zone, rules.List(zones))
		}
		ids := make([]string, len(in))
		for i, s := range in {
			ids[i] = s.ID
		}
		return ids, nil
	})
	zones := func(zones, _ []string) ([]string, error) {
		in, _ := rules.SubnetsInZones(b.vpc.subnets, zones)
		return rules.ZonesOf(in), nil
	}
	used.zones = lookup.Both[pulumi.StringArrayOutput](network.Zones, used.ids, zones)
	return used
}

// problem is an error about one of the VPC's inputs.
func (b *builder) problem(property string, err error) error {
	var p args.Problems
	p.Add(b.in.At(property).Path(), err)
	return b.In.Redact(p.Err())
}

// endpoint is the second part of step 2. Confluent Cloud shows its endpoint service to accounts with an access only,
// and accepts their endpoints by itself, so the access must be ready.
func (b *builder) endpoint(
	network access.Network, access access.Access, group *ec2.SecurityGroup, subnets usedSubnets,
) (*ec2.VpcEndpoint, error) {
	return ec2.NewVpcEndpoint(b.Ctx, b.Name+"-endpoint", &ec2.VpcEndpointArgs{
		VpcEndpointType:  pulumi.String("Interface"),
		VpcId:            b.in.Text("vpcId").Output(),
		ServiceName:      access.Authorized(b.Ctx, network.EndpointService),
		SubnetIds:        subnets.ids,
		SecurityGroupIds: pulumi.StringArray{group.ID()},
		// The service has no private DNS name; the hosted zone does what it would.
		PrivateDnsEnabled: pulumi.Bool(false),
		Tags:              b.in.Map("tags").Input(),
	}, b.Options(access.DependsOn())...)
}

// endpointName is the name that leads to the endpoint in all its zones. An endpoint that Confluent Cloud has not
// accepted has one too, and the aws provider reports it as created, but no service answers there.
func (b *builder) endpointName(
	network access.Network, access access.Access, endpoint *ec2.VpcEndpoint,
) pulumi.StringOutput {
	nameOf := func(entries []ec2.VpcEndpointDnsEntry, state string) (string, error) {
		if !rules.EndpointAccepted(state) {
			err := b.notAccepted(network, access, endpoint, state)
			if !b.Ctx.DryRun() {
				return "", err
			}
			// The state is as old as Pulumi's last look at it, and a preview changes nothing.
			b.Warn("%v", err)
		}
		var names []string
		for _, entry := range entries {
			if entry.DnsName != nil {
				names = append(names, *entry.DnsName)
			}
		}
		return rules.EndpointName(names)
	}
	return lookup.Both[pulumi.StringOutput](endpoint.DnsEntries, endpoint.State, nameOf)
}

// notAccepted names the endpoint that Confluent Cloud has not accepted, its owner, and what to do. The IDs are awaited
// here, since a secret one would make everything secret that comes of the endpoint.
func (b *builder) notAccepted(
	network access.Network, access access.Access, endpoint *ec2.VpcEndpoint, state string,
) error {
	id, _, _ := lookup.Await[pulumi.ID](b.Ctx, endpoint.ID())
	urn, _, _ := lookup.Await[pulumi.URN](b.Ctx, endpoint.URN())
	networkID, _, _ := lookup.Await[string](b.Ctx, network.ID)
	accessID, _, _ := lookup.Await[string](b.Ctx, access.ID)
	return b.problem("privateLinkAccess", fmt.Errorf("endpoint %v of AWS account %s is %s: Confluent Cloud has not "+
		"accepted it into network %s, since PrivateLink Access %s is gone, or is not for that account and network; "+
		"see to the access, run pulumi refresh, and if the endpoint is not available then, run %s",
		id, preflight.OrNone(b.vpc.account), state, preflight.OrNone(networkID), preflight.OrNone(accessID),
		shell.Command("pulumi", "up", "--replace", string(urn))))
}
