package component

import (
	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// existingNetwork is an existing network: what can be known of it now, else empty, and its outputs.
type existingNetwork struct {
	confluentcloud.LookupNetworkResult

	out confluentcloud.LookupNetworkResultOutput
}

// existingNetwork looks up and checks the existing network, if any.
func (b *builder) existingNetwork() (n existingNetwork, err error) {
	id := b.In.Text("network.id")
	if !id.Given {
		return n, nil
	}
	var known bool
	n.out, n.LookupNetworkResult, known, err = preflight.Network(
		&b.Maker, id, "TiDB Cloud cluster "+b.tidb.id, b.tidb.region)
	if known && len(b.tidb.zones) > 0 && len(n.Zones) > 0 {
		b.Transient.Add(id.Path, rules.CommonZones(n.Zones, b.tidb.zones))
	}
	return n, err
}

// network is step 1: the existing network, or a new one.
func (b *builder) network(existing existingNetwork, vpcs *vpcaccess.List) (access.Network, error) {
	if id := b.In.Text("network.id"); id.Given {
		network := access.NetworkOf(id, existing.out, existing.DisplayName)
		return b.checkedNetwork(network, existing.out.ZonalSubdomains()), nil
	}
	zones, opts, err := b.zones(vpcs)
	if err != nil {
		return access.Network{}, err
	}
	displayName := b.In.Text("network.displayName").Or(b.Name)
	made, err := confluentcloud.NewNetwork(b.Ctx, b.Name+"-network", &confluentcloud.NetworkArgs{
		Cloud:           pulumi.String(rules.ConfluentOnAWS),
		Region:          b.link.Region,
		ConnectionTypes: pulumi.StringArray{pulumi.String(rules.PrivateLink)},
		Environment:     confluentcloud.NetworkEnvironmentArgs{Id: b.In.Text("environmentId").Output()},
		DisplayName:     displayName,
		Zones:           zones,
		DnsConfig: confluentcloud.NetworkDnsConfigArgs{
			Resolution: b.In.Text("network.dnsResolution").Or(rules.Private),
		},
	}, b.Options(append(opts, b.WithoutUpdateTimeout())...)...)
	if err != nil {
		return access.Network{}, err
	}
	b.networkName.Declare(made, displayName, pulumi.String("").ToStringOutput())
	if zones == nil {
		if err := b.checkZonesOf(made, vpcs); err != nil {
			return access.Network{}, err
		}
	}
	domain := b.finished(made.DnsDomain, "READY", made, "network %s has no DNS domain and no VPC endpoint service")
	id := made.ID().ToStringOutput()
	if !b.Ctx.DryRun() {
		id = lookup.Once(id, domain) // Confluent Cloud refuses orders in an unfinished network
	}
	service := made.Aws.ApplyT(func(aws []confluentcloud.NetworkAw) string {
		if len(aws) == 0 || aws[0].PrivateLinkEndpointService == nil {
			return ""
		}
		return *aws[0].PrivateLinkEndpointService
	})
	return b.checkedNetwork(access.Network{
		ID: id, Zones: args.SortedOutput(made.Zones), DNSDomain: domain, EndpointService: lookup.Once(service, domain),
	}, made.ZonalSubdomains), nil
}

// zones are those of a new network, or nil where they are left to Confluent Cloud. Default zones are chosen once:
// another report of TiDB Cloud, or another table of AZ IDs, must not replace a network a year later.
func (b *builder) zones(vpcs *vpcaccess.List) (pulumi.StringArrayInput, []pulumi.ResourceOption, error) {
	p, given := vpcs.Transient(), b.In.List("network.zones")
	if !given.Given {
		chosen := b.chosenZones(&p, vpcs)
		opts, err := preflight.RefuseCreation(&b.Maker, "zones", p)
		return chosen, append(opts, pulumi.IgnoreChanges([]string{"zones"})), err
	}
	if given.Known {
		if len(b.tidb.zones) > 0 {
			p.Add(given.Path, rules.CommonZones(given.Plain, b.tidb.zones))
		}
		vpcs.CheckZones(&p, given.Plain)
	}
	opts, err := preflight.RefuseCreation(&b.Maker, "zones", p)
	return given.Input(), opts, err
}

// chosenZones are the default zones of a new network, or nil where neither TiDB Cloud nor our table knows enough.
func (b *builder) chosenZones(p *args.Problems, vpcs *vpcaccess.List) pulumi.StringArrayInput {
	if b.tidb.zonesKnown && b.tidb.region != "" {
		chosen := rules.ChooseZones(b.tidb.region, b.tidb.zones)
		if chosen == nil {
			return nil
		}
		var outside args.Problems
		vpcs.CheckZones(&outside, chosen)
		for _, problem := range outside {
			*p = append(*p, problem+", or set network.zones")
		}
	}
	choose := func(region string, reported []string) ([]string, error) {
		return rules.ChooseZones(region, reported), nil
	}
	return lookup.Both[pulumi.StringArrayOutput](b.link.Region, b.link.TidbAvailabilityZoneIds, choose)
}

// checkZonesOf checks the zones that Confluent Cloud has chosen for a network before anything is created on it.
func (b *builder) checkZonesOf(made *confluentcloud.Network, vpcs *vpcaccess.List) error {
	opts, err := preflight.BeforeCreation(&b.Maker, "chosen zones", func(string) error {
		zones, known, err := lookup.Await[[]string](b.Ctx, made.Zones)
		if err != nil || !known {
			return err
		}
		var p args.Problems
		if len(b.tidb.zones) > 0 {
			p.Add("network.zones", rules.CommonChosenZones(zones, b.tidb.zones))
		}
		vpcs.CheckZones(&p, zones)
		return b.In.Redact(p.Err())
	})
	b.Creation = append(b.Creation, opts...)
	return err
}

// checkedNetwork is a network with plain names in the TiDB Cloud cluster's region. An update checks what was not known
// at preview.
func (b *builder) checkedNetwork(n access.Network, zonalSubdomains pulumi.StringMapOutput) access.Network {
	sameRegion := func(what, region string) error {
		if b.tidb.region == "" {
			return nil
		}
		return rules.SameRegion(what, region, "the network", b.tidb.region)
	}
	n.DNSDomain = n.DNSDomain.ApplyT(rules.DNSName).(pulumi.StringOutput)
	n.EndpointService = n.EndpointService.ApplyT(func(name string) (string, error) {
		if name == "" {
			return "", preflight.ErrNoEndpointService
		}
		region, err := rules.RegionOfEndpointService(name)
		if err == nil {
			err = sameRegion("endpoint service "+name, region)
		}
		return name, err
	}).(pulumi.StringOutput)
	b.link.NetworkId, b.link.Zones = n.ID, n.Zones
	b.link.DnsDomain, b.link.VpcEndpointServiceName = n.DNSDomain, n.EndpointService
	b.link.DnsUniqueName = n.DNSDomain.ApplyT(func(domain string) (string, error) {
		name, err := rules.UniqueName(domain)
		if err == nil {
			err = sameRegion("DNS domain "+domain, rules.RegionOfUniqueName(name))
		}
		return name, err
	}).(pulumi.StringOutput)
	b.link.ZonalSubdomains = zonalSubdomains.ApplyT(func(domains map[string]string) map[string]string {
		plain := make(map[string]string, len(domains))
		for zone, domain := range domains {
			plain[zone] = rules.DNSName(domain)
		}
		return plain
	}).(pulumi.StringMapOutput)
	return n
}
