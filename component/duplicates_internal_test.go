package component

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/stretchr/testify/assert"
)

// Hundreds of networks in one environment are beyond every quota: not each of them is looked for in a list of all.
func TestNameLookUpsAreLimited(t *testing.T) {
	t.Parallel()
	allowed := func(b *lookUpBudget, run any, environment string) (n int) {
		for range 2 * mostNameLookUps {
			if b.allow(run, environment) {
				n++
			}
		}
		return n
	}
	b := lookUpBudget{left: map[lookUpsOf]*lookUpsLeft{}}
	assert.Equal(t, mostNameLookUps, allowed(&b, "a", "env-1"))
	assert.Equal(t, mostNameLookUps, allowed(&b, "a", "env-2"), "of each environment")
	assert.Equal(t, mostNameLookUps, allowed(&b, "b", "env-1"), "in each run")
	for _, left := range b.left {
		left.since = time.Now().Add(-2 * declarationsLast)
	}
	assert.True(t, b.allow("c", "env-1"))
	assert.Len(t, b.left, 1, "runs that ended are forgotten")
}

// Links whose Kafka clusters are ready at the same time share a list, which begins after all of them asked.
func TestListingsAreSharedAndLaterThanTheQuestion(t *testing.T) {
	t.Parallel()
	s := sharedListings{under: map[listingOf]*listing{}}
	var lists, asked atomic.Int32
	list := func() (*confluentcloud.GetKafkaClustersResult, error) {
		lists.Add(1)
		assert.Equal(t, int32(20), asked.Load(), "nobody asks after it has begun")
		return &confluentcloud.GetKafkaClustersResult{Id: "1"}, nil
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			asked.Add(1)
			got, err := s.get(listingOf{environment: "env-1"}, list)
			assert.NoError(t, err)
			assert.Equal(t, "1", got.Id)
		})
	}
	all.Wait()
	assert.Equal(t, int32(1), lists.Load())
	assert.Empty(t, s.under)
	_, err := s.get(listingOf{environment: "env-1"}, list)
	assert.NoError(t, err)
	assert.Equal(t, int32(2), lists.Load(), "a later question has a later answer")
}
