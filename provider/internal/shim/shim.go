// Package shim has what pulumi-go-provider, Pulumi's SDK and its engine lack. Each file works around one fault, and
// names the upstream issue or line that it waits for. When that is released, the file goes.
package shim
