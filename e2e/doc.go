// Package e2e drives the real Pulumi command line against the sandbox: the built
// plugins, a state of its own for each test, no account and no network.
//
// The command line is taken from the environment variable PULUMI, from PATH or from
// bin/tools, where `make tools` builds it. CONFLUENT_PLUGIN names a
// pulumi-resource-confluentcloud to use instead of the sandbox's stand-in.
package e2e
