package confluentcloud

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

func createAccess(ctx context.Context, s *session, inputs property.Map) (string, error) {
	made, err := s.client.PrivateLinkAccesses().Create(s.beginning(ctx),
		api.PrivateLinkAccess{Spec: &api.PrivateLinkAccessSpec{
			DisplayName: standin.TextAt(inputs, nameProperty),
			Cloud:       consumer(inputs),
			Environment: api.Ref(parent(inputs)),
			Network:     api.Ref(standin.TextAt(inputs, "network", "id")),
		}})
	return made.ID, err
}

func consumer(inputs property.Map) *api.AccessCloud {
	if account := standin.TextAt(inputs, "aws", "account"); account != "" {
		return &api.AccessCloud{Kind: "AwsPrivateLinkAccess", Account: account}
	}
	if subscription := standin.TextAt(inputs, "azure", "subscription"); subscription != "" {
		return &api.AccessCloud{Kind: "AzurePrivateLinkAccess", Subscription: subscription}
	}
	if project := standin.TextAt(inputs, "gcp", "project"); project != "" {
		return &api.AccessCloud{Kind: "GcpPrivateServiceConnectAccess", Project: project}
	}
	return nil
}

func awaitAccess(ctx context.Context, s *session, id string, inputs property.Map) error {
	what := fmt.Sprintf("Private Link Access %q", id)
	return s.waitAfter(ctx, standin.Wait{
		What: what, Target: "READY", First: 5 * time.Second, Every: time.Minute, Limit: networkingCreateTimeout,
		Look: func(ctx context.Context) (string, bool, error) {
			a, err := s.client.PrivateLinkAccesses().Get(ctx, parent(inputs), id)
			if err != nil {
				return "", false, err
			}
			return provisioned(what, a.Status.Phase, "READY", a.Status.ErrorMessage)
		},
	})
}

func readAccess(ctx context.Context, s *session, id string, known property.Map) (property.Map, error) {
	found, err := s.client.PrivateLinkAccesses().Get(ctx, parent(known), id)
	if err != nil {
		return property.Map{}, api.Bare(err)
	}
	return accessState(found), nil
}

func accessState(a api.PrivateLinkAccess) property.Map {
	state := standin.Values{
		nameProperty:  property.New(a.Spec.DisplayName),
		"environment": idOf(api.RefID(a.Spec.Environment)),
		"network":     idOf(api.RefID(a.Spec.Network)),
	}
	if name, details := consumerDetails(a); name != "" {
		state[name] = details
	}
	return property.NewMap(state)
}

// consumerDetails is the property that names the consumer. Kinds come with and without the API's name in front.
func consumerDetails(a api.PrivateLinkAccess) (string, property.Value) {
	c := a.Spec.Cloud
	switch strings.TrimPrefix(c.Kind, "networking.v1.") {
	case "AwsPrivateLinkAccess":
		return "aws", standin.ObjectOf(standin.Values{"account": property.New(c.Account)})
	case "AzurePrivateLinkAccess":
		return "azure", standin.ObjectOf(standin.Values{"subscription": property.New(c.Subscription)})
	case "GcpPrivateServiceConnectAccess":
		return "gcp", standin.ObjectOf(standin.Values{"project": property.New(c.Project)})
	}
	return "", property.Value{}
}

func updateAccess(ctx context.Context, s *session, id string, u standin.Update) (int, error) {
	if err := onlyName(u); err != nil {
		return 0, err
	}
	return count(s.client.PrivateLinkAccesses().Update(ctx, id, api.PrivateLinkAccess{Spec: &api.PrivateLinkAccessSpec{
		DisplayName: standin.TextAt(u.Inputs, nameProperty),
		Environment: api.Ref(parent(u.Inputs)),
	}}))
}

func deleteAccess(ctx context.Context, s *session, id string, state property.Map) error {
	if err := s.client.PrivateLinkAccesses().Delete(s.beginning(ctx), parent(state), id); err != nil {
		return err
	}
	return s.waitUntilGone(ctx, standin.Wait{
		What: fmt.Sprintf("Private Link Access %q to be deleted", id), Limit: networkingDeleteTimeout,
		Look: func(ctx context.Context) (string, bool, error) {
			_, err := s.client.PrivateLinkAccesses().Get(ctx, parent(state), id)
			return gone(err)
		},
	})
}

// gone reads the answer to a GET of an object that is being deleted. Its phase is ignored.
func gone(err error) (string, bool, error) {
	switch {
	case api.IsGone(err):
		return "DONE", true, nil
	case err != nil:
		return "", false, err
	}
	return "IN_PROGRESS", false, nil
}
