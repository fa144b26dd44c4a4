package confluentcloud

import (
	"context"
	"fmt"
	"math"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/logging"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

// settings is the part of the configuration that the stand-in uses.
type settings struct {
	key, secret, endpoint string
	retries               int
}

// checkConfig accepts the real package's configuration and rejects what the stand-in cannot do.
func (s *standIn) checkConfig(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
	config, failures := s.pkg.CheckConfig(req.Inputs)
	if len(failures) == 0 {
		failures = s.checkSettings(config)
	}
	return p.CheckResponse{Inputs: s.pkg.MarkSecrets(req.Inputs), Failures: failures}, nil
}

func (s *standIn) checkSettings(config property.Map) []p.CheckFailure {
	var v standin.Validator
	if !config.Get("oauth").IsNull() {
		v.Fail("oauth", "the stand-in signs in with cloudApiKey and cloudApiSecret only; leave it out")
	}
	if retries := config.Get("maxRetries"); retries.IsNumber() && retries.AsNumber() < api.MinRetries {
		v.Fail("maxRetries", fmt.Sprintf("%v is less than %d", retries.AsNumber(), api.MinRetries))
	}
	if endpoint := standin.TextAt(config, "endpoint"); endpoint != "" {
		if err := api.CheckEndpoint(endpoint); err != nil {
			v.Fail("endpoint", err.Error())
		}
	}
	return v.Failures
}

// configure calls nothing: missing credentials show with the first call, as with the real provider.
func (s *standIn) configure(ctx context.Context, req p.ConfigureRequest) error {
	set, err := s.readSettings(req.Args)
	if err != nil {
		return err
	}
	if err := s.checkGroups(standin.Stripped(req.Args)); err != nil {
		return standin.Listed(err)
	}
	logInputs(set)
	if set.key == "" || set.secret == "" {
		p.GetLogger(ctx).Warning("confluentcloud:cloudApiKey and confluentcloud:cloudApiSecret, or the environment " +
			"variables " +
			"CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET, are not set; calls go out without credentials")
	}
	client, err := api.NewClient(api.Config{
		Endpoint: set.endpoint, Key: set.key, Secret: set.secret,
		Retries: set.retries, RetryWait: s.opts.RetryWait,
		UserAgent: fmt.Sprintf("pulumi-confluentcloud-stand-in/%s", s.pkg.Version),
	})
	if err != nil {
		return fmt.Errorf("confluentcloud:endpoint: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.client = client
	return nil
}

// logInputs logs keys in clear from level 5 on, as pulumi-terraform-bridge does with all inputs: so the stand-in shows
// what the documentation warns of.
func logInputs(set settings) {
	for _, input := range [][2]string{
		{"cloud_api_key", set.key},
		{"cloud_api_secret", set.secret},
		{"endpoint", set.endpoint},
	} {
		logging.V(logInputsFrom).Infof("Terraform input %v = %#v", input[0], input[1])
	}
}

const logInputsFrom = 5

// readSettings takes what is not configured from the environment. That is here and not in checkConfig so that a
// credential of the environment is not written to the state.
func (s *standIn) readSettings(args property.Map) (settings, error) {
	config := standin.Stripped(args)
	set := settings{
		key:      s.setting(config, "cloudApiKey"),
		secret:   s.setting(config, "cloudApiSecret"),
		endpoint: standin.TextAt(config, "endpoint"),
		retries:  api.MinRetries,
	}
	retries := standin.Decoded(&standin.Field{Kind: standin.Integer}, config.Get("maxRetries"))
	if fallback := s.opts.Getenv(variables["maxRetries"]); retries.IsNull() && fallback != "" {
		retries = standin.Decoded(&standin.Field{Kind: standin.Integer}, property.New(fallback))
	}
	if !retries.IsNull() {
		if !retries.IsNumber() || retries.AsNumber() < api.MinRetries || retries.AsNumber() > math.MaxInt16 {
			return set, fmt.Errorf("confluentcloud:maxRetries is not a number of at least %d", api.MinRetries)
		}
		set.retries = int(retries.AsNumber())
	}
	return set, nil
}
