package e2e

import (
	"maps"
	"os"
	"path/filepath"
	"sync"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws/emulator"
)

// awsEmulator is started by the first test that needs it, for all of them.
var awsEmulator struct {
	once    sync.Once
	running *emulator.Emulator
	err     error
}

// startEmulator starts the emulator and installs an aws plugin: the real one of AWS_PLUGIN, or the stand-in.
func startEmulator(python string) (*emulator.Emulator, error) {
	e := &awsEmulator
	e.once.Do(func() {
		if e.err = installAWS(); e.err == nil {
			e.running, e.err = emulator.Start(filepath.Join(python, "bin", "python"))
		}
	})
	return e.running, e.err
}

func stopEmulator() {
	if running := awsEmulator.running; running != nil {
		_ = running.Close()
	}
}

// installAWS installs the aws plugin, once.
var installAWS = sync.OnceValue(func() error {
	if plugin := os.Getenv("AWS_PLUGIN"); plugin != "" {
		return install("aws", aws.Version(), plugin)
	}
	plugin, err := built("pulumi-resource-aws")
	if err != nil {
		return err
	}
	return install("aws", aws.Version(), plugin)
})

// withAWS adds an AWS account of its own to the stack, in which an interface endpoint of a Confluent network can be
// created as in AWS: only while the network has a PrivateLink Access of that account.
func (s *stack) withAWS() *emulator.Account {
	s.t.Helper()
	running, err := startEmulator(packages(s.t).python)
	require.NoError(s.t, err)
	account, err := running.Account()
	require.NoError(s.t, err)
	s.t.Cleanup(func() { assert.NoError(s.t, account.Close()) })
	account.Link(s.sandbox)
	maps.Copy(s.env, account.Env())
	return account
}
