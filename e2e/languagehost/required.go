package main

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// manifestName is the file in which an SDK for Go or Python names its plugin.
const manifestName = "pulumi-plugin.json"

// dependency returns what the engine learns of a manifest. The name and the version of the SDK replace those that
// the manifest lacks. It returns nil for an SDK that has no plugin.
func dependency(manifest plugin.PulumiPluginJSON, name, version string) *pulumirpc.PackageDependency {
	if !manifest.Resource {
		return nil
	}
	if manifest.Name != "" {
		name = manifest.Name
	}
	if manifest.Version != "" {
		version = manifest.Version
	}
	return &pulumirpc.PackageDependency{
		Kind:             "resource",
		Name:             name,
		Version:          "v" + strings.TrimPrefix(version, "v"),
		Server:           manifest.Server,
		Parameterization: parameterization(manifest.Parameterization),
		Extension:        parameterization(manifest.ExtensionParameterization),
	}
}

func parameterization(p *plugin.PulumiParameterizationJSON) *pulumirpc.PackageParameterization {
	if p == nil {
		return nil
	}
	return &pulumirpc.PackageParameterization{Name: p.Name, Version: p.Version, Value: p.Value}
}
