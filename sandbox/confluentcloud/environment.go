package confluentcloud

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

func createEnvironment(ctx context.Context, s *session, inputs property.Map) (string, error) {
	made, err := s.client.Environments().Create(ctx, api.Environment{
		DisplayName:      standin.TextAt(inputs, nameProperty),
		StreamGovernance: governance(inputs),
	})
	return made.ID, err
}

func governance(inputs property.Map) *api.StreamGovernance {
	if name := standin.TextAt(inputs, "streamGovernance", "package"); name != "" {
		return &api.StreamGovernance{Package: name}
	}
	return nil
}

func readEnvironment(ctx context.Context, s *session, id string, _ property.Map) (property.Map, error) {
	found, err := s.client.Environments().Get(ctx, "", id)
	if err != nil {
		return property.Map{}, api.Bare(err)
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
	return property.NewMap(standin.Values{
		nameProperty:       property.New(e.DisplayName),
		"resourceName":     property.New(name),
		"streamGovernance": standin.ObjectOf(standin.Values{"package": property.New(governance)}),
	})
}

func updateEnvironment(ctx context.Context, s *session, id string, u standin.Update) (int, error) {
	var patch api.Environment
	if u.Changed(nameProperty) {
		patch.DisplayName = standin.TextAt(u.Inputs, nameProperty)
	}
	if u.Changed("streamGovernance") {
		patch.StreamGovernance = governance(u.Inputs)
	}
	if patch == (api.Environment{}) {
		return 0, nil
	}
	return count(s.client.Environments().Update(ctx, id, patch))
}

func deleteEnvironment(ctx context.Context, s *session, id string, _ property.Map) error {
	return s.client.Environments().Delete(ctx, "", id)
}

// count is the result of an update that takes one call.
func count(err error) (int, error) {
	if err != nil {
		return 0, err
	}
	return 1, nil
}
