package provider_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// A quotaLab has a cluster with some changefeeds that no program has created.
type quotaLab struct{ *feedLab }

func newQuotaLab(t *testing.T, existing int) quotaLab {
	t.Helper()
	lab := quotaLab{newFeedLab(t)}
	lab.addFeeds(lab.cluster, existing)
	return lab
}

func (l quotaLab) addFeeds(cluster string, n int) {
	l.box.Update(func(s *sandbox.State) {
		for i := range n {
			id := fmt.Sprintf("cf-%s-%d", cluster, i)
			s.Changefeeds[id] = &sandbox.Changefeed{ID: id, ClusterID: cluster, State: sandbox.StateRunning}
		}
		s.Changefeeds["cf-gone-"+cluster] = &sandbox.Changefeed{ClusterID: cluster, State: sandbox.StateDeleted}
	})
}

func feedURN(name string) resource.URN {
	return resource.NewURN("test", "test", "", changefeedType, name)
}

// plan previews the creation of a changefeed, as the engine does.
func (l quotaLab) plan(name string, inputs property.Map) error {
	l.t.Helper()
	checked, err := l.server.Check(p.CheckRequest{Urn: feedURN(name), Inputs: inputs})
	require.NoError(l.t, err)
	require.Empty(l.t, checked.Failures)
	_, err = l.server.Create(p.CreateRequest{Urn: feedURN(name), Properties: checked.Inputs, DryRun: true})
	return err
}

// replan previews a replacement.
func (l quotaLab) replan(name string, old, now property.Map) error {
	l.t.Helper()
	_, err := l.server.Check(p.CheckRequest{Urn: feedURN(name), State: old, Inputs: now})
	require.NoError(l.t, err)
	return l.plan(name, now) // the engine checks once more, without the old inputs
}

func in(cluster string) func(map[string]any) {
	return func(inputs map[string]any) { inputs["clusterId"] = cluster }
}

// The planned changefeeds of one preview are counted together with those that exist.
func TestPlannedChangefeedsAreCounted(t *testing.T) {
	t.Parallel()
	l := newQuotaLab(t, 8)
	before := len(l.box.Calls())
	for range 2 {
		require.NoError(t, l.plan("a", l.inputs()))
		require.NoError(t, l.plan("b", l.inputs()), "the tenth")
	}
	err := l.plan("c", l.inputs())
	require.ErrorContains(t, err, "clusterId: TiDB Cloud cluster "+l.cluster+" has 8 changefeeds, but at most 10 are "+
		"possible, and this update creates 3; create fewer, or delete an unused one")
	assert.Len(t, l.box.Calls(), before+1, "one listing for all")
	require.NoError(t, l.plan("d", l.inputs(in(l.box.Seed().EssentialUSWest2))), "another cluster")
	require.NoError(t, l.plan("e", l.inputs().Set("clusterId", property.New(property.Computed))), "not known yet")
}

// An attached provider serves one preview after another, each with other changefeeds.
func TestEachPreviewCountsItsOwnChangefeeds(t *testing.T) {
	t.Parallel()
	l := newQuotaLab(t, 9)
	require.NoError(t, l.plan("a", l.inputs()))
	configure(t, l.server, l.box.Credentials(), l.box.TiDBCloudURL())
	require.NoError(t, l.plan("b", l.inputs()))
	require.ErrorContains(t, l.plan("c", l.inputs()), "this update creates 2")
}

func TestAnEleventhChangefeedIsRefusedAtPreview(t *testing.T) {
	t.Parallel()
	l := newQuotaLab(t, 10)
	require.ErrorContains(t, l.plan("a", l.inputs()), "has 10 changefeeds, but at most 10 are possible")
}

// A replacement needs room only where it moves to another cluster.
func TestReplacementsAtTheLimitAreNotCounted(t *testing.T) {
	t.Parallel()
	l := newQuotaLab(t, 10)
	full, other := l.inputs(), l.box.Seed().EssentialUSWest2
	require.NoError(t, l.replan("a", full, l.inputs(overTheInternet)))
	require.NoError(t, l.replan("b", full, l.inputs(in(other))))
	require.ErrorContains(t, l.replan("c", l.inputs(in(other)), full), "has 10 changefeeds")
}

// If the changefeeds cannot be counted, TiDB Cloud decides.
func TestUncountedChangefeedsAreNotRefused(t *testing.T) {
	t.Parallel()
	l := newQuotaLab(t, 10)
	l.box.Inject(sandbox.Fault{Match: listFeeds, Status: http.StatusForbidden, Times: -1})
	require.NoError(t, errors.Join(l.plan("a", l.inputs()), l.plan("b", l.inputs())))
}
