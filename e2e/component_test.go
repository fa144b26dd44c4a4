package e2e

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestGoProgramCallsTheComponentItself: a Go program that calls the component's constructor has each output as soon as
// it is known. Here the Kafka cluster becomes PROVISIONED only when something that needs the network's id alone has
// been asked for; through the plugin, where all outputs arrive together, this would never end.
func TestGoProgramCallsTheComponentItself(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink, sandbox.Options{Times: sandbox.Times{KafkaClusterCreate: -1}})
	program := func(ctx *pulumi.Context) error {
		// An id that is an output, to be waited for.
		cluster := pulumi.String(s.sandbox.Seed().EssentialUSEast1).ToStringOutput()
		link, err := component.NewPrivateLink(ctx, "orders", component.PrivateLinkArgs{
			TidbClusterId: cluster,
			EnvironmentId: pulumi.String(s.sandbox.Seed().EnvironmentID),
		})
		if err != nil {
			return err
		}
		_, err = confluentcloud.NewEnvironment(ctx, "early", &confluentcloud.EnvironmentArgs{DisplayName: link.NetworkId})
		ctx.Export("bootstrapEndpoint", link.BootstrapEndpoint)
		return err
	}
	direct := s.automate("direct", program)

	done := make(chan struct{})
	go func() {
		both := func() bool {
			return called(s, "POST", "/org/v2/environments") && happened(s, "KafkaCluster", sandbox.PhaseProvisioning)
		}
		if eventually(done, both) {
			s.sandbox.Update(func(state *sandbox.State) {
				for _, cluster := range state.KafkaClusters {
					cluster.Phase, cluster.StatusCKU = sandbox.PhaseProvisioned, cluster.CKU
				}
			})
		}
	}()
	defer close(done)
	ctx, cancel := context.WithTimeout(t.Context(), commandTimeout)
	defer cancel()
	up, err := direct.Up(ctx)
	require.NoError(t, err)
	assert.Regexp(t, `\.aws\.confluent\.cloud:9092$`, up.Outputs["bootstrapEndpoint"].Value)

	preview, err := direct.Preview(ctx)
	require.NoError(t, err)
	assert.Len(t, preview.ChangeSummary, 1, "a second preview shows no change: %v", preview.ChangeSummary)
	_, err = direct.Destroy(ctx)
	require.NoError(t, err)
	assert.Empty(t, s.sandbox.Difference(), "left behind after destroy")
}

// automate makes a stack of the program for Pulumi's Automation API, with this stack's sandbox and environment.
func (s *stack) automate(project string, program pulumi.RunFunc) auto.Stack {
	s.t.Helper()
	// The Automation API looks for the command line in a directory of its own kind.
	root := filepath.Join(s.t.TempDir(), "pulumi")
	require.NoError(s.t, os.MkdirAll(filepath.Join(root, "bin"), 0o700))
	require.NoError(s.t, os.Symlink(tools.pulumi, filepath.Join(root, "bin", "pulumi")))
	command, err := auto.NewPulumiCommand(&auto.PulumiCommandOptions{Root: root})
	require.NoError(s.t, err)
	stack, err := auto.UpsertStackInlineSource(s.t.Context(), "dev", project, program,
		auto.Pulumi(command), auto.EnvVars(s.env), auto.PulumiHome(s.env["PULUMI_HOME"]))
	require.NoError(s.t, err)
	require.NoError(s.t, stack.SetConfig(s.t.Context(), "confluentcloud:endpoint",
		auto.ConfigValue{Value: s.sandbox.ConfluentURL()}))
	return stack
}
