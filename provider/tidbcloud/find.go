package tidbcloud

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/wait"
)

// finder looks something up in two ways. The service may say that it does not exist while parts of the service are not
// in step. Only when the list of the cluster lacks it too is it taken for gone.
type finder[T any] struct {
	what, id string
	get      func(context.Context) (*T, error)
	list     func(context.Context) ([]T, error)
	is       func(T) bool // whether an element of the list is the thing
	// missing reports which errors of get are about something that does not exist.
	missing func(error) bool
}

// find returns the thing, or nil when it does not exist. The error is IsNotFound when the cluster has no list.
func (f finder[T]) find(ctx context.Context, backoff tidbapi.Backoff) (*T, error) {
	started, settle := time.Now(), timingOf(ctx).Settle
	for try := 1; ; try++ {
		found, err := f.get(ctx)
		if err == nil || !f.missing(err) {
			return found, err
		}
		all, err := f.list(ctx)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(all, f.is) {
			return nil, nil //nolint:nilnil // it does not exist, and nothing failed
		}
		contradiction := wait.Transient(fmt.Errorf("TiDB Cloud reports that %s does not exist, but the list of the "+
			"cluster's %ss has it; run the same command again", f.what+" "+f.id, f.what))
		// Something new may be in the list for some time before it is found.
		if try >= backoff.Tries && time.Since(started) >= settle {
			return nil, tidbapi.GaveUp(contradiction, try)
		}
		if err := backoff.Pause(ctx, contradiction, try); err != nil {
			return nil, err
		}
	}
}

// complete replaces the elements of a list that show too little by what get returns for them.
func complete[T any](all []T, isWhole func(T) bool, get func(T) (*T, error)) error {
	for i := range all {
		if isWhole(all[i]) {
			continue
		}
		whole, err := get(all[i])
		switch {
		case err == nil:
			all[i] = *whole
		case !tidbapi.IsNotFound(err):
			return err
		}
	}
	return nil
}
