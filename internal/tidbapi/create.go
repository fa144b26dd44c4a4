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
	open := false // whether one of the tries may have had its effect
	for try := 1; ; try++ {
		got, err := k.post(ctx, c)
		if err == nil {
			return got, nil
		}
		fate := fateOf(err)
		open = open || fate == fateUnknown || fate == fateDone
		switch {
		case ctx.Err() != nil && open:
			return nil, &UncertainError{What: k.what, Err: err}
		case fate == fateRefused && !(open && IsConflict(err)):
			return nil, err
		case fate == fateUndone && try < c.backoff.Tries:
			if err := pauseAfter(ctx, err, c.backoff.delay(err, try)); err != nil {
				return nil, err
			}
			continue
		case fate == fateUndone:
			return nil, giveUp(err, try)
		}
		// A conflict after an open try may well be one with ourselves: it is looked into like a lost answer.
		found, lookErr := k.find(ctx, c, existing, try, err)
		switch {
		case found != nil || lookErr != nil:
			return found, lookErr
		case fate == fateDone:
			return nil, &UncertainError{What: k.what, Err: err}
		case fate == fateRefused:
			return nil, err
		case try == c.backoff.Tries:
			return nil, giveUp(err, try)
		}
	}
}

// post sends the call once. An answer without an id is as good as none.
func (k creation[T]) post(ctx context.Context, c *Client) (*T, error) {
	var got T
	if err := c.once(ctx, k.call, &got); err != nil {
		return nil, err
	}
	if k.id(got) == "" {
		return nil, &answerError{
			method: k.call.method, path: strings.Join(k.call.path, "/"), err: errors.New("it contains no id"),
		}
	}
	return &got, nil
}

// find returns what exists now and did not before, or nil if there is nothing like that.
func (k creation[T]) find(ctx context.Context, c *Client, existing []T, try int, cause error) (*T, error) {
	for look := range looks {
		if err := pauseAfter(ctx, cause, c.backoff.delay(cause, try+look)); err != nil {
			return nil, &UncertainError{What: k.what, Err: err}
		}
		now, err := k.equal(ctx)
		if err != nil {
			return nil, &UncertainError{What: k.what, Err: fmt.Errorf("%w; and looking for it: %w", cause, err)}
		}
		added := slices.DeleteFunc(now, func(t T) bool {
			return slices.ContainsFunc(existing, func(old T) bool { return k.id(old) == k.id(t) })
		})
		switch len(added) {
		case 0:
		case 1:
			return &added[0], nil
		default:
			return nil, &UncertainError{What: k.what, Err: fmt.Errorf("%w; since then %s have appeared, "+
				"and at most one of them is ours", cause, k.list(added))}
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
