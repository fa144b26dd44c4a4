package tidbcloud

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestSecretsOfSettings: the tags tell which settings TiDB Cloud masks.
func TestSecretsOfSettings(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"password": true, "secretAccessKey": true, "username": false, "": false} {
		assert.Equal(t, want, isSecret(name, nil), name)
	}
}
