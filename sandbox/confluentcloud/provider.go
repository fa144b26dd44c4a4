// Package confluentcloud is a stand-in for Pulumi's confluentcloud provider, for machines that cannot download the real
// one: `pulumi-resource-confluentcloud` with the same resource types, functions, property names and shapes, as far as a
// private link needs them.
//
// It calls whatever serves the Confluent Cloud API at `confluentcloud:endpoint`, in the requests, the order, the
// waits and with the reading of answers of the real provider. schema.json next to this file is what it serves, what its
// checks and diffs follow, and what the Go SDK in third_party is generated from.
package confluentcloud

import (
	"fmt"
	"sync"

	p "github.com/pulumi/pulumi-go-provider"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

// Name of the package, and of the plugin after `pulumi-resource-`.
const Name = "confluentcloud"

// Version of the real package that this one stands in for, from schema.json.
func Version() string { return loadPackage().Version }

// New returns a provider that is not yet configured. Each one holds a configuration of its own.
func New(opts Options) p.Provider {
	s := newStandIn(opts.withDefaults())
	return s.Serve(standin.Own{CheckConfig: s.checkConfig, Configure: s.configure, Invoke: s.invoke})
}

// standIn is one configured provider.
type standIn struct {
	standin.Provider[*session]
	opts Options
	pkg  *pkg

	mu     sync.RWMutex
	client *api.Client
}

func newStandIn(opts Options) *standIn {
	s := &standIn{opts: opts, pkg: loadPackage()}
	s.Provider = standin.Provider[*session]{
		Schema: s.pkg.Schema, Resources: s.pkg.resources, Session: s.session, IsGone: api.IsGone,
	}
	return s
}

// session is what an operation works with.
func (s *standIn) session() (*session, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.client == nil {
		return nil, fmt.Errorf("the %s provider is not configured", Name)
	}
	return &session{client: s.client, opts: s.opts}, nil
}
