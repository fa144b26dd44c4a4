package component

import (
	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// network is the Confluent network, new or existing.
type network struct {
	// name is what an existing network is called, where that is known.
	name            string
	id              pulumi.StringOutput
	zones           pulumi.StringArrayOutput
	dnsDomain       pulumi.StringOutput
	uniqueName      pulumi.StringOutput
	zonalSubdomains pulumi.StringMapOutput
	endpointService pulumi.StringOutput
	// unfinished takes the place of what a new network lacks while it is not READY; nil for an existing one.
	unfinished unfinished
}

// network is step 1: the network that was brought, or a new one.
func (b *builder) network(tidb tidbCluster, existing existingParts, vpcs []*vpcBuilder) (network, error) {
	if b.in.networkID.given {
		return networkOf(tidb, network{
			name:            existing.knownNetwork.DisplayName,
			id:              b.args.Network.Id.ToStringPtrOutput().Elem(),
			zones:           existing.network.Zones(),
			dnsDomain:       existing.network.DnsDomain(),
			zonalSubdomains: existing.network.ZonalSubdomains(),
			endpointService: existing.network.Aws().Index(pulumi.Int(0)).PrivateLinkEndpointService(),
		}), nil
	}
	args := Network{}
	if b.args.Network != nil {
		args = *b.args.Network
	}
	zones, opts, err := b.zones(tidb, args, vpcs)
	if err != nil {
		return network{}, err
	}
	displayName := b.displayName(args.DisplayName)
	made, err := confluentcloud.NewNetwork(b.ctx, b.name+"-network", &confluentcloud.NetworkArgs{
		Cloud:           pulumi.String(rules.ConfluentOnAWS),
		Region:          tidb.region,
		ConnectionTypes: pulumi.StringArray{pulumi.String(rules.PrivateLink)},
		Environment:     confluentcloud.NetworkEnvironmentArgs{Id: b.args.EnvironmentId},
		DisplayName:     displayName,
		Zones:           zones,
		DnsConfig:       confluentcloud.NetworkDnsConfigArgs{Resolution: orDefault(args.DnsResolution, rules.Private)},
	}, b.child(opts...)...)
	if err != nil {
		return network{}, err
	}
	b.region, b.ownNetwork = tidb.knownRegion, &planned{networks, made, displayName}
	if len(vpcs) == 0 {
		b.waitFor(made) // the security groups of VPCs need not
	}
	b.watchForDuplicates(*b.ownNetwork, pulumi.String(""), b.before.networks, b.networksCalledNow)
	if zones == nil {
		if err := b.checkZonesOf(made, tidb, vpcs); err != nil {
			return network{}, err
		}
	}
	missing := b.unfinishedNetwork(made)
	return networkOf(tidb, network{
		unfinished:      missing,
		id:              b.idOnceReady(made, missing),
		zones:           made.Zones,
		dnsDomain:       made.DnsDomain,
		zonalSubdomains: made.ZonalSubdomains,
		endpointService: made.Aws.ApplyT(endpointServiceOf).(pulumi.StringOutput),
	}), nil
}

func endpointServiceOf(aws []confluentcloud.NetworkAw) string {
	if len(aws) == 0 || aws[0].PrivateLinkEndpointService == nil {
		return ""
	}
	return *aws[0].PrivateLinkEndpointService
}

// zones are those of a new network, or nil where they are left to Confluent Cloud. Those that are not given are chosen once:
// another report of TiDB Cloud, or another table of AZ IDs, must not replace a network a year later.
func (b *builder) zones(
	tidb tidbCluster, args Network, vpcs []*vpcBuilder,
) (pulumi.StringArrayInput, []pulumi.ResourceOption, error) {
	var p problems
	for _, vpc := range vpcs {
		// A network costs money from the first hour, also when a VPC that is to reach it cannot yet.
		p = append(p, vpc.passing...)
	}
	if !b.in.zones.given {
		chosen := b.chosenZones(tidb, &p, vpcs)
		opts, err := b.refuseCreation("zones", p)
		return chosen, append(opts, pulumi.IgnoreChanges([]string{"zones"})), err
	}
	if b.in.zones.known && len(tidb.knownZones) > 0 {
		p.add("network.zones", rules.CommonZones(b.in.zones.value, tidb.knownZones))
	}
	if b.in.zones.known {
		inZonesOfAll(&p, vpcs, b.in.zones.value)
	}
	opts, err := b.refuseCreation("zones", p)
	return args.Zones, opts, err
}

// chosenZones are the zones of a new network for which none are given. Where TiDB Cloud reports too few, and the region's AZ
// IDs are not known here either, Confluent Cloud chooses them.
func (b *builder) chosenZones(tidb tidbCluster, p *problems, vpcs []*vpcBuilder) pulumi.StringArrayInput {
	if tidb.zonesKnown && tidb.knownRegion != "" {
		chosen := rules.ChooseZones(tidb.knownRegion, tidb.knownZones)
		if chosen == nil {
			return nil
		}
		var outside problems
		inZonesOfAll(&outside, vpcs, chosen)
		for _, problem := range outside {
			*p = append(*p, problem+", or give network.zones")
		}
	}
	return pulumi.All(tidb.region, tidb.zones).ApplyT(func(v []any) []string {
		region, _ := v[0].(string)
		reported, _ := v[1].([]string)
		return rules.ChooseZones(region, reported)
	}).(pulumi.StringArrayOutput)
}

// checkZonesOf checks the zones that Confluent Cloud has chosen for a network before anything is made on it.
func (b *builder) checkZonesOf(made *confluentcloud.Network, tidb tidbCluster, vpcs []*vpcBuilder) error {
	opts, err := b.checkBeforeCreation("chosen zones", func() error {
		zones, known, err := await[[]string](b.ctx, made.Zones)
		if err != nil || !known {
			return err
		}
		var p problems
		if len(tidb.knownZones) > 0 {
			p.add("network.zones", rules.CommonChosenZones(zones, tidb.knownZones))
		}
		inZonesOfAll(&p, vpcs, zones)
		return b.redact(p.err())
	})
	b.creation = append(b.creation, opts...)
	return err
}

// networkOf completes a network with what follows from it, and checks that TiDB Cloud can be told of it.
func networkOf(tidb tidbCluster, n network) network {
	n.zones = sorted(n.zones)
	n.dnsDomain = n.dnsDomain.ApplyT(func(domain string) (pulumi.StringOutput, error) {
		if domain == "" && n.unfinished != nil {
			return n.unfinished()
		}
		return pulumi.String(rules.DNSName(domain)).ToStringOutput(), nil
	}).(pulumi.StringOutput)
	n.zonalSubdomains = n.zonalSubdomains.ApplyT(func(domains map[string]string) map[string]string {
		plain := make(map[string]string, len(domains))
		for zone, domain := range domains {
			plain[zone] = rules.DNSName(domain)
		}
		return plain
	}).(pulumi.StringMapOutput)
	n.uniqueName = n.dnsDomain.ApplyT(func(domain string) (string, error) {
		name, err := rules.UniqueName(domain)
		if err == nil {
			err = tidb.sameRegion("DNS domain "+domain, rules.RegionOfUniqueName(name))
		}
		return name, err
	}).(pulumi.StringOutput)
	n.endpointService = n.endpointService.ApplyT(func(name string) (pulumi.StringOutput, error) {
		switch {
		case name == "" && n.unfinished != nil:
			return n.unfinished()
		case name == "":
			return pulumi.StringOutput{}, errNoEndpointService
		}
		region, err := rules.RegionOfEndpointService(name)
		if err == nil {
			err = tidb.sameRegion("endpoint service "+name, region)
		}
		return pulumi.String(name).ToStringOutput(), err
	}).(pulumi.StringOutput)
	return n
}

// sameRegion checks the region of what belongs to the network. What is not known at preview is known at an update.
func (t tidbCluster) sameRegion(what, region string) error {
	if t.knownRegion == "" {
		return nil
	}
	return rules.SameRegion(what, region, "the network", t.knownRegion)
}
