package provider_test

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/sandboxtest"
)

func TestConfigurationIsCheckedBeforeItIsUsed(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		inputs   map[string]any
		property string
		reason   string
	}{
		{"nothing", map[string]any{}, "", ""},
		{"loopback", map[string]any{"serverlessEndpoint": "http://127.0.0.1:8080", "requestsPerMinute": 10.0}, "", ""},
		{"the engine's own keys", map[string]any{"version": "0.1.0", "pluginDownloadURL": "github://x"}, "", ""},
		{
			"plain http",
			map[string]any{"serverlessEndpoint": "http://serverless.tidbapi.com"},
			"serverlessEndpoint",
			"loopback",
		},
		{"no URL", map[string]any{"serverlessEndpoint": "serverless"}, "serverlessEndpoint", ""},
		{
			"no requests",
			map[string]any{"requestsPerMinute": 0.0},
			"requestsPerMinute",
			"use 1 or more, or leave it out for 100",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			resp, err := newServer(t).CheckConfig(p.CheckRequest{
				Urn: urn("pulumi:providers:tidbconfluent"), Inputs: object(test.inputs),
			})
			require.NoError(t, err)
			if test.property == "" {
				assert.Empty(t, resp.Failures)
				return
			}
			require.Len(t, resp.Failures, 1)
			assert.Equal(t, test.property, resp.Failures[0].Property)
			assert.Contains(t, resp.Failures[0].Reason, test.reason)
		})
	}
}

// The engine shows no value of an address from the environment: the program sets none.
func TestTheEndpointOfTheEnvironmentIsChecked(t *testing.T) {
	t.Setenv("TIDBCLOUD_SERVERLESS_ENDPOINT", "serverless")
	resp, err := newServer(t).CheckConfig(p.CheckRequest{Urn: urn("pulumi:providers:tidbconfluent")})
	require.NoError(t, err)
	require.Len(t, resp.Failures, 1)
	assert.Empty(t, resp.Failures[0].Property)
	assert.Contains(t, resp.Failures[0].Reason, "TIDBCLOUD_SERVERLESS_ENDPOINT")
}

func TestThePrivateKeyIsASecret(t *testing.T) {
	t.Parallel()
	resp, err := newServer(t).CheckConfig(p.CheckRequest{
		Urn: urn("pulumi:providers:tidbconfluent"), Inputs: object(map[string]any{"publicKey": "p", "privateKey": "s"}),
	})
	require.NoError(t, err)
	assert.True(t, resp.Inputs.Get("privateKey").Secret())
	assert.False(t, resp.Inputs.Get("publicKey").Secret())
}

// A rotated key, another endpoint, another version: an update of the provider, never a replacement.
func TestAChangedConfigurationReplacesNothing(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	was := object(map[string]any{
		"publicKey": "a", "privateKey": "b", "version": "0.1.0", "__internal": "x",
		"requestsPerMinute": 10.0,
	})
	is := object(map[string]any{
		"publicKey": "a", "privateKey": "c", "version": "0.2.0", "__internal": "y",
		"serverlessEndpoint": "https://x",
	})
	diff, err := server.DiffConfig(p.DiffRequest{
		Urn: urn("pulumi:providers:tidbconfluent"), OldInputs: was, State: was,
		Inputs: is,
	})
	require.NoError(t, err)
	assert.True(t, diff.HasChanges)
	assert.Equal(t, map[string]p.PropertyDiff{
		"privateKey":         {Kind: p.Update, InputDiff: true},
		"version":            {Kind: p.Update, InputDiff: true},
		"serverlessEndpoint": {Kind: p.Add, InputDiff: true},
		"requestsPerMinute":  {Kind: p.Delete, InputDiff: true},
	}, diff.DetailedDiff)

	same, err := server.DiffConfig(p.DiffRequest{
		Urn: urn("pulumi:providers:tidbconfluent"), OldInputs: was, State: was,
		Inputs: was,
	})
	require.NoError(t, err)
	assert.False(t, same.HasChanges)

	secret := was.Set("privateKey", property.New("b").WithSecret(true))
	same, err = server.DiffConfig(p.DiffRequest{
		Urn: urn("pulumi:providers:tidbconfluent"), OldInputs: secret,
		State: secret, Inputs: secret,
	})
	require.NoError(t, err)
	assert.False(t, same.HasChanges)
}

// Some steps of the engine, such as the one after an import, configure the provider with the stack configuration alone.
func TestTheEnvironmentConfiguresWhatIsLeftOut(t *testing.T) {
	box := sandboxtest.New(t)
	t.Setenv("TIDBCLOUD_PUBLIC_KEY", box.Credentials().PublicKey)
	t.Setenv("TIDBCLOUD_PRIVATE_KEY", box.Credentials().PrivateKey)
	t.Setenv("TIDBCLOUD_SERVERLESS_ENDPOINT", box.TiDBCloudURL())
	server := newServer(t)
	require.NoError(t, server.Configure(p.ConfigureRequest{}))
	resp, err := server.Invoke(p.InvokeRequest{
		Token: "tidbconfluent:tidbcloud:getCluster",
		Args:  object(map[string]any{"clusterId": box.Seed().EssentialUSEast1}),
	})
	require.NoError(t, err)
	assert.Equal(t, "us-east-1", resp.Return.Get("region").AsString())
}

func TestMissingAndRefusedCredentialsSaySo(t *testing.T) {
	t.Parallel()
	box := sandboxtest.New(t)
	tests := []struct {
		name   string
		inputs map[string]any
		want   string
	}{
		{"none", map[string]any{}, "TIDBCLOUD_PUBLIC_KEY"},
		{"half", map[string]any{"publicKey": "x"}, "TIDBCLOUD_PRIVATE_KEY"},
		{"refused", map[string]any{"publicKey": box.Credentials().PublicKey, "privateKey": "hunter2"}, "401"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := newServer(t)
			test.inputs["serverlessEndpoint"] = box.TiDBCloudURL()
			require.NoError(t, server.Configure(p.ConfigureRequest{Args: object(test.inputs)}))
			_, err := server.Invoke(p.InvokeRequest{
				Token: "tidbconfluent:tidbcloud:getCluster",
				Args:  object(map[string]any{"clusterId": box.Seed().EssentialUSEast1}),
			})
			require.ErrorContains(t, err, test.want)
			assert.NotContains(t, err.Error(), "hunter2")
		})
	}
}
