package confluentcloud

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestProvisioned(t *testing.T) {
	t.Parallel()
	for phase, want := range map[string]struct {
		done bool
		err  string
	}{
		"PROVISIONING":   {false, ""},
		"READY":          {true, ""},
		"FAILED":         {false, `provisioning status is "FAILED": no room`},
		"DEPROVISIONING": {false, `unexpected state "DEPROVISIONING"`},
		"PROVISIONED":    {false, `unexpected state "PROVISIONED"`},
		"":               {false, "unexpected state"},
	} {
		_, done, err := provisioned("x", phase, "READY", "no room")
		assert.Equal(t, want.done, done, phase)
		if want.err == "" {
			assert.NoError(t, err, phase)
		} else {
			assert.ErrorContains(t, err, want.err, phase)
		}
	}
}
