// Package tidbcloud holds the provider's configuration and its native part: the
// resources and functions of TiDB Cloud that no other provider has. They are the
// module tidbcloud of the Pulumi package, and useful without the component.
package tidbcloud
