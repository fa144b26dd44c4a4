package tidbcloud

import (
	"context"
	"fmt"
	"sync"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/quota"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/once"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/wait"
)

// seenResources are the resources of the stack that the engine has shown this process; see [once.Seen].
type seenResources struct {
	once.Seen

	// names are those that were chosen for resources, by URN.
	names sync.Map
	// predecessors are the changefeeds that replacements take over from, by URN.
	predecessors sync.Map
	// planned are the changefeeds that a preview creates.
	planned quota.Changefeeds
}

func (s *seenResources) chose(urn resource.URN, name chosenName) { s.names.Store(urn, name) }

// chosen is the name that was chosen for a resource, if the resource is to get it.
func (s *seenResources) chosen(urn resource.URN, name string) (chosenName, bool) {
	v, _ := s.names.Load(urn)
	chosen, ok := v.(chosenName)
	return chosen, ok && chosen.name == name
}

// A predecessor is the changefeed that the engine shows for a resource, or what is known of it after its deletion.
type predecessor struct {
	id string
	// replaced reports whether the engine is about to replace it.
	replaced bool
	// paused reports whether its inputs pause it.
	paused bool
	// cluster is the cluster of start.
	cluster string
	// start is the start position of a replacement; nil while the changefeed exists, since its checkpoint moves.
	start *tidbapi.StartPosition
}

// noteChangefeed stores the changefeed of a resource, until it is gone.
func (s *seenResources) noteChangefeed(urn resource.URN, p predecessor) { s.predecessors.Store(urn, p) }

func (s *seenResources) forgetChangefeed(urn resource.URN) { s.predecessors.Delete(urn) }

func (s *seenResources) predecessorOf(urn resource.URN) (predecessor, bool) {
	p, ok := s.predecessors.Load(urn)
	known, _ := p.(predecessor)
	return known, ok
}

// noteRemoval records a deletion in a cluster: the name may stay taken for a moment.
func (s *seenResources) noteRemoval(cluster string) { s.Note("removal " + cluster) }

func (s *seenResources) hasRemoval(cluster string) bool { return s.Has("removal " + cluster) }

// inputsKey identifies a resource whose inputs, but not ID, we have seen: one that the engine replaces for a
// replacementTrigger or for replaceWith, without asking for a difference. (For --replace, and after pulumi state taint,
// it shows nothing at all.)
func inputsKey(inputs property.Map) string {
	text := func(path string) string {
		if v := at(inputs, path); v.IsString() {
			return v.AsString()
		}
		return ""
	}
	cluster, name, unique := text("clusterId"), text("displayName"), text("uniqueName")
	switch {
	case name != "" && inputs.Get("kafka").IsMap():
		return key("changefeed", cluster, name)
	case name != "":
		return key(cluster, name)
	case unique != "":
		return key(cluster, text("privateLinkConnectionId"), text("type"), unique)
	}
	return ""
}

// key is a key of several parts.
func key(parts ...string) string { return fmt.Sprintf("%q", parts) }

// creator is what a creation needs of the provider that a call is for.
func creator(ctx context.Context) once.Provider {
	timing := timingOf(ctx)
	return once.Provider{
		URN: shim.RequestOf(ctx).URN, Seen: &seenOf(ctx).Seen, Backoff: clientOf(ctx).Backoff(),
		Settle: timing.Settle, Patience: timing.Patience,
		Wait: func(what string) wait.Options { return waitFor(ctx, what) },
	}
}

type seenKey struct{}

// seenOf returns the seen resources of the provider that a call is for.
func seenOf(ctx context.Context) *seenResources {
	if s, ok := ctx.Value(seenKey{}).(*seenResources); ok {
		return s
	}
	return &seenResources{}
}

// WithSeenResources wraps a provider so that its resources know which resources the engine has shown it.
func WithSeenResources(provider p.Provider) p.Provider {
	s := &seenResources{}
	configure, construct := provider.Configure, provider.Construct
	provider.Configure = func(ctx context.Context, req p.ConfigureRequest) error {
		s.planned.Reset()
		return configure(ctx, req)
	}
	provider.Construct = func(ctx context.Context, req p.ConstructRequest) (p.ConstructResponse, error) {
		return construct(quota.With(ctx, &s.planned), req)
	}
	return shim.Requests(provider, func(ctx context.Context, r shim.Request) context.Context {
		s.see(r)
		return quota.With(context.WithValue(ctx, seenKey{}, s), &s.planned)
	})
}

// see notes a resource of the state. With an unconfirmed ID only the name is known: a resource that has this name later
// is an orphan.
func (s *seenResources) see(r shim.Request) {
	switch {
	case r.ID == "":
		s.Note(inputsKey(r.State))
	case isUnconfirmed(r.ID):
		s.Forget(inputsKey(r.State))
	default:
		s.Note(r.ID)
	}
}

// isUnconfirmed reports whether an ID is that of something that may not exist.
func isUnconfirmed(id string) bool {
	_, connection := connections.unconfirmed(id)
	_, changefeed := changefeeds.unconfirmed(id)
	_, attachment := attachments.unconfirmed(id)
	return connection || changefeed || attachment
}
