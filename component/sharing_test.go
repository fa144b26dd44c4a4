package component_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
)

// What several links have in common is looked up once, with each provider.
func TestLinksOfARunShareLookUps(t *testing.T) {
	t.Parallel()
	w := newWorld()
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		other, err := confluentcloud.NewProvider(ctx, "other", &confluentcloud.ProviderArgs{})
		if err != nil {
			return err
		}
		for i := range 20 {
			var opts []pulumi.ResourceOption
			if i%2 == 1 {
				opts = append(opts, pulumi.Providers(other))
			}
			if _, err := component.NewPrivateLink(ctx, fmt.Sprint("link", i), component.PrivateLinkArgs{
				TidbClusterId: pulumi.String("1001"), EnvironmentId: pulumi.String("env-1"),
				Network:           &component.Network{Id: pulumi.StringPtr("n-1")},
				PrivateLinkAccess: &component.PrivateLinkAccess{Id: pulumi.StringPtr("pla-1")},
				KafkaCluster:      &component.KafkaCluster{Id: pulumi.StringPtr("lkc-1")},
			}, opts...); err != nil {
				return err
			}
		}
		return nil
	}, pulumi.WithMocks("project", "stack", w)))
	asked := map[string]int{}
	for _, call := range w.Calls {
		asked[call.Token]++
	}
	assert.Equal(t, map[string]int{
		"tidbconfluent:tidbcloud:getCluster":                             1,
		"tidbconfluent:tidbcloud:getPrivateLinkZones":                    1,
		"confluentcloud:index/getEnvironment:getEnvironment":             2,
		"confluentcloud:index/getNetwork:getNetwork":                     2,
		"confluentcloud:index/getPrivateLinkAccess:getPrivateLinkAccess": 2,
		"confluentcloud:index/getKafkaCluster:getKafkaCluster":           2,
	}, asked)
}

// together answers no component before all have asked.
type together struct {
	*world
	missing sync.WaitGroup
}

func (w *together) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	asked := make(chan struct{})
	w.missing.Done()
	go func() {
		w.missing.Wait()
		close(asked)
	}()
	select {
	case <-asked:
		return w.world.Call(args)
	case <-time.After(10 * time.Second):
		return nil, errors.New("no other component asks")
	}
}

// A preview of an existing link takes as long as the slowest look-up, not as long as all look-ups together.
func TestLookUpsGoSideBySide(t *testing.T) {
	t.Parallel()
	w := &together{world: newWorld()}
	w.missing.Add(5)
	require.NoError(t, pulumi.RunErr(func(ctx *pulumi.Context) error {
		return link(ctx, "orders", component.PrivateLinkArgs{})
	}, pulumi.WithMocks("project", "stack", w), func(info *pulumi.RunInfo) { info.DryRun = true }))
	assert.Len(t, w.Calls, 5)
}
