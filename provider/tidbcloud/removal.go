package tidbcloud

import (
	"context"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// A removal is the deletion of something, up to where TiDB Cloud has accepted it.
type removal[T any] struct {
	doing string // as in "deleting private link connection 1/plc-1"
	send  func(context.Context) error
	// look returns what is to be deleted; nil means that it is not there.
	look    func(context.Context) (*T, error)
	leaving func(*T) bool // whether it is on its way out
	blocked func(*T) bool // whether a refusal is about what the user has to delete first; nil means never
	young   bool          // it may not be shown yet
}

// accepted returns when TiDB Cloud has begun the deletion; gone says that there is nothing to wait for.
func (r removal[T]) accepted(ctx context.Context) (gone bool, err error) {
	missing := newGrace(ctx, r.young)
	return change[bool]{
		doing: r.doing,
		send:  func(ctx context.Context) (bool, error) { return r.attempt(ctx, missing) },
		refusal: func(_ context.Context, err error) tidbapi.Refusal {
			if pending, ok := err.(*notYet); ok { //nolint:errorlint // nothing wraps it
				return pending.refusal
			}
			return tidbapi.Final
		},
	}.accepted(ctx)
}

// attempt deletes, and looks when that is refused: what is gone already is not found, and what is on its way out may be
// refused.
func (r removal[T]) attempt(ctx context.Context, missing grace) (gone bool, err error) {
	refused := r.send(ctx)
	if refused == nil {
		return false, nil
	}
	thing, lookErr := r.look(ctx)
	switch {
	case lookErr != nil:
		return false, notDeleted(refused, lookErr)
	case thing == nil && tidbapi.IsNotFound(refused) && !missing.over():
		return false, &notYet{tidbapi.Busy, refused}
	case thing == nil:
		return true, nil
	case r.leaving(thing):
		return false, nil
	case tidbapi.IsNotFound(refused):
		return false, &notYet{tidbapi.Unclear, notDeleted(refused, nil)}
	case r.blocked != nil && r.blocked(thing):
		return false, refused
	}
	return false, &notYet{tidbapi.RefusalOf(refused), refused}
}

// notYet is the error of a deletion, and what it means.
type notYet struct {
	refusal tidbapi.Refusal
	err     error
}

// Error is that of the refusal.
func (e *notYet) Error() string { return e.err.Error() }

// Unwrap returns the refusal.
func (e *notYet) Unwrap() error { return e.err }
