package monitor

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
)

// TestDependenciesOnComponents: a resource that depends on a component depends on the children whose IDs it has.
func TestDependenciesOnComponents(t *testing.T) {
	t.Parallel()
	const (
		plc      = "urn:pulumi:dev::p::t:i:Link$t:i:Connection::orders-connection"
		vpc      = "urn:pulumi:dev::p::t:i:Link$t:i:Vpc::orders-vpc"
		endpoint = "urn:pulumi:dev::p::t:i:Link$t:i:Vpc$t:i:Endpoint::orders-vpc-endpoint"
		key      = "urn:pulumi:dev::p::t:i:Rows$t:i:Key::rows-key"
	)
	for name, test := range map[string]struct {
		id      any
		skipped string
		want    []string
	}{
		"the ID":                   {id: "lkc-1", want: []string{link, kafka}},
		"within a text":            {id: "crn://kafka=lkc-1/topic=*", want: []string{link, kafka}},
		"the last part of the ID":  {id: map[string]any{"of": []any{"n-1"}}, want: []string{link, network}},
		"several":                  {id: []any{"lkc-1", "n-1"}, want: []string{link, network, kafka}},
		"of a component within it": {id: "vpce-1", want: []string{link, endpoint}},
		"what is within it":        {id: map[string]any{"of": "plc-1"}, want: []string{link, domains, plc}},
		"not what it is within":    {id: "ad-1", want: []string{link, domains}},
		"of no child":              {id: "env-1", want: []string{link}},
		"of a skipped child":       {id: "lkc-1", skipped: kafka, want: []string{link}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := &engine{skips: []string{test.skipped}, ids: map[string]string{
				network: "env-2/n-1", kafka: "lkc-1", endpoint: "vpce-1", plc: "1/plc-1", domains: "1/plc-1/ad-1",
			}}
			client, _ := e.client(t, true)
			for _, of := range []string{network, kafka, domains, plc} {
				register(t, client, child(t, urn.URN(of), "x"))
			}
			register(t, client, &rpc.RegisterResourceRequest{
				Type: string(urn.URN(vpc).Type()), Name: urn.URN(vpc).Name(), Parent: link,
			})
			inVpc := child(t, endpoint, "x")
			inVpc.Parent = vpc
			register(t, client, inVpc)
			register(t, client, child(t, key, test.id, link))
			got := e.registered[len(e.registered)-1]
			assert.Equal(t, test.want, got.GetDependencies())
			assert.Equal(t, test.want, got.GetPropertyDependencies()["id"].GetUrns())
			rows := &rpc.RegisterResourceRequest{Type: "t:i:Rows", Name: "rows", Dependencies: []string{link}}
			register(t, client, rows)
			assert.Equal(t, []string{link}, e.registered[len(e.registered)-1].GetDependencies(),
				"a component is never deleted first")
		})
	}
}
