package component_test

import (
	"bytes"
	"context"
	"regexp"
	"runtime/pprof"
	"strconv"
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

// run declares a link, and says when the constructor is done.
func (w *slowNetwork) run(ctx context.Context, args component.PrivateLinkArgs, done chan<- *component.PrivateLink) error {
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

var goroutinesAlike = regexp.MustCompile(`(?m)^(\d+) @.*\n# labels: \{"waits":"here"\}`)

// waiting counts the goroutines of a run, whatever else the tests are doing.
func waiting(t *testing.T) (n int) {
	t.Helper()
	var profile bytes.Buffer
	require.NoError(t, pprof.Lookup("goroutine").WriteTo(&profile, 1))
	for _, alike := range goroutinesAlike.FindAllStringSubmatch(profile.String(), -1) {
		count, err := strconv.Atoi(alike[1])
		require.NoError(t, err)
		n += count
	}
	return n
}

// In a plugin hundreds of links wait for their networks at the same time, each for minutes. A program that makes one itself gets
// the outputs one by one.
func TestWhileANetworkIsMade(t *testing.T) { //nolint:paralleltest // it counts what waits
	tests := map[string]struct {
		inPlugin bool
		most     int
	}{
		// The program, and what makes the network.
		"an update of the plugin": {inPlugin: true, most: 3},
		// The program's end, the five children, the outputs that are made of others, and who looks for duplicates.
		"a program of one's own": {most: 22},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			if tt.inPlugin {
				ctx = lookup.WithRun(ctx, "127.0.0.1:1")
			}
			w, done, ended := newSlowNetwork(), make(chan *component.PrivateLink, 1), make(chan error, 1)
			go pprof.Do(ctx, pprof.Labels("waits", "here"), func(ctx context.Context) { ended <- w.run(ctx, component.PrivateLinkArgs{}, done) })
			<-w.begun
			if !tt.inPlugin {
				assert.NotNil(t, <-done)
			}
			assert.Eventually(t, func() bool { return waiting(t) <= tt.most }, 5*time.Second, 10*time.Millisecond)
			assert.Empty(t, done)
			close(w.made)
			if tt.inPlugin {
				assert.NotNil(t, <-done)
			}
			require.NoError(t, <-ended)
			assert.Len(t, w.children(), 5)
		})
	}
}

// A security group that AWS refuses is known before the network is made, and a Kafka cluster ordered.
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
		w.mu.Lock()
		defer w.mu.Unlock()
		_, made := w.registered["orders-vpc-sg"]
		return made
	}, 5*time.Second, 10*time.Millisecond)
	close(w.made)
	assert.NotNil(t, <-done)
	require.NoError(t, <-ended)
}
