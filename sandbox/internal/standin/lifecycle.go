package standin

import (
	"context"
	"fmt"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Create creates a resource, or plans one.
func (s *Provider[S]) Create(ctx context.Context, req p.CreateRequest) (p.CreateResponse, error) {
	kind, err := s.resource(req.Urn)
	if err != nil {
		return p.CreateResponse{}, err
	}
	inputs := Stripped(req.Properties)
	if req.DryRun {
		return p.CreateResponse{Properties: kind.sealed(kind.PlanCreate(inputs), req.Properties)}, nil
	}
	session, err := s.Session()
	if err != nil {
		return p.CreateResponse{}, err
	}
	ctx, cancel := limited(ctx, "create", req.Timeout, kind.CreateTimeout)
	defer cancel()
	id, err := kind.Calls.Create(ctx, session, inputs)
	if err != nil && id == "" {
		return p.CreateResponse{}, Listed(about(err, "error creating %s", kind.creating(inputs)))
	}
	state, err := kind.finish(ctx, session, id, inputs, err)
	resp := p.CreateResponse{ID: id, Properties: kind.sealed(state, req.Properties)}
	if err != nil {
		err = During("creating", req.Urn, err)
		// The resource exists from here on. An error without its state would leave it behind unknown.
		resp.PartialState = &p.InitializationFailed{Reasons: []string{err.Error()}}
	}
	return resp, err
}

// finish waits for a new resource and reads it, unless its creation failed half-way. With an error comes what is known
// of it.
func (k *Resource[S]) finish(
	ctx context.Context, s S, id string, inputs property.Map, failed error,
) (property.Map, error) {
	learned := k.learned(s)
	partial := k.WithLocal(Known(k.PlanCreate(inputs)), learned, inputs)
	if failed != nil {
		return partial, about(failed, "error creating %s %q", k.Label, id)
	}
	if k.Calls.Await != nil {
		if err := k.Calls.Await(ctx, s, id, inputs); err != nil {
			return partial, about(err, "error waiting for %s %q to provision", k.Label, id)
		}
	}
	state, err := k.Calls.Read(ctx, s, id, inputs)
	if err != nil {
		return partial, fmt.Errorf("error reading %s %q: %w", k.Label, id, err)
	}
	return k.WithLocal(state, learned, inputs), nil
}

func (k *Resource[S]) learned(s S) property.Map {
	if k.Calls.Learned == nil {
		return property.Map{}
	}
	return k.Calls.Learned(s)
}

// WithLocal adds what the service does not answer to a state, each from the first source that has it.
func (k *Type) WithLocal(state property.Map, sources ...property.Map) property.Map {
	for _, name := range k.Local {
		for _, source := range sources {
			if value := source.Get(name); !value.IsNull() {
				state = state.Set(name, value)
				break
			}
		}
	}
	return state
}

// sealed marks the properties secret that are secret in the schema or in one of the sources.
func (k *Type) sealed(m property.Map, sources ...property.Map) property.Map {
	for name, field := range k.Outputs {
		if value, ok := m.GetOk(name); ok && field.Secret {
			m = m.Set(name, value.WithSecret(true))
		}
	}
	return WithSecretsOf(m, sources...)
}

// Read reads or imports a resource.
func (s *Provider[S]) Read(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
	kind, err := s.resource(req.Urn)
	if err != nil {
		return p.ReadResponse{}, err
	}
	session, err := s.Session()
	if err != nil {
		return p.ReadResponse{}, err
	}
	if req.Properties.Len() == 0 {
		imported, err := kind.importResource(ctx, session, req.ID)
		if err != nil {
			// Whatever goes wrong, a bridged provider finds nothing, and the engine reports only this. The reason is in
			// its log.
			p.GetLogger(ctx).Debug(err.Error())
			return p.ReadResponse{}, fmt.Errorf("resource '%s' does not exist", req.ID)
		}
		return imported, nil
	}
	known := Stripped(req.Properties)
	state, err := kind.Calls.Read(ctx, session, req.ID, known)
	switch {
	case s.IsGone(err):
		return p.ReadResponse{}, nil
	case err != nil:
		return p.ReadResponse{}, During("refreshing", req.Urn, about(err, "error reading %s %q", kind.Label, req.ID))
	}
	state = kind.WithLocal(state, known)
	return p.ReadResponse{
		ID:         req.ID,
		Properties: kind.sealed(state, req.Properties, req.Inputs),
		Inputs:     kind.RefreshedInputs(req.Inputs, state),
	}, nil
}

// importResource reads a resource of which only the import ID is known.
func (k *Resource[S]) importResource(ctx context.Context, s S, importID string) (p.ReadResponse, error) {
	id, known := importID, property.Map{}
	if k.ParseImport != nil {
		var err error
		if id, known, err = k.ParseImport(importID); err != nil {
			return p.ReadResponse{}, fmt.Errorf("error importing %s: %w", k.Label, err)
		}
	}
	state, err := k.Calls.Read(ctx, s, id, known)
	if err != nil {
		return p.ReadResponse{}, fmt.Errorf("error importing %s %q: %w", k.Label, id, err)
	}
	state = k.WithLocal(state, k.learned(s), known)
	return p.ReadResponse{ID: id, Properties: k.sealed(state), Inputs: k.ImportedInputs(state)}, nil
}

// Update updates a resource, or plans to.
func (s *Provider[S]) Update(ctx context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
	kind, err := s.resource(req.Urn)
	if err != nil {
		return p.UpdateResponse{}, err
	}
	state, inputs := Stripped(req.State), Stripped(req.Inputs)
	if req.DryRun {
		planned := kind.PlanUpdate(state, inputs)
		return p.UpdateResponse{Properties: kind.sealed(planned, req.State, req.Inputs)}, nil
	}
	session, err := s.Session()
	if err != nil {
		return p.UpdateResponse{}, err
	}
	ctx, cancel := limited(ctx, "update", req.Timeout, kind.UpdateTimeout)
	defer cancel()
	updated, err := kind.apply(ctx, session, req, state, inputs)
	if err != nil {
		err = During("updating", req.Urn, err)
	}
	if updated.Len() == 0 {
		return p.UpdateResponse{}, err
	}
	resp := p.UpdateResponse{Properties: kind.sealed(updated, req.State, req.Inputs)}
	if err != nil {
		resp.PartialState = &p.InitializationFailed{Reasons: []string{err.Error()}}
	}
	return resp, err
}

// apply changes the resource and reads it. It returns a state and an error if something was changed before that.
func (k *Resource[S]) apply(
	ctx context.Context, s S, req p.UpdateRequest, state, inputs property.Map,
) (property.Map, error) {
	changes := k.Changes(state, inputs)
	for path := range changes {
		if ignored(path, req.IgnoreChanges) {
			delete(changes, path)
		}
	}
	if k.Refuse != nil {
		if err := k.Refuse(req.ID, state, inputs, changes); err != nil {
			return property.Map{}, err
		}
	}
	done, err := k.Calls.Update(ctx, s, req.ID, Update{State: state, Inputs: inputs, Changes: changes})
	if err != nil && done == 0 {
		return property.Map{}, about(err, "error updating %s %q", k.Label, req.ID)
	}
	updated, readErr := k.Calls.Read(ctx, s, req.ID, state)
	switch {
	case readErr != nil && err == nil:
		return state, fmt.Errorf("error reading %s %q: %w", k.Label, req.ID, readErr)
	case readErr != nil:
		updated = state
	}
	if err != nil {
		return k.WithLocal(updated, state), about(err, "error updating %s %q", k.Label, req.ID)
	}
	return k.WithLocal(updated, inputs, state), nil
}

// Delete deletes a resource.
func (s *Provider[S]) Delete(ctx context.Context, req p.DeleteRequest) error {
	kind, err := s.resource(req.Urn)
	if err != nil {
		return err
	}
	session, err := s.Session()
	if err != nil {
		return err
	}
	ctx, cancel := limited(ctx, "delete", req.Timeout, kind.DeleteTimeout)
	defer cancel()
	if err := kind.Calls.Delete(ctx, session, req.ID, Stripped(req.Properties)); err != nil {
		return During("deleting", req.Urn, about(err, "error deleting %s %q", kind.Label, req.ID))
	}
	return nil
}

// DefaultTimeout is what the SDK that the real providers are written with gives every operation without a limit of its
// own.
const DefaultTimeout = 20 * time.Minute

// limited applies the limit that the program sets, in seconds, or else the real provider's. As the real provider does,
// it ignores a limit for a creation or an update that has none of its own, and warns of it.
func limited(
	ctx context.Context, operation string, custom float64, limit time.Duration,
) (context.Context, context.CancelFunc) {
	given := time.Duration(custom * float64(time.Second))
	switch {
	case custom <= 0:
	case limit == DefaultTimeout && operation != "delete":
		p.GetLogger(ctx).Warningf("Resource does not support customTimeouts, ignoring: %s=%s", operation, given)
	default:
		limit = given
	}
	return context.WithTimeout(ctx, limit)
}
