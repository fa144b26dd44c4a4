package preflight_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
)

func TestDiffers(t *testing.T) {
	t.Parallel()
	is := preflight.Match{ID: "n-1", Fixed: map[string]string{"region": "us-east-1", "network.zones": ""}}
	for want, wanted := range map[string][]preflight.Wanted{
		"": {
			{Input: "region", Value: "us-east-1"},
			{Input: "region"},
			{Input: "network.zones", Value: "a"},
		},
		"region is us-east-1, not us-west-2": {{Input: "region", Value: "us-west-2"}},
	} {
		differs := is.Differs(wanted)
		if want == "" {
			assert.Empty(t, differs)
		} else {
			assert.Equal(t, []string{want}, differs)
		}
	}
}

func TestMatchesOnANetwork(t *testing.T) {
	t.Parallel()
	on := func(id, network string) preflight.Match {
		return preflight.Match{ID: id, Fixed: map[string]string{"network.id": network}}
	}
	all := preflight.Matches{Known: true, List: []preflight.Match{on("lkc-1", "n-1"), on("lkc-2", "n-2")}}
	assert.Equal(t, []string{"lkc-2"}, all.With("network.id", "n-2").IDs())
	assert.Equal(t, []string{"lkc-1", "lkc-2"}, all.With("network.id", "").IDs(), "the network is not known")
	assert.Equal(t, []string{"lkc-1", "lkc-2"}, all.IDs(), "the list stays")
}

func TestCommandOfAKind(t *testing.T) {
	t.Parallel()
	k := preflight.Kind{CLI: []string{"confluent", "network"}}
	assert.Equal(t, "confluent network delete 'a b'", k.Command("delete", "a b"))
	assert.Equal(t, "confluent network list", k.Command("list"), "the kind's command stays")
}
