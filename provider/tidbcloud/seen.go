package tidbcloud

import (
	"context"
	"fmt"
	"sync"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// A memory holds what the engine has shown this process of the stack's resources. Whatever else is found in TiDB Cloud
// and looks like what is about to be made belongs to somebody else, or was left behind by a run that was killed.
type memory struct {
	seen sync.Map
	// names are those that were chosen for resources, by URN.
	names sync.Map
	// predecessors are the changefeeds that replacements take over from, by URN.
	predecessors sync.Map
}

func (m *memory) chose(urn resource.URN, name chosenName) { m.names.Store(urn, name) }

// chosen is what was chosen for a resource, if it is the name that the resource is to get.
func (m *memory) chosen(urn resource.URN, name string) (chosenName, bool) {
	v, _ := m.names.Load(urn)
	chosen, ok := v.(chosenName)
	return chosen, ok && chosen.name == name
}

// A predecessor is the changefeed that the engine shows for a resource, or what is known of it after its deletion.
type predecessor struct {
	id string
	// replaced says that the engine is about to replace it.
	replaced bool
	// start is where a replacement starts; nil while the changefeed exists, since its checkpoint moves.
	start *tidbapi.StartPosition
}

// noteChangefeed remembers the changefeed of a resource, until it is found to be gone.
func (m *memory) noteChangefeed(urn resource.URN, p predecessor) { m.predecessors.Store(urn, p) }

func (m *memory) forgetChangefeed(urn resource.URN) { m.predecessors.Delete(urn) }

func (m *memory) predecessorOf(urn resource.URN) (predecessor, bool) {
	p, ok := m.predecessors.Load(urn)
	known, _ := p.(predecessor)
	return known, ok
}

func (m *memory) note(key string) {
	if key != "" {
		m.seen.Store(key, true)
	}
}

func (m *memory) forget(key string) { m.seen.Delete(key) }

func (m *memory) has(key string) bool {
	_, ok := m.seen.Load(key)
	return ok
}

// noteRemoval remembers that something of a cluster was deleted: its name may be taken for a little longer.
func (m *memory) noteRemoval(cluster string) { m.note("removal " + cluster) }

func (m *memory) hasRemoval(cluster string) bool { return m.has("removal " + cluster) }

// nameKey is by what a resource is remembered of which only the inputs were shown: that is so when the engine replaces
// it for a replacementTrigger or for replaceWith, and asks for no difference. (For --replace, and after pulumi state
// taint, it shows nothing at all.)
func nameKey(inputs property.Map) string {
	text := func(key string) string {
		if v := inputs.Get(key); v.IsString() {
			return v.AsString()
		}
		return ""
	}
	if name := text("displayName"); name != "" && inputs.Get("kafka").IsMap() {
		return changefeedKey(text("clusterId"), name)
	} else if name != "" {
		return connectionKey(text("clusterId"), name)
	}
	if name := text("uniqueName"); name != "" {
		return attachmentKey(text("clusterId"), text("privateLinkConnectionId"), text("type"), name)
	}
	return ""
}

func connectionKey(cluster, name string) string { return fmt.Sprintf("%q", []string{cluster, name}) }

func changefeedKey(cluster, name string) string {
	return fmt.Sprintf("%q", []string{"changefeed", cluster, name})
}

func attachmentKey(cluster, connection, kind, name string) string {
	return fmt.Sprintf("%q", []string{cluster, connection, kind, name})
}

type currentKey struct{}

// current is what the resources of this package are told about the call under way, beside what infer tells them.
type current struct {
	memory *memory
	urn    resource.URN
}

func currentOf(ctx context.Context) current {
	if c, ok := ctx.Value(currentKey{}).(current); ok {
		return c
	}
	return current{memory: &memory{}}
}

// WithMemory wraps a provider so that its resources know which connections and attachments the engine has shown to it.
func WithMemory(provider p.Provider) p.Provider {
	m := &memory{}
	in := func(ctx context.Context, urn resource.URN) context.Context {
		return context.WithValue(ctx, currentKey{}, current{m, urn})
	}
	wrapped := provider
	wrapped.Check = func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		m.note(nameKey(req.State))
		return provider.Check(in(ctx, req.Urn), req)
	}
	wrapped.Diff = func(ctx context.Context, req p.DiffRequest) (p.DiffResponse, error) {
		m.see(req.ID, req.State)
		resp, err := provider.Diff(in(ctx, req.Urn), req)
		if req.Urn.Type() == changefeedType {
			m.noteChangefeed(req.Urn, predecessor{id: req.ID, replaced: replaces(resp)})
		}
		return resp, err
	}
	wrapped.Create = func(ctx context.Context, req p.CreateRequest) (p.CreateResponse, error) {
		return provider.Create(in(ctx, req.Urn), req)
	}
	wrapped.Read = func(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
		m.see(req.ID, req.Properties)
		if req.Urn.Type() == changefeedType {
			m.noteChangefeed(req.Urn, predecessor{id: req.ID})
		}
		return provider.Read(in(ctx, req.Urn), req)
	}
	wrapped.Update = func(ctx context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
		m.see(req.ID, req.State)
		return provider.Update(in(ctx, req.Urn), req)
	}
	wrapped.Delete = func(ctx context.Context, req p.DeleteRequest) error {
		m.see(req.ID, req.Properties)
		return provider.Delete(in(ctx, req.Urn), req)
	}
	return wrapped
}

func replaces(resp p.DiffResponse) bool {
	for _, d := range resp.DetailedDiff {
		switch d.Kind {
		case p.AddReplace, p.DeleteReplace, p.UpdateReplace:
			return true
		}
	}
	return false
}

// see remembers a resource of the state. Of one whose creation was not answered, no more is known than what it should
// be called: what is found under that name later was left behind.
func (m *memory) see(id string, state property.Map) {
	if isUnconfirmed(id) {
		m.forget(nameKey(state))
		return
	}
	m.note(id)
}
