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

// DiffConfig reports changes as an update: none of them changes which resources there are. It does not show which
// settings differ, since Pulumi's muxed plugins do not
// (https://github.com/pulumi/pulumi-terraform-bridge/blob/v3.136.0/pkg/x/muxer/muxer.go#L254).
func (s *Schema) DiffConfig(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) {
	old, now := Stripped(req.OldInputs), Stripped(req.Inputs)
	if old.Len() == 0 {
		old = Stripped(req.State)
	}
	for name := range s.Config {
		if !old.Get(name).Equals(now.Get(name)) {
			return p.DiffResponse{HasChanges: true}, nil
		}
	}
	return p.DiffResponse{}, nil
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
