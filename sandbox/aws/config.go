package aws

import (
	"context"
	"errors"
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

var errNotConfigured = errors.New("the aws provider is not configured")

// checkConfig accepts the real package's configuration, except for what the schema leaves out.
func (s *standIn) checkConfig(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
	config, failures := s.pkg.CheckConfig(req.Inputs)
	if len(failures) == 0 {
		failures = checkEndpoints(config)
	}
	return p.CheckResponse{Inputs: s.pkg.MarkSecrets(req.Inputs), Failures: failures}, nil
}

func checkEndpoints(config property.Map) []p.CheckFailure {
	var v standin.Validator
	for i, group := range endpointGroups(config) {
		for _, service := range api.Services {
			endpoint := standin.TextAt(group, string(service))
			if endpoint == "" {
				continue
			}
			if err := api.CheckEndpoint(endpoint); err != nil {
				v.Fail(fmt.Sprintf("endpoints[%d].%s", i, service), err.Error())
			}
		}
	}
	return v.Failures
}

func endpointGroups(config property.Map) []property.Map {
	var groups []property.Map
	if list := config.Get("endpoints"); list.IsArray() {
		for _, item := range list.AsArray().All {
			if item.IsMap() {
				groups = append(groups, item.AsMap())
			}
		}
	}
	return groups
}

// configure calls nothing, and leaves errors about missing settings to the first operation: a program may configure the
// provider with values that a preview does not know.
func (s *standIn) configure(_ context.Context, req p.ConfigureRequest) error {
	config, _ := s.pkg.CheckConfig(req.Args)
	tags := textMap(config, "defaultTags", "tags")
	client, err := s.connect(config)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.defaultTags, s.unusable, s.current = tags, err, nil
	if err == nil {
		s.current = &session{client: client, defaultTags: tags}
	}
	return nil
}

// connect takes what is not configured from the environment. That is here and not in checkConfig so that a credential
// of the environment is not written to the state.
func (s *standIn) connect(config property.Map) (*api.Client, error) {
	setting := func(name string, variables ...string) string {
		value := standin.TextAt(config, name)
		for _, variable := range variables {
			if value == "" {
				value = s.opts.Getenv(variable)
			}
		}
		return value
	}
	cfg := api.Config{
		Region:    setting("region", "AWS_REGION", "AWS_DEFAULT_REGION"),
		AccessKey: setting("accessKey", "AWS_ACCESS_KEY_ID"),
		Token:     setting("token", "AWS_SESSION_TOKEN"),
		Endpoints: map[api.Service]string{},
		UserAgent: "pulumi-aws-stand-in/" + s.pkg.Version,
	}
	switch {
	case cfg.Region == "":
		return nil, errors.New("invalid AWS Region: there is none; set aws:region or the environment variable " +
			"AWS_REGION")
	case cfg.AccessKey == "" || setting("secretKey", "AWS_SECRET_ACCESS_KEY") == "":
		return nil, errors.New("no valid credential sources found; set aws:accessKey and aws:secretKey, " +
			"or the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	}
	variables := map[api.Service]string{
		api.EC2: "AWS_ENDPOINT_URL_EC2", api.Route53: "AWS_ENDPOINT_URL_ROUTE_53", api.STS: "AWS_ENDPOINT_URL_STS",
	}
	for service, variable := range variables {
		for _, group := range endpointGroups(config) {
			if given := standin.TextAt(group, string(service)); given != "" {
				cfg.Endpoints[service] = given
			}
		}
		if cfg.Endpoints[service] == "" {
			cfg.Endpoints[service] = setting("", variable, "AWS_ENDPOINT_URL")
		}
	}
	return api.NewClient(cfg)
}
