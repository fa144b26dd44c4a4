package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"strings"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	nodegen "github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	pygen "github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// toolName is what generated files name as their origin.
const toolName = "gensdk"

// generate returns the SDK's files by slash-separated path.
func generate(opts options) (map[string][]byte, error) {
	emit, ok := map[string]func(*schema.Package, schema.ReferenceLoader) (map[string][]byte, error){
		"go": func(pkg *schema.Package, _ schema.ReferenceLoader) (map[string][]byte, error) {
			return gogen.GeneratePackage(toolName, pkg, nil)
		},
		"nodejs": func(pkg *schema.Package, loader schema.ReferenceLoader) (map[string][]byte, error) {
			return nodegen.GeneratePackage(toolName, pkg, nil, nil, false, loader)
		},
		"python": func(pkg *schema.Package, loader schema.ReferenceLoader) (map[string][]byte, error) {
			return pygen.GeneratePackage(toolName, pkg, nil, loader)
		},
	}[opts.language]
	if !ok {
		return nil, fmt.Errorf("unknown language %q; choose go, nodejs or python", opts.language)
	}
	spec, err := readSpec(opts)
	if err != nil {
		return nil, err
	}
	// No loader behind the cache: a schema that refers to another package must fail here rather than download a plugin.
	loader := schema.NewCachedLoader(noPackages{})
	pkg, diags, err := schema.BindSpec(spec, loader, schema.ValidationOptions{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", opts.schema, err)
	}
	if diags.HasErrors() {
		return nil, fmt.Errorf("%s: %w", opts.schema, diags)
	}
	files, err := emit(pkg, loader)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(files, func(name string, _ []byte) bool {
		return opts.only != nil && !kept(name, opts.only) || kept(name, opts.without)
	})
	if len(files) == 0 {
		return nil, fmt.Errorf("-only %s leaves none of the SDK's files", strings.Join(opts.only, ", "))
	}
	return files, nil
}

// readSpec reads the schema file, and applies the flags to it.
func readSpec(opts options) (schema.PackageSpec, error) {
	var spec schema.PackageSpec
	data, err := os.ReadFile(opts.schema)
	if err != nil {
		return spec, err
	}
	if err := json.Unmarshal(data, &spec); err != nil {
		return spec, fmt.Errorf("%s is not a Pulumi package schema: %w", opts.schema, err)
	}
	if opts.version != "" {
		spec.Version = opts.version
	}
	if opts.goModule != "" {
		if err := setGoModule(&spec, opts.goModule); err != nil {
			return spec, err
		}
	}
	return spec, setDescription(&spec)
}

// setDescription sets the description of npm's package to the schema's, as PyPI's has it, unless it has one of its own.
func setDescription(spec *schema.PackageSpec) error {
	return editLanguage(spec, "nodejs", func(settings map[string]any) {
		if settings["packageDescription"] == nil && spec.Description != "" {
			settings["packageDescription"] = spec.Description
		}
	})
}

// setGoModule turns the SDK into a package, named like the Pulumi package, directly below the Go module.
func setGoModule(spec *schema.PackageSpec, module string) error {
	return editLanguage(spec, "go", func(settings map[string]any) {
		settings["modulePath"] = module
		settings["importBasePath"] = module + "/" + spec.Name
	})
}

// editLanguage changes the schema's settings for a language.
func editLanguage(spec *schema.PackageSpec, language string, edit func(settings map[string]any)) error {
	settings := map[string]any{}
	if raw, ok := spec.Language[language]; ok {
		if err := json.Unmarshal(raw, &settings); err != nil {
			return fmt.Errorf("the schema's settings for %s: %w", language, err)
		}
	}
	edit(settings)
	raw, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	if spec.Language == nil {
		spec.Language = map[string]schema.RawMessage{}
	}
	spec.Language[language] = raw
	return nil
}

// noPackages is a loader that knows no package. The cache in front of it calls this one method only.
type noPackages struct{ schema.ReferenceLoader }

func (noPackages) LoadPackageReferenceV2(
	_ context.Context, descriptor *schema.PackageDescriptor,
) (schema.PackageReference, error) {
	return nil, fmt.Errorf("the schema refers to package %q, and gensdk reads one schema only", descriptor.Name)
}
