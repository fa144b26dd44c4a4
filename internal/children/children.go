package component

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
)

// The deletion of a Kafka cluster takes longer than the 20 minutes after which Confluent's provider gives up by
// default; its own wait has a limit of 30 minutes.
const kafkaDeleteTimeout = "1h"

func timeoutsIn(opts []pulumi.ResourceOption) pulumi.CustomTimeouts { return args.Timeouts(opts) }

// retainedIn tells whether the children are to be kept when they leave the state.
func retainedIn(opts []pulumi.ResourceOption) bool {
	options, err := pulumi.NewResourceOptions(opts...)
	return err == nil && options.RetainOnDelete
}

// component is what both components are.
type component interface {
	pulumi.ComponentResource
	GetProvider(moduleMember string) pulumi.ProviderResource
}

// A maker makes the children of one of the components.
type maker struct {
	ctx      *pulumi.Context
	name     string
	self     component
	timeouts pulumi.CustomTimeouts
	// redact takes the values of secret inputs out of a message.
	redact func(error) error

	// passing are problems that may pass, or come, by themselves: they stop only the creation of children.
	passing  problems
	creation []pulumi.ResourceOption

	// granted are the accesses that were declared.
	granted []granted
}

// child returns the options of a child. Every child waits for a service, so every one gets the component's timeouts.
func (m *maker) child(more ...pulumi.ResourceOption) []pulumi.ResourceOption {
	opts := append([]pulumi.ResourceOption{pulumi.Parent(m.self)}, m.creation...)
	if m.timeouts != (pulumi.CustomTimeouts{}) {
		opts = append(opts, pulumi.Timeouts(&m.timeouts))
	}
	return append(opts, more...)
}

func (m *maker) kafkaTimeouts() pulumi.ResourceOption {
	timeouts := m.timeouts
	if timeouts.Delete == "" {
		timeouts.Delete = kafkaDeleteTimeout
	}
	return pulumi.Timeouts(&timeouts)
}

// displayName is the given name, or the component's.
func (m *maker) displayName(given pulumi.StringPtrInput) pulumi.StringPtrInput {
	if given == nil {
		return pulumi.String(m.name)
	}
	return given
}

// orDefault is the given value, or the default.
func orDefault(given pulumi.StringPtrInput, value string) pulumi.StringOutput {
	if given == nil {
		return pulumi.String(value).ToStringOutput()
	}
	return given.ToStringPtrOutput().ApplyT(func(v *string) string {
		if v == nil {
			return value
		}
		return *v
	}).(pulumi.StringOutput)
}
