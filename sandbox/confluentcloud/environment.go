package confluentcloud

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
)

type environmentCalls struct{}

func (environmentCalls) create(ctx context.Context, s *session, inputs property.Map) (string, error) {
	made, err := s.client.Environments().Create(ctx, api.Environment{
		DisplayName:      textAt(inputs, nameProperty),
		StreamGovernance: governance(inputs),
	})
	return made.ID, err
}

func governance(inputs property.Map) *api.StreamGovernance {
	if name := textAt(inputs, "streamGovernance", "package"); name != "" {
		return &api.StreamGovernance{Package: name}
	}
	return nil
}

// await does nothing: an environment is there at once.
func (environmentCalls) await(context.Context, *session, string, property.Map) error { return nil }

func (environmentCalls) read(ctx context.Context, s *session, _, id string) (property.Map, error) {
	found, err := s.client.Environments().Get(ctx, "", id)
	if err != nil {
		return property.Map{}, err
	}
	return environmentState(found), nil
}

func environmentState(e api.Environment) property.Map {
	name, governance := "", ""
	if e.Metadata != nil {
		name = e.Metadata.ResourceName
	}
	if e.StreamGovernance != nil {
		governance = e.StreamGovernance.Package
	}
	return property.NewMap(values{
		nameProperty:       property.New(e.DisplayName),
		"resourceName":     property.New(name),
		"streamGovernance": objectOf(values{"package": property.New(governance)}),
	})
}

func (environmentCalls) update(ctx context.Context, s *session, id string, u update) (int, error) {
	var patch api.Environment
	if u.changed(nameProperty) {
		patch.DisplayName = textAt(u.inputs, nameProperty)
	}
	if u.changed("streamGovernance") {
		patch.StreamGovernance = governance(u.inputs)
	}
	if patch == (api.Environment{}) {
		return 0, nil
	}
	return count(s.client.Environments().Update(ctx, id, patch))
}

func (environmentCalls) delete(ctx context.Context, s *session, _, id string) error {
	return s.client.Environments().Delete(ctx, "", id)
}

// count is the result of an update that takes one call.
func count(err error) (int, error) {
	if err != nil {
		return 0, err
	}
	return 1, nil
}
