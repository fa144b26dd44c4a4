package once

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/shell"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/wait"
)

// Unconfirmed takes the place of TiDB Cloud's own ID when the outcome of a creation is unknown.
const Unconfirmed = "unconfirmed"

// UnconfirmedID is the ID of something that may or may not exist. Only a state has it, until the next operation finds
// out.
type UnconfirmedID struct {
	// Within is the ID of its cluster, or of its connection.
	Within string
	// Others are the IDs in TiDB Cloud of resources that look the same.
	Others []string
}

// String returns the ID.
func (id UnconfirmedID) String() string {
	return id.Within + "/" + strings.Join(append([]string{Unconfirmed}, id.Others...), ",")
}

// ParseUnconfirmed reads an unconfirmed ID; false means that it is another ID.
func ParseUnconfirmed(id string, others rules.ID) (UnconfirmedID, bool) {
	i := strings.LastIndex(id, "/")
	ids := strings.Split(id[i+1:], ",")
	if i < 0 || ids[0] != Unconfirmed {
		return UnconfirmedID{}, false
	}
	for _, other := range ids[1:] {
		if others.Check(other) != nil {
			return UnconfirmedID{}, false
		}
	}
	return UnconfirmedID{id[:i], ids[1:]}, true
}

// Keep returns the unconfirmed ID for the state when the outcome of a creation is unknown, and the error to report.
func Keep(err error, within string) (id string, kept error) {
	var uncertain *UncertainError
	if !errors.As(err, &uncertain) {
		return "", nil
	}
	return UnconfirmedID{within, uncertain.Before}.String(), fmt.Errorf("%w; nothing is lost: run pulumi up again, "+
		"which looks for it, deletes it if it exists, and creates it again, or pulumi refresh, which takes it over "+
		"as it is", err)
}

// ErrImport rejects the import of an unconfirmed ID, which only a state may hold.
func ErrImport(id string) error {
	return fmt.Errorf("%q stands for an unconfirmed creation, and cannot be imported; use the ID that TiDB Cloud "+
		"shows", id)
}

// searchLooks is the minimum number of looks of a search, however long the first one took.
const searchLooks = 3

// Search looks for the result of an earlier creation of unknown outcome. Others are the IDs in TiDB Cloud of resources
// that look the same. Nil means that the result does not exist: the search lasts until no creation can still be in
// progress. When it finds several, none of them is certainly ours.
func (c Creation[T]) Search(ctx context.Context, others []string) (*T, error) {
	patience, started, looked := c.patience(ctx), time.Now(), 0
	return wait.Until(ctx, c.Of.Wait(c.What), func(ctx context.Context) (*T, string, bool, error) {
		all, err := c.List(ctx)
		if err != nil {
			return nil, "", false, err
		}
		looked++
		found := slices.DeleteFunc(c.results(all), func(t T) bool {
			return slices.Contains(others, c.ID(t)) || c.Of.Seen.Has(c.PulumiID(t))
		})
		switch len(found) {
		case 0:
			return nil, "not to be found", looked >= searchLooks && time.Since(started) >= patience, nil
		case 1:
			return &found[0], "found", true, nil
		}
		return nil, "", false, c.ambiguous(found)
	})
}

// patience leaves half of the time of customTimeouts for the work after a search.
func (c Creation[T]) patience(ctx context.Context) time.Duration {
	if deadline, ok := ctx.Deadline(); ok {
		return min(c.Of.Patience, time.Until(deadline)/2)
	}
	return c.Of.Patience
}

func (c Creation[T]) ambiguous(found []T) error {
	ids := make([]string, len(found))
	for i, t := range found {
		ids[i] = fmt.Sprintf("%q", shortened(c.ID(t)))
	}
	return fmt.Errorf("each of %s could be it, so none is adopted or deleted; delete in TiDB Cloud those that "+
		"nothing uses, then run %s, and pulumi up", strings.Join(ids, ", "),
		shell.Command("pulumi", "state", "delete", string(c.Of.URN)))
}

// longestID is longer than any ID that an import takes.
const longestID = 400

// shortened cuts a text that is not an ID, so that it does not fill the terminal.
func shortened(id string) string {
	if len(id) <= longestID {
		return id
	}
	return strings.ToValidUTF8(id[:longestID], "") + "…"
}
