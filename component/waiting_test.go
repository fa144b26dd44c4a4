package component_test

import (
	"context"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
)

// slowNetwork is a world in which a network takes as long as a test wants.
type slowNetwork struct {
	*world
	begun, made chan struct{}
}

func newSlowNetwork() *slowNetwork {
	return &slowNetwork{newWorld(), make(chan struct{}), make(chan struct{})}
}

func (w *slowNetwork) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	if args.TypeToken == networkType {
		close(w.begun)
		<-w.made
	}
	return w.world.NewResource(args)
}

// run declares a link, and reports when the constructor is done.
func (w *slowNetwork) run(ctx context.Context, args component.PrivateLinkArgs,
	done chan<- *component.PrivateLink,
) error {
	args.TidbClusterId, args.EnvironmentId = pulumi.String("1001"), pulumi.String("env-1")
	in, err := pulumi.NewContext(ctx, pulumi.RunInfo{Project: "project", Stack: "stack", Mocks: w})
	if err != nil {
		return err
	}
	return pulumi.RunWithContext(in, func(ctx *pulumi.Context) error {
		link, err := component.NewPrivateLink(ctx, "orders", args)
		done <- link
		return err
	})
}

// A program that calls the constructor gets the outputs one by one: nothing waits for the network before it needs it.
func TestConstructorDoesNotWaitForTheNetwork(t *testing.T) {
	t.Parallel()
	w, done, ended := newSlowNetwork(), make(chan *component.PrivateLink, 1), make(chan error, 1)
	go func() { ended <- w.run(t.Context(), component.PrivateLinkArgs{}, done) }()
	<-w.begun
	assert.NotNil(t, <-done)
	assert.Empty(t, ended)
	close(w.made)
	require.NoError(t, <-ended)
	assert.Len(t, w.Children(), 5)
}

// AWS refuses a wrong security group before the network is created and a Kafka cluster is ordered.
func TestSecurityGroupsDoNotWaitForANetwork(t *testing.T) {
	t.Parallel()
	w, done, ended := newSlowNetwork(), make(chan *component.PrivateLink, 1), make(chan error, 1)
	go func() {
		ended <- w.run(lookup.WithRun(t.Context(), "127.0.0.1:2"), component.PrivateLinkArgs{
			VpcAccess: []component.VpcAccessEntry{entry("", nil)},
		}, done)
	}()
	<-w.begun
	assert.Eventually(t, func() bool {
		w.Lock()
		defer w.Unlock()
		_, made := w.Registered["orders-vpc-sg"]
		return made
	}, 5*time.Second, 10*time.Millisecond)
	close(w.made)
	assert.NotNil(t, <-done)
	require.NoError(t, <-ended)
}
