package confluentcloud

import (
	"context"
	"fmt"
	"strconv"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

// functionKind is a function that looks something up by ID or by name, or lists all of it.
type functionKind struct {
	token string
	label string
	// plural is what the real provider calls several objects, in its messages.
	plural string

	inputs standin.FieldSet
	// only means that there is a single such object, which needs no name or ID.
	only bool

	// find looks the object up and returns its properties, without the ID.
	find func(ctx context.Context, s *session, environment string, by lookup) (string, property.Map, error)
	// list returns all objects of an environment, in the place of find and result.
	list func(ctx context.Context, s *session, environment string) (property.Map, error)
	// result converts the properties from the resource's shape to the function's.
	result func(state property.Map) property.Map
}

// lookup holds either an ID or a name.
type lookup struct{ label, plural, id, name string }

func functionKinds() []*functionKind {
	return []*functionKind{
		{
			token: "confluentcloud:index/getEnvironment:getEnvironment", label: "Environment", plural: "Environments",
			find: finder((*api.Client).Environments,
				func(e api.Environment) (string, string) { return e.ID, e.DisplayName },
				func(e api.Environment) (property.Map, error) { return environmentState(e), nil }),
			result: func(state property.Map) property.Map { return state },
		},
		{
			token: "confluentcloud:index/getNetwork:getNetwork", label: "Network", plural: "Networks",
			find: finder((*api.Client).Networks,
				func(n api.Network) (string, string) { return n.ID, n.Spec.DisplayName },
				func(n api.Network) (property.Map, error) { return networkState(n), nil }),
			result: func(state property.Map) property.Map {
				return listed(state, [2]string{"dnsConfig", "dnsConfigs"})
			},
		},
		{
			token: "confluentcloud:index/getPrivateLinkAccess:getPrivateLinkAccess", label: "Private Link Access",
			plural: "Private Link Access",
			find: finder((*api.Client).PrivateLinkAccesses,
				func(a api.PrivateLinkAccess) (string, string) { return a.ID, a.Spec.DisplayName },
				func(a api.PrivateLinkAccess) (property.Map, error) { return accessState(a), nil }),
			result: func(state property.Map) property.Map {
				return listed(state, [][2]string{
					{"aws", "aws"}, {"azure", "azures"}, {"gcp", "gcps"}, {"network", "networks"},
				}...)
			},
		},
		{
			token: "confluentcloud:index/getKafkaCluster:getKafkaCluster", label: "Kafka Cluster",
			plural: "Kafka Clusters",
			find: finder((*api.Client).KafkaClusters,
				func(c api.KafkaCluster) (string, string) { return c.ID, c.Spec.DisplayName }, clusterState),
			result: listedCluster,
		},
		{token: "confluentcloud:index/getKafkaClusters:getKafkaClusters", label: "Kafka Clusters", list: listClusters},
		{
			token: "confluentcloud:index/getServiceAccount:getServiceAccount", label: "service account",
			find: findAccount, result: func(state property.Map) property.Map { return state },
		},
		{
			token: "confluentcloud:index/getOrganization:getOrganization", label: "Organization", only: true,
			find: findOrganization, result: func(state property.Map) property.Map { return state },
		},
	}
}

// finder combines the two ways to look up one kind of object.
func finder[T any](
	resource func(*api.Client) api.Resource[T],
	identify func(T) (id, name string),
	state func(T) (property.Map, error),
) func(context.Context, *session, string, lookup) (string, property.Map, error) {
	return func(ctx context.Context, s *session, environment string, by lookup) (string, property.Map, error) {
		found, err := findOne(ctx, resource(s.client), environment, by, identify)
		if err != nil {
			return "", property.Map{}, err
		}
		id, _ := identify(found)
		props, err := state(found)
		return id, props, err
	}
}

func findOne[T any](
	ctx context.Context, r api.Resource[T], environment string, by lookup, identify func(T) (id, name string),
) (T, error) {
	if by.id != "" {
		found, err := r.Get(ctx, environment, by.id)
		if err != nil {
			return found, fmt.Errorf("error reading %s %q: %w", by.label, by.id, err)
		}
		return found, nil
	}
	var none T
	all, err := r.List(ctx, environment)
	if err != nil {
		return none, fmt.Errorf("error reading %s %q: error reading %s: %w", by.label, by.name, by.plural, err)
	}
	var matches []T
	for _, one := range all {
		if _, name := identify(one); name == by.name {
			matches = append(matches, one)
		}
	}
	// The words are the real provider's: clients match them.
	switch len(matches) {
	case 0:
		return none,
			fmt.Errorf("error reading %s: %s with %q=%q was not found", by.label, by.label, nameAttribute, by.name)
	case 1:
		return matches[0], nil
	}
	return none,
		fmt.Errorf("error reading %s: there are multiple %s with %q=%q", by.label, by.plural, nameAttribute, by.name)
}

// listClusters lists the Kafka clusters of an environment. It fails at one that the real provider cannot describe.
func listClusters(ctx context.Context, s *session, environment string) (property.Map, error) {
	all, err := s.client.KafkaClusters().List(ctx, environment)
	if err != nil {
		return property.Map{}, fmt.Errorf("error reading Kafka Clusters: error reading Kafka Clusters: %w", err)
	}
	clusters := make([]property.Value, 0, len(all))
	for _, c := range all {
		state, err := clusterState(c)
		if err != nil {
			return property.Map{}, fmt.Errorf("error reading Kafka Clusters: error reading Kafka Clusters: could not "+
				"construct rbac_crn: %w", err)
		}
		clusters = append(clusters, property.New(listedCluster(state).Set("id", property.New(c.ID))))
	}
	return property.NewMap(map[string]property.Value{
		"clusters": standin.ListOf(clusters...), "environment": idOf(environment),
		"id": property.New(strconv.FormatInt(time.Now().Unix(), 10)),
	}), nil
}

// listedCluster is a Kafka cluster as functions describe it.
func listedCluster(state property.Map) property.Map {
	return listed(state, [][2]string{
		{"basic", "basics"}, {"standard", "standards"}, {"byokKey", "byokKeys"}, {"network", "networks"},
	}...)
}

// listed moves the first property of each pair to the second, as a list with one element or none.
func listed(state property.Map, pairs ...[2]string) property.Map {
	for _, pair := range pairs {
		items := standin.ListOf()
		if one := state.Get(pair[0]); !one.IsNull() {
			items = standin.ListOf(one)
		}
		state = state.Delete(pair[0]).Set(pair[1], items)
	}
	return state
}

func (s *standIn) invoke(ctx context.Context, req p.InvokeRequest) (p.InvokeResponse, error) {
	kind, ok := s.pkg.functions[string(req.Token)]
	if !ok {
		return p.InvokeResponse{}, fmt.Errorf("the stand-in for %s has no function %q; only the real provider does",
			Name, req.Token)
	}
	args := standin.Stripped(req.Args)
	by := lookup{
		label: kind.label, plural: kind.plural, id: standin.TextAt(args, "id"),
		name: standin.TextAt(args, nameProperty),
	}
	if failures := kind.validate(args, by); len(failures) > 0 {
		return p.InvokeResponse{Failures: failures}, nil
	}
	session, err := s.session()
	if err != nil {
		return p.InvokeResponse{}, err
	}
	if kind.list != nil {
		all, err := kind.list(ctx, session, parent(args))
		return p.InvokeResponse{Return: all}, bridged(kind, err)
	}
	id, state, err := kind.find(ctx, session, parent(args), by)
	if err != nil {
		return p.InvokeResponse{}, bridged(kind, err)
	}
	return p.InvokeResponse{Return: kind.result(state).Set("id", property.New(id))}, nil
}

// bridged puts around an error what Pulumi's bridge to Terraform puts around that of a function.
func bridged(kind *functionKind, err error) error {
	if err == nil {
		return nil
	}
	return standin.During("invoking", kind.token, err)
}

func (k *functionKind) validate(args property.Map, by lookup) []p.CheckFailure {
	var v standin.Validator
	v.Arguments(k.inputs, args)
	switch {
	case k.only, k.list != nil:
	case by.id != "" && by.name != "":
		v.Fail("id", "exactly one of id and displayName is expected, and both are given")
	case by.id == "" && by.name == "":
		v.Fail("id", "exactly one of id and displayName is expected, and neither is given")
	}
	return v.Failures
}
