package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// collection is one kind of object of the API and how it is called.
type collection[T any] struct {
	path string
	// declaresConflict means that DELETE is described as answering 409.
	declaresConflict bool
	// check refuses an object at which the real provider would panic.
	check func(*T) error
}

var (
	environments = collection[Environment]{
		path: "/org/v2/environments", declaresConflict: true, check: checkEnvironment,
	}
	networks = collection[Network]{
		path: "/networking/v1/networks", check: checkNetwork,
	}
	accesses = collection[PrivateLinkAccess]{
		path: "/networking/v1/private-link-accesses", check: checkAccess,
	}
	clusters = collection[KafkaCluster]{
		path: "/cmk/v2/clusters", declaresConflict: true, check: checkCluster,
	}
	accounts = collection[ServiceAccount]{
		path: "/iam/v2/service-accounts", check: checkAccount,
	}
	keys = collection[Key]{
		path: "/iam/v2/api-keys", check: checkKey,
	}
	bindings = collection[RoleBinding]{
		path: "/iam/v2/role-bindings", check: checkBinding,
	}
	registries = collection[SchemaRegistryCluster]{
		path: "/srcm/v3/clusters", check: func(*SchemaRegistryCluster) error { return nil },
	}
)

// Resource is the set of calls for one kind of object.
type Resource[T any] struct {
	client     *Client
	collection collection[T]
}

// Environments are not inside an environment: their calls take an empty one.
func (c *Client) Environments() Resource[Environment] { return Resource[Environment]{c, environments} }

// Networks of an environment.
func (c *Client) Networks() Resource[Network] { return Resource[Network]{c, networks} }

// PrivateLinkAccesses of an environment.
func (c *Client) PrivateLinkAccesses() Resource[PrivateLinkAccess] {
	return Resource[PrivateLinkAccess]{c, accesses}
}

// KafkaClusters of an environment.
func (c *Client) KafkaClusters() Resource[KafkaCluster] { return Resource[KafkaCluster]{c, clusters} }

// SchemaRegistryClusters of an environment.
func (c *Client) SchemaRegistryClusters() Resource[SchemaRegistryCluster] {
	return Resource[SchemaRegistryCluster]{c, registries}
}

// ServiceAccounts of the organization.
func (c *Client) ServiceAccounts() Resource[ServiceAccount] {
	return Resource[ServiceAccount]{c, accounts}
}

// APIKeys of the organization.
func (c *Client) APIKeys() Resource[Key] { return Resource[Key]{c, keys} }

// RoleBindings of the organization.
func (c *Client) RoleBindings() Resource[RoleBinding] { return Resource[RoleBinding]{c, bindings} }

// Create asks for a new object.
func (r Resource[T]) Create(ctx context.Context, object T) (T, error) {
	var answer T
	err := r.client.do(ctx, call{method: http.MethodPost, path: r.collection.path, body: object}, &answer)
	return answer, err
}

// Get reads an object.
func (r Resource[T]) Get(ctx context.Context, environment, id string) (T, error) {
	var answer T
	req := call{method: http.MethodGet, path: r.one(id), query: scope(environment)}
	if err := r.client.do(ctx, req, &answer); err != nil {
		return answer, err
	}
	return answer, r.collection.check(&answer)
}

// Update changes the fields that are set. The environment belongs in the object here, not in the query.
func (r Resource[T]) Update(ctx context.Context, id string, object T) error {
	var answer T
	return r.client.do(ctx, call{method: http.MethodPatch, path: r.one(id), body: object}, &answer)
}

// Delete asks for an object to be deleted.
func (r Resource[T]) Delete(ctx context.Context, environment, id string) error {
	return r.client.do(ctx, call{
		method: http.MethodDelete, path: r.one(id), query: scope(environment),
		conflict: r.collection.declaresConflict,
	}, nil)
}

// List reads all pages.
func (r Resource[T]) List(ctx context.Context, environment string) ([]T, error) {
	var all []T
	for token := ""; ; {
		query := scope(environment)
		query.Set("page_size", strconv.Itoa(pageSize))
		if token != "" {
			query.Set("page_token", token)
		}
		found, next, err := r.page(ctx, query)
		all = append(all, found...)
		if err != nil || next == "" {
			return all, err
		}
		token = next
	}
}

// First reads the first page of what a query finds, and leaves its size to the service.
func (r Resource[T]) First(ctx context.Context, query url.Values) ([]T, error) {
	found, _, err := r.page(ctx, query)
	return found, err
}

// page reads one page and the token of the next, empty after the last.
func (r Resource[T]) page(ctx context.Context, query url.Values) ([]T, string, error) {
	var page struct {
		Data     []T `json:"data"`
		Metadata struct {
			Next json.RawMessage `json:"next"`
		} `json:"metadata"`
	}
	if err := r.client.do(ctx, call{method: http.MethodGet, path: r.collection.path, query: query, listing: true},
		&page); err != nil {
		return nil, "", err
	}
	for i := range page.Data {
		if err := r.collection.check(&page.Data[i]); err != nil {
			return nil, "", err
		}
	}
	next, err := nextPage(page.Metadata.Next)
	return page.Data, next, err
}

const pageSize = 99

// nextPage is the token of the page after this one, empty after the last.
func nextPage(next json.RawMessage) (string, error) {
	if len(next) == 0 {
		return "", nil
	}
	if string(next) == "null" {
		return "", errors.New("metadata.next is null, which makes the real provider panic; leave it out")
	}
	var address string
	if err := json.Unmarshal(next, &address); err != nil || address == "" {
		return "", err
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("metadata.next is not an address: %w", err)
	}
	token := u.Query().Get("page_token")
	if token == "" {
		return "", errors.New("metadata.next has no page_token")
	}
	return token, nil
}

func (r Resource[T]) one(id string) string { return r.collection.path + "/" + url.PathEscape(id) }

func scope(environment string) url.Values {
	query := url.Values{}
	if environment != "" {
		query.Set("environment", environment)
	}
	return query
}
