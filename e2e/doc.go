// Package e2e drives the real Pulumi command line against the sandbox: the built
// plugins, a state of its own for each test, no account and no network.
//
// The command line is taken from the environment variable PULUMI, from PATH or from
// bin/tools, where `make tools` builds it. CONFLUENT_PLUGIN names a
// pulumi-resource-confluentcloud to use instead of the sandbox's stand-in.
//
// Programs in TypeScript and Python run with the SDKs' packages, which `make packages`
// builds and installs below bin; it needs Node.js with npm, and Python. Language hosts
// that are not on PATH are replaced by the one in the directory languagehost.
package e2e
