package provider

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud"
)

// argsOf are the arguments of each native resource and function.
var argsOf = map[tokens.Type]reflect.Type{
	"tidbconfluent:tidbcloud:PrivateLinkConnection":    reflect.TypeFor[tidbcloud.PrivateLinkConnectionArgs](),
	"tidbconfluent:tidbcloud:DomainAttachment":         reflect.TypeFor[tidbcloud.DomainAttachmentArgs](),
	"tidbconfluent:tidbcloud:Changefeed":               reflect.TypeFor[tidbcloud.ChangefeedArgs](),
	"tidbconfluent:tidbcloud:getChangefeed":            reflect.TypeFor[tidbcloud.GetChangefeedArgs](),
	"tidbconfluent:tidbcloud:getChangefeeds":           reflect.TypeFor[tidbcloud.GetChangefeedsArgs](),
	"tidbconfluent:tidbcloud:getChangefeedTables":      reflect.TypeFor[tidbcloud.GetChangefeedTablesArgs](),
	"tidbconfluent:tidbcloud:getCluster":               reflect.TypeFor[tidbcloud.GetClusterArgs](),
	"tidbconfluent:tidbcloud:getPrivateLinkZones":      reflect.TypeFor[tidbcloud.GetPrivateLinkZonesArgs](),
	"tidbconfluent:tidbcloud:getPrivateLinkConnection": reflect.TypeFor[tidbcloud.GetPrivateLinkConnectionArgs](),
}

// withPlainRefusals says in the schema's terms what infer refuses in those of Go. It refuses nothing itself, so that what infer
// takes, such as an unknown or a secret, need not be known here.
func withPlainRefusals(provider p.Provider) p.Provider {
	check, checkConfig, invoke := provider.Check, provider.CheckConfig, provider.Invoke
	provider.Check = func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		resp, err := check(ctx, req)
		resp.Failures = retold(resp.Failures, req.Inputs, argsOf[req.Urn.Type()])
		return resp, err
	}
	provider.CheckConfig = func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		resp, err := checkConfig(ctx, req)
		resp.Failures = retold(resp.Failures, req.Inputs, reflect.TypeFor[tidbcloud.Config]())
		return resp, err
	}
	provider.Invoke = func(ctx context.Context, req p.InvokeRequest) (p.InvokeResponse, error) {
		resp, err := invoke(ctx, req)
		resp.Failures = retold(resp.Failures, req.Args, argsOf[req.Token])
		return resp, err
	}
	return provider
}

// retold says anew what is wrong with inputs that were refused. Where their types are right, they broke a rule, and what that
// says stays.
func retold(failures []p.CheckFailure, inputs property.Map, args reflect.Type) []p.CheckFailure {
	if len(failures) == 0 || args == nil {
		return failures
	}
	var r refusals
	r.object("", inputs, args, false)
	if len(r) == 0 {
		return failures
	}
	return r
}

type refusals []p.CheckFailure

func (r *refusals) add(path string, err error) {
	*r = append(*r, p.CheckFailure{Property: path, Reason: err.Error()})
}

func (r *refusals) object(path string, inputs property.Map, args reflect.Type, secret bool) {
	fields := map[string]bool{}
	for i := range args.NumField() {
		field := args.Field(i)
		name, option, _ := strings.Cut(field.Tag.Get("pulumi"), ",")
		if name == "" {
			continue
		}
		fields[name] = true
		switch value := inputs.Get(name); {
		case !value.IsNull():
			r.value(path+name, value, field.Type, secret || value.Secret())
		case option != "optional":
			r.add(path+name, fmt.Errorf("it is missing, or null; give %s", required[name]))
		}
	}
	// To the configuration the engine adds keys of its own, such as the version.
	if args != reflect.TypeFor[tidbcloud.Config]() {
		r.unknown(path, inputs, fields, secret)
	}
}

// unknown refuses names that do not exist. In a secret object they are part of the secret.
func (r *refusals) unknown(path string, inputs property.Map, fields map[string]bool, secret bool) {
	for name := range inputs.AllStable {
		if fields[name] {
			continue
		}
		if secret {
			name = "[secret]"
		}
		r.add(path+name, fmt.Errorf("there is no such input; use one of %s", strings.Join(slices.Sorted(maps.Keys(fields)), ", ")))
	}
}

// required says what the required inputs are.
var required = map[string]string{
	"clusterId":               "the id of the TiDB Cloud cluster",
	"privateLinkConnectionId": "the id of the private link connection",
	"type":                    string("one of " + tidbcloud.DomainTypeConfluent + ", " + tidbcloud.DomainTypeTiDBCloudManaged),
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

func (r *refusals) value(path string, value property.Value, of reflect.Type, secret bool) {
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	switch {
	case value.IsComputed():
	case path == "clusterId" && value.IsNumber():
		r.add(path, rules.ErrNumericClusterID)
	case of.Kind() == reflect.Struct && value.IsMap():
		r.object(path+".", value.AsMap(), of, secret)
	case of.Kind() == reflect.Struct:
		r.add(path, args.Mismatch(value, "an object"))
	case of.Kind() == reflect.Int:
		if _, ok := tidbcloud.Number(value); !ok {
			r.add(path, args.Mismatch(value, "a whole number"))
		}
	case of.Kind() == reflect.String && !value.IsString():
		r.add(path, args.Mismatch(value, "a string"))
	}
}
