package args

import (
	"reflect"
	"strings"
)

// Outputs returns the names of the outputs in the struct of a component.
func Outputs(component reflect.Type) []string {
	var names []string
	for i := range component.NumField() {
		if name, _, _ := strings.Cut(component.Field(i).Tag.Get("pulumi"), ","); name != "" {
			names = append(names, name)
		}
	}
	return names
}
