package e2e

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component/changefeed"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

const (
	typeRole = "confluentcloud:index/roleBinding:RoleBinding"
	typeFeed = "tidbconfluent:tidbcloud:Changefeed"
)

// within is an object within the inputs.
func within(props pulumi.Map, path ...string) pulumi.Map {
	for _, name := range path {
		props, _ = props[name].(pulumi.Map)
	}
	return props
}

// signingIn changes one input of how a changefeed signs in; an empty one is left out.
func signingIn(name, value string) func(props pulumi.Map) {
	return func(props pulumi.Map) {
		given := within(props, "kafka", "authentication")
		delete(given, name)
		if value != "" {
			given[name] = pulumi.String(value)
		}
	}
}

// TestWhatAKafkaChangefeedGives removes the children that the changefeed needs, one at a time: without each of them no
// row arrives, and the update reports why.
func TestWhatAKafkaChangefeedGives(t *testing.T) {
	t.Parallel()
	const domain = ".domnprzqrog.us-east-1.aws.confluent.cloud"
	for name, test := range map[string]struct {
		child   string
		spoil   func(props pulumi.Map)
		message string
	}{
		"nothing": {typeFeed, func(pulumi.Map) {}, ""},
		"the role on the topic": {typeRole, func(props pulumi.Map) {
			props["crnPattern"] = pulumi.Sprintf("%sother", props["crnPattern"])
		}, "TOPIC_AUTHORIZATION_FAILED"},
		"the role of the account": {typeRole, func(props pulumi.Map) {
			props["principal"] = pulumi.String("User:sa-000001")
		}, "TOPIC_AUTHORIZATION_FAILED"},
		"the key":               {typeFeed, signingIn("username", "ANOTHERKEY000001"), "SASL_AUTHENTICATION_FAILED"},
		"the secret of the key": {typeFeed, signingIn("password", "another"), "SASL_AUTHENTICATION_FAILED"},
		"the name for TLS":      {typeFeed, signingIn("serverName", "lkc-zzzzzz"+domain), "unrecognized name"},
		"a name of the domain":  {typeFeed, signingIn("serverName", "lkc-9mz5yq.example.com"), "cannot resolve"},
		"any name":              {typeFeed, signingIn("serverName", ""), "vpce.amazonaws.com"},
		"the Kafka cluster's port": {typeFeed, func(props pulumi.Map) {
			within(props, "kafka", "network", "privateLink")["port"] = pulumi.Int(9093)
		}, "connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t, "resources: {}\n", sandbox.Options{Prepare: prepareRows})
			s.hideKeys()
			stack := s.automate("go", s.transformedRows(test.child, test.spoil))
			ctx, cancel := context.WithTimeout(t.Context(), commandTimeout)
			defer cancel()
			_, err := stack.Up(ctx)
			s.hideKeys()
			if test.message != "" {
				require.ErrorContains(t, err, test.message)
				s.insert(1)
				assert.Empty(t, s.consume("rows"))
				return
			}
			require.NoError(t, err)
			s.insert(1)
			s.allArrive("rows")
		})
	}
}

// transformedRows has a KafkaChangefeed of which a transform changes a child.
func (s *stack) transformedRows(child string, change func(props pulumi.Map)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		return ctx.RegisterRemoteComponentResource(changefeed.Type, "rows", pulumi.Map{
			"tidbClusterId":           pulumi.String(s.sandbox.Seed().EssentialUSEast1),
			"environmentId":           pulumi.String(s.sandbox.Seed().EnvironmentID),
			"kafkaClusterId":          pulumi.String("lkc-9mz5yq"),
			"privateLinkConnectionId": pulumi.String("plc-a7bq2mxw"),
			"tables":                  pulumi.ToStringArray([]string{ordersTable}),
		}, &struct{ pulumi.ResourceState }{}, pulumi.Transforms([]pulumi.ResourceTransform{
			func(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
				if args.Type == child {
					change(args.Props)
				}
				return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
			},
		}))
	}
}
