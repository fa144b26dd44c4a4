package tidbcloud

import (
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/shell"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
)

// connectionLookout refuses to make a connection when one is there that is alike, and that no resource of the stack
// stands for as far as this process has seen. A run that was killed leaves such a one: the state has no more than a
// creation that began, and the next run would choose another name and make a second one.
func connectionLookout(ctx context.Context, logicalName string, args PrivateLinkConnectionArgs) tidbapi.Lookout[tidbapi.PrivateLinkConnection] {
	wanted := connectionOf(args)
	id := func(c tidbapi.PrivateLinkConnection) string {
		return connectionID{args.ClusterID, c.PrivateLinkConnectionID}.String()
	}
	named := namedLike(ctx, logicalName, wanted.DisplayName)
	l := lookout[tidbapi.PrivateLinkConnection]{
		seen: seenOf(ctx), urn: shim.URNOf(ctx), id: id,
		alike: func(c tidbapi.PrivateLinkConnection) bool {
			return named(c.DisplayName) && c.LeadsWhere(wanted) && !c.IsDeleting()
		},
		key: func(c tidbapi.PrivateLinkConnection) string { return connectionKey(args.ClusterID, c.DisplayName) },
		describe: func(c tidbapi.PrivateLinkConnection) string {
			return fmt.Sprintf("private link connection %q, which is called %q and is %s", shortened(id(c)), c.DisplayName, c.State)
		},
		known:  "run the same command with --refresh",
		advice: "give the new one another displayName (connection.displayName of a PrivateLink)",
	}
	return tidbapi.Lookout[tidbapi.PrivateLinkConnection]{Before: l.before, Made: l.made}
}

// namedLike tells whether another run could have chosen a name for the resource that is to get this one.
func namedLike(ctx context.Context, logicalName, wanted string) func(name string) bool {
	seen, urn := seenOf(ctx), shim.URNOf(ctx)
	chosen, isChosen := seen.chosen(urn, wanted)
	return func(name string) bool {
		return rules.IsSameName(wanted, name) || isChosen && chosen.sameResource(name, logicalName) ||
			isAutoname(wanted, logicalName) && isAutoname(name, logicalName)
	}
}

// attachmentLookout does the same for an attachment.
func attachmentLookout(ctx context.Context, args DomainAttachmentArgs, uniqueName string) tidbapi.Lookout[tidbapi.AttachDomain] {
	connection := connectionID{args.ClusterID, args.PrivateLinkConnectionID}
	id := func(a tidbapi.AttachDomain) string { return attachmentID{connection, a.AttachDomainID}.String() }
	l := lookout[tidbapi.AttachDomain]{
		seen: seenOf(ctx), urn: shim.URNOf(ctx), id: id,
		alike: func(a tidbapi.AttachDomain) bool {
			return a.IsLike(tidbapi.AttachDomain{Type: string(args.Type), UniqueName: uniqueName})
		},
		key: func(a tidbapi.AttachDomain) string {
			return attachmentKey(args.ClusterID, args.PrivateLinkConnectionID, a.Type, a.UniqueName)
		},
		describe: func(a tidbapi.AttachDomain) string {
			return fmt.Sprintf("domain attachment %q of the same type and unique name", shortened(id(a)))
		},
		known:  "it must go first: give the resource the option deleteBeforeReplace, or an alias if it was renamed or moved",
		advice: "one attachment of these domains to the connection is enough",
	}
	return tidbapi.Lookout[tidbapi.AttachDomain]{Before: l.before, Made: l.made}
}

// A lookout keeps apart what belongs to the stack from what is only alike.
type lookout[T any] struct {
	seen     *seenResources
	urn      resource.URN
	id       func(T) string
	alike    func(T) bool
	key      func(T) string // by which a resource is remembered whose id was not shown
	describe func(T) string
	known    string // what to do about what the state has
	advice   string // what to do about what belongs to something else
}

func (l lookout[T]) made(t T) { l.seen.note(l.id(t)) }

// before refuses to make what is there.
func (l lookout[T]) before(all []T) error {
	if strange := l.strange(all); len(strange) > 0 {
		return l.refusal(strange)
	}
	return nil
}

// strange are those that are alike and belong to no resource that this process has seen.
func (l lookout[T]) strange(all []T) []T {
	accounted := map[string]bool{}
	for _, t := range all {
		if l.alike(t) && l.seen.has(l.id(t)) {
			accounted[l.key(t)] = true
		}
	}
	var strange []T
	for _, t := range all {
		if !l.alike(t) || l.seen.has(l.id(t)) {
			continue
		}
		// Of a resource that was shown by its inputs alone, one of its name is the one.
		if key := l.key(t); l.seen.has(key) && !accounted[key] {
			accounted[key] = true
			continue
		}
		strange = append(strange, t)
	}
	return strange
}

// refusal says what to do. What the state has without having shown it comes first: a resource of another name or parent
// in the program, one that is replaced on demand, one whose deletion failed. Imported, it would be there twice, and be
// deleted as the old one. A refresh shows it; but the same domains cannot be attached twice.
func (l lookout[T]) refusal(strange []T) error {
	descriptions, id := make([]string, len(strange)), l.id(strange[0])
	if len(id) > longestID {
		id = "<id>" // cut, it would be another's
	}
	for i, t := range strange {
		descriptions[i] = l.describe(t)
	}
	if len(strange) > 1 {
		id = "<id>" // which of them, only the user can know
	}
	return fmt.Errorf("there already is %s; if the state has it, under whatever name, %s; "+
		"if a run that was interrupted left it behind, take it over with: %s (or delete it in TiDB Cloud), then run pulumi up "+
		"again; if it belongs to something else, %s",
		strings.Join(descriptions, ", and "), l.known, importCommand(l.urn, id), l.advice)
}

// importCommand is what brings something into the state in the place of a resource.
func importCommand(urn resource.URN, id string) string {
	return shell.Import(urn, id, parentOf(urn))
}

// parentOf is the URN of a resource's parent, as far as a URN tells: it has the parent's type. The names of a
// PrivateLink's children tell its name.
func parentOf(urn resource.URN) resource.URN {
	qualified := string(urn.QualifiedType())
	i := strings.LastIndex(qualified, "$")
	if i < 0 {
		return ""
	}
	grandparent, kind := "", qualified[:i]
	if j := strings.LastIndex(kind, "$"); j >= 0 {
		grandparent, kind = kind[:j], kind[j+1:]
	}
	name := "<name of its parent>"
	if kind == "tidbconfluent:index:PrivateLink" {
		for _, suffix := range []string{"-connection", "-domains"} {
			if before, ok := strings.CutSuffix(urn.Name(), suffix); ok {
				name = before
			}
		}
	}
	return resource.NewURN(urn.Stack(), urn.Project(), tokens.Type(grandparent), tokens.Type(kind), name)
}
