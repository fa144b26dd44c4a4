package component

import (
	"fmt"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/shell"
)

// recordTTL is how many seconds a record may be remembered, as Confluent documents it.
const recordTTL = 60

// access is step 1: the access that was brought, or a new one for the account of the aws provider.
func (b *vpcBuilder) access(network network) (access, error) {
	if b.in.accessID.given {
		return access{id: b.args.access.Id.ToStringPtrOutput().Elem()}, nil
	}
	var displayName pulumi.StringPtrInput
	if b.args.access != nil {
		displayName = b.args.access.DisplayName
	}
	return b.newAccess(grant{
		path: b.in.path + "privateLinkAccess", name: b.name + "-access", displayName: b.displayName(displayName), named: b.in.accessName.given,
		environment: b.environment, network: network, whose: "the aws provider's", accountID: b.vpc.accountID,
	})
}

// securityGroup is the first part of step 2. Its rules are part of it, not resources of their own as AWS's provider
// advises for groups with many hands: who may connect may be unknown at preview or secret, so that such resources could
// neither be named nor shown, and a list that loses its first element would make others take over rules that still exist.
func (b *vpcBuilder) securityGroup() (*ec2.SecurityGroup, error) {
	list := func(given pulumi.StringArrayInput) pulumi.StringArrayOutput {
		if given == nil {
			given = pulumi.StringArray{}
		}
		return given.ToStringArrayOutput()
	}
	ingress := pulumi.All(list(b.args.cidrBlocks), list(b.args.groupIDs)).ApplyT(func(v []any) []ec2.SecurityGroupIngress {
		blocks, _ := v[0].([]string)
		groups, _ := v[1].([]string)
		return ingressRules(blocks, groups)
	}).(ec2.SecurityGroupIngressArrayOutput)
	return ec2.NewSecurityGroup(b.ctx, b.name+"-sg", &ec2.SecurityGroupArgs{
		// Another description would replace the group. AWS takes no apostrophe.
		Description: pulumi.String("Kafka clients of a Confluent network, through its endpoint"),
		VpcId:       b.args.vpcID.ToStringOutput(),
		Ingress:     ingress,
		Tags:        b.args.tags,
	}, b.child()...)
}

func ingressRules(blocks, groups []string) []ec2.SecurityGroupIngress {
	// Not nil: no rules is what is wanted, not whatever there is.
	ingress := []ec2.SecurityGroupIngress{}
	if len(blocks)+len(groups) == 0 {
		return ingress
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
	return ingress
}

// usedSubnets are the subnets in the network's zones. Which these are may be known only when the network is.
type usedSubnets struct {
	ids, zones pulumi.StringArrayOutput
	zoneNames  map[string]string
}

// subnetsIn are the subnets that the endpoint can be in.
func (b *vpcBuilder) subnetsIn(network network) usedSubnets {
	if len(b.vpc.subnets) == 0 {
		unknown := pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) []string { return nil }).(pulumi.StringArrayOutput)
		return usedSubnets{ids: unknown, zones: unknown}
	}
	used := usedSubnets{zoneNames: map[string]string{}}
	for _, s := range b.vpc.subnets {
		used.zoneNames[s.Zone] = s.ZoneName
	}
	// The ids are known, but what is secret about them, and what they come from, goes with the input.
	used.ids = pulumi.All(network.zones, b.args.subnetIDs).ApplyT(func(v []any) ([]string, error) {
		zones, _ := v[0].([]string)
		in, others := rules.SubnetsInZones(b.vpc.subnets, zones)
		if err := rules.AnySubnetInZones(b.vpc.subnets, zones); err != nil {
			return nil, b.problem("subnetIds", err)
		}
		for _, s := range others {
			b.say("%ssubnetIds: subnet %s in %s is left out, since the network is in %s", b.in.path, s.ID, s.Zone, rules.List(zones))
		}
		ids := make([]string, len(in))
		for i, s := range in {
			ids[i] = s.ID
		}
		return ids, nil
	}).(pulumi.StringArrayOutput)
	used.zones = pulumi.All(network.zones, used.ids).ApplyT(func(v []any) []string {
		zones, _ := v[0].([]string)
		in, _ := rules.SubnetsInZones(b.vpc.subnets, zones)
		return rules.ZonesOf(in)
	}).(pulumi.StringArrayOutput)
	return used
}

// problem is an error about one of the VPC's inputs.
func (b *vpcBuilder) problem(property string, err error) error {
	var p problems
	p.add(b.in.path+property, err)
	return b.redact(p.err())
}

// endpoint is the second part of step 2. Confluent Cloud shows its endpoint service to accounts with an access only, and
// accepts their endpoints by itself, so the access must be ready.
func (b *vpcBuilder) endpoint(network network, access access, group *ec2.SecurityGroup, subnets usedSubnets) (*ec2.VpcEndpoint, error) {
	var after []pulumi.Resource
	if access.made != nil {
		after = append(after, access.made)
	}
	return ec2.NewVpcEndpoint(b.ctx, b.name+"-endpoint", &ec2.VpcEndpointArgs{
		VpcEndpointType:  pulumi.String("Interface"),
		VpcId:            b.args.vpcID,
		ServiceName:      network.endpointService,
		SubnetIds:        subnets.ids,
		SecurityGroupIds: pulumi.StringArray{group.ID()},
		// The service has no private DNS name; the hosted zone does what it would.
		PrivateDnsEnabled: pulumi.Bool(false),
		Tags:              b.args.tags,
	}, b.child(pulumi.DependsOn(after))...)
}

// endpointName is the name that leads to the endpoint in all its zones. An endpoint that Confluent Cloud has not accepted
// has one too, and the aws provider calls it made, but nobody answers there.
func (b *vpcBuilder) endpointName(network network, access access, endpoint *ec2.VpcEndpoint) pulumi.StringOutput {
	return pulumi.All(endpoint.DnsEntries, endpoint.State, endpoint.ID(), endpoint.URN()).ApplyT(func(v []any) (string, error) {
		state, _ := v[1].(string)
		if !rules.EndpointAccepted(state) {
			err := b.notAccepted(network, access, v[2], v[3], state)
			if !b.ctx.DryRun() {
				return "", err
			}
			// The state is as old as Pulumi's last look at it, and a preview changes nothing.
			b.warn("%v", err)
		}
		var names []string
		entries, _ := v[0].([]ec2.VpcEndpointDnsEntry)
		for _, entry := range entries {
			if entry.DnsName != nil {
				names = append(names, *entry.DnsName)
			}
		}
		return rules.EndpointName(names)
	}).(pulumi.StringOutput)
}

// notAccepted says whose endpoint it is that Confluent Cloud has not accepted, and what to do. The ids are awaited here, for
// a secret one would make everything secret that comes of the endpoint.
func (b *vpcBuilder) notAccepted(network network, access access, endpoint, urn any, state string) error {
	account, _, _ := await[string](b.ctx, b.vpc.accountID)
	networkID, _, _ := await[string](b.ctx, network.id)
	accessID, _, _ := await[string](b.ctx, access.id)
	return b.problem("privateLinkAccess", fmt.Errorf("endpoint %v of AWS account %s is %s: Confluent Cloud has not let it into network %s, "+
		"since PrivateLink Access %s is gone, or is not for that account and network; see to the access, run pulumi refresh, and "+
		"if the endpoint is not available then, run %s",
		endpoint, orNone(account), state, orNone(networkID), orNone(accessID),
		shell.Command("pulumi", "up", "--replace", fmt.Sprint(urn))))
}

// hostedZone is the first part of step 3: a private hosted zone for the network's domain, and that domain.
func (b *vpcBuilder) hostedZone(network network) (*route53.Zone, pulumi.StringOutput, error) {
	domain := network.dnsDomain.ApplyT(rules.PrivateZone).(pulumi.StringOutput)
	if b.ctx.DryRun() && !b.networkID.given {
		// Of a network that an earlier run made it is known only now. An update does not wait for one: AWS refuses a second zone.
		made, _, err := await[string](b.ctx, domain)
		if err == nil {
			err = b.lookUpZone(made)
		}
		if err != nil {
			return nil, domain, err
		}
	}
	opts, err := b.refuseCreation("hosted zone", b.vpc.zoneTaken)
	if err != nil {
		return nil, domain, err
	}
	zone, err := route53.NewZone(b.ctx, b.name+"-zone", &route53.ZoneArgs{
		Name: b.onlyZone(domain),
		Vpcs: route53.ZoneVpcArray{route53.ZoneVpcArgs{VpcId: b.args.vpcID}},
		Tags: b.args.tags,
	}, b.child(opts...)...)
	return zone, domain, err
}

// onlyZone gives the domain, unless another component of the run makes the zone for it in the same VPC. Neither of the two need
// exist, so that no look-up would tell.
func (b *vpcBuilder) onlyZone(domain pulumi.StringOutput) pulumi.StringOutput {
	return domain.ApplyT(func(domain string) (string, error) {
		vpc, known, err := await[string](b.ctx, b.args.vpcID.ToStringOutput())
		if err != nil || !known {
			return domain, err
		}
		self, known, err := await[pulumi.URN](b.ctx, b.self.URN())
		if err != nil || !known {
			return domain, err
		}
		first := declarations.first(passage{lookup.RunOf(b.ctx), vpc, domain}, declaration{string(self), b.name, time.Now()})
		if first.component == string(self) {
			return domain, nil
		}
		return "", b.problem("vpcId", fmt.Errorf("%s is the VPC of %s too, and can have one private hosted zone for %s; "+
			"give all of its subnets there, and leave this one out", vpc, first.name, domain))
	}).(pulumi.StringOutput)
}

// records is the second part of step 3: all names lead to the endpoint, those of a zone to the endpoint in that zone.
// With a single zone all names lead there, and there are no others.
// It gives the names of each zone.
func (b *vpcBuilder) records(
	network network, access access, zone *route53.Zone, domain pulumi.StringOutput, endpoint *ec2.VpcEndpoint, subnets usedSubnets,
) (pulumi.StringMapOutput, error) {
	endpointName := b.endpointName(network, access, endpoint)
	target := pulumi.All(endpointName, subnets.zones).ApplyT(func(v []any) string {
		name, _ := v[0].(string)
		if zones, _ := v[1].([]string); len(zones) == 1 {
			return rules.ZonalEndpointName(name, subnets.zoneNames[zones[0]])
		}
		return name
	}).(pulumi.StringOutput)
	if err := b.record(b.name+"-record", zone, pulumi.Sprintf("*.%s", domain), target); err != nil {
		return pulumi.StringMapOutput{}, err
	}
	zones, err := b.zonalRecords(network, subnets, func(az string) error {
		from := domain.ApplyT(func(domain string) string { return rules.ZonalWildcard(az, domain) }).(pulumi.StringOutput)
		to := pulumi.All(endpointName, subnets.zones).ApplyT(func(v []any) string {
			name, _ := v[0].(string)
			return rules.ZonalEndpointName(name, subnets.zoneNames[az])
		}).(pulumi.StringOutput)
		return b.record(b.name+"-record-"+az, zone, from, to)
	})
	return zonalNames(zones, domain), err
}

// zonalRecords makes a record for each zone, where there is more than one. While an update makes a PrivateLink's network
// nobody may wait for its zones here: the other steps go on.
func (b *vpcBuilder) zonalRecords(network network, subnets usedSubnets, record func(az string) error) (pulumi.StringArrayOutput, error) {
	each := func(zones []string) ([]string, error) {
		for _, az := range zones {
			if len(zones) == 1 {
				break
			}
			if err := record(az); err != nil {
				return nil, err
			}
		}
		return zones, nil
	}
	if !b.ctx.DryRun() {
		return subnets.zones.ApplyT(each).(pulumi.StringArrayOutput), nil
	}
	zones, err := b.possibleZones(network)
	if err == nil {
		_, err = each(zones)
	}
	return subnets.zones, err
}

// possibleZones are the zones that a preview shows records for. Where it does not know all of it yet, there may be fewer in
// the end: to show none would say of those that exist that they go.
func (b *vpcBuilder) possibleZones(network network) ([]string, error) {
	zones, known, err := await[[]string](b.ctx, network.zones)
	switch {
	case err != nil:
		return nil, err
	case len(b.vpc.subnets) > 0 && known:
		in, _ := rules.SubnetsInZones(b.vpc.subnets, zones)
		return rules.ZonesOf(in), nil
	case len(b.vpc.subnets) > 0:
		return rules.ZonesOf(b.vpc.subnets), nil
	case b.in.subnetIDs.elements == 1:
		return nil, nil
	}
	return zones, nil
}

// zonalNames are the names that lead to the endpoint in one zone.
func zonalNames(zones pulumi.StringArrayOutput, domain pulumi.StringOutput) pulumi.StringMapOutput {
	return pulumi.All(zones, domain).ApplyT(func(v []any) map[string]string {
		zones, _ := v[0].([]string)
		domain, _ := v[1].(string)
		names := map[string]string{}
		for _, az := range zones {
			names[az] = rules.ZonalWildcard(az, domain)
		}
		return names
	}).(pulumi.StringMapOutput)
}

func (b *vpcBuilder) record(name string, zone *route53.Zone, from, to pulumi.StringOutput) error {
	_, err := route53.NewRecord(b.ctx, name, &route53.RecordArgs{
		ZoneId:  zone.ZoneId,
		Name:    from,
		Type:    pulumi.String("CNAME"),
		Ttl:     pulumi.Int(recordTTL),
		Records: pulumi.StringArray{to},
	}, b.child()...)
	return err
}
