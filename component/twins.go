package component

import (
	"fmt"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A twin is something in Confluent Cloud that has the name of what is about to be made.
type twin struct {
	kind, name, environment string
	// find returns the id of what has the name, if there is one.
	find func(b *builder, name, environment string) (id string, err error)
}

var twinNetwork = twin{kind: "network", find: func(b *builder, name, environment string) (string, error) {
	found, err := confluentcloud.LookupNetwork(b.ctx, &confluentcloud.LookupNetworkArgs{
		DisplayName: &name, Environment: confluentcloud.GetNetworkEnvironment{Id: environment},
	}, pulumi.Parent(b.self))
	if err != nil || found == nil {
		return "", err
	}
	return found.Id, nil
}}

var twinKafka = twin{kind: "Kafka cluster", find: func(b *builder, name, environment string) (string, error) {
	found, err := confluentcloud.LookupKafkaCluster(b.ctx, &confluentcloud.LookupKafkaClusterArgs{
		DisplayName: &name, Environment: confluentcloud.GetKafkaClusterEnvironment{Id: environment},
	}, pulumi.Parent(b.self))
	if err != nil || found == nil {
		return "", err
	}
	return found.Id, nil
}}

// warnOfTwin warns, at preview, when a network or a Kafka cluster is about to be made, and one of the name is there.
// A run that was killed leaves one behind that costs money and that the state does not have; neither the engine nor
// Confluent's provider looks. It is a warning alone, since names need not be unique: another stack may have chosen the
// same one, and what is being replaced has it too.
//
// The component cannot see the state, but at preview what is about to be made, and nothing else, has an unknown id. A hook
// would tell as well; but a server for hooks, for each link, doubles what a link costs.
//
// Unless all of what it is made in is known, there can be no twin, and nothing is looked up.
func (b *builder) warnOfTwin(t twin, made pulumi.CustomResource, name pulumi.StringPtrInput, in ...any) {
	if !b.ctx.DryRun() {
		return
	}
	known := append([]any{made.URN(), name.ToStringPtrOutput().Elem(), b.args.EnvironmentId}, in...)
	pulumi.All(known...).ApplyT(func(v []any) (string, error) {
		self, _ := v[0].(pulumi.URN)
		t.name, _ = v[1].(string)
		t.environment, _ = v[2].(string)
		if _, exists, err := await[pulumi.ID](b.ctx, made.ID()); exists || err != nil || t.name == "" {
			return "", err
		}
		id, err := t.find(b, t.name, t.environment)
		if err != nil || id == "" {
			return "", nil //nolint:nilerr // nobody can tell, and a warning is no reason to fail
		}
		return id, b.sayTwin(t, id, urn.URN(self))
	})
}

// sayTwin says what to do about a twin of what is about to be made.
func (b *builder) sayTwin(t twin, id string, made urn.URN) error {
	parent, _, err := await[pulumi.URN](b.ctx, b.self.URN())
	if err != nil {
		return err
	}
	warning := b.redact(fmt.Errorf("the %s %q exists in environment %s already (%s), and another of that name is about to be "+
		"made; if a run that was interrupted left it behind, take it over first: pulumi import %s %s %s/%s --parent '%s=%s' "+
		"--protect=false --generate-code=false; if it belongs to something else, or is being replaced, all is well",
		t.kind, t.name, t.environment, id, made.Type(), made.Name(), t.environment, id, b.name, parent))
	return b.ctx.Log.Warn(warning.Error(), &pulumi.LogArgs{Resource: b.self})
}
