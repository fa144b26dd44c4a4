// Package once creates a resource in TiDB Cloud exactly once, although the API has no idempotency keys, answers get
// lost, and runs get killed:
//
//   - Before it asks for a resource, the pre-create check lists what is there. It rejects the creation when there is an
//     orphan.
//   - When the outcome of a call is unknown, it lists again, and takes over what appeared in between; only when nothing
//     appeared for a while does it ask again.
//   - When it cannot find out, the state gets an unconfirmed ID. The next operation searches for the resource.
//   - Seen resources are those of the stack. They are never taken for an orphan, nor for the result of another
//     creation.
package once

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/wait"
)

// looks is the minimum number of searches for the result after an unknown outcome. A gateway may give up before the
// service is done, so the creation searches for as long as Settle before it asks again.
const looks = 2

// Creation is the creation of a planned resource.
type Creation[T any] struct {
	// Of is the provider that creates it.
	Of Provider
	// What names the resource in messages.
	What string
	// Uniqueness is equal for creations that could mistake each other's result for their own. They run one after the
	// other.
	Uniqueness string
	// Post asks TiDB Cloud once for the resource. [tidbapi.OutcomeOf] classifies its errors.
	Post func(context.Context) (*T, error)
	// List returns all resources of the kind.
	List func(context.Context) ([]T, error)
	// ID returns the ID in TiDB Cloud, and PulumiID the one in the state.
	ID, PulumiID func(T) string
	// Form is the form of an ID in TiDB Cloud.
	Form rules.ID
	// IsResult reports whether something could be the result.
	IsResult func(T) bool
	// Orphans tells the pre-create check how to recognize an orphan.
	Orphans OrphanCheck[T]
}

// Provider is what a creation needs of its provider.
type Provider struct {
	// URN is the planned resource.
	URN resource.URN
	// Seen are the seen resources.
	Seen *Seen
	// Backoff spaces the calls.
	Backoff tidbapi.Backoff
	// Settle is how long a creation looks for its result after an unknown outcome before it asks again. A second
	// resource would exist if the service were done with the first only later.
	Settle time.Duration
	// Patience is how long a search waits for a resource to become visible.
	Patience time.Duration
	// Wait are the options of a search for something.
	Wait func(what string) wait.Options
}

// attempt is a creation that is in progress.
type attempt[T any] struct {
	Creation[T]
	existing []T  // match the result, and existed before the first try
	open     bool // one of the tries may have had its effect
}

// Create asks for the resource until it exists. The pre-create check costs one request for each resource; a comparison
// of creation times would rely on two clocks. When the tries are used up, or a search fails, and a try may still have
// its effect, the error is an *[UncertainError].
func (c Creation[T]) Create(ctx context.Context) (*T, error) {
	unlock, err := c.Of.Seen.lock(ctx, c.Uniqueness)
	if err != nil {
		return nil, err
	}
	defer unlock()
	all, err := c.List(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.rejectOrphans(all); err != nil {
		return nil, err
	}
	a := attempt[T]{Creation: c, existing: c.results(all)}
	for try := 1; ; try++ {
		created, err := c.Post(ctx)
		if err != nil {
			created, err = a.settle(ctx, try, err)
		}
		if created != nil {
			c.Of.Seen.Note(c.PulumiID(*created))
		}
		if created != nil || err != nil {
			return created, err
		}
	}
}

// results are the resources that could be the result.
func (c Creation[T]) results(all []T) []T {
	return slices.DeleteFunc(slices.Clone(all), func(t T) bool { return !c.IsResult(t) })
}

// settle finds out the outcome of a failed try. It returns the resource when it was created nevertheless, an error when
// no further try can succeed, and neither when it is time to try again.
func (a *attempt[T]) settle(ctx context.Context, try int, failure error) (*T, error) {
	outcome := tidbapi.OutcomeOf(failure)
	a.open = a.open || outcome == tidbapi.Unknown || outcome == tidbapi.Done
	last := try == a.Of.Backoff.Tries
	switch {
	case outcome == tidbapi.Undone && last:
		return nil, a.ended(tidbapi.GaveUp(failure, try))
	case outcome == tidbapi.Undone:
		return nil, a.ended(a.Of.Backoff.Pause(ctx, failure, try))
	case outcome == tidbapi.Refused && !(a.open && tidbapi.IsConflict(failure)):
		return nil, a.ended(failure)
	}
	// The try may have had its effect. So may a try that ends in a conflict after such a try: the conflict may be with
	// our own resource.
	patience := time.Duration(0)
	if outcome == tidbapi.Unknown && !last || outcome == tidbapi.Done {
		patience = a.Of.Settle
	}
	found, err := a.find(ctx, try, failure, patience)
	switch {
	case found != nil || err != nil:
		return found, err
	case outcome == tidbapi.Done, outcome == tidbapi.Refused:
		return nil, a.ended(failure)
	case last:
		return nil, a.ended(tidbapi.GaveUp(failure, try))
	}
	return nil, nil //nolint:nilnil // means to try again
}

// ended is the error, if any, of a creation that cannot go on. When one of its tries may have had its effect, a search
// without a result proves nothing: the service may be slower than the search.
func (a *attempt[T]) ended(err error) error {
	if err == nil || !a.open {
		return err
	}
	return a.uncertain(err)
}

func (a *attempt[T]) uncertain(err error) error {
	return &UncertainError{What: a.What, Before: a.validIDs(a.existing), Err: err}
}

// find returns the resource that exists now and did not before the first try, or nil. It looks a few times at least,
// until its patience ends.
func (a *attempt[T]) find(ctx context.Context, try int, failure error, patience time.Duration) (*T, error) {
	started := time.Now()
	for look := 0; look < looks || time.Since(started) < patience; look++ {
		if err := a.Of.Backoff.Pause(ctx, failure, try+look); err != nil {
			return nil, a.ended(err)
		}
		now, err := a.List(ctx)
		if err != nil {
			return nil, a.uncertain(fmt.Errorf("%w; and looking for it failed: %w", failure, err))
		}
		added := slices.DeleteFunc(a.results(now), func(t T) bool {
			return slices.ContainsFunc(a.existing, func(old T) bool { return a.ID(old) == a.ID(t) })
		})
		switch len(added) {
		case 0:
		case 1:
			if err := tidbapi.CheckNewID(a.ID(added[0]), a.Form); err != nil {
				return nil, a.uncertain(fmt.Errorf("%w; and looking for it failed: %w", failure, err))
			}
			return &added[0], nil
		default:
			return nil, a.uncertain(fmt.Errorf("%w; since then %s have appeared, and at most one of them is ours",
				failure, strings.Join(a.validIDs(added), ", ")))
		}
	}
	return nil, nil //nolint:nilnil // nothing found is an ordinary outcome
}

func (c Creation[T]) validIDs(all []T) []string {
	ids := make([]string, 0, len(all))
	for _, t := range all {
		if id := c.ID(t); tidbapi.CheckNewID(id, c.Form) == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// UncertainError reports that a creation failed, and that its result may exist nevertheless.
type UncertainError struct {
	// What describes the resource.
	What string
	// Before are the IDs of resources that looked the same before the first try, so none of them is the result.
	Before []string
	// Err is why the outcome is unknown.
	Err error
}

// Error names the resource, and why the outcome is unknown.
func (e *UncertainError) Error() string {
	return fmt.Sprintf("it is not known whether the %s was created: %v", e.What, e.Err)
}

// Unwrap returns why the outcome is unknown.
func (e *UncertainError) Unwrap() error { return e.Err }

// IsUncertain reports whether the result of a failed creation may exist.
func IsUncertain(err error) bool {
	var uncertain *UncertainError
	return errors.As(err, &uncertain)
}
