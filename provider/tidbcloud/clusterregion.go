package tidbcloud

import (
	"context"
	"sync"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// clusterRegions are the AWS regions of TiDB Cloud clusters that this process has looked up. A cluster never moves.
type clusterRegions struct {
	by sync.Map // of func() string, by the ID of the cluster
}

// note stores the region of a cluster that was looked up for another reason.
func (r *clusterRegions) note(cluster string, c *tidbapi.Cluster) {
	r.by.Store(cluster, func() string { return regionOf(c) })
}

// get returns the region of a cluster, or nothing when the look-up fails. It asks once for each cluster.
func (r *clusterRegions) get(ctx context.Context, cluster string) string {
	region, _ := r.by.LoadOrStore(cluster, sync.OnceValue(func() string {
		ctx, cancel := context.WithTimeout(ctx, regionWait)
		defer cancel()
		c, err := fetchCluster(ctx, cluster)
		if err != nil {
			return ""
		}
		return regionOf(c)
	}))
	return region.(func() string)() //nolint:forcetypeassert // nothing else is stored
}

func regionsOf(ctx context.Context) *clusterRegions { return infer.GetConfig[Config](ctx).regions }

func regionOf(c *tidbapi.Cluster) string {
	return rules.RegionOfTiDB(c.Region.CloudProvider, c.Region.RegionID)
}

// regionWait is how long a preview waits for the region of a cluster: only a warning needs it.
const regionWait = 15 * time.Second

// warnOfOtherRegion warns, at preview, of a connection to an endpoint service in another region than the cluster's.
// Such a connection seems not to work for Essential clusters. TiDB Cloud does not document it, so it is not refused.
func warnOfOtherRegion(ctx context.Context, args PrivateLinkConnectionArgs) {
	service := args.AwsEndpointService
	if service == nil || args.ClusterID == "" {
		return
	}
	given := value(service.Region)
	named, err := rules.RegionOfEndpointService(service.Name)
	if given == "" && err != nil {
		return // it is not known yet
	}
	cluster := regionsOf(ctx).get(ctx, args.ClusterID)
	warn := func(property, region string) bool {
		if region == "" || cluster == "" || region == cluster {
			return false
		}
		p.GetLogger(ctx).Warningf("%s: the endpoint service is in %s, but the TiDB Cloud cluster is in %s; as far as "+
			"documented, private link connections of Essential clusters do not reach other regions; use an endpoint "+
			"service in %s", property, region, cluster, cluster)
		return true
	}
	if !warn("awsEndpointService.region", given) {
		warn("awsEndpointService.name", named)
	}
}
