package confluentcloud

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
)

type accessCalls struct{}

func (accessCalls) create(ctx context.Context, s *session, inputs property.Map) (string, error) {
	made, err := s.client.PrivateLinkAccesses().Create(ctx, api.PrivateLinkAccess{Spec: &api.PrivateLinkAccessSpec{
		DisplayName: textAt(inputs, nameProperty),
		Cloud:       consumer(inputs),
		Environment: api.Ref(parent(inputs)),
		Network:     api.Ref(textAt(inputs, "network", "id")),
	}})
	return made.ID, err
}

func consumer(inputs property.Map) *api.AccessCloud {
	if account := textAt(inputs, "aws", "account"); account != "" {
		return &api.AccessCloud{Kind: "AwsPrivateLinkAccess", Account: account}
	}
	if subscription := textAt(inputs, "azure", "subscription"); subscription != "" {
		return &api.AccessCloud{Kind: "AzurePrivateLinkAccess", Subscription: subscription}
	}
	if project := textAt(inputs, "gcp", "project"); project != "" {
		return &api.AccessCloud{Kind: "GcpPrivateServiceConnectAccess", Project: project}
	}
	return nil
}

func (accessCalls) await(ctx context.Context, s *session, id string, inputs property.Map) error {
	what := fmt.Sprintf("Private Link Access %q", id)
	return s.wait(ctx, wait{
		what: what, first: 5 * time.Second, every: time.Minute, limit: networkingCreateTimeout,
		look: func(ctx context.Context) (string, bool, error) {
			a, err := s.client.PrivateLinkAccesses().Get(ctx, parent(inputs), id)
			if err != nil {
				return "", false, err
			}
			return provisioned(what, a.Status.Phase, "READY", a.Status.ErrorMessage)
		},
	})
}

func (accessCalls) read(ctx context.Context, s *session, environment, id string) (property.Map, error) {
	found, err := s.client.PrivateLinkAccesses().Get(ctx, environment, id)
	if err != nil {
		return property.Map{}, err
	}
	return accessState(found), nil
}

func accessState(a api.PrivateLinkAccess) property.Map {
	state := values{
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
		return "aws", objectOf(values{"account": property.New(c.Account)})
	case "AzurePrivateLinkAccess":
		return "azure", objectOf(values{"subscription": property.New(c.Subscription)})
	case "GcpPrivateServiceConnectAccess":
		return "gcp", objectOf(values{"project": property.New(c.Project)})
	}
	return "", property.Value{}
}

func (accessCalls) update(ctx context.Context, s *session, id string, u update) (int, error) {
	if err := onlyName(u); err != nil || len(u.changes) == 0 {
		return 0, err
	}
	return count(s.client.PrivateLinkAccesses().Update(ctx, id, api.PrivateLinkAccess{Spec: &api.PrivateLinkAccessSpec{
		DisplayName: textAt(u.inputs, nameProperty),
		Environment: api.Ref(parent(u.inputs)),
	}}))
}

func (accessCalls) delete(ctx context.Context, s *session, environment, id string) error {
	if err := s.client.PrivateLinkAccesses().Delete(ctx, environment, id); err != nil {
		return err
	}
	return s.wait(ctx, wait{
		what:  fmt.Sprintf("Private Link Access %q to be deleted", id),
		first: time.Minute, every: time.Minute, limit: networkingDeleteTimeout,
		look: func(ctx context.Context) (string, bool, error) {
			a, err := s.client.PrivateLinkAccesses().Get(ctx, environment, id)
			if err != nil {
				return gone(err)
			}
			return a.Status.Phase, false, nil
		},
	})
}

// gone turns the error of a read during a deletion into the end of the wait.
func gone(err error) (string, bool, error) {
	if api.IsGone(err) {
		return "DELETED", true, nil
	}
	return "", false, err
}
