package tidbapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// looks is how often the client looks for what it may have created before it asks again. A gateway that gives up on
// the service may do so before the service is done.
const looks = 2

// creation is a call that must have its effect once.
type creation[T any] struct {
	what  string // for messages
	key   string // equal for calls whose results could be mistaken for each other
	call  call
	id    func(T) string
	equal func(context.Context) ([]T, error) // what exists and looks like the result
}

// UncertainError says that a call to create something failed, and that the thing may exist nevertheless.
type UncertainError struct {
	// What was to be created.
	What string
	// Err is why that is not known.
	Err error
}

// Error says what to look for.
func (e *UncertainError) Error() string {
	return fmt.Sprintf("it is not known whether the %s was created: %v; "+
		"look for it in TiDB Cloud, and delete or import it before you run pulumi up again", e.What, e.Err)
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
	existing, err := k.equal(ctx)
	if err != nil {
		return nil, err
	}
	p := pending[T]{creation: k, client: c, existing: existing}
	for try := 1; ; try++ {
		got, err := p.post(ctx)
		if err != nil {
			got, err = p.settle(ctx, try, err)
		}
		if got != nil || err != nil {
			return got, err
		}
	}
}

// settle finds out what became of a failed try. It returns the thing when it was created nevertheless, an error when
// there is no point in going on, and neither when it is safe, and time, to try again.
func (p *pending[T]) settle(ctx context.Context, try int, failure error) (*T, error) {
	fate := fateOf(failure)
	p.open = p.open || fate == fateUnknown || fate == fateDone
	last := try == p.client.backoff.Tries
	switch {
	case fate == fateUndone && last:
		return nil, giveUp(failure, try)
	case fate == fateUndone:
		return nil, p.interrupted(pauseAfter(ctx, failure, p.client.backoff.delay(failure, try)))
	case fate == fateRefused && !(p.open && IsConflict(failure)):
		return nil, failure
	}
	// The try may have had its effect. That goes for a conflict after such a try too: it may be one with ourselves.
	found, err := p.find(ctx, try, failure)
	switch {
	case found != nil || err != nil:
		return found, err
	case fate == fateDone:
		return nil, p.uncertain(failure)
	case fate == fateRefused:
		return nil, failure
	case last:
		return nil, giveUp(failure, try)
	}
	return nil, nil //nolint:nilnil // says to try again
}

// interrupted is the error, if any, of a creation that cannot go on.
func (p *pending[T]) interrupted(err error) error {
	if err == nil || !p.open {
		return err
	}
	return p.uncertain(err)
}

func (p *pending[T]) uncertain(err error) error { return &UncertainError{What: p.what, Err: err} }

// post sends the call once. An answer without an id is as good as none.
func (p *pending[T]) post(ctx context.Context) (*T, error) {
	var got T
	if err := p.client.once(ctx, p.call, &got); err != nil {
		return nil, err
	}
	if p.id(got) == "" {
		return nil, &answerError{
			method: p.call.method, path: "/" + strings.Join(p.call.path, "/"), err: errors.New("it contains no id"),
		}
	}
	return &got, nil
}

// find returns what exists now and did not before, or nil if there is nothing like that.
func (p *pending[T]) find(ctx context.Context, try int, failure error) (*T, error) {
	for look := range looks {
		if err := pauseAfter(ctx, failure, p.client.backoff.delay(failure, try+look)); err != nil {
			return nil, p.interrupted(err)
		}
		now, err := p.equal(ctx)
		if err != nil {
			return nil, p.uncertain(fmt.Errorf("%w; and looking for it failed: %w", failure, err))
		}
		added := slices.DeleteFunc(now, func(t T) bool {
			return slices.ContainsFunc(p.existing, func(old T) bool { return p.id(old) == p.id(t) })
		})
		switch len(added) {
		case 0:
		case 1:
			return &added[0], nil
		default:
			return nil, p.uncertain(fmt.Errorf("%w; since then %s have appeared, and at most one of them is ours",
				failure, p.list(added)))
		}
	}
	return nil, nil //nolint:nilnil // nothing found is an ordinary outcome
}

func (k creation[T]) list(all []T) string {
	ids := make([]string, len(all))
	for i, t := range all {
		ids[i] = k.id(t)
	}
	return strings.Join(ids, ", ")
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
