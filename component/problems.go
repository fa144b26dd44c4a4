package component

import (
	"maps"
	"slices"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
)

// problems collects everything that is wrong.
type problems []string

// add adds a problem of a property, if there is one.
func (p *problems) add(property string, err error) { (*args.Problems)(p).Add(property, err) }

func (p problems) err() error { return args.Problems(p).Err() }

// ruled applies a rule to an input whose value is known.
func ruled[T any](p *problems, property string, in input[T], rule func(T) error) {
	if in.given && in.known {
		p.add(property, rule(in.value))
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
