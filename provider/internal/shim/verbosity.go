package shim

import "github.com/pulumi/pulumi/sdk/v3/go/common/util/logging"

// mostVerbose is the highest level at which the SDK's log holds no credentials. From the next one on it has every
// property in clear: https://github.com/pulumi/pulumi/blob/sdk/v3.259.0/sdk/go/common/resource/plugin/rpc.go#L98.
const mostVerbose = 8

// LimitVerbosity keeps credentials out of the SDK's log.
func LimitVerbosity() { logging.Verbose = min(logging.Verbose, mostVerbose) }
