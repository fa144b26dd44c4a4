package e2e

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/changefeed"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestGoProgramCallsTheComponentItself: a Go program that calls the component's constructor has each output as soon as
// it is known. Here the Kafka cluster becomes PROVISIONED only after the creation of a resource that needs just the
// network's id; through the plugin, where all outputs arrive together, this would never end.
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
		_, err = confluentcloud.NewEnvironment(ctx, "early",
			&confluentcloud.EnvironmentArgs{DisplayName: link.NetworkId})
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

// TestGoProgramCallsBothComponentsItself: a changefeed in the same program starts after the domains are attached,
// without a dependsOn, and is deleted before they are detached.
func TestGoProgramCallsBothComponentsItself(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink,
		sandbox.Options{Times: sandbox.Times{DomainAttach: 3 * time.Second, ChangefeedDelete: time.Second}})
	direct := s.automate("rows", func(ctx *pulumi.Context) error {
		cluster, environment := pulumi.String(s.sandbox.Seed().EssentialUSEast1),
			pulumi.String(s.sandbox.Seed().EnvironmentID)
		link, err := component.NewPrivateLink(ctx, "orders",
			component.PrivateLinkArgs{TidbClusterId: cluster, EnvironmentId: environment})
		if err != nil {
			return err
		}
		_, err = changefeed.NewKafkaChangefeed(ctx, "rows", changefeed.KafkaChangefeedArgs{
			TidbClusterId: cluster, EnvironmentId: environment,
			KafkaClusterId: link.KafkaClusterId, PrivateLinkConnectionId: link.PrivateLinkConnectionId,
			Tables: pulumi.ToStringArray([]string{ordersTable}),
		})
		return err
	})
	ctx, cancel := context.WithTimeout(t.Context(), commandTimeout)
	defer cancel()
	_, err := direct.Up(ctx)
	require.NoError(t, err)
	s.hideKeys()
	s.insert(3)
	s.allArrive("rows")
	preview, err := direct.Preview(ctx)
	require.NoError(t, err)
	assert.Len(t, preview.ChangeSummary, 1, "a second preview shows no change: %v", preview.ChangeSummary)
	_, err = direct.Destroy(ctx)
	require.NoError(t, err)
	assert.Empty(t, s.sandbox.Difference(), "left behind after destroy")
	s.changefeedFirst()
}

// changefeedFirst checks that the changefeed came after what it needs, and went before it.
func (s *stack) changefeedFirst() {
	s.t.Helper()
	var made, gone []string
	for _, event := range s.sandbox.Events() {
		switch event.State {
		case sandbox.StateActive, sandbox.StateCreating, sandbox.PhaseProvisioned, sandbox.PhaseReady:
			made = append(made, event.Kind+" "+event.State)
		case sandbox.StateDeleting, sandbox.StateDeleted, sandbox.PhaseDeprovisioning:
			gone = append(gone, event.Kind)
		}
	}
	began := slices.Index(made, "Changefeed "+sandbox.StateCreating)
	require.GreaterOrEqual(s.t, began, 0, "%v", made)
	for _, ready := range []string{
		"AttachDomain " + sandbox.StateActive, "PrivateLinkConnection " + sandbox.StateActive,
		"KafkaCluster " + sandbox.PhaseProvisioned,
	} {
		assert.Contains(s.t, made[:began], ready, "before the changefeed, of %v", made)
	}
	ended := slices.Index(gone, "Changefeed")
	require.GreaterOrEqual(s.t, ended, 0, "%v", gone)
	for _, kind := range []string{
		"AttachDomain", "PrivateLinkConnection", "PrivateLinkAccess", "KafkaCluster",
		"Network",
	} {
		assert.Less(s.t, ended, slices.Index(gone, kind), "%s went first: %v", kind, gone)
	}
}

// automate creates a stack of the program for Pulumi's Automation API, with this stack's sandbox and environment.
func (s *stack) automate(project string, program pulumi.RunFunc) auto.Stack {
	s.t.Helper()
	// The Automation API expects the CLI in a certain directory layout.
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
