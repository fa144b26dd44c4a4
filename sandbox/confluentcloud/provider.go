// Package confluentcloud is a stand-in for Pulumi's confluentcloud provider, for machines that cannot download the real
// one: `pulumi-resource-confluentcloud` with the same resource types, functions, property names and shapes, as far as a
// private link needs them.
//
// It talks to whatever speaks the Confluent Cloud API at `confluentcloud:endpoint`, in the requests, the order, the
// waits and with the reading of answers of the real provider. schema.json beside this file is what it serves, what its
// checks and diffs follow, and what the Go SDK in third_party is generated from.
package confluentcloud

import (
	"context"
	"fmt"
	"sync"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/middleware/cancel"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
)

// Name of the package, and of the plugin after `pulumi-resource-`.
const Name = "confluentcloud"

// Version of the real package that this one stands in for, from schema.json.
func Version() string { return loadPackage().version }

// New returns a provider that is not yet configured. Each one holds a configuration of its own.
func New(opts Options) p.Provider {
	s := &standIn{opts: opts.withDefaults(), pkg: loadPackage()}
	return cancel.Wrap(p.Provider{
		GetSchema: func(context.Context, p.GetSchemaRequest) (p.GetSchemaResponse, error) {
			return p.GetSchemaResponse{Schema: string(schemaJSON)}, nil
		},
		CheckConfig: s.checkConfig,
		DiffConfig:  s.diffConfig,
		Configure:   s.configure,
		Invoke:      s.invoke,
		Check:       s.check,
		Diff:        s.diff,
		Create:      s.create,
		Read:        s.read,
		Update:      s.update,
		Delete:      s.delete,
	})
}

// standIn is one configured provider.
type standIn struct {
	opts Options
	pkg  *pkg

	mu     sync.RWMutex
	client *api.Client
}

// kindOf finds the resource type of a URN.
func (s *standIn) kindOf(urn resource.URN) (*resourceKind, error) {
	token := string(urn.Type())
	kind, ok := s.pkg.resources[token]
	if !ok {
		return nil, fmt.Errorf("the stand-in for %s has no resource type %q; only the real provider does", Name, token)
	}
	return kind, nil
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

func (s *standIn) check(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
	kind, err := s.kindOf(req.Urn)
	if err != nil {
		return p.CheckResponse{}, err
	}
	inputs, err := kind.applyDefaults(req.Urn.Name(), req.State, req.Inputs)
	if err != nil {
		return p.CheckResponse{}, err
	}
	return p.CheckResponse{Inputs: inputs, Failures: kind.validate(stripped(inputs))}, nil
}

func (s *standIn) diff(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) {
	kind, err := s.kindOf(req.Urn)
	if err != nil {
		return p.DiffResponse{}, err
	}
	return kind.diff(req)
}
