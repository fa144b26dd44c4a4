package confluentcloud

import (
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

func configured(env map[string]string) *standIn {
	return newStandIn(Options{Getenv: func(name string) string { return env[name] }})
}

func TestCheckConfig(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config standin.Values
		path   string
		reason string
	}{
		"nothing":             {standin.Values{}, "", ""},
		"retries as text":     {standin.Values{"maxRetries": property.New("5")}, "", ""},
		"retries as a number": {standin.Values{"maxRetries": standin.NumberOf(4)}, "", ""},
		"too few retries": {
			standin.Values{"maxRetries": property.New("3")},
			"maxRetries",
			"3 is less than 4",
		},
		"retries that are none": {standin.Values{"maxRetries": property.New("many")}, "maxRetries", "type integer"},
		"other keys of the package": {
			standin.Values{"kafkaId": property.New("lkc-1"), "flinkApiKey": property.New("x")}, "", "",
		},
		"keys of the engine": {standin.Values{"version": property.New(Version())}, "", ""},
		"an endpoint":        {standin.Values{"endpoint": property.New("http://127.0.0.1:1")}, "", ""},
		"an endpoint in clear": {
			standin.Values{"endpoint": property.New("http://example.org")},
			"endpoint",
			"in clear",
		},
		"an endpoint not yet known": {standin.Values{"endpoint": property.New(property.Computed)}, "", ""},
		"oauth": {
			standin.Values{"oauth": property.New(`{"oauthIdentityPoolId":"pool-1"}`)},
			"oauth", "cloudApiKey and cloudApiSecret only",
		},
		"a key of the wrong type": {standin.Values{"cloudApiKey": standin.NumberOf(1)}, "cloudApiKey", "type string"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp, err := configured(nil).checkConfig(t.Context(), p.CheckRequest{Inputs: property.NewMap(tt.config)})
			require.NoError(t, err)
			if tt.path == "" {
				assert.Empty(t, resp.Failures)
			} else if assert.Len(t, resp.Failures, 1) {
				assert.Equal(t, tt.path, resp.Failures[0].Property)
				assert.Contains(t, resp.Failures[0].Reason, tt.reason)
			}
		})
	}
}

func TestCheckConfigMarksSecrets(t *testing.T) {
	t.Parallel()
	resp, err := configured(map[string]string{"CONFLUENT_CLOUD_API_KEY": "from the environment"}).checkConfig(
		t.Context(),
		p.CheckRequest{
			Inputs: property.NewMap(
				standin.Values{"cloudApiSecret": property.New("x"), "endpoint": property.New("https://y")}),
		})
	require.NoError(t, err)
	assert.True(t, resp.Inputs.Get("cloudApiSecret").Secret())
	assert.False(t, resp.Inputs.Get("endpoint").Secret())
	assert.True(t, resp.Inputs.Get("cloudApiKey").IsNull(), "the environment's credentials stay out of the state")
}

func TestDiffConfigNeverReplaces(t *testing.T) {
	t.Parallel()
	old := standin.Values{
		"cloudApiKey": property.New("a").WithSecret(true), "endpoint": property.New("https://a"),
		"kafkaId": property.New("lkc-1"),
	}
	now := standin.Values{
		"cloudApiKey": property.New("b").WithSecret(true), "maxRetries": standin.NumberOf(5),
		"kafkaId":  property.New("lkc-1"),
		"endpoint": property.New("https://b"), "version": property.New("2.80.0"),
	}
	update := p.DiffResponse{HasChanges: true}
	for _, req := range []p.DiffRequest{
		{OldInputs: property.NewMap(old), Inputs: property.NewMap(now)},
		{State: property.NewMap(old), Inputs: property.Map{}},
	} {
		got, err := loadPackage().DiffConfig(t.Context(), req)
		require.NoError(t, err)
		assert.Equal(t, update, got)
	}
	old["version"] = property.New("2.80.0")
	got, err := loadPackage().DiffConfig(t.Context(),
		p.DiffRequest{OldInputs: property.NewMap(old), Inputs: property.NewMap(old).Delete("version")})
	require.NoError(t, err)
	assert.Equal(t, p.DiffResponse{}, got)
}

func TestReadSettings(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"CONFLUENT_CLOUD_API_KEY": "env-key", "CONFLUENT_CLOUD_API_SECRET": "env-secret",
		"CONFLUENT_CLOUD_ENDPOINT": "https://not.read", "TF_PROVIDER_CONFLUENT_MAX_RETRIES": "7",
	}
	got, err := configured(env).readSettings(property.Map{})
	require.NoError(t, err)
	assert.Equal(t, settings{key: "env-key", secret: "env-secret", retries: 7}, got)

	got, err = configured(env).readSettings(property.NewMap(standin.Values{
		"cloudApiKey": property.New("key").WithSecret(true), "cloudApiSecret": property.New("secret").WithSecret(true),
		"endpoint": property.New("https://e"), "maxRetries": property.New("5"),
	}))
	require.NoError(t, err)
	assert.Equal(t, settings{key: "key", secret: "secret", endpoint: "https://e", retries: 5}, got)

	got, err = configured(nil).readSettings(property.Map{})
	require.NoError(t, err)
	assert.Equal(t, settings{retries: api.MinRetries}, got)

	for _, bad := range []string{"3", "x", "1.5"} {
		_, err = configured(nil).readSettings(property.NewMap(standin.Values{"maxRetries": property.New(bad)}))
		assert.ErrorContains(t, err, "maxRetries", bad)
	}
}

func TestConfigureRefusesAnEndpointInClear(t *testing.T) {
	t.Parallel()
	err := configured(nil).configure(t.Context(), p.ConfigureRequest{
		Args: property.NewMap(standin.Values{"endpoint": property.New("http://example.org")}),
	})
	assert.ErrorContains(t, err, "confluentcloud:endpoint")
}

func TestOptionsFromEnv(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		env         map[string]string
		poll, retry time.Duration
		err         bool
	}{
		"nothing":                  {nil, 0, 0, false},
		"acceptance tests":         {map[string]string{"TF_ACC": "1"}, time.Second, 0, false},
		"acceptance in production": {map[string]string{"TF_ACC": "1", "TF_ACC_PROD": "1"}, 0, 0, false},
		"a pace of one's own": {
			map[string]string{"TF_ACC": "1", PollIntervalVariable: "50ms"},
			50 * time.Millisecond, 50 * time.Millisecond, false,
		},
		"not a duration": {map[string]string{PollIntervalVariable: "fast"}, 0, 0, true},
		"not positive":   {map[string]string{PollIntervalVariable: "0s"}, 0, 0, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opts, err := OptionsFromEnv(func(name string) string { return tt.env[name] })
			assert.Equal(t, tt.err, err != nil)
			assert.Equal(t, tt.poll, opts.PollInterval)
			assert.Equal(t, tt.retry, opts.RetryWait)
		})
	}
}
