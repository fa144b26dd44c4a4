// Package testreport lets tests say what they did, also when they pass: `go test` shows what a passing test logs only
// when it is asked for everything.
package testreport

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// DirectoryEnv names the directory that reports are written to, which `make test` shows at its end. Without it they are
// logged alone.
const DirectoryEnv = "TIDBCONFLUENT_TEST_REPORTS"

// Write reports what a test did, in a line.
func Write(tb testing.TB, format string, args ...any) {
	tb.Helper()
	line := fmt.Sprintf(format, args...)
	tb.Log(line)
	directory := os.Getenv(DirectoryEnv)
	if directory == "" {
		return
	}
	err := os.MkdirAll(directory, 0o750) //nolint:gosec // the place is up to who runs the tests
	if err == nil {
		err = os.WriteFile(filepath.Join(directory, tb.Name()+".txt"), []byte(tb.Name()+": "+line+"\n"), 0o600) //nolint:gosec // as above
	}
	if err != nil {
		tb.Errorf("the report of the test cannot be written: %v", err)
	}
}
