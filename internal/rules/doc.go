// Package rules has the rules about names and numbers of TiDB Cloud, Confluent Cloud and AWS: regions, availability
// zones, DNS names, ids, CKUs. All of them are pure functions.
package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// List renders values for an error message.
func List(values []string) string {
	if len(values) == 0 {
		return "none"
	}
	return strings.Join(values, ", ")
}

// OneOf requires a value to be one of some words.
func OneOf(value string, words []string) error {
	if slices.Contains(words, value) {
		return nil
	}
	return fmt.Errorf("%q is not one of %s; use one of these", value, List(words))
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
