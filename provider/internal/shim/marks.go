package shim

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Marks keeps which nested inputs are secret or unknown. pulumi-go-provider v1.5.0 notes their paths in slices that
// share memory. Four levels deep, a note moves to the last field of the object, or the last element of the list: a
// secret is stored in clear, and a preview shows an unknown input as an empty one.
//
// It waits for a copy of the path in
// https://github.com/pulumi/pulumi-go-provider/blob/v1.5.0/infer/internal/ende/ende.go#L262.
func Marks(provider p.Provider) p.Provider {
	check, create, update, read := provider.Check, provider.Create, provider.Update, provider.Read
	provider.Check = func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		given := req.Inputs
		// Inputs that are secret by the schema are marked nevertheless.
		req.Inputs = unsecret(property.New(given)).AsMap()
		resp, err := check(ctx, req)
		resp.Inputs = marked(given, resp.Inputs, true)
		return resp, err
	}
	provider.Create = func(ctx context.Context, req p.CreateRequest) (p.CreateResponse, error) {
		resp, err := create(ctx, req)
		resp.Properties = marked(req.Properties, resp.Properties, false)
		return resp, err
	}
	provider.Update = func(ctx context.Context, req p.UpdateRequest) (p.UpdateResponse, error) {
		resp, err := update(ctx, req)
		resp.Properties = marked(req.Inputs, resp.Properties, false)
		return resp, err
	}
	provider.Read = func(ctx context.Context, req p.ReadRequest) (p.ReadResponse, error) {
		resp, err := read(ctx, req)
		resp.Inputs = marked(req.Inputs, resp.Inputs, false)
		resp.Properties = marked(req.Properties, resp.Properties, false)
		return resp, err
	}
	return provider
}

func marked(given, encoded property.Map, checked bool) property.Map {
	return mark(property.New(given), property.New(encoded), checked).AsMap()
}

// mark copies the marks of the original values to the encoded ones. A checked input is unknown only where the original
// is.
func mark(given, encoded property.Value, checked bool) property.Value {
	secret := given.Secret() || encoded.Secret()
	switch {
	case encoded.IsNull():
		return encoded
	case given.IsComputed() || checked && encoded.IsComputed() && !given.IsNull():
		encoded = given
	case given.IsMap() && encoded.IsMap():
		were := given.AsMap()
		encoded = eachField(encoded, func(key string, field property.Value) property.Value {
			return mark(were.Get(key), field, checked)
		})
	case given.IsArray() && encoded.IsArray():
		were := given.AsArray()
		encoded = eachElement(encoded, func(i int, element property.Value) property.Value {
			if i < were.Len() {
				return mark(were.Get(i), element, checked)
			}
			return element
		})
	}
	return encoded.WithSecret(secret)
}

// unsecret removes the marks of secrets.
func unsecret(v property.Value) property.Value {
	switch {
	case v.IsMap():
		v = eachField(v, func(_ string, field property.Value) property.Value { return unsecret(field) })
	case v.IsArray():
		v = eachElement(v, func(_ int, element property.Value) property.Value { return unsecret(element) })
	}
	return v.WithSecret(false)
}

// eachField and eachElement replace what is in an object or a list. An empty one stays empty, and does not become null.
func eachField(v property.Value, replace func(string, property.Value) property.Value) property.Value {
	fields := make(map[string]property.Value, v.AsMap().Len())
	for key, value := range v.AsMap().All {
		fields[key] = replace(key, value)
	}
	return property.WithGoValue(v, fields)
}

func eachElement(v property.Value, replace func(int, property.Value) property.Value) property.Value {
	elements := make([]property.Value, v.AsArray().Len())
	for i, element := range v.AsArray().All {
		elements[i] = replace(i, element)
	}
	return property.WithGoValue(v, elements)
}
