package testkit

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReport(t *testing.T) {
	directory := filepath.Join(t.TempDir(), "reports")
	t.Setenv(DirectoryEnv, directory)
	Report(t, "%d cases ran", 3)
	report, err := os.ReadFile(filepath.Join(directory, "TestReport.txt"))
	require.NoError(t, err)
	assert.Equal(t, "TestReport: 3 cases ran\n", string(report))

	t.Setenv(DirectoryEnv, "")
	Report(t, "not asked for")
	entries, err := os.ReadDir(directory)
	require.NoError(t, err)
	assert.Len(t, entries, 1)
}
