package confluentcloud

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

const (
	patternProperty = "crnPattern"

	// The real provider sleeps after it bound a role, and for less with TF_ACC=1.
	bindingSleep           = 90 * time.Second
	acceptanceBindingSleep = 500 * time.Millisecond
)

func bindingType() standin.Type {
	return standin.Type{
		Token: "confluentcloud:index/roleBinding:RoleBinding", Label: "role binding",
		ParseImport: func(id string) (string, property.Map, error) {
			return id, property.NewMap(standin.Values{noWaitProperty: property.New(false)}), nil
		},
		Rules: map[string]standin.Rule{
			"principal":     standin.Matching(`^User:.+$`, "a principal like User:sa-abc123"),
			patternProperty: standin.Matching(`^crn://.+$`, "a pattern like crn://confluent.cloud/organization=…"),
		},
		Same:          map[string]func(old, now property.Value) bool{patternProperty: samePattern},
		Defaults:      map[string]property.Value{noWaitProperty: property.New(false)},
		Local:         []string{noWaitProperty},
		CreateTimeout: defaultTimeout, UpdateTimeout: defaultTimeout, DeleteTimeout: defaultTimeout,
	}
}

// samePattern knows that a character may be escaped.
func samePattern(old, now property.Value) bool {
	return old.IsString() && now.IsString() && unescaped(old.AsString()) == unescaped(now.AsString())
}

func unescaped(pattern string) string {
	if plain, err := url.PathUnescape(pattern); err == nil {
		return plain
	}
	return pattern
}

func createBinding(ctx context.Context, s *session, inputs property.Map) (string, error) {
	made, err := s.client.RoleBindings().Create(ctx, api.RoleBinding{
		Principal:  standin.TextAt(inputs, "principal"),
		RoleName:   standin.TextAt(inputs, "roleName"),
		CRNPattern: standin.TextAt(inputs, patternProperty),
	})
	return made.ID, err
}

// awaitBinding sleeps, because no call shows whether a role has effect.
func awaitBinding(ctx context.Context, s *session, id string, inputs property.Map) error {
	if standin.BoolAt(inputs, noWaitProperty) {
		return nil
	}
	return standin.Wait{
		What: fmt.Sprintf("role binding %q to sync", id), First: bindingSleep, Every: bindingSleep,
		Limit: defaultTimeout,
		Look:  func(context.Context) (string, bool, error) { return "", true, nil },
	}.Until(ctx, min(s.opts.PollInterval, acceptanceBindingSleep))
}

func readBinding(ctx context.Context, s *session, id string, _ property.Map) (property.Map, error) {
	found, err := s.client.RoleBindings().Get(ctx, "", id)
	if err != nil {
		return property.Map{}, err
	}
	return bindingState(found), nil
}

func bindingState(b api.RoleBinding) property.Map {
	return property.NewMap(standin.Values{
		"principal": property.New(b.Principal), "roleName": property.New(b.RoleName),
		patternProperty: property.New(b.CRNPattern),
	})
}

// updateBinding calls nothing: all but disableWaitForReady, which the service does not know, replaces.
func updateBinding(_ context.Context, _ *session, id string, u standin.Update) (int, error) {
	for _, path := range standin.SortedKeys(u.Changes) {
		if path != noWaitProperty {
			return 0, fmt.Errorf("error updating role binding %q: only %q can be updated", id, noWaitProperty)
		}
	}
	return 0, nil
}

func deleteBinding(ctx context.Context, s *session, id string, _ property.Map) error {
	return s.client.RoleBindings().Delete(ctx, "", id)
}
