package tidbcloud

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/shell"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
)

// looks is how often at least something is looked for, however long the first look took.
const looks = 3

// A search is for what a creation may have made, of which only the look is known.
type search[T any] struct {
	what    string
	id      func(T) string // as TiDB Cloud has it
	whole   func(T) string // as Pulumi has it
	list    func(context.Context) ([]T, error)
	equal   func(T) bool
	besides []string // what looks the same and is something else
}

// run returns what is found. It takes nothing for never made before every creation that can still be under way must
// have come to its end. When several things are found, none of them is ours for certain.
func (s search[T]) run(ctx context.Context) (*T, error) {
	seen, patience, started := seenOf(ctx), patienceOf(ctx), time.Now()
	looked := 0
	return tidbapi.Wait(ctx, waitFor(ctx, s.what), func(ctx context.Context) (*T, string, bool, error) {
		all, err := s.list(ctx)
		if err != nil {
			return nil, "", false, err
		}
		looked++
		found := slices.DeleteFunc(all, func(t T) bool {
			return !s.equal(t) || slices.Contains(s.besides, s.id(t)) || seen.has(s.whole(t))
		})
		switch len(found) {
		case 0:
			return nil, "not to be found", looked >= looks && time.Since(started) >= patience, nil
		case 1:
			return &found[0], "found", true, nil
		}
		return nil, "", false, s.ambiguous(ctx, found)
	})
}

// patienceOf leaves half of the time that customTimeouts give to what comes after a search.
func patienceOf(ctx context.Context) time.Duration {
	patience := paceOf(ctx).Patience
	if deadline, ok := ctx.Deadline(); ok {
		patience = min(patience, time.Until(deadline)/2)
	}
	return patience
}

func (s search[T]) ambiguous(ctx context.Context, found []T) error {
	ids := make([]string, len(found))
	for i, t := range found {
		ids[i] = fmt.Sprintf("%q", shortened(s.id(t)))
	}
	return fmt.Errorf("each of %s could be it, and none is taken or deleted on a guess; delete in TiDB Cloud what belongs to "+
		"nobody, then run %s, and pulumi up", strings.Join(ids, ", "), shell.Command("pulumi", "state", "delete", string(shim.URNOf(ctx))))
}

// longestID is longer than any id that an import takes.
const longestID = 400

// shortened keeps an id that is none from filling the terminal.
func shortened(id string) string {
	if len(id) <= longestID {
		return id
	}
	return strings.ToValidUTF8(id[:longestID], "") + "…"
}

// searchConnection looks for the connection that these inputs would give.
func searchConnection(id unconfirmedID, args PrivateLinkConnectionArgs) search[tidbapi.PrivateLinkConnection] {
	wanted := connectionOf(args)
	return search[tidbapi.PrivateLinkConnection]{
		what: fmt.Sprintf("private link connection %q of TiDB Cloud cluster %s", wanted.DisplayName, id.within),
		id:   func(c tidbapi.PrivateLinkConnection) string { return c.PrivateLinkConnectionID },
		whole: func(c tidbapi.PrivateLinkConnection) string {
			return connectionID{id.within, c.PrivateLinkConnectionID}.String()
		},
		list: func(ctx context.Context) ([]tidbapi.PrivateLinkConnection, error) {
			all, err := clientOf(ctx).ListWholePrivateLinkConnections(ctx, id.within)
			if tidbapi.IsNotFound(err) {
				err = noCluster(id.within, err)
			}
			return all, err
		},
		equal:   func(c tidbapi.PrivateLinkConnection) bool { return c.IsLike(wanted) },
		besides: id.besides,
	}
}

// searchAttachment looks for the attachment that these inputs would give.
func searchAttachment(id unconfirmedID, connection connectionID, args DomainAttachmentArgs) search[tidbapi.AttachDomain] {
	return search[tidbapi.AttachDomain]{
		what:  fmt.Sprintf("attachment of %s domains %q to private link connection %s", args.Type, value(args.UniqueName), id.within),
		id:    func(a tidbapi.AttachDomain) string { return a.AttachDomainID },
		whole: func(a tidbapi.AttachDomain) string { return attachmentID{connection, a.AttachDomainID}.String() },
		list: func(ctx context.Context) ([]tidbapi.AttachDomain, error) {
			c, err := getConnection(ctx, connection)
			if c == nil || err != nil {
				return nil, err
			}
			return c.AttachedDomains, nil
		},
		equal: func(a tidbapi.AttachDomain) bool {
			return a.IsLike(tidbapi.AttachDomain{Type: string(args.Type), UniqueName: value(args.UniqueName)})
		},
		besides: id.besides,
	}
}

// keptUnconfirmed says whether a creation ended such that its result may exist, what id the state gets then, and the
// error that keeps it there.
func keptUnconfirmed(err error, within string) (id string, kept error) {
	var uncertain *tidbapi.UncertainError
	if !errors.As(err, &uncertain) {
		return "", nil
	}
	return unconfirmedID{within, uncertain.Before}.String(), stillThere(fmt.Errorf("%w; nothing is lost: run pulumi up again, which "+
		"looks for it, deletes it if it exists, and makes it anew, or pulumi refresh, which takes it over as it is", err))
}

// errUnconfirmedImport refuses an id that only a state may hold.
func errUnconfirmedImport(id string) error {
	return fmt.Errorf("%q stands for something whose creation was never answered, and cannot be imported; "+
		"give the id that TiDB Cloud shows", id)
}
