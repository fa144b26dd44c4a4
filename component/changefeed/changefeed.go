package changefeed

import (
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
)

// Type is the component's type in Pulumi.
const Type = "tidbconfluent:index:KafkaChangefeed"

// KafkaChangefeed streams the rows of a TiDB Cloud cluster into a Confluent Cloud Kafka cluster.
type KafkaChangefeed struct {
	pulumi.ResourceState

	ChangefeedId     pulumi.StringOutput      `pulumi:"changefeedId"`
	Topics           pulumi.StringArrayOutput `pulumi:"topics"`
	ServiceAccountId pulumi.StringPtrOutput   `pulumi:"serviceAccountId,optional"`
	ApiKeyId         pulumi.StringOutput      `pulumi:"apiKeyId"`
}

// NewKafkaChangefeed declares a KafkaChangefeed. It creates nothing before everything that can be known has been checked.
func NewKafkaChangefeed(
	ctx *pulumi.Context, name string, given KafkaChangefeedArgs, opts ...pulumi.ResourceOption,
) (*KafkaChangefeed, error) {
	in, err := args.Read(ctx, &given, opts...)
	if err != nil {
		return nil, err
	}
	if err := check(in, name, &given); err != nil {
		return nil, redact(in, err)
	}
	given.seal()
	feed := &KafkaChangefeed{}
	if err := ctx.RegisterComponentResourceV2(Type, name, in.Inputs(&given), feed, opts...); err != nil {
		return nil, err
	}
	b := &builder{
		ctx: ctx, name: name, self: feed, args: &given, in: in, topics: topicsOf(in, name), timeouts: args.Timeouts(opts),
	}
	return feed, redact(in, b.steps())
}

// seal makes secrets of the inputs that are ones, so that the state has them encrypted where a program gives them in clear.
func (a *KafkaChangefeedArgs) seal() {
	secret := func(input pulumi.StringInput) pulumi.StringInput {
		sealed, _ := pulumi.ToSecret(input).(pulumi.StringOutput)
		return sealed
	}
	if c := a.Credentials; c != nil {
		c.ApiSecret = secret(c.ApiSecret)
	}
	if a.AvroConfig == nil {
		return
	}
	if r := a.AvroConfig.ConfluentSchemaRegistry; r != nil && r.Password != nil {
		r.Password, _ = pulumi.ToSecret(r.Password.ToStringPtrOutput()).(pulumi.StringPtrOutput)
	}
	if r := a.AvroConfig.AwsGlueSchemaRegistry; r != nil {
		r.SecretAccessKey = secret(r.SecretAccessKey)
	}
}

// A builder carries what the steps share.
type builder struct {
	ctx      *pulumi.Context
	name     string
	self     *KafkaChangefeed
	args     *KafkaChangefeedArgs
	in       *args.Set
	topics   topics
	timeouts pulumi.CustomTimeouts
	// passing are problems that may pass, or come, by themselves: they stop only the creation of children.
	passing  args.Problems
	creation []pulumi.ResourceOption
}

func (b *builder) steps() error {
	kafka, err := b.prerequisites()
	if err != nil {
		return err
	}
	if refusal := redact(b.in, b.passing.Err()); refusal != nil {
		if b.creation, err = preflight.BeforeCreation(b.ctx, b.self, "prerequisites", func() error { return refusal }); err != nil {
			return err
		}
	}
	account, err := b.account()
	if err != nil {
		return err
	}
	role, err := b.role(kafka, account)
	if err != nil {
		return err
	}
	key, err := b.key(account)
	if err != nil {
		return err
	}
	made, err := b.changefeed(kafka, key, role)
	if err != nil {
		return err
	}
	b.self.ChangefeedId = made.ChangefeedId
	b.self.Topics, _ = b.pattern().ApplyT(func(pattern string) []string { return []string{pattern} }).(pulumi.StringArrayOutput)
	b.self.ServiceAccountId = account.id
	b.self.ApiKeyId = key.id
	return nil
}

// child returns the options of a child.
func (b *builder) child(more ...pulumi.ResourceOption) []pulumi.ResourceOption {
	opts := append([]pulumi.ResourceOption{pulumi.Parent(b.self)}, b.creation...)
	if b.timeouts != (pulumi.CustomTimeouts{}) {
		opts = append(opts, pulumi.Timeouts(&b.timeouts))
	}
	return append(opts, more...)
}

// Annotate describes the component.
func (f *KafkaChangefeed) Annotate(d infer.Annotator) {
	d.Describe(f, "The rows of a TiDB Cloud Essential cluster arrive in a Confluent Cloud Kafka cluster, over a private link connection.\n\n"+
		"A KafkaChangefeed takes what a `PrivateLink` gives out, and makes the rest: a service account, its role on the topics, its Kafka API "+
		"key, and a changefeed that writes with it. A service account, or a key, can also be an existing one. Everything goes through the services' "+
		"Cloud APIs, so that a machine outside the private network can run it.\n\n"+
		"Everything that can be known is checked at preview: both clusters, the connection, the domains attached to it, the rules for tables and "+
		"the names of topics. Tables without a key, which a changefeed leaves out, are a warning.\n\n"+
		"The resources are children of the component, with its name and a suffix: `-account`, `-role`, `-key` and `-changefeed`. To rotate the key, "+
		"replace `-key`: the new key is made, the changefeed edited in place, then the old key deleted. No row is lost.")
	d.Describe(&f.ChangefeedId, "The id of the changefeed.")
	d.Describe(&f.Topics, "The name of the topic or, of several, what their names begin with and a `*`.")
	d.Describe(&f.ServiceAccountId, "The id of the service account, `sa-…`. Missing with `credentials`, whose account is not known.")
	d.Describe(&f.ApiKeyId, "The Kafka API key that the changefeed signs in with.")
}
