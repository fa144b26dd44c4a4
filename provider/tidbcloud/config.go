package tidbcloud

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"os"
	"strconv"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/wait"
)

// The environment variables that configure the provider, shared with TiDB Cloud's own tools.
const (
	publicKeyEnv  = "TIDBCLOUD_PUBLIC_KEY"
	privateKeyEnv = "TIDBCLOUD_PRIVATE_KEY"
	endpointEnv   = "TIDBCLOUD_SERVERLESS_ENDPOINT"
)

// Config is the provider's configuration: how to reach TiDB Cloud, and with which key.
type Config struct {
	// The public key of a TiDB Cloud API key, created in the TiDB Cloud console under Organization Settings > API Keys;
	// with the role Organization Owner, or another role that may manage private link connections, and a scope
	// (organization, project or instance) that the cluster is in. Default: the environment variable
	// `TIDBCLOUD_PUBLIC_KEY`.
	PublicKey *string `pulumi:"publicKey,optional"`
	// The private key of that TiDB Cloud API key. It is kept as a secret. Default: the environment variable
	// `TIDBCLOUD_PRIVATE_KEY`.
	PrivateKey *string `pulumi:"privateKey,optional" provider:"secret"`
	// The address of the TiDB Cloud API, a URL without a path. Plain http is refused unless the host is a loopback
	// address. Default: the environment variable `TIDBCLOUD_SERVERLESS_ENDPOINT`, else https://serverless.tidbapi.com.
	ServerlessEndpoint *string `pulumi:"serverlessEndpoint,optional"`
	// How many requests per minute the provider may send with this API key, counted over the whole process; at least 1.
	// Default: 100, which TiDB Cloud documents as the limit of a key. Lower it when something else uses the same key.
	RequestsPerMinute *int `pulumi:"requestsPerMinute,optional"`

	client  *tidbapi.Client
	watches *wait.Watches
	regions *clusterRegions
}

var (
	_ infer.Annotated       = (*Config)(nil)
	_ infer.CustomConfigure = (*Config)(nil)
)

// Annotate sets the defaults.
func (c *Config) Annotate(a infer.Annotator) {
	a.SetDefault(&c.PublicKey, nil, publicKeyEnv)
	a.SetDefault(&c.PrivateKey, nil, privateKeyEnv)
	a.SetDefault(&c.ServerlessEndpoint, nil, endpointEnv)
}

// CheckConfig wraps a provider's CheckConfig, and rejects at preview a configuration with which every call would fail.
// It is not a Check method of Config: with one, infer would reject keys that the engine adds, such as the version.
func CheckConfig(
	check func(context.Context, p.CheckRequest) (p.CheckResponse, error),
) func(context.Context, p.CheckRequest) (p.CheckResponse, error) {
	return func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		resp, err := check(ctx, req)
		if err != nil || len(resp.Failures) > 0 {
			return resp, err
		}
		// From the untyped inputs: infer reads 2.5 as 2.
		if n, ok := number(req.Inputs.Get("requestsPerMinute")); ok && (n < 1 || n != math.Trunc(n)) {
			resp.Failures = append(resp.Failures, p.CheckFailure{
				Property: "requestsPerMinute",
				Reason: fmt.Sprintf("%v is not a number of requests; use 1 or more, or leave it out for %d",
					n, tidbapi.DefaultRequestsPerMinute),
			})
		}
		if v := resp.Inputs.Get("serverlessEndpoint"); v.IsString() {
			if _, err := tidbapi.New(tidbapi.Options{Endpoint: v.AsString()}); err != nil {
				failure := p.CheckFailure{Property: "serverlessEndpoint", Reason: err.Error()}
				if req.Inputs.Get("serverlessEndpoint").IsNull() {
					failure.Property = "" // the engine would report that the program sets none
				}
				resp.Failures = append(resp.Failures, failure)
			}
		}
		return resp, nil
	}
}

// number reads a number of the configuration, which comes from the stack configuration as a string.
func number(v property.Value) (float64, bool) {
	if v.IsNumber() {
		return v.AsNumber(), true
	}
	if !v.IsString() {
		return 0, false
	}
	n, err := strconv.ParseFloat(v.AsString(), 64)
	return n, err == nil
}

// Configure builds the client that all resources and functions of this process share.
func (c *Config) Configure(ctx context.Context) error {
	// Steps that skip the check of the configuration, such as the one after an import, lack the defaults from the
	// environment.
	timing := timingOf(ctx)
	client, err := tidbapi.New(tidbapi.Options{
		PublicKey:         cmp.Or(value(c.PublicKey), os.Getenv(publicKeyEnv)),
		PrivateKey:        cmp.Or(value(c.PrivateKey), os.Getenv(privateKeyEnv)),
		Endpoint:          cmp.Or(value(c.ServerlessEndpoint), os.Getenv(endpointEnv)),
		RequestsPerMinute: c.requestsPerMinute(),
		UserAgent:         "pulumi-tidbconfluent/" + p.GetRunInfo(ctx).Version,
		Transport:         timing.Transport,
		Backoff:           timing.Backoff,
		AttemptTimeout:    timing.AttemptTimeout,
	})
	if err != nil {
		return fmt.Errorf("the configuration of the tidbconfluent provider is wrong: %w", err)
	}
	c.client, c.watches = client, &wait.Watches{Spacing: client.Spacing}
	c.regions = &clusterRegions{}
	return nil
}

func (c *Config) requestsPerMinute() int {
	if c.RequestsPerMinute == nil {
		return tidbapi.DefaultRequestsPerMinute
	}
	return *c.RequestsPerMinute
}

// clientOf returns the client of the configured provider.
func clientOf(ctx context.Context) *tidbapi.Client {
	return infer.GetConfig[Config](ctx).client
}

// watchesOf returns the watches of the configured provider.
func watchesOf(ctx context.Context) *wait.Watches {
	return infer.GetConfig[Config](ctx).watches
}
