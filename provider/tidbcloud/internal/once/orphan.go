package once

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/shell"
)

// OrphanCheck tells the pre-create check how to recognize an orphan, and what to report.
type OrphanCheck[T any] struct {
	// Matches reports whether another run could have created a resource for the planned one.
	Matches func(T) bool
	// InputsKey identifies a resource whose inputs, but not ID, we have seen.
	InputsKey func(T) string
	// Describe names the resource in messages, by its ID in the state.
	Describe func(t T, id string) string
	// InState is the advice when the state has the resource, and Elsewhere when it belongs to something else.
	InState, Elsewhere string
}

// rejectOrphans rejects a creation when an orphan exists. A killed run leaves one behind: the state has only a creation
// that began. The next run would choose another name and create a second resource.
func (c Creation[T]) rejectOrphans(all []T) error {
	if orphans := c.orphans(all); len(orphans) > 0 {
		return c.rejection(orphans)
	}
	return nil
}

// orphans are the resources that match, and that are none of the seen resources.
func (c Creation[T]) orphans(all []T) []T {
	accounted := map[string]bool{}
	for _, t := range all {
		if c.Orphans.Matches(t) && c.Of.Seen.Has(c.PulumiID(t)) {
			accounted[c.Orphans.InputsKey(t)] = true
		}
	}
	var orphans []T
	for _, t := range all {
		if !c.Orphans.Matches(t) || c.Of.Seen.Has(c.PulumiID(t)) {
			continue
		}
		// A resource of which we have seen only the inputs accounts for one with its name.
		if key := c.Orphans.InputsKey(t); c.Of.Seen.Has(key) && !accounted[key] {
			accounted[key] = true
			continue
		}
		orphans = append(orphans, t)
	}
	return orphans
}

// rejection is the error that rejects a creation. It first considers resources that the state has but did not show: one
// with another name or parent in the program, one that is replaced on demand, one whose deletion failed. After an
// import, such a resource would be in the state twice, and be deleted as the old one. A refresh shows it; but the same
// domains cannot be attached twice.
func (c Creation[T]) rejection(orphans []T) error {
	descriptions, id := make([]string, len(orphans)), c.PulumiID(orphans[0])
	if len(id) > longestID {
		id = "<id>" // a cut ID would be another resource's
	}
	for i, t := range orphans {
		descriptions[i] = c.Orphans.Describe(t, shortened(c.PulumiID(t)))
	}
	if len(orphans) > 1 {
		id = "<id>" // which of them, only the user can know
	}
	return fmt.Errorf("there is already %s; if the state has it, under any name, %s; if an interrupted run left it "+
		"behind, take it over with: %s (or delete it in TiDB Cloud), then run pulumi up again; if it belongs to "+
		"something else, %s", strings.Join(descriptions, ", and "), c.Orphans.InState,
		shell.Import(c.Of.URN, id, parentOf(c.Of.URN)), c.Orphans.Elsewhere)
}

// childSuffixes are the ends of the names of a component's native children.
var childSuffixes = map[string][]string{
	"tidbconfluent:index:PrivateLink":     {"-connection", "-domains"},
	"tidbconfluent:index:KafkaChangefeed": {"-changefeed"},
}

// parentOf is the URN of a resource's parent, as far as a URN shows it: it has the parent's type. The names of a
// component's children begin with its name.
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
	for _, suffix := range childSuffixes[kind] {
		if before, ok := strings.CutSuffix(urn.Name(), suffix); ok {
			name = before
		}
	}
	return resource.NewURN(urn.Stack(), urn.Project(), tokens.Type(grandparent), tokens.Type(kind), name)
}
