package component

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

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

// prerequisites looks up the TiDB Cloud cluster, its AWS account and its AZs, and checks that the cluster can have
// a private link connection to Confluent Cloud at all.
func (b *builder) prerequisites() (tidbCluster, error) {
	id := b.args.TidbClusterId.ToStringOutput()
	info := id.ApplyT(func(id string) (tidbcloud.GetClusterResultOutput, error) {
		return answer[tidbcloud.GetClusterResultOutput](ask(&b.maker, getCluster, func() (*tidbcloud.GetClusterResult, error) {
			return tidbcloud.GetCluster(b.ctx, &tidbcloud.GetClusterArgs{ClusterId: id}, pulumi.Parent(b.link))
		}, id))
	}).(tidbcloud.GetClusterResultOutput)
	// Asked beside it; what is wrong with the cluster itself is told first.
	link := id.ApplyT(func(id string) (tidbcloud.GetPrivateLinkZonesResultOutput, error) {
		return answer[tidbcloud.GetPrivateLinkZonesResultOutput](ask(&b.maker, getZones, func() (*tidbcloud.GetPrivateLinkZonesResult, error) {
			return tidbcloud.GetPrivateLinkZones(b.ctx, &tidbcloud.GetPrivateLinkZonesArgs{ClusterId: id}, pulumi.Parent(b.link))
		}, id))
	}).(tidbcloud.GetPrivateLinkZonesResultOutput)
	cluster, known, err := await[tidbcloud.GetClusterResult](b.ctx, info)
	if err != nil {
		return tidbCluster{}, fmt.Errorf("tidbClusterId: %w", err)
	}
	if known {
		if err := b.checkCluster(cluster); err != nil {
			return tidbCluster{}, err
		}
	}
	zones, zonesKnown, err := await[tidbcloud.GetPrivateLinkZonesResult](b.ctx, link)
	if err != nil {
		// A cluster that is not active may be refused for it.
		b.passing.add("tidbClusterId", err)
		return tidbCluster{}, b.passing.err()
	}
	tidb := tidbCluster{
		id:        id,
		region:    info.Region(),
		accountID: link.AccountId(),
		zones:     sorted(link.AvailabilityZoneIds()),
		knownID:   cluster.ClusterId, knownRegion: cluster.Region, knownAccountID: zones.AccountId,
		knownZones: zones.AvailabilityZoneIds, zonesKnown: zonesKnown,
	}
	if b.in.region.given && !known {
		// The same as the cluster's, but known even while the cluster is not.
		tidb.region = b.args.Region.ToStringPtrOutput().Elem()
		tidb.knownRegion = b.in.region.value
	}
	return tidb, nil
}

// checkCluster checks the cluster against what TiDB Cloud's documentation asks for.
func (b *builder) checkCluster(c tidbcloud.GetClusterResult) error {
	var p problems
	name := clusterName(c.ClusterId, c.DisplayName)
	if !isEssential(c) {
		p.add("tidbClusterId", fmt.Errorf("%s is on the plan %s, but only Essential clusters have private link connections; "+
			"give the id of an Essential cluster", name, planOf(c)))
	}
	if c.CloudProvider != rules.CloudAWS {
		p.add("tidbClusterId", fmt.Errorf("%s is on %s, but only a cluster on aws can be linked to Confluent Cloud on AWS; "+
			"give the id of a cluster on AWS", name, c.CloudProvider))
	}
	if c.State != "ACTIVE" {
		b.passing.add("tidbClusterId", fmt.Errorf("%s is %s, but must be ACTIVE for anything to be linked to it; "+
			"wait until it is, or resume it, then run pulumi again", name, c.State))
	}
	if b.in.region.known && c.CloudProvider == rules.CloudAWS && b.in.region.value != c.Region {
		p.add("region", fmt.Errorf("%s is given, but %s is in %s; leave region out, or give the cluster's",
			b.in.region.value, name, c.Region))
	}
	return p.err()
}

// isEssential accepts either name of the plan, since the API does not promise both.
func isEssential(c tidbcloud.GetClusterResult) bool {
	return strings.EqualFold(c.ClusterPlan, "ESSENTIAL") || strings.EqualFold(c.ServicePlan, "Essential")
}

func planOf(c tidbcloud.GetClusterResult) string {
	for _, plan := range []string{c.ServicePlan, c.ClusterPlan} {
		if plan != "" {
			return plan
		}
	}
	return "unknown"
}

func clusterName(id, displayName string) string {
	return fmt.Sprintf("TiDB Cloud cluster %s (%s)", id, displayName)
}

// sorted puts a list in alphabetical order: the services promise none, and another order is no change.
func sorted(list pulumi.StringArrayOutput) pulumi.StringArrayOutput {
	return list.ApplyT(func(values []string) []string {
		return append([]string{}, slices.Sorted(slices.Values(values))...) // an empty list, not null
	}).(pulumi.StringArrayOutput)
}
