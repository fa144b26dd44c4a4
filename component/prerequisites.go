package component

import (
	"fmt"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/sdk/tidbconfluent/tidbcloud"
)

// tidbCluster is what the other steps need to know of the TiDB Cloud cluster.
type tidbCluster struct {
	region    pulumi.StringOutput
	accountID pulumi.StringOutput
	zones     pulumi.StringArrayOutput

	// What can be known now, for checks; empty where it cannot.
	knownID, knownRegion, knownAccountID string
	knownZones                           []string
	// zonesKnown is whether TiDB Cloud has reported its AZ IDs, of which there may be none.
	zonesKnown bool
}

// existing is what exists before the component creates anything.
type existing struct {
	tidb    tidbCluster
	network existingNetwork
	kafka   confluentcloud.LookupKafkaClusterResultOutput
}

// lookUp looks up and checks what exists. The services are asked in parallel.
func (b *builder) lookUp() (found existing, err error) {
	environment := lookup.Start(func() error { return preflight.CheckEnvironment(&b.Maker) })
	names := lookup.Start(b.lookUpNames)
	for _, look := range []func() error{
		func() (err error) { found.tidb, err = b.tidbCluster(); return err },
		environment,
		func() (err error) { found.network, err = b.existingNetwork(found.tidb); return err },
		func() error { return b.existingAccess(found.tidb) },
		func() (err error) { found.kafka, err = b.existingKafka(); return err },
		func() error { return preflight.RefuseTransient(&b.Maker) },
		names,
	} {
		if err := look(); err != nil {
			return found, err
		}
	}
	return found, nil
}

// tidbCluster looks up the TiDB Cloud cluster, its AWS account and its AZs, and checks that the cluster can have a
// private link connection to Confluent Cloud.
func (b *builder) tidbCluster() (tidbCluster, error) {
	// Asked in parallel. An error of the cluster itself is reported first.
	link := preflight.LookUpTiDB[tidbcloud.GetPrivateLinkZonesResultOutput](
		&b.Maker, tidbcloud.GetPrivateLinkZones, func(id string) *tidbcloud.GetPrivateLinkZonesArgs {
			return &tidbcloud.GetPrivateLinkZonesArgs{ClusterId: id}
		})
	info, cluster, known, err := preflight.TiDBCluster(&b.Maker, preflight.Purpose{
		Has: "private link connections", Reaches: "be linked to Confluent Cloud on AWS",
		Awaits: "anything to be linked to it",
	}, b.checkRegion)
	if err != nil {
		return tidbCluster{}, err
	}
	zones, zonesKnown, err := lookup.Await[tidbcloud.GetPrivateLinkZonesResult](b.Ctx, link)
	if err != nil {
		// A cluster that is not active may be refused for it.
		b.Transient.Add("tidbClusterId", err)
		return tidbCluster{}, b.Transient.Err()
	}
	tidb := tidbCluster{
		region: info.Region(), accountID: link.AccountId(), zones: sorted(link.AvailabilityZoneIds()),
		knownID: cluster.ClusterId, knownRegion: cluster.Region, knownAccountID: zones.AccountId,
		knownZones: zones.AvailabilityZoneIds, zonesKnown: zonesKnown,
	}
	if region := b.In.Text("region"); region.Given && !known {
		// The same as the cluster's, but known even while the cluster is not.
		tidb.region, tidb.knownRegion = region.Output(), region.Plain
	}
	return tidb, nil
}

// checkRegion checks the cluster against the input region.
func (b *builder) checkRegion(c tidbcloud.GetClusterResult, name string, p *args.Problems) {
	if region := b.In.Text("region"); region.Known && c.CloudProvider == rules.CloudAWS && region.Plain != c.Region {
		p.Add("region", fmt.Errorf("%s is given, but %s is in %s; leave region out, or give the cluster's",
			region.Plain, name, c.Region))
	}
}

// sorted puts a list in alphabetical order: the services promise none, and another order is no change.
func sorted(list pulumi.StringArrayOutput) pulumi.StringArrayOutput {
	return list.ApplyT(args.Sorted).(pulumi.StringArrayOutput)
}
