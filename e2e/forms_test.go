package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestConfluentForms: a link goes through its life with each form of Confluent Cloud's answers, in an environment of
// the program's own.
func TestConfluentForms(t *testing.T) {
	t.Parallel()
	const program = `
resources:
  own:
    type: confluentcloud:Environment
    properties: {displayName: own}
  orders:
    type: tidbconfluent:PrivateLink
    properties:
      tidbClusterId: "{{.EssentialUSEast1}}"
      environmentId: ${own.id}
outputs:
  bootstrapEndpoint: ${orders.bootstrapEndpoint}
`
	for name, forms := range map[string]sandbox.ConfluentForms{
		"default": {},
		"other": {
			WithoutGovernance: true, RepeatableDeletion: true, DNSLabelFromID: true, GlobalDNSDomains: true,
			PrivateProtocol:  true,
			WithoutEndpoints: true, LongKinds: true, ForbiddenKeys: true, Errors: sandbox.ErrorFormCode,
		},
		"plain": {PlainConnectionTypes: true, Errors: sandbox.ErrorFormMessage},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t, program, sandbox.Options{ConfluentForms: forms})
			s.up()
			assert.Regexp(t, `^lkc-[a-z0-9]+\..*:9092$`, s.outputs()["bootstrapEndpoint"])
			s.settled()
			s.destroyed()
		})
	}
	t.Run("forbidden key", func(t *testing.T) {
		t.Parallel()
		s := newStack(t, oneLink, sandbox.Options{ConfluentForms: sandbox.ConfluentForms{ForbiddenKeys: true}})
		s.up()
		before, key := names(s.resources()), s.sandbox.Credentials()
		s.sandbox.RevokeCredentials(sandbox.Credentials{CloudAPIKey: key.CloudAPIKey})
		assert.Contains(t, s.pulumiFails("refresh", "--yes", "--skip-preview"), "403 Forbidden: invalid API key")
		s.sandbox.AddCredentials(key)
		assert.Equal(t, before, names(s.resources()), "the key was refused, and nothing is gone")
		s.settled()
		s.destroyed()
	})
}
