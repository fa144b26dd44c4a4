// Package tidbcloud has the provider's configuration and its native resources and functions for TiDB Cloud, which no
// other provider has. They are the module tidbcloud of the Pulumi package, and also useful without the component.
package tidbcloud

import "embed"

// Sources have the descriptions in the schema, in comments.
//
//go:embed config.go *_types.go functions.go changefeed_functions.go
var Sources embed.FS
