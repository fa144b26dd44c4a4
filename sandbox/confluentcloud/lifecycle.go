package confluentcloud

import (
	"context"
	"fmt"
	"strings"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
)

func (s *standIn) create(ctx context.Context, req p.CreateRequest) (p.CreateResponse, error) {
	kind, err := s.kindOf(req.Urn)
	if err != nil {
		return p.CreateResponse{}, err
	}
	inputs := stripped(req.Properties)
	if req.DryRun {
		return p.CreateResponse{Properties: withSecretsOf(kind.planCreate(inputs), req.Properties)}, nil
	}
	session, err := s.session()
	if err != nil {
		return p.CreateResponse{}, err
	}
	ctx, cancel := limited(ctx, req.Timeout, kind.createTimeout)
	defer cancel()
	id, err := kind.calls.create(ctx, session, inputs)
	if err != nil {
		return p.CreateResponse{}, fmt.Errorf("error creating %s: %w", kind.label, err)
	}
	state, err := kind.finish(ctx, session, id, inputs)
	resp := p.CreateResponse{ID: id, Properties: withSecretsOf(state, req.Properties)}
	if err != nil {
		// The resource exists from here on. An error without its state would leave it behind unknown.
		resp.PartialState = &p.InitializationFailed{Reasons: []string{err.Error()}}
	}
	return resp, err
}

// finish waits for a new resource and reads it. With an error comes what is known of it.
func (k *resourceKind) finish(
	ctx context.Context, s *session, id string, inputs property.Map,
) (property.Map, error) {
	partial := known(k.planCreate(inputs))
	if err := k.calls.await(ctx, s, id, inputs); err != nil {
		return partial, fmt.Errorf("error waiting for %s %q to provision: %w", k.label, id, err)
	}
	state, err := k.calls.read(ctx, s, parent(inputs), id)
	if err != nil {
		return partial, fmt.Errorf("error reading %s %q: %w", k.label, id, err)
	}
	return state, nil
}

func (s *standIn) read(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
	kind, err := s.kindOf(req.Urn)
	if err != nil {
		return p.ReadResponse{}, err
	}
	session, err := s.session()
	if err != nil {
		return p.ReadResponse{}, err
	}
	if req.Properties.Len() == 0 {
		return kind.importResource(ctx, session, req.ID)
	}
	state, err := kind.calls.read(ctx, session, parent(stripped(req.Properties)), req.ID)
	switch {
	case api.IsGone(err):
		return p.ReadResponse{}, nil
	case err != nil:
		return p.ReadResponse{}, fmt.Errorf("error reading %s %q: %w", kind.label, req.ID, err)
	}
	return p.ReadResponse{
		ID:         req.ID,
		Properties: withSecretsOf(state, req.Properties, req.Inputs),
		Inputs:     kind.refreshedInputs(req.Inputs, state),
	}, nil
}

// importResource reads a resource of which only the import ID is known. Here one that does not exist is an error.
func (k *resourceKind) importResource(ctx context.Context, s *session, importID string) (p.ReadResponse, error) {
	environment, id := "", importID
	if _, hasParent := k.inputs["environment"]; hasParent {
		var ok bool
		if environment, id, ok = strings.Cut(importID, "/"); !ok || environment == "" || id == "" || strings.Contains(id, "/") {
			return p.ReadResponse{}, fmt.Errorf("error importing %s: invalid format %q: expected '<env ID>/<%s ID>'",
				k.label, importID, k.label)
		}
	}
	state, err := k.calls.read(ctx, s, environment, id)
	if err != nil {
		return p.ReadResponse{}, fmt.Errorf("error importing %s %q: %w", k.label, id, err)
	}
	return p.ReadResponse{ID: id, Properties: state, Inputs: k.importedInputs(state)}, nil
}

func (s *standIn) update(ctx context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
	kind, err := s.kindOf(req.Urn)
	if err != nil {
		return p.UpdateResponse{}, err
	}
	state, inputs := stripped(req.State), stripped(req.Inputs)
	if req.DryRun {
		planned := kind.planUpdate(state, inputs)
		return p.UpdateResponse{Properties: withSecretsOf(planned, req.State, req.Inputs)}, nil
	}
	session, err := s.session()
	if err != nil {
		return p.UpdateResponse{}, err
	}
	ctx, cancel := limited(ctx, req.Timeout, kind.updateTimeout)
	defer cancel()
	updated, err := kind.apply(ctx, session, req, state, inputs)
	if updated.Len() == 0 {
		return p.UpdateResponse{}, err
	}
	resp := p.UpdateResponse{Properties: withSecretsOf(updated, req.State, req.Inputs)}
	if err != nil {
		resp.PartialState = &p.InitializationFailed{Reasons: []string{err.Error()}}
	}
	return resp, err
}

// apply changes the resource and reads it. It returns a state beside an error if something was changed before that.
func (k *resourceKind) apply(
	ctx context.Context, s *session, req p.UpdateRequest, state, inputs property.Map,
) (property.Map, error) {
	changes := k.changes(state, inputs)
	for path := range changes {
		if ignored(path, req.IgnoreChanges) {
			delete(changes, path)
		}
	}
	if k.refuse != nil {
		if err := k.refuse(req.ID, state, inputs, changes); err != nil {
			return property.Map{}, err
		}
	}
	done, err := k.calls.update(ctx, s, req.ID, update{inputs: inputs, changes: changes})
	if err != nil && done == 0 {
		return property.Map{}, fmt.Errorf("error updating %s %q: %w", k.label, req.ID, err)
	}
	updated, readErr := k.calls.read(ctx, s, parent(state), req.ID)
	switch {
	case readErr != nil && err == nil:
		return state, fmt.Errorf("error reading %s %q: %w", k.label, req.ID, readErr)
	case readErr != nil:
		updated = state
	}
	if err != nil {
		err = fmt.Errorf("error updating %s %q: %w", k.label, req.ID, err)
	}
	return updated, err
}

func (s *standIn) delete(ctx context.Context, req p.DeleteRequest) error {
	kind, err := s.kindOf(req.Urn)
	if err != nil {
		return err
	}
	session, err := s.session()
	if err != nil {
		return err
	}
	ctx, cancel := limited(ctx, req.Timeout, kind.deleteTimeout)
	defer cancel()
	if err := kind.calls.delete(ctx, session, parent(stripped(req.Properties)), req.ID); err != nil {
		return fmt.Errorf("error deleting %s %q: %w", kind.label, req.ID, err)
	}
	return nil
}

// limited applies the real provider's limit where the program sets none. One that it sets is in the context already.
func limited(ctx context.Context, custom float64, limit time.Duration) (context.Context, context.CancelFunc) {
	if custom > 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, limit)
}
