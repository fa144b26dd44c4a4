package testreport_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/testreport"
)

func TestWrite(t *testing.T) {
	directory := filepath.Join(t.TempDir(), "reports")
	t.Setenv(testreport.DirectoryEnv, directory)
	testreport.Write(t, "%d cases ran", 3)
	report, err := os.ReadFile(filepath.Join(directory, "TestWrite.txt"))
	require.NoError(t, err)
	assert.Equal(t, "TestWrite: 3 cases ran\n", string(report))

	t.Setenv(testreport.DirectoryEnv, "")
	testreport.Write(t, "nobody asked")
	entries, err := os.ReadDir(directory)
	require.NoError(t, err)
	assert.Len(t, entries, 1)
}
