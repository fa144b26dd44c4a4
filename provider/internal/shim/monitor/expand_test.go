package monitor

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
)

// TestDependenciesOnComponents: a resource that depends on a component depends on its children, also for each input.
func TestDependenciesOnComponents(t *testing.T) {
	t.Parallel()
	e := &engine{skips: []string{domains}}
	client, _ := e.client(t, false)
	for _, of := range []string{network, kafka, domains} {
		register(t, client, child(t, urn.URN(of), "x"))
	}
	const key = "urn:pulumi:dev::p::t:i:Rows$t:i:Key::rows-key"
	register(t, client, child(t, urn.URN(key), "lkc-1", link))
	got := e.registered[len(e.registered)-1]
	assert.Equal(t, []string{link, network, kafka}, got.GetDependencies())
	assert.Equal(t, []string{link, network, kafka}, got.GetPropertyDependencies()["id"].GetUrns())
	register(t, client, &rpc.RegisterResourceRequest{Type: "t:i:Rows", Name: "rows", Dependencies: []string{link}})
	assert.Equal(t, []string{link}, e.registered[len(e.registered)-1].GetDependencies(),
		"a component is never deleted first")
}
