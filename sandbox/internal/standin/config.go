package standin

import (
	"context"
	"encoding/json"
	"strconv"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// CheckConfig returns the settings, decoded and stripped, and what is wrong with their types.
func (s *Schema) CheckConfig(inputs property.Map) (property.Map, []p.CheckFailure) {
	v := Validator{}
	config := Stripped(inputs)
	for name, value := range config.All {
		if s.Config[name] != nil {
			config = config.Set(name, Decoded(s.Config[name], value))
		}
	}
	// The engine adds entries of its own, such as the version, so unknown names are not refused here.
	for name, f := range s.Config {
		if value, ok := config.GetOk(name); ok {
			v.value(name, name, f, value)
		}
	}
	return config, v.Failures
}

// MarkSecrets keeps credentials encrypted in the state even where a program passes them in clear.
func (s *Schema) MarkSecrets(inputs property.Map) property.Map {
	for _, name := range s.SecretConfig {
		if value, ok := inputs.GetOk(name); ok {
			inputs = inputs.Set(name, value.WithSecret(true))
		}
	}
	return inputs
}

// DiffConfig reports changes as updates: none of them changes which resources there are.
func (s *Schema) DiffConfig(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) {
	old, now := Stripped(req.OldInputs), Stripped(req.Inputs)
	if old.Len() == 0 {
		old = Stripped(req.State)
	}
	changes := map[string]p.PropertyDiff{}
	for name := range s.Config {
		switch before, after := old.Get(name), now.Get(name); {
		case before.Equals(after):
		case before.IsNull():
			changes[name] = p.PropertyDiff{Kind: p.Add, InputDiff: true}
		case after.IsNull():
			changes[name] = p.PropertyDiff{Kind: p.Delete, InputDiff: true}
		default:
			changes[name] = p.PropertyDiff{Kind: p.Update, InputDiff: true}
		}
	}
	return p.DiffResponse{HasChanges: len(changes) > 0, DetailedDiff: changes}, nil
}

// Decoded reads a value that reached the provider as text, as stack configuration and several SDKs send it.
func Decoded(f *Field, v property.Value) property.Value {
	if !v.IsString() || f.Kind == Text {
		return v
	}
	if n, err := strconv.Atoi(v.AsString()); err == nil && f.Kind == Integer {
		return NumberOf(n)
	}
	var data any
	if json.Unmarshal([]byte(v.AsString()), &data) == nil {
		return resource.FromResourcePropertyValue(resource.NewPropertyValue(data))
	}
	return v
}
