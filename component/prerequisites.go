package component

import (
	"fmt"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/sdk/tidbconfluent/tidbcloud"
)

// tidbCluster is what is known now of the TiDB Cloud cluster, for checks; unknown values are empty.
type tidbCluster struct {
	id, region, accountID string
	zones                 []string
	// zonesKnown reports whether TiDB Cloud has answered with the AZ IDs, of which there may be none.
	zonesKnown bool
}

// existing are the existing parts.
type existing struct {
	network existingNetwork
	kafka   confluentcloud.LookupKafkaClusterResultOutput
}

// lookUp looks up and checks what exists. The services are asked in parallel.
func (b *builder) lookUp() (found existing, err error) {
	environment := lookup.Start(func() error { return preflight.CheckEnvironment(&b.Maker) })
	names := lookup.Start(b.lookUpNames)
	for _, look := range []func() error{
		b.tidbCluster,
		environment,
		func() (err error) { found.network, err = b.existingNetwork(); return err },
		b.existingAccess,
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
func (b *builder) tidbCluster() error {
	// Asked in parallel. An error of the cluster itself is reported first.
	link := preflight.LookUpTiDB[tidbcloud.GetPrivateLinkZonesResultOutput](
		&b.Maker, tidbcloud.GetPrivateLinkZones, func(id string) *tidbcloud.GetPrivateLinkZonesArgs {
			return &tidbcloud.GetPrivateLinkZonesArgs{ClusterId: id}
		})
	info, cluster, known, err := preflight.TiDBCluster(&b.Maker, preflight.Purpose{
		Has: "private link connections", Reaches: "be linked to Confluent Cloud on AWS",
		Awaits: "a new private link",
	}, b.checkRegion)
	if err != nil {
		return err
	}
	zones, zonesKnown, err := lookup.Await[tidbcloud.GetPrivateLinkZonesResult](b.Ctx, link)
	if err != nil {
		// A cluster that is not active may be refused for it.
		b.Transient.Add("tidbClusterId", err)
		return b.Transient.Err()
	}
	b.tidb = tidbCluster{
		cluster.ClusterId, cluster.Region, zones.AccountId, zones.AvailabilityZoneIds, zonesKnown,
	}
	b.link.EnvironmentId, b.link.Region = b.In.Text("environmentId").Output(), info.Region()
	b.link.TidbAwsAccountId = link.AccountId()
	b.link.TidbAvailabilityZoneIds = args.SortedOutput(link.AvailabilityZoneIds())
	if region := b.In.Text("region"); region.Given && !known {
		// The same as the cluster's, but known even while the cluster is not.
		b.link.Region, b.tidb.region = region.Output(), region.Plain
	}
	return nil
}

// checkRegion checks the cluster against the input region.
func (b *builder) checkRegion(c tidbcloud.GetClusterResult, name string, p *args.Problems) {
	if region := b.In.Text("region"); region.Known && c.CloudProvider == rules.CloudAWS && region.Plain != c.Region {
		p.Add("region", fmt.Errorf("%s is not the region of %s, which is in %s; leave region out, or set the cluster's",
			region.Plain, name, c.Region))
	}
}
