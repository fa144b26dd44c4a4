package vpcaccess

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// recordTTL is how many seconds a record may be remembered, as Confluent documents it.
const recordTTL = 60

// hostedZone is the first part of step 3: a private hosted zone for the network's domain, and that domain.
func (b *builder) hostedZone(network access.Network) (pulumi.StringOutput, error) {
	domain := network.DNSDomain.ApplyT(rules.PrivateZone).(pulumi.StringOutput)
	if b.Ctx.DryRun() && !b.networkID.Given {
		// The domain of a network of an earlier run is known only now. An update does not wait for it: AWS refuses a
		// second zone.
		known, _, err := lookup.Await[string](b.Ctx, domain)
		if err == nil {
			err = b.lookUpZone(known)
		}
		if err != nil {
			return domain, err
		}
	}
	opts, err := preflight.RefuseCreation(&b.Maker, "hosted zone", b.vpc.zoneTaken)
	if err != nil {
		return domain, err
	}
	vpc := b.in.Text("vpcId").Output()
	taken := func(by, domain, vpc string) error {
		return b.problem("vpcId", fmt.Errorf("%s is also the VPC of %s, and can have only one private hosted zone "+
			"for %s; list all of its subnets there, and leave this one out", vpc, by, domain))
	}
	zone, err := route53.NewZone(b.Ctx, b.Name+"-zone", &route53.ZoneArgs{
		Name: b.Only("hosted zone", b.Name, domain, vpc, taken),
		Vpcs: route53.ZoneVpcArray{route53.ZoneVpcArgs{VpcId: vpc}},
		Tags: b.in.Map("tags").Input(),
	}, b.Options(opts...)...)
	if err == nil {
		b.result.HostedZoneId = zone.ZoneId
	}
	return domain, err
}

// records is the second part of step 3: all names lead to the endpoint, those of a zone to the endpoint in that zone.
// With a single zone all names lead there, and there are no others.
func (b *builder) records(network access.Network, domain, endpointName pulumi.StringOutput) error {
	// record leads the names of a zone to the endpoint in that zone; those of no zone, to all zones or the only one.
	record := func(name, az string) error {
		from := pulumi.Sprintf("*.%s", domain)
		if az != "" {
			wildcard := func(domain string) string { return rules.ZonalWildcard(az, domain) }
			from = domain.ApplyT(wildcard).(pulumi.StringOutput)
		}
		to := func(name string, zones []string) (string, error) {
			switch {
			case az != "":
				return rules.ZonalEndpointName(name, b.zoneName(az)), nil
			case len(zones) == 1:
				return rules.ZonalEndpointName(name, b.zoneName(zones[0])), nil
			}
			return name, nil
		}
		_, err := route53.NewRecord(b.Ctx, name, &route53.RecordArgs{
			ZoneId:  b.result.HostedZoneId,
			Name:    from,
			Type:    pulumi.String("CNAME"),
			Ttl:     pulumi.Int(recordTTL),
			Records: pulumi.StringArray{lookup.Both[pulumi.StringOutput](endpointName, b.result.Zones, to)},
		}, b.Options()...)
		return err
	}
	if err := record(b.Name+"-record", ""); err != nil {
		return err
	}
	each := func(zones []string) ([]string, error) {
		for _, az := range zones {
			if len(zones) == 1 {
				break
			}
			if err := record(b.Name+"-record-"+az, az); err != nil {
				return nil, err
			}
		}
		return zones, nil
	}
	names := func(zones []string, domain string) (map[string]string, error) {
		names := map[string]string{}
		for _, az := range zones {
			names[az] = rules.ZonalWildcard(az, domain)
		}
		return names, nil
	}
	if !b.Ctx.DryRun() {
		// An update must not wait here for the zones of a new network: the other steps go on.
		b.result.BootstrapNames = lookup.Both[pulumi.StringMapOutput](b.result.Zones.ApplyT(each), domain, names)
		return nil
	}
	b.result.BootstrapNames = lookup.Both[pulumi.StringMapOutput](b.result.Zones, domain, names)
	zones, err := b.possibleZones(network)
	if err == nil {
		_, err = each(zones)
	}
	return err
}

// zoneName is the name of a zone in the AWS account.
func (b *builder) zoneName(az string) string {
	for _, s := range b.vpc.subnets {
		if s.Zone == az {
			return s.ZoneName
		}
	}
	return ""
}

// possibleZones are the zones that a preview shows records for. Where it does not know all of it yet, there may be
// fewer in the end. Showing none would preview existing records as deleted.
func (b *builder) possibleZones(network access.Network) ([]string, error) {
	zones, known, err := lookup.Await[[]string](b.Ctx, network.Zones)
	switch {
	case err != nil:
		return nil, err
	case len(b.vpc.subnets) > 0 && known:
		in, _ := rules.SubnetsInZones(b.vpc.subnets, zones)
		return rules.ZonesOf(in), nil
	case len(b.vpc.subnets) > 0:
		return rules.ZonesOf(b.vpc.subnets), nil
	case b.in.List("subnetIds").Elements == 1:
		return nil, nil
	}
	return zones, nil
}
