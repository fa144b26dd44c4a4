package e2e

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestAccountWithLeadingZero: an AWS account ID is a text. As a number it would lose its first digit, on the way to
// Confluent Cloud, in the state or in an import.
func TestAccountWithLeadingZero(t *testing.T) {
	t.Parallel()
	const account = "012345678901"
	id := (&sandbox.Server{}).Seed().EssentialUSEast1
	s := newStack(t, oneLink, sandbox.Options{Prepare: func(state *sandbox.State) {
		state.TiDBClusters[id].AccountID = account
	}})
	out := "\noutputs: {account: \"${orders.tidbAwsAccountId}\"}\n"
	s.change(oneLink + out)
	s.pulumi("preview")
	s.up()
	s.settled()
	assert.Equal(t, account, s.outputs()["account"])
	access := s.accessOf("orders-access")
	assert.Equal(t, account, accountOf(access), "in the state")
	s.sandbox.Update(func(state *sandbox.State) {
		assert.Equal(t, account, state.PrivateLinkAccesses[access.ID].Account, "in Confluent Cloud")
	})

	importID := s.sandbox.Seed().EnvironmentID + "/" + access.ID
	s.pulumi("import", typeAccess, "imported", importID, "--yes", "--skip-preview", "--protect=false",
		"--generate-code=false")
	assert.Equal(t, account, accountOf(s.accessOf("imported")), "after an import")
	s.pulumi("state", "delete", "--yes", s.accessOf("imported").URN)
	s.destroyed()
}

// accessOf returns a PrivateLink Access of the stack's state.
func (s *stack) accessOf(name string) resource {
	s.t.Helper()
	for _, r := range s.resources() {
		if r.name() == name {
			return r
		}
	}
	require.Fail(s.t, "the state has no "+name)
	return resource{}
}

func accountOf(access resource) any {
	aws, _ := access.Outputs["aws"].(map[string]any)
	return aws["account"]
}

// TestProvidersRemovedAfterRotation: an explicit provider is removed together with its resources, after the old keys
// were revoked. Pulumi deletes with the keys in the state. A program that runs sets the new ones first.
func TestProvidersRemovedAfterRotation(t *testing.T) {
	t.Parallel()
	for name, remove := range map[string]func(s *stack){
		"removed from the program": func(s *stack) {
			s.up()
			s.change("\nresources: {}\n")
			s.up()
		},
		"destroyed": func(s *stack) {
			out := s.pulumiFails("destroy", "--yes", "--skip-preview")
			assert.Contains(s.t, out, "401 Unauthorized")
			assert.Contains(s.t, out, "check publicKey (TIDBCLOUD_PUBLIC_KEY) and privateKey")
			s.up()
			s.pulumi("destroy", "--yes", "--skip-preview")
		},
		"destroyed by a program": func(s *stack) { s.pulumi("destroy", "--yes", "--skip-preview", "--run-program") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t, explicitProviders+explicitLinks)
			s.withoutKeys()
			old := s.sandbox.Credentials()
			s.secrets(map[string]string{
				"tidbPublicKey": old.PublicKey, "tidbPrivateKey": old.PrivateKey,
				"tidbEndpoint": s.sandbox.TiDBCloudURL(),
				"confluentKey": old.CloudAPIKey, "confluentSecret": old.CloudAPISecret,
				"confluentEndpoint": s.sandbox.ConfluentURL(),
			})
			s.up()
			rotated := sandbox.Credentials{
				PublicKey: "ROTATED1", PrivateKey: "rotated-private-key", CloudAPIKey: "ROTATED2",
				CloudAPISecret: "rotated-api-secret",
			}
			s.sandbox.AddCredentials(rotated)
			s.sandbox.RevokeCredentials(old)
			s.secrets(map[string]string{
				"tidbPublicKey": rotated.PublicKey, "tidbPrivateKey": rotated.PrivateKey,
				"confluentKey": rotated.CloudAPIKey, "confluentSecret": rotated.CloudAPISecret,
			})
			remove(s)
			assert.Empty(t, s.resources())
			assert.Empty(t, s.sandbox.Difference(), "left behind")
		})
	}
}

// TestRefusedForItsRate: Confluent Cloud answers many links with 429 and without a text. The provider waits for some
// time. If it does not end, the message has the cause and what to do.
func TestRefusedForItsRate(t *testing.T) {
	t.Parallel()
	var links strings.Builder
	links.WriteString("\nresources:\n")
	for i := range 30 {
		fmt.Fprintf(&links, "  link%d:\n    type: tidbconfluent:PrivateLink\n    properties: "+
			"{tidbClusterId: '{{.EssentialUSEast1}}', environmentId: '{{.EnvironmentID}}'}\n", i)
	}
	s := newStack(t, links.String())
	refusal := sandbox.Fault{
		Service: "confluent", Method: "GET", Path: "/org/v2/environments/**", Status: 429,
		Body: " ", Times: 2,
	}
	s.sandbox.Inject(refusal)
	s.pulumi("preview")
	refusal.Times = -1
	s.sandbox.Inject(refusal)
	out := s.pulumiFails("preview")
	assert.Regexp(t,
		`environmentId: looking up environment env-\w+: .*429 Too Many Requests.*; .*run pulumi again later`, out)
}

// TestNodeModules: a program may be an ES module, whose compiler looks for the SDK as Node.js does.
func TestNodeModules(t *testing.T) {
	t.Parallel()
	s := newProject(t, "typescript")
	s.write("package.json", `{"name": "program", "private": true, "type": "module", "main": "bin/index.js"}`)
	s.write("tsconfig.json", `{"files": ["index.ts"], "compilerOptions": {
		"strict": true, "outDir": "bin", "target": "es2022", "module": "nodenext", "moduleResolution": "nodenext"}}`)
	compiler := exec.CommandContext(t.Context(), filepath.Join(s.dir, "node_modules", ".bin", "tsc"), "--project",
		s.dir)
	out, err := compiler.CombinedOutput()
	spend(t, "tsc", nil, compiler.ProcessState)
	require.NoError(t, err, string(out))
	s.setText("tidb.clusterId", s.sandbox.Seed().EssentialUSEast1)
	s.set("environmentId", s.sandbox.Seed().EnvironmentID)
	s.up()
	s.quiet()
}
