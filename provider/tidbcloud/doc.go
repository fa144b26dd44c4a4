// Package tidbcloud holds the provider's configuration and its native part: the resources and functions of TiDB Cloud
// that no other provider has. They are the module tidbcloud of the Pulumi package, and useful without the component.
package tidbcloud

import (
	_ "embed"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
)

var (
	//go:embed config.go
	configSource string
	//go:embed privatelinkconnection_types.go
	connectionTypes string
	//go:embed domainattachment_types.go
	attachmentTypes string
	//go:embed changefeed_types.go
	changefeedTypes string
	//go:embed functions.go
	functions string
	//go:embed changefeed_functions.go
	changefeedFunctions string
)

// Docs are the comments in the source. They are the descriptions in the schema.
var Docs = args.NewDocs(configSource, connectionTypes, attachmentTypes, changefeedTypes, functions, changefeedFunctions)
