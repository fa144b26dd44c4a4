package preflight

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
)

// A preview warns when a network or a Kafka cluster is planned, and Confluent Cloud has one of the name. A killed run
// left it behind, or a refresh dropped it from the state: it costs money, and neither the engine nor Confluent's
// provider looks for it. Or it is being replaced, and its data is lost. Names need not be unique, so it is only a
// warning.
//
// Confluent's provider repeats a creation after a lost answer, so there may be two: one in the state, and one that only
// the bill shows. An object that gets the name between the declaration and the creation of the part was created with
// it. Each preview reports it too.

// A Part is a new child of a component, with the objects of its name in Confluent Cloud.
type Part struct {
	Planned

	// Before are the objects that had the name before the part was declared, if they were looked up.
	Before Matches
	Looked bool
}

// networkID is the property that names the network.
const networkID = "network.id"

// A Place is the network that a part is on.
type Place struct {
	ID string
	// Known is set where the network exists.
	Known bool
	// Lost is a network with the name of a planned one: it may be the link's, lost from the state, with everything on
	// it.
	Lost string
	// OneOf is set when several objects have the name, and the provider does not list them.
	OneOf bool
}

// IsNew reports that there is nothing on the network, since it does not exist yet.
func (p Place) IsNew() bool { return !p.Known && p.Lost == "" && !p.OneOf }

// Check looks, at preview, for the name of a part in Confluent Cloud. It returns an object that may be the part, lost
// from the state.
func (p *Part) Check(on Place, wanted ...Wanted) (lost Place) {
	if p.Resource == nil || p.Environment == "" {
		return lost
	}
	id, name, known := p.InState()
	switch {
	case !known || id == "" && on.IsNew():
		return lost
	case id != "":
		p.warnOfDuplicates(name, id, p.Before.With(networkID, on.ID))
		return lost
	case !on.Known:
		on.ID = on.Lost
	}
	found := p.Before
	if !p.Looked {
		found = p.Called(name, false)
	}
	if there := found.With(networkID, on.ID); len(there.List) > 0 || !on.Known {
		found = there
	}
	switch {
	case found.Several || len(found.List) > 1:
		lost.OneOf = true
		p.warnOfSeveral(name, found.IDs())
	case len(found.List) == 1:
		one := found.List[0]
		if differs := one.Differs(append([]Wanted{{networkID, on.ID}}, wanted...)); len(differs) > 0 {
			p.warnOfReplacement(name, one.ID, differs)
			return lost
		}
		lost.Lost = one.ID
		p.WarnOfConflict(name, one.ID)
	}
	return lost
}

// Declare records the resource of a part on a network, so that other objects of its name are a conflict. When an update
// has created it, Declare looks whether Confluent's provider created another one with it.
func (p *Part) Declare(resource pulumi.CustomResource, displayName, network pulumi.StringOutput) {
	p.Resource, p.DisplayName = resource, displayName
	if p.M.Ctx.DryRun() || !p.Before.Known || p.Before.Several {
		return
	}
	before := p.Before.IDs()
	resource.ID().ApplyT(func(id pulumi.ID) string {
		_, name, known := p.InState()
		if !known || slices.Contains(before, string(id)) {
			return "" // it exists already
		}
		on, _, err := lookup.Await[string](p.M.Ctx, network)
		if err != nil {
			return ""
		}
		found := p.Called(name, true).With(networkID, on)
		if found.Several && len(before) > 0 {
			return "" // as many as before, or more
		}
		found.List = slices.DeleteFunc(found.List, func(one Match) bool { return slices.Contains(before, one.ID) })
		p.warnOfDuplicates(name, string(id), found)
		return ""
	})
}

// WarnOfConflict reports an object that the planned resource would duplicate.
func (p Planned) WarnOfConflict(name, id string) {
	p.M.Warn("the %s %q exists in environment %s already (%s), and another with that name is planned; if an "+
		"interrupted run left it behind, or a refresh lost it, take it over first: %s; if it belongs to something "+
		"else, ignore this warning; if it is being replaced, %s", p.Name, name, p.Environment, id,
		p.ImportCommand(id), p.Loss)
}

// warnOfReplacement reports an object that cannot become the planned resource. An orphan of an interrupted run usually
// has the program's inputs. An object that is being replaced does not, unless it is replaced on demand.
func (p Planned) warnOfReplacement(name, id string, differs []string) {
	p.M.Warn("the %s %q in environment %s (%s) cannot be updated in place: %s; if it belongs to something else, "+
		"ignore this warning; if it belongs to this link, it is being replaced, and %s; to keep it, undo that change",
		p.Name, name, p.Environment, id, strings.Join(differs, " and "), p.Loss)
}

// AnID is the placeholder in a command for an ID that Confluent's provider does not report.
const AnID = "ID"

// warnOfSeveral reports that several objects have the name of the planned resource.
func (p Planned) warnOfSeveral(name string, ids []string) {
	which, id := "", AnID
	if len(ids) > 0 {
		which, id = " ("+strings.Join(ids, ", ")+")", ids[0]
	}
	p.M.Warn("environment %s has several %ss %q already%s, and another with that name is planned; to list them: %s; "+
		"if an interrupted run left one behind, or a refresh lost it, take it over first, by its ID: %s; delete "+
		"those that nothing uses: %s; if all of them belong to something else, set another %s",
		p.Environment, p.Name, name, which, p.Command("list", "--environment", p.Environment),
		p.ImportCommand(id), p.Price, p.Input)
}

// warnOfDuplicates reports other objects with the name of an existing resource of the link.
func (p Planned) warnOfDuplicates(name, id string, found Matches) {
	ids := found.IDs()
	others := slices.DeleteFunc(slices.Clone(ids), func(other string) bool { return other == id })
	which, other := strings.Join(others, ", "), AnID
	switch {
	case found.Several:
		which = "at least one more, listed by: " + p.Command("list", "--environment", p.Environment)
	case len(others) == 0 || !slices.Contains(ids, id):
		return
	default:
		other = others[0]
	}
	p.M.Warn("environment %s has more than one %s %q: %s, which is the link's, and %s; Confluent's provider repeats "+
		"a creation whose answer was lost, so it may have created the other one too; that one is in no state, and "+
		"%s; if nothing uses it, delete it: %s; if it belongs to something else, set another %s for this link",
		p.Environment, p.Name, name, id, which, p.Price,
		p.Command("delete", other, "--environment", p.Environment), p.Input)
}
