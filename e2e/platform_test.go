package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestPlatform runs the larger example in each of its languages: two TiDB clusters share what the first one creates,
// with providers of their own, rows of one arrive in Kafka, and nothing can be deleted before the settings allow
// so.
func TestPlatform(t *testing.T) {
	t.Parallel()
	var all together
	for _, language := range []string{"typescript", "python"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := newProject(t, "platform/"+language, sandbox.Options{NextDNSLabel: dnsLabel})
			configurePlatform(s)
			s.pulumi("preview")
			assert.Empty(t, s.madeChanges(), "a preview changes nothing")
			s.up()
			s.hideKeys()
			all.add(s, language)
			assert.Equal(t, []any{"orders.*"}, s.outputs()["topics"])
			s.arrive(s.insert(3), "orders.shop_orders")
			for _, r := range s.resources() {
				assert.True(t, r.Protect, "%s is protected", r.name())
			}
			s.settled()

			made := s.changes()
			assert.Contains(t, s.pulumiFails("destroy", "--yes", "--skip-preview"), "protect")
			assert.Equal(t, made, s.changes(), "nothing of a protected stack is touched")

			s.set("production", "false")
			s.up()
			s.destroyed()
		})
	}
	t.Cleanup(func() { all.equal(t) })
}

// configurePlatform writes the stack's settings, and removes the keys from the environment.
func configurePlatform(s *stack) {
	s.t.Helper()
	seed, credentials := s.sandbox.Seed(), s.sandbox.Credentials()
	for _, name := range []string{
		"TIDBCLOUD_PUBLIC_KEY", "TIDBCLOUD_PRIVATE_KEY", "CONFLUENT_CLOUD_API_KEY", "CONFLUENT_CLOUD_API_SECRET",
	} {
		delete(s.env, name)
	}
	s.setText("tidb.orders", seed.EssentialUSEast1)
	s.setText("tidb.payments", seed.EssentialUSEast1B)
	s.set("environmentId", seed.EnvironmentID)
	s.set("tidbcloudPublicKey", credentials.PublicKey)
	s.set("confluentApiKey", credentials.CloudAPIKey)
	s.set("confluentEndpoint", s.sandbox.ConfluentURL())
	s.secrets(map[string]string{
		"tidbcloudPrivateKey": credentials.PrivateKey, "confluentApiSecret": credentials.CloudAPISecret,
	})
}
