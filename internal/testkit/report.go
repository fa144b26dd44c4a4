// Package testkit is for tests only: reports of what they did, answers of a fake service, and fuzz targets that run the
// same inputs each time.
package testkit

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// DirectoryEnv names the directory that reports are written to, which `make test` shows at its end. Without it they are
// only logged, and `go test` does not show the log of a test that passes.
const DirectoryEnv = "TIDBCONFLUENT_TEST_REPORTS"

// Report reports what a test did, in a line.
func Report(tb testing.TB, format string, args ...any) {
	tb.Helper()
	line := fmt.Sprintf(format, args...)
	tb.Log(line)
	directory := os.Getenv(DirectoryEnv)
	if directory == "" {
		return
	}
	err := os.MkdirAll(directory, 0o750) //nolint:gosec // the user who runs the tests chooses the place
	if err == nil {
		path, report := filepath.Join(directory, tb.Name()+".txt"), tb.Name()+": "+line+"\n"
		err = os.WriteFile(path, []byte(report), 0o600) //nolint:gosec // as above
	}
	if err != nil {
		tb.Errorf("the report of the test cannot be written: %v", err)
	}
}
