package tidbcloud

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/once"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/wait"
)

// A resourceID is the ID of something in the state: those of its cluster and, if it is within one, of its connection,
// and its own in TiDB Cloud.
type resourceID struct{ within, own string }

func (id resourceID) String() string { return id.within + "/" + id.own }

// cluster returns the ID of the cluster.
func (id resourceID) cluster() string { return id.connection().within }

// connection returns the ID of the connection that an attachment is within.
func (id resourceID) connection() resourceID {
	cluster, connection, _ := strings.Cut(id.within, "/")
	return resourceID{cluster, connection}
}

// A kind describes to the operations of a resource what it is in TiDB Cloud.
type kind[T any] struct {
	source[T]

	what     string // as in "private link connection"
	form     string // of its IDs, for messages
	own      rules.ID
	nested   bool   // whether it is within a connection
	deleting string // as in "deleting private link connection"
	id       func(T) string
	remove   func(ctx context.Context, id resourceID) error
	// state returns the state, and the service's message.
	state func(*T) (state, message string)
	// leaving reports whether it is being deleted; blocked, whether the user has to delete something else first.
	leaving, blocked func(*T) bool
	// refusal returns what a refused deletion means; nil is [tidbapi.RefusalOf].
	refusal func(error) tidbapi.Refusal
	// refused explains a deletion that TiDB Cloud finally refused.
	refused func(ctx context.Context, err error) error
}

// A source shows the resources of a kind in TiDB Cloud.
type source[T any] interface {
	// find returns one, or nil when it does not exist. missing reports which errors mean so: [tidbapi.IsNotFound], or
	// [tidbapi.IsGone] after its deletion.
	find(ctx context.Context, id resourceID, missing func(error) bool) (*T, error)
	// existing returns all, with the fields that recognize one.
	existing(ctx context.Context, within string) ([]T, error)
	// await waits for one, in parallel with all waits that the same call serves. What does not exist is nil for judge.
	await(ctx context.Context, id resourceID, options wait.Options, missing func(error) bool, judge judge[*T]) error
}

// A lifeCycle has all methods of a resource that infer looks for. infer silently ignores a method with another
// signature.
type lifeCycle[A, S any] interface {
	infer.CustomCheck[A]
	infer.CustomDiff[A, S]
	infer.CustomCreate[A, S]
	infer.CustomRead[A, S]
	infer.CustomUpdate[A, S]
	infer.CustomDelete[S]
	infer.ExplicitDependencies[A, S]
}

var (
	_ lifeCycle[PrivateLinkConnectionArgs, PrivateLinkConnectionState] = PrivateLinkConnection{}
	_ lifeCycle[DomainAttachmentArgs, DomainAttachmentState]           = DomainAttachment{}
	_ lifeCycle[ChangefeedArgs, ChangefeedState]                       = Changefeed{}
)

// A judge decides whether a wait is over.
type judge[T any] func(seen T, err error) (state string, done bool, failure error)

// parse reads an ID of the state, which stands for something that exists.
func (k kind[T]) parse(id string) (resourceID, error) {
	i := strings.LastIndex(id, "/")
	if i < 0 || id[i+1:] == once.Unconfirmed || k.own.Check(id[i+1:]) != nil || !k.isWithin(id[:i]) {
		return resourceID{}, fmt.Errorf("%q is not the ID of a %s; it has the form %s", id, k.what, k.form)
	}
	return resourceID{id[:i], id[i+1:]}, nil
}

// unconfirmed reads the ID of something that may not exist; false means that it is another ID.
func (k kind[T]) unconfirmed(id string) (once.UnconfirmedID, bool) {
	u, ok := once.ParseUnconfirmed(id, k.own)
	return u, ok && k.isWithin(u.Within)
}

func (k kind[T]) isWithin(id string) bool {
	cluster, connection, nested := strings.Cut(id, "/")
	return rules.TiDBClusterID.Check(cluster) == nil && nested == k.nested &&
		(!nested || rules.PrivateLinkConnectionID.Check(connection) == nil)
}

// creation completes a creation of the kind.
func (k kind[T]) creation(ctx context.Context, within string, c once.Creation[T]) once.Creation[T] {
	c.Of, c.ID, c.Form = creator(ctx), k.id, k.own
	c.PulumiID = func(t T) string { return resourceID{within, k.id(t)}.String() }
	return c
}

// create creates one in a cluster as soon as TiDB Cloud accepts it.
func (k kind[T]) create(ctx context.Context, cluster string, creation once.Creation[T]) (*T, error) {
	return untilAccepted(ctx, "creating "+creation.What, func(ctx context.Context) (*T, tidbapi.Refusal, error) {
		created, err := creation.Create(ctx)
		return created, refusalOfCreation(ctx, cluster, err), err
	})
}

// resolve returns the ID of the resource of an ID in the state, which is empty where that does not exist. It searches
// for the result of a creation of unknown outcome, and returns what it found.
func (k kind[T]) resolve(
	ctx context.Context, id string, creation once.Creation[T],
) (of resourceID, found *T, err error) {
	if u, ok := k.unconfirmed(id); ok {
		creation.List = func(ctx context.Context) ([]T, error) { return k.existing(ctx, u.Within) }
		if found, err = creation.Search(ctx, u.Others); found == nil || err != nil {
			return resourceID{}, nil, err
		}
		id = resourceID{u.Within, k.id(*found)}.String()
	}
	of, err = k.parse(id)
	return of, found, err
}

// read returns the resource of an ID in the state; nil means that it does not exist. An import has no state.
func (k kind[T]) read(
	ctx context.Context, id string, isImport, young bool, creation once.Creation[T],
) (resourceID, *T, error) {
	if _, ok := k.unconfirmed(id); ok && isImport {
		return resourceID{}, nil, once.ErrImport(id)
	}
	of, found, err := k.resolve(ctx, id, creation)
	if found != nil || err != nil || of.own == "" {
		return of, found, err
	}
	if found, err = k.look(ctx, of, young); err != nil {
		err = fmt.Errorf("reading %s %s: %w", k.what, id, err)
	}
	return of, found, err
}

// look returns one, or nil when it does not exist. A young one is looked for until its grace is over.
func (k kind[T]) look(ctx context.Context, id resourceID, young bool) (*T, error) {
	found, err := k.find(ctx, id, tidbapi.IsNotFound)
	if found != nil || err != nil || !young {
		return found, err
	}
	missing := newGrace(ctx, young)
	return wait.Until(ctx, waitFor(ctx, k.name(id)), func(ctx context.Context) (*T, string, bool, error) {
		found, err := k.find(ctx, id, tidbapi.IsNotFound)
		return found, notShown, found != nil || missing.over(), err
	})
}

// name is how messages call one.
func (k kind[T]) name(id resourceID) string { return k.what + " " + id.own }

// awaitReady waits until judge is content. When what it waits for does not exist, and its grace is over, the error is
// that of gone.
func (k kind[T]) awaitReady(
	ctx context.Context, id resourceID, options wait.Options, missing grace, gone func() error,
	judge func(*T) (state string, done bool, failure error),
) error {
	return k.await(ctx, id, options, tidbapi.IsNotFound, func(seen *T, err error) (string, bool, error) {
		switch {
		case err != nil:
			return "", false, err
		case seen == nil && !missing.over():
			return notShown, false, nil
		case seen == nil:
			return "", false, gone()
		}
		return judge(seen)
	})
}

// deleteOf deletes the resource of an ID in the state, and waits until it is gone.
func (k kind[T]) deleteOf(ctx context.Context, id string, young bool, creation once.Creation[T]) error {
	of, _, err := k.resolve(ctx, id, creation)
	if err != nil || of.own == "" {
		return err
	}
	return k.delete(ctx, of, young)
}

// delete deletes one, and waits until it is gone.
func (k kind[T]) delete(ctx context.Context, id resourceID, young bool) error {
	doing := fmt.Sprintf("%s %s", k.deleting, id)
	missing := newGrace(ctx, young)
	gone, err := untilAccepted(ctx, doing, func(ctx context.Context) (bool, tidbapi.Refusal, error) {
		return k.tryDelete(ctx, id, missing)
	})
	if err != nil {
		err = fmt.Errorf("%s: %w", doing, err)
		if k.refused != nil {
			err = k.refused(ctx, err)
		}
		return err
	}
	if !gone {
		err = k.awaitGone(ctx, id)
	}
	if err == nil {
		seenOf(ctx).noteRemoval(id.cluster())
	}
	return err
}

// tryDelete deletes one, and looks when that is refused: TiDB Cloud may not find one that is gone, and may refuse for
// one that is being deleted.
func (k kind[T]) tryDelete(
	ctx context.Context, id resourceID, missing grace,
) (gone bool, refusal tidbapi.Refusal, err error) {
	refused := k.remove(ctx, id)
	if refused == nil {
		return false, tidbapi.Final, nil
	}
	seen, lookErr := k.find(ctx, id, tidbapi.IsGone)
	switch {
	case lookErr != nil:
		return false, tidbapi.Final, notDeleted(refused, lookErr)
	case seen == nil && tidbapi.IsNotFound(refused) && !missing.over():
		return false, tidbapi.Busy, refused
	case seen == nil:
		return true, tidbapi.Final, nil
	case k.leaving(seen):
		return false, tidbapi.Final, nil
	case tidbapi.IsNotFound(refused):
		return false, tidbapi.Unclear, notDeleted(refused, nil)
	case k.blocked != nil && k.blocked(seen):
		return false, tidbapi.Final, refused
	case k.refusal != nil:
		return false, k.refusal(refused), refused
	}
	return false, tidbapi.RefusalOf(refused), refused
}

// awaitGone waits until one whose deletion has begun does not exist any more. A single read may come from a copy that
// does not know of the deletion yet. The deletion has failed only if such reads continue for some time.
func (k kind[T]) awaitGone(ctx context.Context, id resourceID) error {
	options := waitFor(ctx, k.name(id))
	options.Advice = keepDeleting
	leaving, stale := false, grace{}
	return k.await(ctx, id, options, tidbapi.IsGone, func(seen *T, err error) (string, bool, error) {
		switch {
		case err != nil:
			return "", false, err
		case seen == nil:
			return "gone", true, nil
		}
		state, message := k.state(seen)
		switch {
		case k.leaving(seen):
			leaving, stale = true, grace{}
		case leaving && stale == grace{}:
			stale = newGrace(ctx, true)
		case leaving && stale.over():
			return "", false, deletionFailed(k.name(id), state, message)
		}
		return withMessage(state, message), false, nil
	})
}

// A grace is the time in which TiDB Cloud may not show a new resource: GET may answer 404, and lists may lack it. After
// that it is gone.
type grace struct{ until time.Time }

// newGrace begins a grace, if the thing is young.
func newGrace(ctx context.Context, young bool) grace {
	if !young {
		return grace{}
	}
	// An earlier timeout is no proof either.
	return grace{time.Now().Add(timingOf(ctx).Patience)}
}

func (g grace) over() bool { return !time.Now().Before(g.until) }

// notShown is the state of something in its grace.
const notShown = "not shown yet"
