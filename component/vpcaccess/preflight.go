package component

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// vpc is what the steps need to know of the VPC and its surroundings.
type vpc struct {
	awsAccount
	// subnets are empty where they cannot be known now.
	subnets []rules.Subnet
	// zoneTaken is the problem that the VPC has a private hosted zone for the network's domain. It stops the creation
	// of another one, and nothing else: the zone may be the one that was made here.
	zoneTaken problems
}

// awsAccount is the account, and the region, that the aws provider works in; empty where it cannot be known now.
type awsAccount struct {
	accountID, region           pulumi.StringOutput
	knownAccountID, knownRegion string
}

// knownNetwork is what can be known now of the network; the rest is empty.
type knownNetwork struct {
	what, region, domain string
	zones                []string
}

// awsAccount looks up in which account and region the aws provider works.
func (m *maker) awsAccount() (awsAccount, error) {
	identity, err := answer[aws.GetCallerIdentityResultOutput](ask(m, getIdentity, func() (*aws.GetCallerIdentityResult, error) {
		return aws.GetCallerIdentity(m.ctx, nil, pulumi.Parent(m.self))
	}))
	if err != nil && lookup.WantsProvider(err) {
		return awsAccount{}, fmt.Errorf("looking up the AWS account: %w", err)
	}
	if err != nil {
		return awsAccount{}, fmt.Errorf("looking up the AWS account: %w; check the credentials of the aws provider", err)
	}
	region, err := answer[aws.GetRegionResultOutput](ask(m, getRegion, func() (*aws.GetRegionResult, error) {
		return aws.GetRegion(m.ctx, nil, pulumi.Parent(m.self))
	}))
	if err != nil {
		return awsAccount{}, fmt.Errorf("looking up the AWS region: %w; check the region of the aws provider", err)
	}
	account := awsAccount{accountID: identity.AccountId(), region: region.Name()}
	if account.knownAccountID, _, err = await[string](m.ctx, account.accountID); err != nil {
		return account, err
	}
	account.knownRegion, _, err = await[string](m.ctx, account.region)
	return account, err
}

// givenNetwork is the network that a VpcAccess was told of, or looked up by its id alone.
func (b *vpcBuilder) givenNetwork(args *VpcAccessArgs, in *vpcAccessInputs) (network, knownNetwork, error) {
	known := knownNetwork{what: "network " + in.networkID.show()}
	if in.networkGiven() {
		if in.zonalSubdomains.known {
			known.zones = sortedKeys(in.zonalSubdomains.value)
		}
		known.domain = in.dnsDomain.value
		if in.endpointService.known {
			known.region, _ = rules.RegionOfEndpointService(in.endpointService.value)
		}
		return network{
			id:              args.NetworkId.ToStringOutput(),
			zones:           args.ZonalSubdomains.ToStringMapOutput().ApplyT(sortedKeys[string]).(pulumi.StringArrayOutput),
			dnsDomain:       args.DnsDomain.ToStringPtrOutput().Elem(),
			endpointService: args.VpcEndpointServiceName.ToStringPtrOutput().Elem(),
		}, known, nil
	}
	out := b.lookUpNetwork(args.NetworkId.ToStringOutput().ToStringPtrOutput(), args.EnvironmentId)
	n, found, err := await[confluentcloud.LookupNetworkResult](b.ctx, out)
	if err != nil {
		return network{}, known, b.notFound("networkId", in.environmentID, err)
	}
	if found {
		if err := checkNetwork("networkId", n, tidbCluster{}); err != nil {
			return network{}, known, err
		}
		known.region, known.domain, known.zones = n.Region, n.DnsDomain, n.Zones
	}
	return network{
		name: n.DisplayName, id: args.NetworkId.ToStringOutput(), zones: sorted(out.Zones()), dnsDomain: out.DnsDomain(),
		endpointService: out.Aws().Index(pulumi.Int(0)).PrivateLinkEndpointService(),
	}, known, nil
}

// survey looks at the VPC and checks that it fits the network, before anything is created.
func (b *vpcBuilder) survey(account awsAccount, network knownNetwork, environmentID input[string]) error {
	b.vpc.awsAccount = account
	if b.in.accessID.given {
		if err := b.existingAccess(environmentID); err != nil {
			return err
		}
	}
	if account.knownRegion != "" && network.region != "" && account.knownRegion != network.region {
		// The VPC would not be found there, which says less.
		return b.problem("vpcId", fmt.Errorf("the aws provider works in region %s, but %s is in %s, and an endpoint must be in the "+
			"network's region; give a VPC of %s, and an aws provider (or aws:region) for it",
			account.knownRegion, network.what, network.region, network.region))
	}
	if err := b.lookUpVpc(); err != nil {
		return err
	}
	if err := b.lookUpSubnets(network); err != nil {
		return err
	}
	if err := b.lookUpZone(network.domain); err != nil {
		return err
	}
	b.sayWhoMayConnect()
	var err error
	b.creation, err = b.refuseCreation("prerequisites", b.passing)
	return err
}

// existingAccess checks that the access that was brought lets this account into this network.
func (b *vpcBuilder) existingAccess(environmentID input[string]) error {
	property := b.in.path + "privateLinkAccess.id"
	a, known, err := b.lookUpAccess(b.args.access.Id, b.environment)
	if err != nil {
		return b.notFound(property, environmentID, err)
	}
	if !known {
		return nil
	}
	return checkAccess(property, a, account{whose: "the aws provider's", id: b.vpc.knownAccountID}, b.networkPath, b.networkID)
}

// lookUpVpc checks that the VPC exists and resolves names as an endpoint needs it.
func (b *vpcBuilder) lookUpVpc() error {
	if !b.in.vpcID.known {
		return nil
	}
	id := b.in.vpcID.value
	vpc, err := ask(&b.maker, getVpc, func() (*ec2.LookupVpcResult, error) {
		return ec2.LookupVpc(b.ctx, &ec2.LookupVpcArgs{Id: &id}, pulumi.Parent(b.self))
	}, id)
	if err != nil {
		return b.notInAccount("vpcId", "VPC "+id, err)
	}
	if vpc.Id == "" {
		// The configuration of the provider is not known yet.
		return nil
	}
	var off []string
	if !vpc.EnableDnsSupport {
		off = append(off, "enableDnsSupport")
	}
	if !vpc.EnableDnsHostnames {
		off = append(off, "enableDnsHostnames")
	}
	if len(off) == 0 {
		return nil
	}
	err = fmt.Errorf("VPC %s has %s switched off, but a private hosted zone needs enableDnsSupport and enableDnsHostnames; "+
		"switch them on", id, strings.Join(off, " and "))
	if b.ctx.DryRun() && b.in.vpcID.made {
		// What is previewed may do just that.
		b.warn("%svpcId: %v, unless this update does", b.in.path, err)
		return nil
	}
	b.passing.add(b.in.path+"vpcId", err)
	return nil
}

// lookUpSubnets checks that the subnets are in the VPC, each in a zone of its own, and one of them at least in one of the network's.
func (b *vpcBuilder) lookUpSubnets(network knownNetwork) error {
	if !b.in.subnetIDs.known {
		return nil
	}
	var subnets []rules.Subnet
	for _, id := range b.in.subnetIDs.value {
		s, err := ask(&b.maker, getSubnet, func() (*ec2.LookupSubnetResult, error) {
			return ec2.LookupSubnet(b.ctx, &ec2.LookupSubnetArgs{Id: &id}, pulumi.Parent(b.self))
		}, id)
		if err != nil {
			return b.notInAccount("subnetIds", "subnet "+id, err)
		}
		if s.Id == "" {
			return nil
		}
		subnets = append(subnets, rules.Subnet{ID: id, VPCID: s.VpcId, Zone: s.AvailabilityZoneId, ZoneName: s.AvailabilityZone})
	}
	b.vpc.subnets = subnets
	var p problems
	if b.in.vpcID.known {
		p.add(b.in.path+"subnetIds", rules.SubnetsOf(b.in.vpcID.value, subnets))
	}
	p.add(b.in.path+"subnetIds", rules.OneSubnetPerZone(subnets))
	if len(network.zones) > 0 {
		p.add(b.in.path+"subnetIds", rules.AnySubnetInZones(subnets, network.zones))
	}
	return p.err()
}

// notInAccount explains a look-up in AWS that failed: it does not say where it looked.
func (b *vpcBuilder) notInAccount(property, what string, err error) error {
	return b.problem(property, fmt.Errorf("looking for %s in AWS account %s, region %s: %w; check the id, and the account and region of the "+
		"aws provider", what, orNone(b.vpc.knownAccountID), orNone(b.vpc.knownRegion), lookup.Unwrap(err)))
}

// lookUpZone notes a private hosted zone for the network's domain that the VPC has already.
func (b *vpcBuilder) lookUpZone(domain string) error {
	if !b.in.vpcID.known || domain == "" {
		return nil
	}
	name, err := rules.PrivateZone(domain)
	if err != nil {
		return err
	}
	private := true
	zone, err := ask(&b.maker, getHostedZone, func() (*route53.LookupZoneResult, error) {
		return route53.LookupZone(b.ctx, &route53.LookupZoneArgs{
			Name: &name, PrivateZone: &private, VpcId: &b.in.vpcID.value,
		}, pulumi.Parent(b.self))
	}, name, b.in.vpcID.value)
	switch {
	case err != nil && strings.Contains(err.Error(), "no matching Route"):
		return nil
	case err != nil:
		return b.problem("vpcId", fmt.Errorf("looking for private hosted zones of VPC %s: %w; check that the aws provider may list "+
			"Route 53 hosted zones", b.in.vpcID.value, lookup.Unwrap(err)))
	case zone.ZoneId == "":
		return nil
	}
	b.vpc.zoneTaken.add(b.in.path+"vpcId", fmt.Errorf("VPC %s already has the private hosted zone %s for %s, and can have one; "+
		"delete that zone, or give another VPC", b.in.vpcID.value, zone.ZoneId, name))
	return nil
}

// sayWhoMayConnect says what a security group makes of nothing, and of everything.
func (b *vpcBuilder) sayWhoMayConnect() {
	nobody := func(list input[[]string]) bool { return !list.given || (list.known && len(list.value) == 0) }
	if nobody(b.in.cidrBlocks) && nobody(b.in.groupIDs) {
		b.warn("nobody may connect yet: neither %sallowedCidrBlocks nor %sallowedSecurityGroupIds is given", b.in.path, b.in.path)
	}
	if b.in.cidrBlocks.known && !b.in.cidrBlocks.secret {
		for _, block := range rules.Everybody(b.in.cidrBlocks.value) {
			b.warn("%sallowedCidrBlocks: %s is every address, so everything that has a route to the VPC may connect", b.in.path, block)
		}
	}
}

// warn says something that somebody should change, in the output of Pulumi beside the component.
func (m *maker) warn(format string, values ...any) {
	// Where nobody listens any more, there is nothing to say.
	_ = m.ctx.Log.Warn(m.message(format, values...), &pulumi.LogArgs{Resource: m.self})
}

// say says something that is good to know.
func (m *maker) say(format string, values ...any) {
	_ = m.ctx.Log.Info(m.message(format, values...), &pulumi.LogArgs{Resource: m.self})
}

func (m *maker) message(format string, values ...any) string {
	return m.redact(fmt.Errorf(format, values...)).Error()
}
