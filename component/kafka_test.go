package component_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
)

// Pulumi refuses at preview to delete what Confluent Cloud refuses to delete, unless it is retained.
func TestDeletionProtectionProtects(t *testing.T) {
	t.Parallel()
	protect := func(given pulumi.BoolPtrInput, opts ...pulumi.ResourceOption) *bool {
		w := newWorld()
		kafka := &component.KafkaCluster{DeletionProtection: given}
		_, err := w.build(t, component.PrivateLinkArgs{KafkaCluster: kafka}, opts...)
		require.NoError(t, err)
		for _, name := range []string{"orders-network", "orders-access", "orders-connection", "orders-domains"} {
			assert.Nil(t, w.Registered[name].RPC.Protect, "%s can be replaced", name)
		}
		return w.Registered["orders-kafka"].RPC.Protect
	}
	assert.True(t, *protect(pulumi.Bool(true)))
	secret, _ := pulumi.ToSecret(pulumi.BoolPtr(true)).(pulumi.BoolPtrOutput)
	assert.True(t, *protect(secret))
	assert.Nil(t, protect(nil))
	assert.Nil(t, protect(pulumi.Bool(false)))
	assert.Nil(t, protect(pulumi.Bool(true), pulumi.RetainOnDelete(true)))
}

// Clients want plain addresses. Confluent's provider passes on other forms, as the service reports them.
func TestAddresses(t *testing.T) {
	t.Parallel()
	for name, reported := range map[string]object{
		"plain":           {"bootstrapEndpoint": "lkc-new:9092", "restEndpoint": "https://lkc-new:443"},
		"with a protocol": {"bootstrapEndpoint": "SASL_SSL://lkc-new:9092", "restEndpoint": "https://lkc-new:443/"},
		"without a port":  {"bootstrapEndpoint": "PLAINTEXT://lkc-new", "restEndpoint": "https://lkc-new"},
		"with dots":       {"bootstrapEndpoint": "lkc-new.:9092", "restEndpoint": "https://lkc-new.:443"},
		"a list": {
			"bootstrapEndpoint": "SASL_SSL://lkc-new:9092,SASL_SSL://b0:9092",
			"restEndpoint":      "lkc-new",
		},
	} {
		for _, existing := range []bool{false, true} {
			w, args := newWorld(), component.PrivateLinkArgs{}
			for key, value := range reported {
				w.NewKafka[key], w.Kafka[key] = value, value
			}
			if existing {
				args = existingParts()
			}
			outputs, err := w.build(t, args)
			require.NoError(t, err)
			assert.Equal(t, "lkc-new:9092", outputs["bootstrapEndpoint"], "%s, existing: %v", name, existing)
			assert.Equal(t, "https://lkc-new:443", outputs["restEndpoint"], "%s, existing: %v", name, existing)
		}
	}
}
