package provider

import (
	"context"
	"reflect"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud"
)

// argsOf are the arguments of each native resource and function.
var argsOf = map[tokens.Type]reflect.Type{
	"tidbconfluent:tidbcloud:PrivateLinkConnection":    reflect.TypeFor[tidbcloud.PrivateLinkConnectionArgs](),
	"tidbconfluent:tidbcloud:DomainAttachment":         reflect.TypeFor[tidbcloud.DomainAttachmentArgs](),
	"tidbconfluent:tidbcloud:Changefeed":               reflect.TypeFor[tidbcloud.ChangefeedArgs](),
	"tidbconfluent:tidbcloud:getChangefeed":            reflect.TypeFor[tidbcloud.GetChangefeedArgs](),
	"tidbconfluent:tidbcloud:getChangefeeds":           reflect.TypeFor[tidbcloud.ClusterArgs](),
	"tidbconfluent:tidbcloud:getChangefeedTables":      reflect.TypeFor[tidbcloud.GetChangefeedTablesArgs](),
	"tidbconfluent:tidbcloud:getCluster":               reflect.TypeFor[tidbcloud.ClusterArgs](),
	"tidbconfluent:tidbcloud:getPrivateLinkZones":      reflect.TypeFor[tidbcloud.ClusterArgs](),
	"tidbconfluent:tidbcloud:getPrivateLinkConnection": reflect.TypeFor[tidbcloud.GetPrivateLinkConnectionArgs](),
}

// required describes the required inputs.
var required = map[string]string{
	"clusterId":               "the id of the TiDB Cloud cluster",
	"privateLinkConnectionId": "the id of the private link connection",
	"type":                    "one of CONFLUENT, TIDBCLOUD_MANAGED",
	"name":                    "the name of the endpoint service",
	"changefeedId":            "the ID of the changefeed",
	"kafka":                   "the Kafka cluster that the rows go to",
	"network":                 "how TiDB Cloud reaches the brokers: privateLink or publicEndpoints",
	"port":                    "the port of the brokers, such as 9092",
	"topicPartitionConfig":    "the topics that the rows go to",
	"defaultTopic":            "the topic of all rows, or of events that belong to no table",
	"partitionType":           "one of TABLE, INDEX_VALUE, TS, COLUMNS",
	"endpoint":                "the address of the schema registry",
	"region":                  "the AWS region of the schema registry",
	"accessKeyId":             "the AWS access key ID",
	"secretAccessKey":         "the AWS secret access key",
}

// explainRefusals explains in the schema's terms what infer rejects in those of Go; see [args.Explain].
func explainRefusals(provider p.Provider) p.Provider {
	check, checkConfig, invoke := provider.Check, provider.CheckConfig, provider.Invoke
	provider.Check = func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		resp, err := check(ctx, req)
		resp.Failures = explained(resp.Failures, req.Inputs, argsOf[req.Urn.Type()], required)
		return resp, err
	}
	provider.CheckConfig = func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		resp, err := checkConfig(ctx, req)
		resp.Failures = explained(resp.Failures, req.Inputs, reflect.TypeFor[tidbcloud.Config](), nil)
		return resp, err
	}
	provider.Invoke = func(ctx context.Context, req p.InvokeRequest) (p.InvokeResponse, error) {
		resp, err := invoke(ctx, req)
		resp.Failures = explained(resp.Failures, req.Args, argsOf[req.Token], required)
		return resp, err
	}
	return provider
}

// explained replaces infer's failures by explanations. Where the types are right, the inputs broke a rule, and the
// rule's message stays.
func explained(
	failures []p.CheckFailure, inputs property.Map, of reflect.Type, required map[string]string,
) []p.CheckFailure {
	if len(failures) == 0 || of == nil {
		return failures
	}
	problems := args.Explain(inputs, of, required)
	if len(problems) == 0 {
		return failures
	}
	failures = make([]p.CheckFailure, len(problems))
	for i, problem := range problems {
		failures[i].Property, failures[i].Reason, _ = strings.Cut(problem, ": ")
	}
	return failures
}
