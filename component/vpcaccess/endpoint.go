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
// advises: they may be unknown at preview or secret, so that such resources could be neither named nor shown, and
// without the first of a list, the others would take over rules that still exist.
func (b *builder) securityGroup() error {
	blocks, groups := b.in.List("allowedCidrBlocks").Output(), b.in.List("allowedSecurityGroupIds").Output()
	ingress := lookup.Both[ec2.SecurityGroupIngressArrayOutput](blocks, groups, ingressRules)
	group, err := ec2.NewSecurityGroup(b.Ctx, b.Name+"-sg", &ec2.SecurityGroupArgs{
		// Another description would replace the group. AWS takes no apostrophe.
		Description: pulumi.String("Kafka clients of a Confluent network, through its endpoint"),
		VpcId:       b.in.Text("vpcId").Output(),
		Ingress:     ingress,
		Tags:        b.in.Map("tags").Input(),
	}, b.Options(b.WithoutUpdateTimeout())...)
	if err == nil {
		b.result.SecurityGroupId = group.ID().ToStringOutput()
	}
	return err
}

func ingressRules(blocks, groups []string) ([]ec2.SecurityGroupIngress, error) {
	// Not nil, which would keep the rules that there are.
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

// subnetsIn are the IDs of the subnets in the network's zones, and these zones. They may be known only when the network
// is.
func (b *builder) subnetsIn(network access.Network) (ids, used pulumi.StringArrayOutput) {
	if len(b.vpc.subnets) == 0 {
		unknown := lookup.Unknown[pulumi.StringArrayOutput]([]string{})
		return unknown, unknown
	}
	// The IDs are known, but the input knows whether they are secret, and which resources they come from.
	given := b.in.List("subnetIds").Output()
	ids = lookup.Both[pulumi.StringArrayOutput](network.Zones, given, func(zones, _ []string) ([]string, error) {
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
	return ids, lookup.Both[pulumi.StringArrayOutput](network.Zones, ids, zones)
}

// problem is an error about one of the VPC's inputs.
func (b *builder) problem(property string, err error) error {
	var p args.Problems
	p.Add(b.in.At(property).Path(), err)
	return b.In.Redact(p.Err())
}

// endpoint is the second part of step 2. Confluent Cloud shows its endpoint service to accounts with an access only,
// and accepts their endpoints by itself, so the access must be ready. It returns the name that leads to the endpoint in
// all its zones.
func (b *builder) endpoint(network access.Network, access access.Access) (name pulumi.StringOutput, err error) {
	var subnets pulumi.StringArrayOutput
	subnets, b.result.Zones = b.subnetsIn(network)
	endpoint, err := ec2.NewVpcEndpoint(b.Ctx, b.Name+"-endpoint", &ec2.VpcEndpointArgs{
		VpcEndpointType:  pulumi.String("Interface"),
		VpcId:            b.in.Text("vpcId").Output(),
		ServiceName:      access.Authorized(b.Ctx, network.EndpointService),
		SubnetIds:        subnets,
		SecurityGroupIds: pulumi.StringArray{b.result.SecurityGroupId},
		// The service has no private DNS name; the hosted zone does what it would.
		PrivateDnsEnabled: pulumi.Bool(false),
		Tags:              b.in.Map("tags").Input(),
	}, b.Options(access.DependsOn())...)
	if err != nil {
		return name, err
	}
	b.result.EndpointId = endpoint.ID().ToStringOutput()
	// An endpoint that Confluent Cloud has not accepted has a name too, and the aws provider reports it as created, but
	// no service answers there.
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
	return lookup.Both[pulumi.StringOutput](endpoint.DnsEntries, endpoint.State, nameOf), nil
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
		"check the access, run pulumi refresh, and if the endpoint is not available then, run %s",
		id, preflight.OrNone(b.vpc.account), state, preflight.OrNone(networkID), preflight.OrNone(accessID),
		shell.Command("pulumi", "up", "--replace", string(urn))))
}
