package component

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// problems collects what is wrong, so that all of it can be mended at once.
type problems []string

// add notes a problem with a property, if there is one.
func (p *problems) add(property string, err error) {
	if err != nil {
		*p = append(*p, fmt.Sprintf("%s: %s", property, err))
	}
}

// ruled applies a rule to an input whose value is known.
func ruled[T any](p *problems, property string, in input[T], rule func(T) error) {
	if in.given && in.known {
		p.add(property, rule(in.value))
	}
}

func (p problems) err() error {
	switch len(p) {
	case 0:
		return nil
	case 1:
		return errors.New(p[0])
	default:
		return fmt.Errorf("%d inputs are wrong:\n  - %s", len(p), strings.Join(p, "\n  - "))
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
