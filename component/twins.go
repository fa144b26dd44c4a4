package component

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A twin is something in Confluent Cloud that has the name of what is about to be made.
type twin struct {
	kind, id, name, environment string
}

// warnOfTwins warns, at preview and at an update, when a network or a Kafka cluster is about to be made, and one of the name is
// there. A run that was killed leaves one behind that costs money and that the state does not have; neither the
// engine nor Confluent's provider looks. It is a warning alone, since names need not be unique: another stack may have
// chosen the same one, and what is being replaced has it too.
func (b *builder) warnOfTwins() (pulumi.ResourceOption, error) {
	urn, _, err := await[pulumi.URN](b.ctx, b.self.URN())
	if err != nil {
		return nil, err
	}
	hook, err := b.ctx.RegisterResourceHook("twins of "+string(urn), func(args *pulumi.ResourceHookArgs) error {
		found := b.twinOf(args)
		if found == nil {
			return nil
		}
		warning := b.redact(fmt.Errorf("the %s %q exists in environment %s already (%s), and another of that name is about to be "+
			"made; if a run that was interrupted left it behind, take it over first: pulumi import %s %s %s/%s --parent '%s=%s' "+
			"--protect=false --generate-code=false; if it belongs to something else, or is being replaced, all is well",
			found.kind, found.name, found.environment, found.id,
			args.Type, args.Name, found.environment, found.id, b.name, urn))
		return b.ctx.Log.Warn(warning.Error(), &pulumi.LogArgs{Resource: b.self})
	}, &pulumi.ResourceHookOptions{OnDryRun: true})
	if err != nil {
		return nil, err
	}
	return pulumi.ResourceHooks(&pulumi.ResourceHookBinding{BeforeCreate: []*pulumi.ResourceHook{hook}}), nil
}

// twinOf looks for a twin of what is about to be made; nil when there is none, or when that cannot be told. A warning is no
// reason to fail.
func (b *builder) twinOf(args *pulumi.ResourceHookArgs) *twin {
	name, environment := textIn(args.NewInputs, "displayName"), textIn(args.NewInputs, "environment", "id")
	if name == "" || environment == "" {
		return nil
	}
	found := twin{name: name, environment: environment}
	err := errors.ErrUnsupported
	switch args.Type {
	case "confluentcloud:index/network:Network":
		found.kind = "network"
		var network *confluentcloud.LookupNetworkResult
		network, err = confluentcloud.LookupNetwork(b.ctx, &confluentcloud.LookupNetworkArgs{
			DisplayName: &name, Environment: confluentcloud.GetNetworkEnvironment{Id: environment},
		}, pulumi.Parent(b.self))
		if err == nil && network != nil {
			found.id = network.Id
		}
	case "confluentcloud:index/kafkaCluster:KafkaCluster":
		found.kind = "Kafka cluster"
		var cluster *confluentcloud.LookupKafkaClusterResult
		cluster, err = confluentcloud.LookupKafkaCluster(b.ctx, &confluentcloud.LookupKafkaClusterArgs{
			DisplayName: &name, Environment: confluentcloud.GetKafkaClusterEnvironment{Id: environment},
		}, pulumi.Parent(b.self))
		if err == nil && cluster != nil {
			found.id = cluster.Id
		}
	}
	if err != nil || found.id == "" {
		return nil
	}
	return &found
}

// textIn is the text at a path of properties; empty when there is none, or when it is not known yet.
func textIn(properties resource.PropertyMap, path ...resource.PropertyKey) string {
	value := resource.NewObjectProperty(properties)
	for _, key := range path {
		for value.IsSecret() {
			value = value.SecretValue().Element
		}
		if !value.IsObject() {
			return ""
		}
		value = value.ObjectValue()[key]
	}
	for value.IsSecret() {
		value = value.SecretValue().Element
	}
	if !value.IsString() {
		return ""
	}
	return value.StringValue()
}
