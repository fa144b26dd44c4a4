package aws

import (
	"net/http"
	"net/http/httptest"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

func properties(m map[string]any) property.Map {
	return resource.FromResourcePropertyMap(resource.NewPropertyMapFromMap(m))
}

func configured(t *testing.T, config map[string]any, env map[string]string) *standIn {
	t.Helper()
	s := newStandIn(Options{Getenv: func(name string) string { return env[name] }})
	require.NoError(t, s.configure(t.Context(), p.ConfigureRequest{Args: properties(config)}))
	return s
}

func environment(changes map[string]string) map[string]string {
	env := map[string]string{
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "very secret",
		"AWS_ENDPOINT_URL": "http://127.0.0.1:1",
	}
	for name, value := range changes {
		env[name] = value
	}
	return env
}

func TestWhatIsMissingIsSaidWithTheFirstCall(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		config map[string]any
		env    map[string]string
		want   string
	}{
		"no region": {nil, environment(map[string]string{"AWS_REGION": ""}), "set aws:region or the environment " +
			"variable AWS_REGION"},
		"no key": {nil, environment(map[string]string{"AWS_ACCESS_KEY_ID": ""}), "no valid credential sources found"},
		"no secret": {nil, environment(map[string]string{"AWS_SECRET_ACCESS_KEY": ""}), "no valid credential " +
			"sources found"},
		"no endpoint": {nil, environment(map[string]string{"AWS_ENDPOINT_URL": ""}), "does not talk to AWS"},
		"AWS itself": {
			nil, environment(map[string]string{"AWS_ENDPOINT_URL": "https://ec2.us-east-1.amazonaws.com"}),
			"not an address like http://127",
		},
		"another machine": {
			nil, environment(map[string]string{"AWS_ENDPOINT_URL_EC2": "http://192.0.2.1:5000"}),
			"not a loopback address",
		},
		"another machine, configured": {
			map[string]any{"endpoints": []any{map[string]any{"route53": "http://192.0.2.1:5000"}}},
			environment(nil),
			"not a loopback address",
		},
	} {
		_, err := configured(t, tt.config, tt.env).session()
		assert.ErrorContains(t, err, tt.want, name)
		if err != nil {
			assert.NotContains(t, err.Error(), "very secret", name)
		}
	}
	_, err := newStandIn(Options{}).session()
	assert.ErrorIs(t, err, errNotConfigured)
}

func TestConfigurationTakesPrecedence(t *testing.T) {
	t.Parallel()
	var authorization, token string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		authorization, token = r.Header.Get("Authorization"), r.Header.Get("X-Amz-Security-Token")
		_, _ = w.Write(
			[]byte("<R><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></R>"))
	}))
	t.Cleanup(server.Close)
	s := configured(t, map[string]any{
		"region": "eu-west-1", "accessKey": "AKIACONFIGURED", "token": "session",
		// Stack configuration has lists as text.
		"endpoints": `[{"sts": "` + server.URL + `"}]`,
	}, environment(map[string]string{"AWS_SESSION_TOKEN": "another"}))
	session, err := s.session()
	require.NoError(t, err)
	caller, err := session.client.CallerIdentity(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "123456789012", caller.Account)
	assert.Regexp(t, `^AWS4-HMAC-SHA256 Credential=AKIACONFIGURED/\d{8}/eu-west-1/sts/aws4_request,`, authorization)
	assert.NotContains(t, authorization, "very secret")
	assert.Equal(t, "session", token)
}

func TestCheckConfig(t *testing.T) {
	t.Parallel()
	s := newStandIn(Options{})
	resp, err := s.checkConfig(t.Context(), p.CheckRequest{Inputs: properties(map[string]any{
		"secretKey": "x", "region": "us-east-1", "version": Version(),
		"endpoints": `[{"ec2": "http://192.0.2.1:5000"}]`,
	})})
	require.NoError(t, err)
	require.Len(t, resp.Failures, 1)
	assert.Equal(t, "endpoints[0].ec2", resp.Failures[0].Property)
	assert.True(t, resp.Inputs.Get("secretKey").Secret())
	assert.False(t, resp.Inputs.Get("region").Secret())
}

func TestDefaultTags(t *testing.T) {
	t.Parallel()
	s := configured(t, map[string]any{
		"defaultTags": `{"tags": {"team": "data", "stage": "test"}}`,
	}, environment(nil))
	vpc := &s.pkg.resources["aws:ec2/vpc:Vpc"].Type
	all := s.addTagsAll(vpc, properties(map[string]any{"tags": map[string]any{"stage": "dev", "own": "1"}}))
	assert.Equal(t, map[string]string{"team": "data", "stage": "dev", "own": "1"}, textMap(all, tagsAll))

	unknown := s.addTagsAll(vpc, property.NewMap(standin.Values{"tags": property.New(property.Computed)}))
	assert.True(t, unknown.Get(tagsAll).IsComputed())

	record := &s.pkg.resources["aws:route53/record:Record"].Type
	assert.True(t, s.addTagsAll(record, property.Map{}).Get(tagsAll).IsNull(), "records have no tags")

	// A default tag is not among the resource's own, unless the program sets it too.
	session, err := s.session()
	require.NoError(t, err)
	state := standin.Values{}
	session.addTags(state, map[string]string{"team": "data", "stage": "test", "own": "1"},
		properties(map[string]any{"tags": map[string]any{"stage": "test"}}))
	assert.Equal(t, map[string]string{"stage": "test", "own": "1"}, textMap(property.NewMap(state), "tags"))
	assert.Len(t, textMap(property.NewMap(state), tagsAll), 3)
}
