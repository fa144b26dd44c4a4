package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestNativeExamples runs the example of the native resources in each language, and checks that all of them create the
// same.
func TestNativeExamples(t *testing.T) {
	t.Parallel()
	var all together
	for _, language := range []string{"yaml", "go", "typescript", "python"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := newProject(t, "native/"+language, sandbox.Options{Prepare: func(state *sandbox.State) {
				state.EndpointServices = map[string]*sandbox.EndpointService{
					awsService: {AllowedAccounts: []string{matrixAccount}},
				}
			}})
			s.setText("tidb.clusterId", s.sandbox.Seed().EssentialUSEast1)
			s.set("endpointServiceName", awsService)
			s.up()
			assert.NotEmpty(t, s.outputs()["domains"])
			all.add(s, language)
			s.settled()
			s.destroyed()
		})
	}
	t.Cleanup(func() { all.equal(t) })
}

// TestVpcAloneExamples does the same for the example of a VpcAccess without TiDB Cloud.
func TestVpcAloneExamples(t *testing.T) {
	t.Parallel()
	var all together
	for _, language := range []string{"yaml", "go", "typescript", "python"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := newProject(t, "vpc-alone/"+language, sandbox.Options{Prepare: func(state *sandbox.State) {
				state.Networks = map[string]*sandbox.Network{"n-6kq2zr": {DNSLabel: dnsLabel}}
			}})
			delete(s.env, "TIDBCLOUD_PUBLIC_KEY")
			delete(s.env, "TIDBCLOUD_PRIVATE_KEY")
			account := s.withAWS()
			s.useVpc(newOwnVpc(t, account, "10.0", "use1-az1", "use1-az2"), "use1-az1", "use1-az2")
			s.set("environmentId", s.sandbox.Seed().EnvironmentID)
			s.set("networkId", "n-6kq2zr")
			before := existing(t, account)
			s.up()
			assert.Equal(t, []any{"use1-az1", "use1-az2"}, s.outputs()["zones"])
			all.add(s, language)
			s.destroyed()
			assert.Equal(t, before, existing(t, account), "what exists stays")
		})
	}
	t.Cleanup(func() { all.equal(t) })
}
