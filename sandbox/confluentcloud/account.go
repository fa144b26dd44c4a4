package confluentcloud

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

const descriptionProperty = "description"

func accountType() standin.Type {
	return standin.Type{
		Token: "confluentcloud:index/serviceAccount:ServiceAccount", Label: "service account", Autonamed: nameProperty,
		Rules:         map[string]standin.Rule{nameProperty: standin.NotEmpty},
		CreateTimeout: defaultTimeout, UpdateTimeout: defaultTimeout, DeleteTimeout: defaultTimeout,
	}
}

func createAccount(ctx context.Context, s *session, inputs property.Map) (string, error) {
	account := api.ServiceAccount{DisplayName: standin.TextAt(inputs, nameProperty)}
	if description := standin.TextAt(inputs, descriptionProperty); description != "" {
		account.Description = &description
	}
	made, err := s.client.ServiceAccounts().Create(ctx, account)
	return made.ID, err
}

func readAccount(ctx context.Context, s *session, id string, _ property.Map) (property.Map, error) {
	found, err := s.client.ServiceAccounts().Get(ctx, "", id)
	if err != nil {
		return property.Map{}, err
	}
	return accountState(found), nil
}

func accountState(a api.ServiceAccount) property.Map {
	description := ""
	if a.Description != nil {
		description = *a.Description
	}
	return property.NewMap(standin.Values{
		nameProperty:        property.New(a.DisplayName),
		descriptionProperty: property.New(description),
		"apiVersion":        property.New(a.APIVersion),
		"kind":              property.New(a.Kind),
	})
}

func updateAccount(ctx context.Context, s *session, id string, u standin.Update) (int, error) {
	var patch api.ServiceAccount
	if u.Changed(nameProperty) {
		patch.DisplayName = standin.TextAt(u.Inputs, nameProperty)
	}
	if u.Changed(descriptionProperty) {
		description := standin.TextAt(u.Inputs, descriptionProperty)
		patch.Description = &description
	}
	if patch == (api.ServiceAccount{}) {
		return 0, nil
	}
	return count(s.client.ServiceAccounts().Update(ctx, id, patch))
}

func deleteAccount(ctx context.Context, s *session, id string, _ property.Map) error {
	return s.client.ServiceAccounts().Delete(ctx, "", id)
}

// findAccount asks the service for each word of the name: the real provider takes a name with a space for two names.
func findAccount(ctx context.Context, s *session, _ string, by lookup) (string, property.Map, error) {
	if by.id != "" {
		found, err := s.client.ServiceAccounts().Get(ctx, "", by.id)
		if err != nil {
			return "", property.Map{}, fmt.Errorf("error reading %s %q: %w", by.label, by.id, err)
		}
		return found.ID, accountState(found), nil
	}
	found, err := s.client.ServiceAccounts().First(ctx, url.Values{"display_name": strings.Fields(by.name)})
	switch {
	case err != nil:
		return "", property.Map{}, fmt.Errorf("error reading %s %q: %w", by.label, by.name, err)
	case len(found) == 0:
		return "", property.Map{}, fmt.Errorf("error reading %s: %s with %q=%q was not found",
			by.label, by.label, "display_name", by.name)
	case len(found) > 1:
		return "", property.Map{}, fmt.Errorf("error reading %s: there are multiple %ss with %q=%q",
			by.label, by.label, "display_name", by.name)
	}
	return found[0].ID, accountState(found[0]), nil
}

// findOrganization takes the organization from the name of the first environment: there is no call for it.
func findOrganization(ctx context.Context, s *session, _ string, _ lookup) (string, property.Map, error) {
	environments, err := s.client.Environments().First(ctx, nil)
	switch {
	case err != nil:
		return "", property.Map{}, fmt.Errorf("error reading Environments: %w", err)
	case len(environments) == 0:
		return "", property.Map{}, errors.New("error reading Environments: no environments were found")
	}
	name := ""
	if environments[0].Metadata != nil {
		name = environments[0].Metadata.ResourceName
	}
	end := strings.LastIndex(name, "/environment=")
	if end < 0 {
		return "", property.Map{}, fmt.Errorf("could not find %s in %s", "/environment=", name)
	}
	name = name[:end]
	return name[strings.LastIndex(name, "=")+1:], property.NewMap(standin.Values{"resourceName": property.New(name)}),
		nil
}
