// Package tidbcloud holds the provider's configuration and its native part: the resources and functions of TiDB Cloud
// that no other provider has. They are the module tidbcloud of the Pulumi package, and useful without the component.
package tidbcloud

import "embed"

// Sources have the descriptions in the schema, in comments.
//
//go:embed config.go *_types.go functions.go changefeed_functions.go
var Sources embed.FS
