package provider

import (
	"embed"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/changefeed"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
)

// The programs are those of the repository's examples, in each language: the tests of the documentation compare them.
// The Pulumi Registry shows all of them, and each SDK has its own.
//
//go:embed examples/*.md
var exampleFiles embed.FS

var examplesOf = map[string]string{
	component.Type:  "privatelink.md",
	vpcaccess.Type:  "vpcaccess.md",
	changefeed.Type: "kafkachangefeed.md",
	"tidbconfluent:tidbcloud:PrivateLinkConnection": "tidbcloud.md",
	"tidbconfluent:tidbcloud:DomainAttachment":      "tidbcloud.md",
	"tidbconfluent:tidbcloud:Changefeed":            "changefeed.md",
}

// addExamples adds to the description of each resource how it is used.
func addExamples(spec *schema.PackageSpec) error {
	for token, file := range examplesOf {
		examples, err := exampleFiles.ReadFile("examples/" + file)
		if err != nil {
			return err
		}
		resource := spec.Resources[token]
		resource.Description += "\n\n" + strings.TrimSpace(string(examples))
		spec.Resources[token] = resource
	}
	return nil
}
