package component

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
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
	getKafkas      = "confluentcloud:index/getKafkaClusters:getKafkaClusters"
	getIdentity    = "aws:index/getCallerIdentity:getCallerIdentity"
	getRegion      = "aws:index/getRegion:getRegion"
	getVpc         = "aws:ec2/getVpc:getVpc"
	getSubnet      = "aws:ec2/getSubnet:getSubnet"
	getHostedZone  = "aws:route53/getZone:getZone"
)

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

func answer[O pulumi.Output, R any](r *R, err error) (O, error) { return lookup.Answer[O](r, err) }

func ask[R any](m *maker, token string, call func() (*R, error), wanted ...string) (*R, error) {
	return lookup.Ask(m.ctx, m.self, token, call, wanted...)
}

func await[T any](ctx *pulumi.Context, out pulumi.Output) (value T, known bool, err error) {
	return lookup.Await[T](ctx, out)
}

// waitFor waits, at an update in a plugin, until a resource is made that everything in the next steps needs. If they waited for
// it side by side, each would need memory for as long as a network takes. A Go program that calls NewPrivateLink itself goes on
// at once, and gets each output as soon as it is known.
func (m *maker) waitFor(made pulumi.CustomResource) {
	if m.ctx.DryRun() || !lookup.InPlugin(m.ctx) {
		return
	}
	_, _, _ = await[pulumi.ID](m.ctx, made.ID()) // that it cannot be made is told to the next steps too
}
