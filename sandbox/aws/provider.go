// Package aws is a stand-in for Pulumi's aws provider, for machines that have no AWS account: `pulumi-resource-aws`
// with the same resource types, functions, property names and shapes, as far as private access to a service from a VPC
// needs them.
//
// It talks to an emulator of AWS on this machine, such as moto, and refuses every other address. schema.json next to
// this file is what it serves and what its checks and diffs follow, and names what is left out. Where an emulator's
// answer has less than that of AWS, as with the zonal names of a VPC endpoint, the stand-in adds it in the documented
// form.
package aws

import (
	"sync"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

// Name of the package, and of the plugin after `pulumi-resource-`.
const Name = "aws"

// Version of the real package that this one stands in for, from schema.json.
func Version() string { return loadPackage().Version }

// Options are what the provider's configuration lacks.
type Options struct {
	// Getenv looks up the environment variables that stand in for missing configuration.
	Getenv func(string) string
}

// New returns a provider that is not yet configured. Each one holds a configuration of its own.
func New(opts Options) p.Provider {
	s := newStandIn(opts)
	return s.Serve(standin.Own{CheckConfig: s.checkConfig, Configure: s.configure, Invoke: s.invoke})
}

// standIn is one configured provider.
type standIn struct {
	standin.Provider[*session]
	opts Options
	pkg  *pkg

	mu          sync.RWMutex
	current     *session
	unusable    error
	defaultTags map[string]string
}

// session is what an operation works with.
type session struct {
	client      *api.Client
	defaultTags map[string]string
}

func newStandIn(opts Options) *standIn {
	s := &standIn{opts: opts, pkg: loadPackage(), unusable: errNotConfigured}
	s.Provider = standin.Provider[*session]{
		Schema: s.pkg.Schema, Resources: s.pkg.resources, Session: s.session, IsGone: api.IsGone,
		Complete: s.addTagsAll,
	}
	return s
}

func (s *standIn) session() (*session, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.current, s.unusable
}

// addTagsAll adds what the real provider computes before anything else: the tags together with the default tags.
func (s *standIn) addTagsAll(t *standin.Type, inputs property.Map) property.Map {
	if t.Inputs[tagsAll] == nil {
		return inputs
	}
	tags := inputs.Get("tags")
	if tags.HasComputed() {
		return inputs.Set(tagsAll, property.New(property.Computed))
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := standin.Values{}
	for key, value := range s.defaultTags {
		all[key] = property.New(value)
	}
	if given := standin.Strip(tags); given.IsMap() {
		for key, value := range given.AsMap().All {
			all[key] = value
		}
	}
	return inputs.Set(tagsAll, standin.ObjectOf(all).WithSecret(tags.HasSecrets()))
}
