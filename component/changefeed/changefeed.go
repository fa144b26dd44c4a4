package changefeed

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// Type is the component's type in Pulumi.
const Type = "tidbconfluent:index:KafkaChangefeed"

// KafkaChangefeed streams the rows of a TiDB Cloud Essential cluster into a Confluent Cloud Kafka cluster, over a
// private link connection.
//
// A KafkaChangefeed takes outputs of a `PrivateLink`, and creates the rest: a service account, its role on the topics,
// its Kafka API key, and a changefeed that writes with it. A service account, or a key, can also be an existing one.
// All calls go to the services' Cloud APIs, so a machine outside the private network can run it.
//
// A preview checks everything that can be known: both clusters, the connection, the domains attached to it, the rules
// for tables and the names of topics. It warns of tables without a key, which a changefeed leaves out.
//
// The resources are children of the component, with its name and a suffix: `-account`, `-role`, `-key` and
// `-changefeed`. To rotate the key, replace `-key`: the new key is created, the changefeed edited in place, then the
// old key deleted. No row is lost.
type KafkaChangefeed struct {
	pulumi.ResourceState
	// The id of the changefeed.
	ChangefeedId pulumi.StringOutput `pulumi:"changefeedId"`
	// The name of the topic or, for several, the beginning of their names and a `*`.
	Topics pulumi.StringArrayOutput `pulumi:"topics"`
	// The id of the service account, `sa-…`. Empty with `credentials`: their account is not known.
	ServiceAccountId pulumi.StringPtrOutput `pulumi:"serviceAccountId"`
	// The Kafka API key that the changefeed signs in with.
	ApiKeyId pulumi.StringOutput `pulumi:"apiKeyId"`
}

// NewKafkaChangefeed declares a KafkaChangefeed. It creates nothing before everything that can be known has been
// checked.
func NewKafkaChangefeed(
	ctx *pulumi.Context, name string, given KafkaChangefeedArgs, opts ...pulumi.ResourceOption,
) (*KafkaChangefeed, error) {
	feed := &KafkaChangefeed{}
	checkIn := func(in *args.Set) error { return check(in, name) }
	return feed, children.Declare(ctx, Type, name, feed, &given, opts, checkIn, func(m children.Maker) error {
		return (&builder{m, feed}).steps()
	})
}

// A builder carries what the steps share.
type builder struct {
	children.Maker

	self *KafkaChangefeed
}

// steps declare the children. Each of them sets its outputs.
func (b *builder) steps() error {
	// Prerequisites: both clusters, the connection and the tables.
	kafka, err := b.prerequisites()
	if err != nil {
		return err
	}
	if err := preflight.RefuseTransient(&b.Maker); err != nil {
		return err
	}
	pattern := b.topic(rules.Topics.Pattern)
	b.self.Topics = pulumi.StringArray{pattern}.ToStringArrayOutput()

	// Step 1: a service account.
	if err := b.account(); err != nil {
		return err
	}

	// Step 2: its role on the topics, and its API key.
	role, err := b.role(kafka, pattern)
	if err != nil {
		return err
	}
	secret, err := b.key()
	if err != nil {
		return err
	}

	// Step 3: a changefeed that writes with the key.
	return b.changefeed(kafka, secret, role)
}
