package vpcaccess

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// vpc is what the steps need to know of the VPC and its surroundings. Unknown values are empty.
type vpc struct {
	awsAccount

	subnets []rules.Subnet
	// zoneTaken is the problem that the VPC has a private hosted zone for the network's domain. It stops the creation
	// of another one alone: the zone may be this component's.
	zoneTaken args.Problems
}

// awsAccount is the account, and the region, that the aws provider works in.
type awsAccount struct{ account, region string }

// orUnknown is a value that is unknown where it is empty.
func orUnknown(value string) pulumi.StringOutput {
	if value == "" {
		return lookup.Unknown[pulumi.StringOutput]("")
	}
	return pulumi.String(value).ToStringOutput()
}

// Known is what is known now of the network; the rest is empty.
type Known struct {
	// What is in the region, for messages.
	What, Region, DNSDomain string
	Zones                   []string
}

// lookUpAccount looks up in which account and region the aws provider works.
func lookUpAccount(m *children.Maker) (awsAccount, error) {
	identity, err := lookup.Ask(m.Component, aws.GetCallerIdentity, &aws.GetCallerIdentityArgs{})
	if err != nil {
		err = fmt.Errorf("looking up the AWS account: %w", lookup.Unwrap(err))
		if !lookup.WantsProvider(err) {
			err = fmt.Errorf("%w; check the credentials of the aws provider", err)
		}
		return awsAccount{}, err
	}
	region, err := lookup.Ask(m.Component, aws.GetRegion, &aws.GetRegionArgs{})
	if err != nil {
		return awsAccount{}, fmt.Errorf("looking up the AWS region: %w; check the region of the aws provider",
			lookup.Unwrap(err))
	}
	return awsAccount{identity.AccountId, region.Name}, nil
}

// givenNetwork is the network that the inputs describe, or that is looked up by its ID alone.
func (b *builder) givenNetwork() (access.Network, Known, error) {
	known := Known{What: "network " + b.networkID.Show()}
	domain, service := b.in.Text("dnsDomain"), b.in.Text("vpcEndpointServiceName")
	subdomains := b.in.Map("zonalSubdomains")
	if domain.Given {
		if subdomains.Known {
			known.Zones = slices.Sorted(maps.Keys(subdomains.Plain))
		}
		known.DNSDomain = domain.Plain
		if service.Known {
			known.Region, _ = rules.RegionOfEndpointService(service.Plain)
		}
		return access.Network{
			ID: b.networkID.Output(), DNSDomain: domain.Output(), EndpointService: service.Output(),
			Zones: subdomains.Input().ToStringMapOutput().ApplyT(func(zones map[string]string) []string {
				return slices.Sorted(maps.Keys(zones))
			}).(pulumi.StringArrayOutput),
		}, known, nil
	}
	out, n, found, err := preflight.Network(&b.Maker, b.networkID, "", "")
	if err != nil {
		return access.Network{}, known, err
	}
	if found {
		known.Region, known.DNSDomain, known.Zones = n.Region, n.DnsDomain, n.Zones
	}
	return access.NetworkOf(b.networkID, out, n.DisplayName), known, nil
}

// preflight checks that the VPC fits the network, before anything is created.
func (b *builder) preflight(aws awsAccount, network Known) error {
	b.vpc.awsAccount = aws
	existing := b.in.At("privateLinkAccess")
	err := access.CheckExisting(&b.Maker, existing, accountOwner, aws.account, b.networkID)
	if err != nil {
		return err
	}
	if aws.region != "" && network.Region != "" && aws.region != network.Region {
		// The look-up of the VPC would fail with an error that explains less.
		return b.problem("vpcId", fmt.Errorf("the aws provider works in region %s, but %s is in %s, and an endpoint "+
			"must be in the network's region; use a VPC of %s, and an aws provider (or aws:region) for it",
			aws.region, network.What, network.Region, network.Region))
	}
	if err := b.lookUpVpc(); err != nil {
		return err
	}
	if err := b.lookUpSubnets(network.Zones); err != nil {
		return err
	}
	if err := b.lookUpZone(network.DNSDomain); err != nil {
		return err
	}
	b.warnOfAllowed()
	return preflight.RefuseTransient(&b.Maker)
}

// lookUpVpc checks that the VPC exists and resolves names as an endpoint needs it.
func (b *builder) lookUpVpc() error {
	in := b.in.Text("vpcId")
	if !in.Known {
		return nil
	}
	id := in.Plain
	vpc, err := lookup.Ask(b.Component, ec2.LookupVpc, &ec2.LookupVpcArgs{Id: &id})
	if err != nil {
		return b.notInAccount("vpcId", "VPC "+id, err)
	}
	var off []string
	if !vpc.EnableDnsSupport {
		off = append(off, "enableDnsSupport")
	}
	if !vpc.EnableDnsHostnames {
		off = append(off, "enableDnsHostnames")
	}
	if vpc.Id == "" || len(off) == 0 { // without an ID the provider's configuration is unknown
		return nil
	}
	err = fmt.Errorf("VPC %s has %s disabled, but a private hosted zone needs enableDnsSupport and "+
		"enableDnsHostnames; enable them", id, strings.Join(off, " and "))
	if b.Ctx.DryRun() && in.Made {
		// The update that is previewed may do just that.
		b.Warn("%s: %v, unless this update does", in.Path, err)
		return nil
	}
	b.Transient.Add(in.Path, err)
	return nil
}

// lookUpSubnets checks that the subnets are in the VPC, each in a zone of its own, and one of them at least in one of
// the network's.
func (b *builder) lookUpSubnets(zones []string) error {
	in := b.in.List("subnetIds")
	if !in.Known {
		return nil
	}
	var subnets []rules.Subnet
	for _, id := range in.Plain {
		s, err := lookup.Ask(b.Component, ec2.LookupSubnet, &ec2.LookupSubnetArgs{Id: &id})
		if err != nil {
			return b.notInAccount("subnetIds", "subnet "+id, err)
		}
		if s.Id == "" {
			return nil
		}
		subnets = append(subnets, rules.Subnet{
			ID: id, VPCID: s.VpcId, Zone: s.AvailabilityZoneId, ZoneName: s.AvailabilityZone,
		})
	}
	b.vpc.subnets = subnets
	var p args.Problems
	if vpc := b.in.Text("vpcId"); vpc.Known {
		p.Add(in.Path, rules.SubnetsOf(vpc.Plain, subnets))
	}
	p.Add(in.Path, rules.OneSubnetPerZone(subnets))
	if len(zones) > 0 {
		p.Add(in.Path, rules.AnySubnetInZones(subnets, zones))
	}
	return p.Err()
}

// notInAccount explains a look-up in AWS that failed: the error does not name the account.
func (b *builder) notInAccount(property, what string, err error) error {
	return b.problem(property, fmt.Errorf("looking for %s in AWS account %s, region %s: %w; check the ID, and the "+
		"account and region of the aws provider", what, preflight.OrNone(b.vpc.account),
		preflight.OrNone(b.vpc.region), lookup.Unwrap(err)))
}

// lookUpZone notes a private hosted zone for the network's domain that the VPC has already.
func (b *builder) lookUpZone(domain string) error {
	vpc := b.in.Text("vpcId")
	if !vpc.Known || domain == "" {
		return nil
	}
	name, err := rules.PrivateZone(domain)
	if err != nil {
		return err
	}
	private := true
	wanted := &route53.LookupZoneArgs{Name: &name, PrivateZone: &private, VpcId: &vpc.Plain}
	zone, err := lookup.Ask(b.Component, route53.LookupZone, wanted)
	switch {
	case err != nil && strings.Contains(err.Error(), "no matching Route"):
		return nil
	case err != nil:
		return b.problem("vpcId", fmt.Errorf("looking for private hosted zones of VPC %s: %w; check that the aws "+
			"provider may list Route 53 hosted zones", vpc.Plain, lookup.Unwrap(err)))
	case zone.ZoneId == "":
		return nil
	}
	b.vpc.zoneTaken.Add(vpc.Path, fmt.Errorf("VPC %s already has the private hosted zone %s for %s, and can have "+
		"only one; delete that zone, or use another VPC", vpc.Plain, zone.ZoneId, name))
	return nil
}

// warnOfAllowed warns where the security group lets no client connect, or every client.
func (b *builder) warnOfAllowed() {
	blocks, groups := b.in.List("allowedCidrBlocks"), b.in.List("allowedSecurityGroupIds")
	isEmpty := func(list args.List) bool { return !list.Given || list.Known && len(list.Plain) == 0 }
	if isEmpty(blocks) && isEmpty(groups) {
		b.Warn("no client can connect yet: neither %s nor %s is set", blocks.Path, groups.Path)
	}
	if blocks.Known && !blocks.Secret {
		for _, block := range rules.OpenBlocks(blocks.Plain) {
			b.Warn("%s: %s is every address, so everything that has a route to the VPC may connect", blocks.Path, block)
		}
	}
}
