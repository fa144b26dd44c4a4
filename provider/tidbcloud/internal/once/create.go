package tidbapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// looks is how often at least the client looks for what it may have created. A gateway that gives up on the service may
// do so before the service is done: before it asks again, the client looks for as long as Backoff.Settle says.
const looks = 2

// creation is a call that must have its effect once.
type creation[T any] struct {
	what    string // for messages
	key     string // equal for calls whose results could be mistaken for each other
	call    call
	id      func(T) string
	form    func(id string) error              // says what is wrong with an id
	list    func(context.Context) ([]T, error) // everything of the kind
	equal   func(T) bool                       // whether something looks like the result
	lookout Lookout[T]
}

// Lookout lets the caller of a creation see what is there besides. Its zero value looks at nothing.
type Lookout[T any] struct {
	// Before is told everything of the kind that exists before the first try. Its error refuses the creation.
	Before func([]T) error
	// Made is told the result before any other creation that could take it for its own, or be refused because of it,
	// has its turn.
	Made func(T)
}

func (l Lookout[T]) before(all []T) error {
	if l.Before == nil {
		return nil
	}
	return l.Before(all)
}

func (l Lookout[T]) made(result T) {
	if l.Made != nil {
		l.Made(result)
	}
}

// UncertainError says that a call to create something failed, and that the thing may exist nevertheless.
type UncertainError struct {
	// What was to be created.
	What string
	// Before are the ids of what looked the same before the first try, and is something else therefore.
	Before []string
	// Err is why that is not known.
	Err error
}

// Error says what was to be created, and why that is not known.
func (e *UncertainError) Error() string {
	return fmt.Sprintf("it is not known whether the %s was created: %v", e.What, e.Err)
}

// Unwrap returns why it is not known.
func (e *UncertainError) Unwrap() error { return e.Err }

// pending is a creation under way.
type pending[T any] struct {
	creation[T]
	client   *Client
	existing []T  // what equalled the result before the first try
	open     bool // one of the tries may have had its effect
}

// create makes the call until it has had its effect, as CreatePrivateLinkConnection describes.
func create[T any](ctx context.Context, c *Client, k creation[T]) (*T, error) {
	unlock, err := c.creating.lock(ctx, k.key)
	if err != nil {
		return nil, err
	}
	defer unlock()
	all, err := k.list(ctx)
	if err != nil {
		return nil, err
	}
	if err := k.lookout.before(all); err != nil {
		return nil, err
	}
	p := pending[T]{creation: k, client: c, existing: k.like(all)}
	for try := 1; ; try++ {
		got, err := p.post(ctx)
		if err != nil {
			got, err = p.settle(ctx, try, err)
		}
		if got != nil {
			k.lookout.made(*got)
		}
		if got != nil || err != nil {
			return got, err
		}
	}
}

// like are those that look like the result.
func (k creation[T]) like(all []T) []T {
	return slices.DeleteFunc(all, func(t T) bool { return !k.equal(t) })
}

// settle finds out what became of a failed try. It returns the thing when it was created nevertheless, an error when
// there is no point in going on, and neither when it is safe, and time, to try again.
func (p *pending[T]) settle(ctx context.Context, try int, failure error) (*T, error) {
	fate := fateOf(failure)
	p.open = p.open || fate == fateUnknown || fate == fateDone
	last := try == p.client.backoff.Tries
	switch {
	case fate == fateUndone && last:
		return nil, p.ended(giveUp(failure, try))
	case fate == fateUndone:
		return nil, p.ended(pauseAfter(ctx, failure, p.client.backoff.delay(failure, try)))
	case fate == fateRefused && !(p.open && IsConflict(failure)):
		return nil, p.ended(failure)
	}
	// The try may have had its effect. That goes for a conflict after such a try too: it may be one with ourselves.
	patience := time.Duration(0)
	if fate == fateUnknown && !last || fate == fateDone {
		patience = p.client.backoff.Settle
	}
	found, err := p.find(ctx, try, failure, patience)
	switch {
	case found != nil || err != nil:
		return found, err
	case fate == fateDone, fate == fateRefused:
		return nil, p.ended(failure)
	case last:
		return nil, p.ended(giveUp(failure, try))
	}
	return nil, nil //nolint:nilnil // says to try again
}

// ended is the error, if any, of a creation that cannot go on. When one of its tries may have had its effect, that
// nothing was found yet proves nothing: the service may be slower than those who look.
func (p *pending[T]) ended(err error) error {
	if err == nil || !p.open {
		return err
	}
	return p.uncertain(err)
}

func (p *pending[T]) uncertain(err error) error {
	return &UncertainError{What: p.what, Before: p.ids(p.existing), Err: err}
}

// post sends the call once. An answer without an id, or with one that cannot be used, is as good as none.
func (p *pending[T]) post(ctx context.Context) (*T, error) {
	var got T
	if err := p.client.once(ctx, p.call, &got); err != nil {
		return nil, err
	}
	if err := p.usable(got); err != nil {
		return nil, p.call.unfit(err)
	}
	return &got, nil
}

// usable refuses an id that would end in a request's path or in Pulumi's state and is not of the form of one.
func (k creation[T]) usable(t T) error {
	id := k.id(t)
	if id == "" {
		return errors.New("it contains no id")
	}
	if k.form(id) != nil {
		return fmt.Errorf("the id %q in it is none that TiDB Cloud gives out", clean(head(id, maxWordLength), maxWordLength))
	}
	return nil
}

// find returns what exists now and did not before, or nil if there is nothing like that. It looks a few times at least,
// and goes on for as long as its patience lasts.
func (p *pending[T]) find(ctx context.Context, try int, failure error, patience time.Duration) (*T, error) {
	started := time.Now()
	for look := 0; look < looks || time.Since(started) < patience; look++ {
		if err := pauseAfter(ctx, failure, p.client.backoff.delay(failure, try+look)); err != nil {
			return nil, p.ended(err)
		}
		now, err := p.list(ctx)
		if err != nil {
			return nil, p.uncertain(fmt.Errorf("%w; and looking for it failed: %w", failure, err))
		}
		added := slices.DeleteFunc(p.like(now), func(t T) bool {
			return slices.ContainsFunc(p.existing, func(old T) bool { return p.id(old) == p.id(t) })
		})
		switch len(added) {
		case 0:
		case 1:
			if err := p.usable(added[0]); err != nil {
				return nil, p.uncertain(fmt.Errorf("%w; and looking for it failed: %w", failure, err))
			}
			return &added[0], nil
		default:
			return nil, p.uncertain(fmt.Errorf("%w; since then %s have appeared, and at most one of them is ours",
				failure, strings.Join(p.ids(added), ", ")))
		}
	}
	return nil, nil //nolint:nilnil // nothing found is an ordinary outcome
}

func (k creation[T]) ids(all []T) []string {
	ids := make([]string, 0, len(all))
	for _, t := range all {
		if k.usable(t) == nil {
			ids = append(ids, k.id(t))
		}
	}
	return ids
}

// keyedLock is held by one goroutine per key. Its zero value is ready for use.
type keyedLock struct {
	mu   sync.Mutex
	held map[string]chan struct{} // closed when the key is free again
}

func (l *keyedLock) lock(ctx context.Context, key string) (unlock func(), err error) {
	for {
		l.mu.Lock()
		wait, taken := l.held[key]
		if !taken {
			free := make(chan struct{})
			if l.held == nil {
				l.held = map[string]chan struct{}{}
			}
			l.held[key] = free
			l.mu.Unlock()
			return func() { l.unlock(key, free) }, nil
		}
		l.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (l *keyedLock) unlock(key string, free chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.held, key)
	close(free)
}
