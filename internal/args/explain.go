package args

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// Explain says, in the schema's terms, what is wrong with the inputs of a native resource, a function or the
// configuration. The arguments have plain Go types, which infer reads and names in its errors. Explain rejects nothing
// itself, so that it need not know all that infer accepts, such as an unknown or a secret. required describes the
// required inputs.
func Explain(inputs property.Map, args reflect.Type, required map[string]string) Problems {
	e := explainer{required: required}
	e.object("", inputs, args, false)
	return e.Problems
}

type explainer struct {
	Problems

	required map[string]string
}

func (e *explainer) object(path string, inputs property.Map, args reflect.Type, secret bool) {
	for i := range args.NumField() {
		field := args.Field(i)
		name, option, _ := strings.Cut(field.Tag.Get("pulumi"), ",")
		switch value := inputs.Get(name); {
		case name == "":
		case !value.IsNull():
			e.value(path+name, value, field.Type, secret || value.Secret())
		case option != "optional":
			e.Add(path+name, fmt.Errorf("is required: %s", e.required[name]))
		}
	}
	fields := fieldsOf(args)
	for name := range inputs.AllStable {
		// The engine adds keys of its own, such as the version, to the configuration. It is the one without required
		// inputs.
		if _, ok := fields[name]; !ok && e.required != nil {
			e.Add(path+shownName(name, secret), errNoSuchInput(fields))
		}
	}
}

func (e *explainer) value(path string, value property.Value, of reflect.Type, secret bool) {
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	switch {
	case value.IsComputed():
	case path == "clusterId" && value.IsNumber():
		e.Add(path, rules.ErrNumericClusterID)
	case of.Kind() == reflect.Struct && value.IsMap():
		e.object(path+".", value.AsMap(), of, secret)
	case of.Kind() == reflect.Struct:
		e.Add(path, mismatch(value, "an object"))
	case of.Kind() == reflect.Int && !number.fits(number.read(value)):
		e.Add(path, mismatch(value, number.name))
	case of.Kind() == reflect.String && !value.IsString():
		e.Add(path, mismatch(value, text.name))
	}
}

// shownName is the name of an input for a message. In a secret object it is part of the secret.
func shownName(name string, secret bool) string {
	if secret {
		return hidden
	}
	return name
}

func errNoSuchInput(fields map[string]reflect.Type) error {
	return fmt.Errorf("there is no such input; use one of %s", strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
}
