package component

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/sdk/tidbconfluent/tidbcloud"
)

// tidbCluster is what the other steps need to know of the TiDB Cloud cluster.
type tidbCluster struct {
	id        pulumi.StringOutput
	region    pulumi.StringOutput
	accountID pulumi.StringOutput
	zones     pulumi.StringArrayOutput

	// What can be known now, for checks; empty where it cannot.
	knownID, knownRegion, knownAccountID string
	knownZones                           []string
	// zonesKnown tells whether TiDB Cloud has reported its AZ IDs, of which there may be none.
	zonesKnown bool
}

// The functions of TiDB Cloud that are looked up with.
const (
	getCluster = "tidbconfluent:tidbcloud:getCluster"
	getZones   = "tidbconfluent:tidbcloud:getPrivateLinkZones"
)

// prerequisites looks up the TiDB Cloud cluster, its AWS account and its AZs, and checks that the cluster can have
// a private link connection to Confluent Cloud at all.
func (b *builder) prerequisites() (tidbCluster, error) {
	id := b.In.Text("tidbClusterId").Output()
	info := id.ApplyT(func(id string) (tidbcloud.GetClusterResultOutput, error) {
		call := func() (*tidbcloud.GetClusterResult, error) {
			return tidbcloud.GetCluster(b.Ctx, &tidbcloud.GetClusterArgs{ClusterId: id}, pulumi.Parent(b.link))
		}
		return lookup.Answer[tidbcloud.GetClusterResultOutput](lookup.Ask(b.Ctx, b.link, getCluster, call, id))
	}).(tidbcloud.GetClusterResultOutput)
	// Asked in parallel. An error of the cluster itself is reported first.
	link := id.ApplyT(func(id string) (tidbcloud.GetPrivateLinkZonesResultOutput, error) {
		call := func() (*tidbcloud.GetPrivateLinkZonesResult, error) {
			return tidbcloud.GetPrivateLinkZones(b.Ctx, &tidbcloud.GetPrivateLinkZonesArgs{ClusterId: id}, pulumi.Parent(b.link))
		}
		return lookup.Answer[tidbcloud.GetPrivateLinkZonesResultOutput](lookup.Ask(b.Ctx, b.link, getZones, call, id))
	}).(tidbcloud.GetPrivateLinkZonesResultOutput)
	cluster, known, err := lookup.Await[tidbcloud.GetClusterResult](b.Ctx, info)
	if err != nil {
		return tidbCluster{}, fmt.Errorf("tidbClusterId: %w", err)
	}
	if known {
		if err := b.checkCluster(cluster); err != nil {
			return tidbCluster{}, err
		}
	}
	zones, zonesKnown, err := lookup.Await[tidbcloud.GetPrivateLinkZonesResult](b.Ctx, link)
	if err != nil {
		// A cluster that is not active may be refused for it.
		b.Transient.Add("tidbClusterId", err)
		return tidbCluster{}, b.Transient.Err()
	}
	tidb := tidbCluster{
		id:        id,
		region:    info.Region(),
		accountID: link.AccountId(),
		zones:     sorted(link.AvailabilityZoneIds()),
		knownID:   cluster.ClusterId, knownRegion: cluster.Region, knownAccountID: zones.AccountId,
		knownZones: zones.AvailabilityZoneIds, zonesKnown: zonesKnown,
	}
	if region := b.In.Text("region"); region.Given && !known {
		// The same as the cluster's, but known even while the cluster is not.
		tidb.region, tidb.knownRegion = region.Output(), region.Plain
	}
	return tidb, nil
}

// checkCluster checks the cluster against what TiDB Cloud's documentation asks for.
func (b *builder) checkCluster(c tidbcloud.GetClusterResult) error {
	var p args.Problems
	name := clusterName(c.ClusterId, c.DisplayName)
	if !isEssential(c) {
		p.Add("tidbClusterId", fmt.Errorf("%s is on the plan %s, but only Essential clusters have private link connections; "+
			"give the id of an Essential cluster", name, cmp.Or(c.ServicePlan, c.ClusterPlan, "unknown")))
	}
	if c.CloudProvider != rules.CloudAWS {
		p.Add("tidbClusterId", fmt.Errorf("%s is on %s, but only a cluster on aws can be linked to Confluent Cloud on AWS; "+
			"give the id of a cluster on AWS", name, c.CloudProvider))
	}
	if c.State != "ACTIVE" {
		b.Transient.Add("tidbClusterId", fmt.Errorf("%s is %s, but must be ACTIVE for anything to be linked to it; "+
			"wait until it is, or resume it, then run pulumi again", name, c.State))
	}
	if region := b.In.Text("region"); region.Known && c.CloudProvider == rules.CloudAWS && region.Plain != c.Region {
		p.Add("region", fmt.Errorf("%s is given, but %s is in %s; leave region out, or give the cluster's",
			region.Plain, name, c.Region))
	}
	return p.Err()
}

// isEssential accepts either name of the plan, since the API does not promise both.
func isEssential(c tidbcloud.GetClusterResult) bool {
	return strings.EqualFold(c.ClusterPlan, "ESSENTIAL") || strings.EqualFold(c.ServicePlan, "Essential")
}

func clusterName(id, displayName string) string {
	return fmt.Sprintf("TiDB Cloud cluster %s (%s)", id, displayName)
}

// sorted puts a list in alphabetical order: the services promise none, and another order is no change.
func sorted(list pulumi.StringArrayOutput) pulumi.StringArrayOutput {
	return list.ApplyT(args.Sorted).(pulumi.StringArrayOutput)
}
