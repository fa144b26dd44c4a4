// Package sandboxtest starts a sandbox for a test.
package sandboxtest

import (
	"testing"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// New starts a server and closes it when the test is over. Without options it
// uses the fast profile.
func New(tb testing.TB, opts ...sandbox.Options) *sandbox.Server {
	tb.Helper()
	if len(opts) > 1 {
		tb.Fatalf("sandboxtest.New takes one sandbox.Options at most, not %d", len(opts))
	}
	server, err := sandbox.Start(append(opts, sandbox.Options{})[0])
	if err != nil {
		tb.Fatalf("cannot start the sandbox: %v", err)
	}
	tb.Cleanup(func() {
		if err := server.Close(); err != nil {
			tb.Errorf("cannot stop the sandbox: %v", err)
		}
	})
	return server
}
