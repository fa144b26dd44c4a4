package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/changefeed"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/describe"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/feed"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud"
)

const repository = "https://github.com/tidbconfluent/pulumi-tidbconfluent"

// DownloadURL is where Pulumi finds the plugin's releases.
const DownloadURL = "github://api.github.com/tidbconfluent/pulumi-tidbconfluent"

const description = "A private path from a TiDB Cloud Essential cluster to a Confluent Cloud Dedicated Kafka cluster " +
	"on AWS, in one resource; and TiDB Cloud's private link connections as resources of their own."

// registryFacts adds what the Pulumi Registry and the package files of the SDKs show.
func registryFacts(builder *infer.ProviderBuilder) *infer.ProviderBuilder {
	return builder.
		WithDisplayName("TiDB Cloud to Confluent Cloud").
		WithDescription(description).
		WithKeywords("pulumi", "tidb", "tidb-cloud", "confluent", "kafka", "privatelink", "aws",
			"category/network", "kind/component").
		WithHomepage(repository).
		WithRepository(repository).
		WithPublisher("tidbconfluent").
		WithLogoURL("https://raw.githubusercontent.com/tidbconfluent/pulumi-tidbconfluent/main/docs/logo.png").
		WithLicense("Apache-2.0").
		WithPluginDownloadURL(DownloadURL).
		WithLanguageMap(map[string]any{
			"go": map[string]any{
				"importBasePath":                 "github.com/tidbconfluent/pulumi-tidbconfluent/sdk/go/tidbconfluent",
				"generateResourceContainerTypes": true,
				"respectSchemaVersion":           true,
			},
			"nodejs": map[string]any{
				"packageName":          "pulumi-tidbconfluent",
				"packageDescription":   description,
				"respectSchemaVersion": true,
				"dependencies":         map[string]string{"@pulumi/pulumi": "^3.182.0"},
				"devDependencies":      map[string]string{"@types/node": "^20", "typescript": "^5.0.0"},
			},
			"python": map[string]any{
				"packageName":          "pulumi_tidbconfluent",
				"respectSchemaVersion": true,
				"pyproject":            map[string]any{"enabled": true},
				// The requirements of the oldest Pulumi SDK that the package allows.
				"pythonRequires": ">=3.10",
			},
			"csharp": map[string]any{"respectSchemaVersion": true},
		})
}

// addEnum adds the enum that the tag of an input names, and returns its token. An enum of infer would take plain values
// only.
func addEnum(spec *schema.PackageSpec, name string) (token string) {
	i := slices.IndexFunc(component.Enums, func(e args.Enum) bool { return e.Name == name })
	if i < 0 {
		panic("the tag of an input names the enum " + name + ", which is not in component.Enums; add it there")
	}
	enum := component.Enums[i]
	object := schema.ObjectTypeSpec{Type: "string", Description: enum.Description}
	values := make([]schema.EnumValueSpec, len(enum.Words))
	for i, word := range enum.Words {
		values[i] = schema.EnumValueSpec{Name: word.Name, Value: word.Value, Description: word.Description}
	}
	token = "tidbconfluent:index:" + name
	spec.Types[token] = schema.ComplexTypeSpec{ObjectTypeSpec: object, Enum: values}
	return token
}

const providerDoc = "How the package reaches TiDB Cloud, and with which API key. Confluent Cloud is configured with " +
	"the provider of the package `confluentcloud`. A change of the configuration, such as a rotated key, replaces " +
	"no resource."

// truthfulSchema corrects what infer v1.5.0 gets wrong about components: it describes the elements of their lists as
// plain, and accepts outputs for whole nested objects. It also adds what infer leaves out.
func truthfulSchema(
	getSchema func(context.Context, p.GetSchemaRequest) (p.GetSchemaResponse, error),
) func(context.Context, p.GetSchemaRequest) (p.GetSchemaResponse, error) {
	return func(ctx context.Context, req p.GetSchemaRequest) (p.GetSchemaResponse, error) {
		resp, err := getSchema(ctx, req)
		if err != nil {
			return resp, err
		}
		var spec schema.PackageSpec
		if err := json.Unmarshal([]byte(resp.Schema), &spec); err != nil {
			return resp, fmt.Errorf("decoding the schema: %w", err)
		}
		describe.Module(&spec, "tidbconfluent:index",
			component.Sources, vpcaccess.Sources, access.Sources, changefeed.Sources)
		describe.Module(&spec, "tidbconfluent:tidbcloud", tidbcloud.Sources, feed.Sources)
		for token, c := range components {
			correctComponent(&spec, string(token), c.inputs, c.outputs)
		}
		if err := addExamples(&spec); err != nil {
			return resp, err
		}
		spec.Provider.Description = providerDoc
		spec.Meta = &schema.MetadataSpec{SupportPack: true}
		corrected, err := json.Marshal(spec)
		return p.GetSchemaResponse{Schema: string(corrected)}, err
	}
}

func correctComponent(spec *schema.PackageSpec, token string, args, outputs reflect.Type) {
	resource := spec.Resources[token]
	correctProperties(spec, resource.InputProperties, args)
	for i := range outputs.NumField() {
		field := outputs.Field(i)
		// infer marks an output as optional by its tag alone, but then names the output by the whole tag.
		output, ok := reflect.Zero(field.Type).Interface().(pulumi.Output)
		if ok && output.ElementType().Kind() == reflect.Pointer {
			isIt := func(name string) bool { return name == field.Tag.Get("pulumi") }
			resource.Required = slices.DeleteFunc(resource.Required, isIt)
		}
	}
	spec.Resources[token] = resource
}

// correctProperties follows the Go struct that the properties came from, since only that shows which of them
// accept outputs.
func correctProperties(spec *schema.PackageSpec, properties map[string]schema.PropertySpec, goType reflect.Type) {
	for i := range goType.NumField() {
		field := goType.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("pulumi"), ",")
		property := properties[name]
		if enum := field.Tag.Get("enum"); enum != "" {
			property.TypeSpec = schema.TypeSpec{Ref: "#/types/" + addEnum(spec, enum)}
		}
		switch takesOutputs := field.Type.Implements(reflect.TypeFor[pulumi.Input]()); {
		case takesOutputs && property.Items != nil:
			property.Items.Plain = false
		case takesOutputs && property.AdditionalProperties != nil:
			property.AdditionalProperties.Plain = false
		case !takesOutputs:
			// The object itself must be known; its fields may be outputs.
			property.Plain = true
			correctObject(spec, property.TypeSpec, field.Type)
		}
		properties[name] = property
	}
}

// correctObject corrects the properties of the object that a property, or each element of a list, is.
func correctObject(spec *schema.PackageSpec, property schema.TypeSpec, goType reflect.Type) {
	if property.Items != nil {
		property.Items.Plain = true
		property = *property.Items
	}
	object, ok := spec.Types[strings.TrimPrefix(property.Ref, "#/types/")]
	if ok {
		correctProperties(spec, object.Properties, goType.Elem())
	}
}
