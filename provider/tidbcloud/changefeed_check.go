package tidbcloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/feed"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/quota"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
)

// Check rejects what TiDB Cloud would reject, and names a changefeed that has no name.
func (Changefeed) Check(ctx context.Context, req infer.CheckRequest) (infer.CheckResponse[ChangefeedArgs], error) {
	if cluster := at(req.OldInputs, "clusterId"); cluster.IsString() {
		quota.Of(ctx).Had(string(shim.RequestOf(ctx).URN), cluster.AsString())
	}
	name := func(args *ChangefeedArgs) **string { return &args.DisplayName }
	return check(ctx, req, name, (*checker).changefeed)
}

func (c *checker) changefeed(args ChangefeedArgs) {
	c.rule("clusterId", rules.TiDBClusterID.Check(args.ClusterID))
	c.rule("displayName", checkDisplayName(value(args.DisplayName)))
	c.kafkaNetwork(args.Kafka.Network)
	if b := args.Kafka.Broker; b != nil {
		c.word("kafka.broker.kafkaVersion", b.KafkaVersion, rules.KafkaVersions)
		c.word("kafka.broker.compression", b.Compression, rules.KafkaCompressions)
	}
	if a := args.Kafka.Authentication; a != nil {
		c.authentication(a)
	}
	format := feed.KafkaDataFormat{}
	if args.Kafka.DataFormat != nil {
		format = *args.Kafka.DataFormat
		c.dataFormat(format)
	}
	c.topics(args.Kafka.TopicPartitionConfig, value(format.Protocol))
	if f := args.Filter; f != nil {
		c.rule("filter.filterRule", rules.FilterRules(f.FilterRule))
		c.word("filter.mode", f.Mode, rules.TableModes)
	}
	if s := args.StartPosition; s != nil {
		c.exactlyOne("startPosition", "tso", "time")
		c.rule("startPosition.tso", rules.TSO(value(s.TSO)))
		c.rule("startPosition.time", rules.Time(value(s.Time)))
	}
}

func (c *checker) kafkaNetwork(n feed.KafkaNetwork) {
	c.exactlyOne("kafka.network", "privateLink", "publicEndpoints")
	if link := n.PrivateLink; link != nil {
		c.rule("kafka.network.privateLink.privateLinkConnectionId",
			rules.PrivateLinkConnectionID.Check(link.PrivateLinkConnectionID))
		c.rule("kafka.network.privateLink.port", rules.Port(link.Port))
	}
	for _, address := range n.PublicEndpoints {
		if err := rules.BootstrapServer(address); err != nil {
			c.rule("kafka.network.publicEndpoints", err)
			break
		}
	}
	if n.PrivateLink == nil && len(n.PublicEndpoints) == 0 {
		c.rule("kafka.network.publicEndpoints", errors.New("is empty; set the bootstrap servers"))
	}
}

func (c *checker) authentication(a *feed.KafkaAuthentication) {
	const path = "kafka.authentication."
	c.word(path+"authType", a.AuthType, rules.KafkaAuthTypes)
	kind := cmp.Or(value(a.AuthType), rules.AuthDisable)
	for _, name := range []string{"username", "password"} {
		switch given := c.has(path + name); {
		case isUnknown(c.inputs, path+"authType"):
		case kind != rules.AuthDisable && !given:
			c.fail(path+name, fmt.Errorf("is required for authType %s; set it", kind))
		case kind == rules.AuthDisable && given:
			c.fail(path+name, fmt.Errorf("conflicts with authType %s; leave it out, or set an authType that "+
				"authenticates, such as SASL_PLAIN", kind))
		}
	}
	if c.has(path+"serverName") && !isUnknown(c.inputs, path+"enableTls") && !value(a.EnableTLS) {
		c.fail(path+"serverName", errors.New("applies only to TLS, but enableTls is false; set enableTls to true, or "+
			"leave serverName out"))
	}
}

func (c *checker) dataFormat(d feed.KafkaDataFormat) {
	const path = "kafka.dataFormat."
	c.word(path+"protocol", d.Protocol, rules.KafkaProtocols)
	if isUnknown(c.inputs, path+"protocol") {
		return
	}
	goesWith := func(name string, given bool, protocols ...string) {
		if given && !slices.Contains(protocols, value(d.Protocol)) {
			c.fail(path+name, fmt.Errorf("conflicts with protocol %s, and applies only to %s; leave it out, or "+
				"change the protocol", cmp.Or(value(d.Protocol), "left out"), strings.Join(protocols, " and ")))
		}
	}
	goesWith("avroConfig", d.AvroConfig != nil, rules.ProtocolAvro)
	goesWith("debeziumConfig", d.DebeziumConfig != nil, rules.ProtocolDebezium)
	goesWith("enableTidbExtension", value(d.EnableTidbExtension) && value(d.Protocol) != "",
		rules.ProtocolCanalJSON, rules.ProtocolAvro)
	if avro := d.AvroConfig; avro != nil {
		c.exactlyOne(path+"avroConfig", "confluentSchemaRegistry", "awsGlueSchemaRegistry")
		c.word(path+"avroConfig.decimalHandlingMode", avro.DecimalHandlingMode, rules.DecimalModes)
		c.word(path+"avroConfig.bigintUnsignedHandlingMode", avro.BigintUnsignedHandlingMode, rules.BigintModes)
	}
}

func (c *checker) topics(t feed.KafkaTopicPartitionConfig, protocol string) {
	const path = "kafka.topicPartitionConfig."
	c.word(path+"dispatchType", t.DispatchType, rules.TopicDispatchTypes)
	dispatch, known := value(t.DispatchType), !isUnknown(c.inputs, path+"dispatchType")
	if protocol == rules.ProtocolAvro && dispatch != rules.DispatchByTable && known {
		c.fail(path+"dispatchType", fmt.Errorf("is %s, but the protocol AVRO supports only BY_TABLE; set it to "+
			"BY_TABLE, or choose another protocol", cmp.Or(dispatch, "left out")))
	}
	c.rule(path+"defaultTopic", rules.TopicName(t.DefaultTopic))
	c.rule(path+"topicPrefix", rules.TopicNamePart(value(t.TopicPrefix)))
	c.rule(path+"separator", rules.TopicNamePart(value(t.Separator)))
	c.rule(path+"topicSuffix", rules.TopicNamePart(value(t.TopicSuffix)))
	c.atLeastOne(path+"replicationFactor", t.ReplicationFactor)
	c.atLeastOne(path+"partitionNum", t.PartitionNum)
	for i, d := range t.PartitionDispatchers {
		if d.PartitionType != "" {
			c.fail(fmt.Sprintf("%spartitionDispatchers[%d].partitionType", path, i),
				rules.OneOf(d.PartitionType, rules.PartitionTypes))
		}
	}
}

func (c *checker) atLeastOne(path string, number *int) {
	if number != nil && *number < 1 {
		c.rule(path, fmt.Errorf("%d is too low; use 1 or more", *number))
	}
}

// word requires an input, if it is set and known, to be one of a list of words.
func (c *checker) word(path string, given *string, words []string) {
	c.rule(path, rules.OneOf(value(given), words))
}

// exactlyOne requires one of two inputs of an object.
func (c *checker) exactlyOne(object, one, other string) {
	if isUnknown(c.inputs, object) && !at(c.inputs, object).IsMap() {
		return
	}
	switch first, second := c.has(object+"."+one), c.has(object+"."+other); {
	case first && second:
		c.fail(object, fmt.Errorf("%s conflicts with %s; leave one of them out", one, other))
	case !first && !second:
		c.fail(object, fmt.Errorf("has neither %s nor %s; set one of them", one, other))
	}
}
