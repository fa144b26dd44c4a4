package provider_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/changefeed"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud"
)

const clusterID = "10482930571846290153"

const (
	clusterFunction    = "tidbconfluent:tidbcloud:getCluster"
	zonesFunction      = "tidbconfluent:tidbcloud:getPrivateLinkZones"
	connectionFunction = "tidbconfluent:tidbcloud:getPrivateLinkConnection"
)

// with adds values that are properties already.
func with(values map[string]any, more map[string]property.Value) property.Map {
	m := object(values)
	for name, value := range more {
		m = m.Set(name, value)
	}
	return m
}

// refusedBy are the refusals of a resource's Check or of a function, one to a line.
func refusedBy(t *testing.T, token tokens.Type, inputs property.Map) []string {
	t.Helper()
	server := newServer(t)
	var failures []p.CheckFailure
	if strings.HasPrefix(token.Name().String(), "get") {
		resp, err := server.Invoke(p.InvokeRequest{Token: token, Args: inputs})
		require.NoError(t, err)
		failures = resp.Failures
	} else {
		resp, err := server.Check(p.CheckRequest{Urn: urn(token), Inputs: inputs})
		require.NoError(t, err)
		failures = resp.Failures
	}
	var lines []string
	for _, f := range failures {
		lines = append(lines, f.Property+": "+f.Reason)
	}
	slices.Sort(lines)
	return lines
}

type wrongInputs struct {
	token  tokens.Type
	inputs property.Map
	want   []string
}

const (
	noCluster     = "clusterId: is required: the ID of the TiDB Cloud cluster"
	noConnection  = "privateLinkConnectionId: is required: the ID of the private link connection"
	noName        = "awsEndpointService.name: is required: the name of the endpoint service"
	noType        = "type: is required: one of CONFLUENT, TIDBCLOUD_MANAGED"
	ofConnections = "there is no such input; use one of alicloudEndpointService, awsEndpointService, clusterId, " +
		"displayName, type"
	ofServices = "there is no such input; use one of name, region"
)

func connectionOf(service any) property.Map {
	return object(map[string]any{"clusterId": clusterID, "awsEndpointService": service})
}

func allWrongInputs() map[string]wrongInputs {
	id := map[string]any{"clusterId": clusterID}
	secret := property.New(3.0).WithSecret(true)
	reference := resource.ResourceReference{URN: urn(connectionType)}
	file := resource.FromResourcePropertyValue(resource.NewProperty(reference))
	text := ": is a number, but must be a string; write it as one"
	return map[string]wrongInputs{
		"nothing":           {connectionType, property.Map{}, []string{noCluster}},
		"null":              {connectionType, object(map[string]any{"clusterId": nil}), []string{noCluster}},
		"nothing to attach": {attachmentType, property.Map{}, []string{noCluster, noConnection, noType}},
		"boolean": {
			connectionType, object(map[string]any{"clusterId": true}),
			[]string{"clusterId: is a boolean, but must be a string; write it as one"},
		},
		"list": {
			connectionType, object(map[string]any{"clusterId": []any{"a"}}),
			[]string{"clusterId: is a list, but must be a string; write it as one"},
		},
		"object": {
			connectionType, object(map[string]any{"clusterId": map[string]any{}}),
			[]string{"clusterId: is an object, but must be a string; write it as one"},
		},
		"number": {
			connectionType, object(map[string]any{"clusterId": clusterID, "displayName": 1.5}),
			[]string{"displayName: is a fraction, but must be a string; write it as one"},
		},
		"number for an enum": {
			connectionType, object(map[string]any{"clusterId": clusterID, "type": 2.0}),
			[]string{"type" + text},
		},
		"secret": {
			connectionType, with(id, map[string]property.Value{"displayName": secret}),
			[]string{"displayName" + text},
		},
		"resource": {
			connectionType, with(id, map[string]property.Value{"displayName": file}),
			[]string{"displayName: is a resource, but must be a string; write it as one"},
		},
		"no such input": {
			connectionType, object(map[string]any{"clusterId": clusterID, "novelty": 1.0}),
			[]string{"novelty: " + ofConnections},
		},
		"no such input, null": {
			connectionType, object(map[string]any{"clusterId": clusterID, "novelty": nil}),
			[]string{"novelty: " + ofConnections},
		},
		"a note of Pulumi's": {
			connectionType, object(map[string]any{"clusterId": clusterID, "__defaults": []any{}}),
			[]string{"__defaults: " + ofConnections},
		},
		"an unknown's neighbor": {connectionType, with(id,
			map[string]property.Value{
				"displayName": property.New(property.Computed),
				"novelty":     property.New(property.Computed),
			}), []string{"novelty: " + ofConnections}},
		"string for an object": {
			connectionType, connectionOf("x"),
			[]string{"awsEndpointService: is a string, but must be an object; write it as one"},
		},
		"empty object": {connectionType, connectionOf(map[string]any{}), []string{noName}},
		"in an object": {
			connectionType, connectionOf(map[string]any{"name": nil, "nm": 1.0, "region": []any{}}),
			[]string{
				noName, "awsEndpointService.nm: " + ofServices,
				"awsEndpointService.region: is a list, but must be a string; write it as one",
			},
		},
		"in a secret object": {
			connectionType,
			with(id, map[string]property.Value{"awsEndpointService": property.New(object(map[string]any{
				"name": 7.0,
				"hush": 1.0,
			})).WithSecret(true)}),
			[]string{"awsEndpointService.[secret]: " + ofServices, "awsEndpointService.name" + text},
		},
		"function, nothing": {clusterFunction, property.Map{}, []string{noCluster}},
		"function, boolean": {
			zonesFunction, object(map[string]any{"clusterId": true}),
			[]string{"clusterId: is a boolean, but must be a string; write it as one"},
		},
		"function, no such input": {
			clusterFunction, object(map[string]any{"clusterId": clusterID, "id": "x"}),
			[]string{"id: there is no such input; use one of clusterId"},
		},
		"function, another missing": {connectionFunction, object(id), []string{noConnection}},
	}
}

func TestRefusalsInTheSchemasTerms(t *testing.T) {
	t.Parallel()
	for name, test := range allWrongInputs() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, refusedBy(t, test.token, test.inputs))
		})
	}
}

// TestRefusalsAreInfers: our messages are about the same properties as infer's.
func TestRefusalsAreInfers(t *testing.T) {
	t.Parallel()
	top := func(property string) string {
		name, _, _ := strings.Cut(property, ".")
		return name
	}
	for name, test := range allWrongInputs() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said, raw := map[string]bool{}, map[string]bool{}
			for _, line := range refusedBy(t, test.token, test.inputs) {
				property, _, _ := strings.Cut(line, ": ")
				said[top(property)] = true
			}
			for _, f := range inferred(t, test.token, test.inputs) {
				raw[top(f.Property)] = true
			}
			assert.Equal(t, raw, said)
		})
	}
}

// inferred is infer's own message.
func inferred(t *testing.T, token tokens.Type, inputs property.Map) []p.CheckFailure {
	t.Helper()
	var failures []p.CheckFailure
	var err error
	switch token {
	case connectionType:
		_, failures, err = infer.DefaultCheck[tidbcloud.PrivateLinkConnectionArgs](t.Context(), inputs)
	case attachmentType:
		_, failures, err = infer.DefaultCheck[tidbcloud.DomainAttachmentArgs](t.Context(), inputs)
	case connectionFunction:
		_, failures, err = infer.DefaultCheck[tidbcloud.GetPrivateLinkConnectionArgs](t.Context(), inputs)
	default:
		_, failures, err = infer.DefaultCheck[tidbcloud.ClusterArgs](t.Context(), inputs)
	}
	require.NoError(t, err)
	return failures
}

// TestWhatIsRightIsTaken: values of every kind that infer accepts go on to the rules.
func TestWhatIsRightIsTaken(t *testing.T) {
	t.Parallel()
	unknown := property.New(property.Computed)
	for name, inputs := range map[string]property.Map{
		"enum":    connectionInputs(clusterID).Set("type", property.New("AWS_ENDPOINT_SERVICE")),
		"secrets": connectionInputs(clusterID).Set("clusterId", property.New(clusterID).WithSecret(true)),
		"outputs": connectionInputs(clusterID).Set("clusterId",
			property.New(clusterID).WithDependencies([]resource.URN{urn(attachmentType)})),
		"null":           connectionInputs(clusterID).Set("displayName", property.Value{}),
		"unknown":        connectionInputs(clusterID).Set("clusterId", unknown),
		"unknown object": connectionInputs(clusterID).Set("awsEndpointService", unknown),
		"secret unknown": connectionInputs(clusterID).Set("awsEndpointService", unknown.WithSecret(true)),
		"unknown in it": connectionInputs(clusterID).Set("awsEndpointService",
			property.New(map[string]property.Value{"name": unknown})),
		"secret as whole": connectionInputs(clusterID).Set("awsEndpointService",
			connectionInputs(clusterID).Get("awsEndpointService").WithSecret(true)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Empty(t, refusedBy(t, connectionType, inputs))
		})
	}
}

// TestRulesSpeakForThemselves: for inputs of the right types, the rules' messages stay.
func TestRulesSpeakForThemselves(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"clusterId: " + rules.TiDBClusterID.Check("x").Error()},
		refusedBy(t, connectionType, connectionInputs("x")))
}

// TestInputsOfAnEarlierVersion: an input in the state that no longer exists is not the user's mistake.
func TestInputsOfAnEarlierVersion(t *testing.T) {
	t.Parallel()
	resp, err := newServer(t).Check(p.CheckRequest{
		Urn: urn(connectionType), Inputs: connectionInputs(clusterID),
		State: connectionInputs(clusterID).Set("formerly", property.New(1.0)),
	})
	require.NoError(t, err)
	assert.Empty(t, resp.Failures)
}

func TestClusterIDsThatAreNumbers(t *testing.T) {
	t.Parallel()
	for _, number := range []property.Value{
		property.New(1.048293057184629e+19),
		property.New(1.048293057184629e+19).WithSecret(true),
	} {
		for _, token := range []tokens.Type{
			connectionType, attachmentType, clusterFunction, zonesFunction,
			connectionFunction,
		} {
			assert.Contains(t, refusedBy(t, token, property.NewMap(map[string]property.Value{"clusterId": number})),
				"clusterId: "+rules.ErrNumericClusterID.Error(), token)
		}
	}
}

func TestConfigurationsOfOtherTypes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		inputs map[string]any
		want   []p.CheckFailure
	}{
		"number": {
			map[string]any{"publicKey": 1.0},
			[]p.CheckFailure{{Property: "publicKey", Reason: "is a number, but must be a string; write it as one"}},
		},
		"string": {
			map[string]any{"requestsPerMinute": "x"},
			[]p.CheckFailure{{
				Property: "requestsPerMinute",
				Reason:   "is a string, but must be a whole number; write it as one",
			}},
		},
		"list": {
			map[string]any{"privateKey": []any{"hush"}},
			[]p.CheckFailure{{Property: "privateKey", Reason: "is a list, but must be a string; write it as one"}},
		},
		"fraction": {
			map[string]any{"requestsPerMinute": 2.5},
			[]p.CheckFailure{{
				Property: "requestsPerMinute",
				Reason:   "2.5 is not a number of requests; use 1 or more, or leave it out for 100",
			}},
		},
		"fraction in quotes": {
			map[string]any{"requestsPerMinute": "2.5"},
			[]p.CheckFailure{{
				Property: "requestsPerMinute",
				Reason:   "2.5 is not a number of requests; use 1 or more, or leave it out for 100",
			}},
		},
		"in quotes": {map[string]any{"requestsPerMinute": "50"}, nil},
		"engine's":  {map[string]any{"version": "0.1.0", "pluginDownloadURL": "github://x"}, nil},
		"rule alone": {
			map[string]any{"requestsPerMinute": "0"},
			[]p.CheckFailure{{
				Property: "requestsPerMinute",
				Reason:   "0 is not a number of requests; use 1 or more, or leave it out for 100",
			}},
		},
		"next to a number in quotes": {
			map[string]any{"requestsPerMinute": "50", "publicKey": true},
			[]p.CheckFailure{{Property: "publicKey", Reason: "is a boolean, but must be a string; write it as one"}},
		},
		"next to the engine's": {
			map[string]any{"version": "0.1.0", "publicKey": true},
			[]p.CheckFailure{{Property: "publicKey", Reason: "is a boolean, but must be a string; write it as one"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp, err := newServer(t).CheckConfig(p.CheckRequest{
				Urn:    urn("pulumi:providers:tidbconfluent"),
				Inputs: object(test.inputs),
			})
			require.NoError(t, err)
			assert.Equal(t, test.want, resp.Failures)
		})
	}
}

// TestEachRequiredInputIsDescribed: without any inputs, each resource and function names those that the schema
// requires, and what to set.
func TestEachRequiredInputIsDescribed(t *testing.T) {
	t.Parallel()
	resp, err := newServer(t).GetSchema(p.GetSchemaRequest{})
	require.NoError(t, err)
	var spec schema.PackageSpec
	require.NoError(t, json.Unmarshal([]byte(resp.Schema), &spec))
	wanted := map[tokens.Type][]string{}
	for token, of := range spec.Resources {
		if !of.IsComponent {
			wanted[tokens.Type(token)] = of.RequiredInputs
		}
	}
	for token, of := range spec.Functions {
		wanted[tokens.Type(token)] = of.Inputs.Required
	}
	require.NotEmpty(t, wanted)
	for token, required := range wanted {
		if len(required) == 0 {
			continue // it would run
		}
		lines := refusedBy(t, token, property.Map{})
		require.Len(t, lines, len(required), token)
		slices.Sort(required)
		for i, name := range required {
			assert.Regexp(t, "^"+name+": is required: (the|one) ", lines[i], token)
		}
	}
}

func TestComponentsCheckTypes(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	for _, token := range []tokens.Type{component.Type, vpcaccess.Type, changefeed.Type} {
		_, err := server.Construct(p.ConstructRequest{Urn: urn(token), Inputs: object(map[string]any{"novelty": "x"})})
		require.ErrorContains(t, err, "novelty: there is no such input")
	}
}
