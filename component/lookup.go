package component

import (
	"errors"
	"reflect"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
)

// Look-ups are plain calls inside an apply, not the SDKs' ...Output functions. Those also pass on the resources that an
// id comes from; where one of them is a component of a Pulumi YAML program, the engine (seen with v3.259.0) takes it for
// never created and answers "unknown", even during an update. An id that is known needs no such care: what it names exists.

// The functions that are looked up with.
const (
	getCluster     = "tidbconfluent:tidbcloud:getCluster"
	getZones       = "tidbconfluent:tidbcloud:getPrivateLinkZones"
	getEnvironment = "confluentcloud:index/getEnvironment:getEnvironment"
	getNetwork     = "confluentcloud:index/getNetwork:getNetwork"
	getAccess      = "confluentcloud:index/getPrivateLinkAccess:getPrivateLinkAccess"
	getKafka       = "confluentcloud:index/getKafkaCluster:getKafkaCluster"
	getIdentity    = "aws:index/getCallerIdentity:getCallerIdentity"
	getRegion      = "aws:index/getRegion:getRegion"
	getVpc         = "aws:ec2/getVpc:getVpc"
	getSubnet      = "aws:ec2/getSubnet:getSubnet"
	getHostedZone  = "aws:route53/getZone:getZone"
)

// answer makes an output of what a plain call returns. A provider whose configuration is not known yet answers with
// nothing at all, which says nothing: the output is unknown then.
func answer[O pulumi.Output, R any](r *R, err error) (O, error) {
	var from pulumi.Output = pulumi.Bool(true).ToBoolOutput()
	switch {
	case err != nil:
		var none O
		return none, unwrapInvoke(err)
	case reflect.ValueOf(*r).IsZero():
		from = pulumi.UnsafeUnknownOutput(nil)
	}
	out, _ := from.ApplyT(func(any) R { return *r }).(O)
	return out, nil
}

// unwrapInvoke takes what the engine, gRPC and a bridged provider put around a function's own message off it, and the full
// stop of a service's sentence, since more follows.
func unwrapInvoke(err error) error {
	own := err.Error()
	if _, rest, found := strings.Cut(own, " returned an error: "); found {
		own = rest
	}
	if _, rest, found := strings.Cut(own, "desc = Invoke: "); found {
		own = rest
	}
	if list := errorList.FindStringSubmatch(own); list != nil {
		own = strings.Join(strings.FieldsFunc(list[1], func(r rune) bool { return r == '\n' }), ", ")
		own = strings.ReplaceAll(own, "\t* ", "")
	}
	own = strings.TrimSuffix(own, ".")
	if strings.HasPrefix(own, "Default provider for ") {
		own += ": " + explicitProvider
	}
	if own == err.Error() {
		return err
	}
	return errors.New(own)
}

// errorList is what a bridged provider writes: the errors of a function, or of the provider's configuration.
var errorList = regexp.MustCompile(`(?s)^(?:invoking \S+: )?\d+ errors? occurred:\n(.*)$`)

// explicitProvider is what to do where a stack's settings have disable-default-providers. The engine does not know that it is
// a component that asks.
const explicitProvider = "give the component one in the option providers"

// wantsProvider tells whether a look-up failed for want of an explicit provider.
func wantsProvider(err error) bool { return strings.HasSuffix(err.Error(), explicitProvider) }

// lookUp looks an existing part of an environment up when both its id and the environment are known.
// O is the output type of R.
func lookUp[O pulumi.Output, R any](
	m *maker, token string, id pulumi.StringPtrInput, environment pulumi.StringInput, call func(id, environment string) (*R, error),
) O {
	found, _ := pulumi.All(id.ToStringPtrOutput().Elem(), environment).ApplyT(func(v []any) (O, error) {
		id, _ := v[0].(string)
		environment, _ := v[1].(string)
		return answer[O](ask(m, token, func() (*R, error) { return call(id, environment) }, environment, id))
	}).(O)
	return found
}

// beside looks something up beside what comes next, and returns what waits for the answer. The two services have nothing to
// do with each other, and neither have their plugins, which start with the first look-up.
func beside(look func() error) (wait func() error) {
	answered := make(chan error, 1)
	go func() { answered <- look() }()
	return func() error { return <-answered }
}

// await waits for an output. What is unknown at preview is the zero value, and not known.
func await[T any](ctx *pulumi.Context, out pulumi.Output) (value T, known bool, err error) {
	result, err := internals.UnsafeAwaitOutput(ctx.Context(), out)
	if err != nil || !result.Known {
		return value, false, err
	}
	value, known = result.Value.(T)
	return value, known, nil
}
