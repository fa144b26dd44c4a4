package confluentcloud

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/confluentcloud/internal/api"
)

// settings is the part of the configuration that the stand-in uses.
type settings struct {
	key, secret, endpoint string
	retries               int
}

// checkConfig accepts everything the real package's configuration has and refuses what it cannot do.
func (s *standIn) checkConfig(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
	v := validator{}
	config := stripped(req.Inputs)
	for name, value := range config.All {
		if s.pkg.config[name] != nil {
			config = config.Set(name, decoded(s.pkg.config[name], value))
		}
	}
	// The engine adds entries of its own, such as the version, so unknown names are not refused here.
	for name, f := range s.pkg.config {
		if value, ok := config.GetOk(name); ok {
			v.value(name, name, f, value)
		}
	}
	if len(v.failures) == 0 {
		v.failures = s.checkSettings(config)
	}
	return p.CheckResponse{Inputs: s.markSecrets(req.Inputs), Failures: v.failures}, nil
}

func (s *standIn) checkSettings(config property.Map) []p.CheckFailure {
	var v validator
	if !config.Get("oauth").IsNull() {
		v.fail("oauth", "the stand-in signs in with cloudApiKey and cloudApiSecret only; leave it out")
	}
	if retries := config.Get("maxRetries"); retries.IsNumber() && retries.AsNumber() < api.MinRetries {
		v.fail("maxRetries", fmt.Sprintf("%v is less than %d", retries.AsNumber(), api.MinRetries))
	}
	if endpoint := textAt(config, "endpoint"); endpoint != "" {
		if err := api.CheckEndpoint(endpoint); err != nil {
			v.fail("endpoint", err.Error())
		}
	}
	return v.failures
}

// markSecrets keeps credentials encrypted in the state even where a program passes them in clear.
func (s *standIn) markSecrets(inputs property.Map) property.Map {
	for _, name := range s.pkg.secretConfig {
		if value, ok := inputs.GetOk(name); ok {
			inputs = inputs.Set(name, value.WithSecret(true))
		}
	}
	return inputs
}

// diffConfig reports changes as updates: none of them makes the resources other ones.
func (s *standIn) diffConfig(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) {
	old, now := stripped(req.OldInputs), stripped(req.Inputs)
	if old.Len() == 0 {
		old = stripped(req.State)
	}
	changes := map[string]p.PropertyDiff{}
	for name := range s.pkg.config {
		switch before, after := old.Get(name), now.Get(name); {
		case before.Equals(after):
		case before.IsNull():
			changes[name] = p.PropertyDiff{Kind: p.Add, InputDiff: true}
		case after.IsNull():
			changes[name] = p.PropertyDiff{Kind: p.Delete, InputDiff: true}
		default:
			changes[name] = p.PropertyDiff{Kind: p.Update, InputDiff: true}
		}
	}
	return p.DiffResponse{HasChanges: len(changes) > 0, DetailedDiff: changes}, nil
}

// configure calls nothing: missing credentials show with the first call, as with the real provider.
func (s *standIn) configure(ctx context.Context, req p.ConfigureRequest) error {
	set, err := s.readSettings(req.Args)
	if err != nil {
		return err
	}
	if set.key == "" || set.secret == "" {
		p.GetLogger(ctx).Warning("confluentcloud:cloudApiKey and confluentcloud:cloudApiSecret, or the environment variables " +
			"CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET, are not set; calls go out without credentials")
	}
	client, err := api.NewClient(api.Config{
		Endpoint: set.endpoint, Key: set.key, Secret: set.secret,
		Retries: set.retries, RetryWait: s.opts.RetryWait,
		UserAgent: fmt.Sprintf("pulumi-confluentcloud-stand-in/%s", s.pkg.version),
	})
	if err != nil {
		return fmt.Errorf("confluentcloud:endpoint: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.client = client
	return nil
}

// readSettings takes what is not configured from the environment. That is here and not in checkConfig so that a
// credential of the environment is not written to the state.
func (s *standIn) readSettings(args property.Map) (settings, error) {
	config := stripped(args)
	set := settings{
		key:      orDefault(textAt(config, "cloudApiKey"), s.opts.Getenv("CONFLUENT_CLOUD_API_KEY")),
		secret:   orDefault(textAt(config, "cloudApiSecret"), s.opts.Getenv("CONFLUENT_CLOUD_API_SECRET")),
		endpoint: textAt(config, "endpoint"),
		retries:  api.MinRetries,
	}
	retries := decoded(&field{kind: integer}, config.Get("maxRetries"))
	if fallback := s.opts.Getenv("TF_PROVIDER_CONFLUENT_MAX_RETRIES"); retries.IsNull() && fallback != "" {
		retries = decoded(&field{kind: integer}, property.New(fallback))
	}
	if !retries.IsNull() {
		if !retries.IsNumber() || retries.AsNumber() < api.MinRetries || retries.AsNumber() > math.MaxInt16 {
			return set, fmt.Errorf("confluentcloud:maxRetries is not a number of at least %d", api.MinRetries)
		}
		set.retries = int(retries.AsNumber())
	}
	return set, nil
}

// decoded reads a value that reached the provider as text, as stack configuration and several SDKs send it.
func decoded(f *field, v property.Value) property.Value {
	if !v.IsString() || f.kind == text {
		return v
	}
	if n, err := strconv.Atoi(v.AsString()); err == nil && f.kind == integer {
		return numberOf(n)
	}
	var data any
	if json.Unmarshal([]byte(v.AsString()), &data) == nil {
		return resource.FromResourcePropertyValue(resource.NewPropertyValue(data))
	}
	return v
}

func orDefault(value, fallback string) string {
	if value != "" {
		return value
	}
	return fallback
}
