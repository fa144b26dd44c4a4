package preflight

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/shell"
)

// A Kind is a kind of object that is looked up by its name.
type Kind struct {
	// Name is the name of the kind in messages, and Input the input that names a new one.
	Name, Input string
	// Loss is what a replacement loses, and Price what one costs.
	Loss, Price string
	// CLI is the command of Confluent's CLI for them.
	CLI []string
	// Find finds the object with a name. Confluent's provider reports several, or none, as an error.
	Find func(m *children.Maker, environment, name string) (*Match, error)
	// List finds all objects with a name, as they are now or were just before; nil if the provider has no list.
	List func(m *children.Maker, environment, name string, now bool) (*Matches, error)
}

// Command is a command of Confluent's CLI for the kind.
func (k Kind) Command(words ...string) string {
	return shell.Command(append(slices.Clone(k.CLI), words...)...)
}

// Finder finds one through a function of Confluent's provider.
func Finder[A, R any](
	function lookup.Function[A, R], by func(environment, name string) *A, match func(*R) Match,
) func(m *children.Maker, environment, name string) (*Match, error) {
	return func(m *children.Maker, environment, name string) (*Match, error) {
		found, err := function(m.Ctx, by(environment, name), pulumi.Parent(m.Self))
		if err != nil {
			return nil, err
		}
		one := match(found)
		return &one, nil
	}
}

// The errors of Confluent's provider where several have a name, and where none has it.
var (
	severalHaveIt = regexp.MustCompile(`there are multiple `)
	noneHasIt     = regexp.MustCompile(`with "display_name"=.* was not found`)
)

// Planned is a declared resource of a component. It may be new.
type Planned struct {
	Kind

	M *children.Maker
	// Environment is empty when it is unknown.
	Environment string
	Resource    pulumi.CustomResource
	DisplayName pulumi.StringOutput
}

// Plan is a resource that the component is going to declare.
func Plan(m *children.Maker, kind Kind) Planned {
	return Planned{Kind: kind, M: m, Environment: m.In.Text("environmentId").Plain}
}

// Called finds the objects with a name: those that have it now, or those that had it just before. All components of a
// run share the latter. If one element of the list cannot be read, there is no list; a single object may still be
// found.
func (p Planned) Called(name string, now bool) Matches {
	if p.List != nil {
		if found, err := p.List(p.M, p.Environment, name, now); err == nil {
			return *found
		}
	}
	find := func() (*Matches, error) { return p.find(name) }
	if question := p.Name + "\n" + p.Environment + "\n" + name; !now {
		once := find
		find = func() (*Matches, error) { return lookup.Share(p.M.Component, confluent, question, 0, once) }
	}
	found, err := find()
	if err != nil {
		return Matches{}
	}
	return *found
}

func (p Planned) find(name string) (*Matches, error) {
	one, err := p.Find(p.M, p.Environment, name)
	switch {
	case err != nil && severalHaveIt.MatchString(err.Error()):
		return &Matches{Known: true, Several: true}, nil
	case err != nil && noneHasIt.MatchString(err.Error()):
		return &Matches{Known: true}, nil
	case err != nil:
		return nil, err
	case one.ID == "":
		return &Matches{}, nil // the provider's configuration is unknown
	}
	return &Matches{Known: true, List: []Match{*one}}, nil
}

// InState returns the ID of a resource, which is empty for a planned one, and its name. The component cannot see the
// state, but at preview only planned resources have unknown IDs. A hook would also show it, but its server doubles the
// cost of a link.
func (p Planned) InState() (id, name string, known bool) {
	inState, exists, err := lookup.Await[pulumi.ID](p.M.Ctx, p.Resource.ID())
	if err != nil || exists && inState == "" {
		return "", "", false // a failed declaration reports itself, and a skipped resource is not created
	}
	name, known, err = lookup.Await[string](p.M.Ctx, p.DisplayName)
	return string(inState), name, known && err == nil && name != ""
}

// ImportCommand is the command that imports an existing object as the planned resource.
func (p Planned) ImportCommand(id string) string {
	// If these fail, nothing is created either.
	declared, _, _ := lookup.Await[pulumi.URN](p.M.Ctx, p.Resource.URN())
	parent, _, _ := lookup.Await[pulumi.URN](p.M.Ctx, p.M.Self.URN())
	return shell.Import(urn.URN(declared), p.Environment+"/"+id, urn.URN(parent))
}

// A Match is an object in Confluent Cloud with a name of the component's.
type Match struct {
	ID string
	// Fixed are its properties that cannot be changed, by the component's inputs. Missing ones are unknown.
	Fixed map[string]string
}

// Wanted is the value that an input asks for. An empty one is unknown, or left to the service.
type Wanted struct{ Input, Value string }

// Differs lists the properties in which it differs from the inputs.
func (n Match) Differs(from []Wanted) []string {
	var differs []string
	for _, p := range from {
		if is := n.Fixed[p.Input]; is != "" && p.Value != "" && is != p.Value {
			differs = append(differs, fmt.Sprintf("%s is %s, not %s", p.Input, is, p.Value))
		}
	}
	return differs
}

// Matches are the objects with a name.
type Matches struct {
	// Known is false when the look-up failed.
	Known bool
	// Several is set when there are several, and the provider does not list them. Otherwise the list has all.
	Several bool
	List    []Match
}

// IDs are the IDs of those in the list.
func (n Matches) IDs() []string {
	ids := make([]string, len(n.List))
	for i := range n.List {
		ids[i] = n.List[i].ID
	}
	return ids
}

// With leaves out objects with another value of a property. An empty value leaves out nothing.
func (n Matches) With(property, value string) Matches {
	if value != "" {
		n.List = slices.DeleteFunc(slices.Clone(n.List), func(one Match) bool { return one.Fixed[property] != value })
	}
	return n
}

// FirstID is the ID of the first element of a list: Confluent's provider has lists of at most one element.
func FirstID(list any) string {
	if elements := reflect.ValueOf(list); elements.Len() > 0 {
		return elements.Index(0).FieldByName("Id").String()
	}
	return ""
}
