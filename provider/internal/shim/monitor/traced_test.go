package monitor

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTracedInputs: an input from a component has the dependencies of the output of the same name, whether or not it is
// known.
func TestTracedInputs(t *testing.T) {
	t.Parallel()
	from := func(v property.Value) property.Value { return v.WithDependencies([]urn.URN{link}) }
	unknown, known := from(property.New(property.Computed)), from(property.New("n-1"))
	for name, test := range map[string]struct {
		inputs  map[string]property.Value
		skipped string
		want    []urn.URN
	}{
		"unknown": {inputs: map[string]property.Value{"networkId": unknown}, want: []urn.URN{link, network}},
		"known":   {inputs: map[string]property.Value{"networkId": known}, want: []urn.URN{link, network}},
		"nested": {
			inputs: map[string]property.Value{"network": property.New(map[string]property.Value{"id": unknown})},
			want:   []urn.URN{link, network},
		},
		"another name": {inputs: map[string]property.Value{"region": unknown}, want: []urn.URN{link}},
		"skipped": {
			inputs: map[string]property.Value{"networkId": known}, skipped: network, want: []urn.URN{link},
		},
		"of no component": {inputs: map[string]property.Value{"networkId": property.New("n-1")}},
		"known to depend on": {
			inputs: map[string]property.Value{"networkId": known.WithDependencies([]urn.URN{network, link})},
			want:   []urn.URN{link, network},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := newMonitor("127.0.0.1:1", "", true)
			require.NoError(t, err)
			m.noteOutputs(link, outputs{"networkId": {network}, "zones": {network}})
			m.skipped[test.skipped] = true
			var got []urn.URN
			inputs := m.traced(property.NewMap(test.inputs))
			assert.Equal(t, len(test.inputs), inputs.Len())
			for _, value := range inputs.All {
				got = append(got, value.Dependencies()...)
				if value.IsMap() {
					got = append(got, value.AsMap().Get("id").Dependencies()...)
				}
			}
			assert.ElementsMatch(t, test.want, got)
		})
	}
}
