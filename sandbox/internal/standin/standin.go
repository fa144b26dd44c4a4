// Package standin has the common code of the sandbox's stand-ins for Pulumi's providers: reading a package's schema,
// and checking, comparing, planning and keeping resources by it as a provider bridged from Terraform does.
//
// A stand-in adds its schema.json, the rules that the schema cannot express, its configuration and the calls of the
// service.
package standin

import (
	"context"
	"fmt"
	"slices"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Type is a resource type: its schema, and rules that the schema lacks.
type Type struct {
	Token string
	// Label is the real provider's name for such a resource in messages.
	Label string
	// Quoted is what the real provider puts in quotes behind the label when the service refuses to create one. Nil for
	// nothing.
	Quoted func(inputs property.Map) string

	Inputs, Outputs FieldSet

	// Autonamed is the property that is derived from the resource's name when the program does not set it. Empty for
	// none.
	Autonamed string
	// Fixed are the paths that the schema lists as inputs and the real provider refuses.
	Fixed []string
	// OneOf are the properties of which exactly one is set.
	OneOf []string
	// Rules check single values, by path.
	Rules map[string]Rule
	// Conflicts are pairs that exclude each other.
	Conflicts [][2]string
	// Same reports for a path whether two different values mean the same.
	Same map[string]func(old, now property.Value) bool
	// Defaults are the values of inputs that the program leaves out.
	Defaults map[string]property.Value
	// Local are the properties that the service does not answer: the state has them from the inputs and the state
	// before.
	Local []string
	// Refuse stops an update that the service cannot do, at preview.
	Refuse func(id string, state, inputs property.Map, changes map[string]p.PropertyDiff) error
	// ParseImport splits an import ID into the ID and what else a read has to know. Without it, the import ID is the
	// ID.
	ParseImport func(importID string) (id string, known property.Map, err error)

	CreateTimeout, UpdateTimeout, DeleteTimeout time.Duration
}

// equivalent reports whether two values at the path mean the same, though they differ.
func (k *Type) equivalent(path string, old, now property.Value) bool {
	same, ok := k.Same[path]
	return ok && same(old, now)
}

func (k *Type) isFixed(path string) bool { return slices.Contains(k.Fixed, path) }

// Resource is a resource type and how to call the service. S is what the calls work with.
type Resource[S any] struct {
	Type
	Calls Calls[S]
}

// Calls are the operations on one type of resource. What is known of a resource is its state or, for one that is being
// created or imported, its inputs.
type Calls[S any] struct {
	// Create asks for the resource and returns its ID, with an error too if the resource exists all the same.
	Create func(ctx context.Context, s S, inputs property.Map) (string, error)
	// Await returns once the resource is ready to be used. Nil for what is ready at once.
	Await func(ctx context.Context, s S, id string, inputs property.Map) error
	// Read returns the state.
	Read func(ctx context.Context, s S, id string, known property.Map) (property.Map, error)
	// Learned are properties that only this operation has seen, such as the secret in the answer to a creation. Nil for
	// none.
	Learned func(s S) property.Map
	// Update does what the changed paths ask for and returns how many calls changed something.
	Update func(ctx context.Context, s S, id string, u Update) (int, error)
	// Delete returns once the resource is gone, or, where the real provider does not wait, is going.
	Delete func(ctx context.Context, s S, id string, state property.Map) error
}

// Update is what an update in place is about.
type Update struct {
	State, Inputs property.Map
	Changes       map[string]p.PropertyDiff
}

// Changed reports whether a path, or something below it, is among the changes.
func (u Update) Changed(path string) bool {
	for found := range u.Changes {
		if ignored(found, []string{path}) {
			return true
		}
	}
	return false
}

// Provider keeps resources of some types.
type Provider[S any] struct {
	Schema    *Schema
	Resources map[string]*Resource[S]
	// Session returns what the calls work with once the provider is configured.
	Session func() (S, error)
	// IsGone reports from the error of a read that the resource no longer exists.
	IsGone func(error) bool
	// Complete adds to checked inputs what comes from the provider's configuration. Nil for nothing.
	Complete func(t *Type, inputs property.Map) property.Map
}

// Own has the methods that a stand-in replaces.
type Own struct {
	CheckConfig func(context.Context, p.CheckRequest) (p.CheckResponse, error)
	Configure   func(context.Context, p.ConfigureRequest) error
	Invoke      func(context.Context, p.InvokeRequest) (p.InvokeResponse, error)
}

// Serve is the provider with its own methods.
func (s *Provider[S]) Serve(own Own) p.Provider {
	return p.Provider{
		// Like every provider that is bridged from Terraform, the real ones finish their operations: Ctrl-C waits for
		// them, and a second one abandons them.
		Cancel: func(context.Context) error { return nil },
		GetSchema: func(context.Context, p.GetSchemaRequest) (p.GetSchemaResponse, error) {
			return p.GetSchemaResponse{Schema: string(s.Schema.JSON)}, nil
		},
		CheckConfig: own.CheckConfig,
		DiffConfig:  s.Schema.DiffConfig,
		Configure:   own.Configure,
		Invoke:      own.Invoke,
		Check:       s.Check,
		Diff:        s.Diff,
		Create:      s.Create,
		Read:        s.Read,
		Update:      s.Update,
		Delete:      s.Delete,
	}
}

// resource finds the resource type of a URN.
func (s *Provider[S]) resource(urn resource.URN) (*Resource[S], error) {
	token := string(urn.Type())
	kind, ok := s.Resources[token]
	if !ok {
		return nil,
			fmt.Errorf("the stand-in for %s has no resource type %q; only the real provider does", s.Schema.Name, token)
	}
	return kind, nil
}

// Check fills in defaults and reports what is wrong with the inputs.
func (s *Provider[S]) Check(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
	kind, err := s.resource(req.Urn)
	if err != nil {
		return p.CheckResponse{}, err
	}
	inputs, err := kind.ApplyDefaults(req.Urn.Name(), seedOf(ctx), req.State, req.Inputs)
	if err != nil {
		return p.CheckResponse{}, err
	}
	failures := kind.Validate(Stripped(inputs))
	if s.Complete != nil && len(failures) == 0 {
		inputs = s.Complete(&kind.Type, inputs)
	}
	return p.CheckResponse{Inputs: inputs, Failures: failures}, nil
}

// Diff reports what an update would change.
func (s *Provider[S]) Diff(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) {
	kind, err := s.resource(req.Urn)
	if err != nil {
		return p.DiffResponse{}, err
	}
	return kind.Diff(req)
}
