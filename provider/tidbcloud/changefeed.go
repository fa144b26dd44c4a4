package tidbcloud

import (
	"context"
	"errors"
	"fmt"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// Changefeed streams the rows of a TiDB Cloud cluster into Kafka.
type Changefeed struct{}

// A method of another shape than infer looks for would be passed over in silence.
var (
	_ infer.CustomCheck[ChangefeedArgs]                           = Changefeed{}
	_ infer.CustomDiff[ChangefeedArgs, ChangefeedState]           = Changefeed{}
	_ infer.CustomCreate[ChangefeedArgs, ChangefeedState]         = Changefeed{}
	_ infer.CustomRead[ChangefeedArgs, ChangefeedState]           = Changefeed{}
	_ infer.CustomUpdate[ChangefeedArgs, ChangefeedState]         = Changefeed{}
	_ infer.CustomDelete[ChangefeedState]                         = Changefeed{}
	_ infer.ExplicitDependencies[ChangefeedArgs, ChangefeedState] = Changefeed{}
)

// Check rejects what TiDB Cloud would reject, and names a changefeed that has no name.
func (Changefeed) Check(ctx context.Context, req infer.CheckRequest) (infer.CheckResponse[ChangefeedArgs], error) {
	args, failures, err := infer.DefaultCheck[ChangefeedArgs](ctx, req.NewInputs)
	if err != nil || len(failures) > 0 {
		return infer.CheckResponse[ChangefeedArgs]{Inputs: args, Failures: failures}, err
	}
	if at(req.NewInputs, "displayName").IsNull() {
		if args.DisplayName, err = autoname(ctx, req.Name, req.OldInputs); err != nil {
			failures = append(failures, p.CheckFailure{Property: "displayName", Reason: err.Error()})
		}
	}
	return infer.CheckResponse[ChangefeedArgs]{
		Inputs: args, Failures: append(failures, checkChangefeed(req.NewInputs, args)...),
	}, nil
}

func checkChangefeed(inputs property.Map, args ChangefeedArgs) []p.CheckFailure {
	c := checker{inputs: inputs}
	c.rule(func() error { return rules.TiDBClusterID.Check(args.ClusterID) }, "clusterId")
	c.rule(func() error { return checkDisplayName(value(args.DisplayName)) }, "displayName")
	c.kafkaNetwork(args.Kafka.Network)
	c.kafka(args.Kafka)
	c.topics(args.Kafka)
	if f := args.Filter; f != nil {
		c.ruleAt("filter.filterRule", func() error { return rules.FilterRules(f.FilterRule) })
		c.word(f.Mode, rules.TableModes, "filter", "mode")
	}
	if s := args.StartPosition; s != nil {
		c.exactlyOne("startPosition", "tso", "time")
		c.ruleAt("startPosition.tso", func() error { return rules.TSO(value(s.TSO)) })
		c.ruleAt("startPosition.time", func() error { return rules.Time(value(s.Time)) })
	}
	return c.failures
}

func (c *checker) kafkaNetwork(n KafkaNetwork) {
	c.exactlyOne("kafka.network", "privateLink", "publicEndpoints")
	if link := n.PrivateLink; link != nil {
		c.rule(func() error { return rules.PrivateLinkConnectionID.Check(link.PrivateLinkConnectionID) },
			"kafka", "network", "privateLink", "privateLinkConnectionId")
		c.rule(func() error { return rules.Port(link.Port) }, "kafka", "network", "privateLink", "port")
	}
	c.rule(func() error {
		for _, address := range n.PublicEndpoints {
			if err := rules.BootstrapServer(address); err != nil {
				return err
			}
		}
		if n.PrivateLink == nil && len(n.PublicEndpoints) == 0 {
			return errors.New("it is empty; give the bootstrap servers")
		}
		return nil
	}, "kafka", "network", "publicEndpoints")
}

func (c *checker) kafka(k Kafka) {
	if b := k.Broker; b != nil {
		c.word(b.KafkaVersion, rules.KafkaVersions, "kafka", "broker", "kafkaVersion")
		c.word(b.Compression, rules.KafkaCompressions, "kafka", "broker", "compression")
	}
	if a := k.Authentication; a != nil {
		c.authentication(a)
	}
	d := k.DataFormat
	if d == nil {
		return
	}
	c.word(d.Protocol, rules.KafkaProtocols, "kafka", "dataFormat", "protocol")
	if isUnknown(c.inputs, "kafka", "dataFormat", "protocol") {
		return
	}
	protocol := value(d.Protocol)
	c.goesWith(d.AvroConfig != nil, protocol, []string{rules.ProtocolAvro}, "avroConfig")
	c.goesWith(d.DebeziumConfig != nil, protocol, []string{rules.ProtocolDebezium}, "debeziumConfig")
	if d.EnableTidbExtension != nil && *d.EnableTidbExtension && protocol != "" {
		c.goesWith(true, protocol, []string{rules.ProtocolCanalJSON, rules.ProtocolAvro}, "enableTidbExtension")
	}
	if avro := d.AvroConfig; avro != nil {
		c.exactlyOne("kafka.dataFormat.avroConfig", "confluentSchemaRegistry", "awsGlueSchemaRegistry")
		c.word(avro.DecimalHandlingMode, rules.DecimalModes, "kafka", "dataFormat", "avroConfig", "decimalHandlingMode")
		c.word(avro.BigintUnsignedHandlingMode, rules.BigintModes,
			"kafka", "dataFormat", "avroConfig", "bigintUnsignedHandlingMode")
	}
}

func (c *checker) authentication(a *KafkaAuthentication) {
	const property = "kafka.authentication"
	c.word(a.AuthType, rules.KafkaAuthTypes, "kafka", "authentication", "authType")
	given := func(name string) bool { return !at(c.inputs, "kafka", "authentication", name).IsNull() }
	if !isUnknown(c.inputs, "kafka", "authentication", "authType") {
		signsIn := value(a.AuthType) != "" && value(a.AuthType) != rules.AuthDisable
		for _, name := range []string{"username", "password"} {
			switch {
			case signsIn && !given(name):
				c.fail(property+"."+name, fmt.Errorf("authType %s needs it; give it", *a.AuthType))
			case !signsIn && given(name):
				c.fail(property+"."+name, fmt.Errorf("it does not go with authType %s; leave it out, or give an "+
					"authType that signs in, "+
					"such as SASL_PLAIN", orDefault(value(a.AuthType), rules.AuthDisable)))
			}
		}
	}
	if given("serverName") && !isUnknown(c.inputs, "kafka", "authentication", "enableTls") && !isTrue(a.EnableTLS) {
		c.fail(property+".serverName", errors.New("it is for TLS, and enableTls is false; set enableTls to true, or "+
			"leave serverName out"))
	}
}

func (c *checker) topics(k Kafka) {
	t := k.TopicPartitionConfig
	var protocol string
	if k.DataFormat != nil {
		protocol = value(k.DataFormat.Protocol)
	}
	dispatchKnown := !isUnknown(c.inputs, "kafka", "topicPartitionConfig", "dispatchType")
	in := func(name string) []string { return []string{"kafka", "topicPartitionConfig", name} }
	c.word(t.DispatchType, rules.TopicDispatchTypes, in("dispatchType")...)
	if protocol == rules.ProtocolAvro && dispatchKnown && value(t.DispatchType) != rules.DispatchByTable {
		c.fail("kafka.topicPartitionConfig.dispatchType", fmt.Errorf("it is %s, and the protocol is AVRO, which goes "+
			"with BY_TABLE only; "+
			"set it to BY_TABLE, or choose another protocol", orDefault(value(t.DispatchType), "left out")))
	}
	c.rule(func() error { return rules.TopicName(t.DefaultTopic) }, in("defaultTopic")...)
	for name, part := range map[string]*string{
		"topicPrefix": t.TopicPrefix, "separator": t.Separator, "topicSuffix": t.TopicSuffix,
	} {
		c.rule(func() error { return rules.TopicNamePart(value(part)) }, in(name)...)
	}
	for name, number := range map[string]*int{
		"replicationFactor": t.ReplicationFactor, "partitionNum": t.PartitionNum,
	} {
		c.rule(func() error {
			if number != nil && *number < 1 {
				return fmt.Errorf("%d is too few; give 1 or more", *number)
			}
			return nil
		}, in(name)...)
	}
	for i, d := range t.PartitionDispatchers {
		if d.PartitionType != "" {
			c.fail(fmt.Sprintf("kafka.topicPartitionConfig.partitionDispatchers[%d].partitionType", i),
				rules.OneOf(d.PartitionType, rules.PartitionTypes))
		}
	}
}

// ruleAt is rule with a path as messages show it.
func (c *checker) ruleAt(path string, rule func() error) { c.rule(rule, strings.Split(path, ".")...) }

// word wants an input, if it is given and known, to be one of some words.
func (c *checker) word(given *string, words []string, path ...string) {
	c.rule(func() error { return rules.OneOf(value(given), words) }, path...)
}

// goesWith rejects a part of the data format with a protocol that has no such part.
func (c *checker) goesWith(given bool, protocol string, protocols []string, name string) {
	for _, allowed := range protocols {
		given = given && protocol != allowed
	}
	if given {
		c.fail("kafka.dataFormat."+name, fmt.Errorf("it does not go with protocol %s, only with %s; leave it out, or "+
			"change the protocol",
			orDefault(protocol, "left out"), strings.Join(protocols, " and ")))
	}
}

// exactlyOne wants one of two inputs of an object.
func (c *checker) exactlyOne(object, one, other string) {
	path := strings.Split(object, ".")
	if isUnknown(c.inputs, path...) && !at(c.inputs, path...).IsMap() {
		return
	}
	first := !at(c.inputs, append(path[:len(path):len(path)], one)...).IsNull()
	second := !at(c.inputs, append(path[:len(path):len(path)], other)...).IsNull()
	switch {
	case first && second:
		c.fail(object, fmt.Errorf("%s conflicts with %s; leave one of them out", one, other))
	case !first && !second:
		c.fail(object, fmt.Errorf("it has neither %s nor %s; give one of them", one, other))
	}
}

// Diff compares inputs with inputs: what TiDB Cloud fills in makes no difference.
func (Changefeed) Diff(
	ctx context.Context, req infer.DiffRequest[ChangefeedArgs, ChangefeedState],
) (infer.DiffResponse, error) {
	was, is := req.State.ChangefeedArgs, req.Inputs
	r := newReplacement(ctx)
	r.compare(was.ClusterID, is.ClusterID, "clusterId", "clusterId")
	r.compare(was.Kafka.Network.String(), is.Kafka.Network.String(), "kafka.network", "kafka", "network")
	// Where it started makes no difference any more, unless it shall start somewhere else.
	elsewhere := is.StartPosition != nil && was.StartPosition.String() != is.StartPosition.String()
	if isUnknown(r.inputs, "startPosition") || elsewhere {
		r.diff["startPosition"] = p.PropertyDiff{Kind: p.UpdateReplace, InputDiff: true}
	}
	r.edit(value(was.DisplayName), value(is.DisplayName), "displayName", "displayName")
	r.editLeaves("kafka", leavesOf(was.Kafka), leavesOf(is.Kafka))
	r.editLeaves("filter", leavesOf(was.Filter), leavesOf(is.Filter))
	r.edit(isTrue(was.Paused), isTrue(is.Paused), "paused", "paused")
	useless := r.changefeedState(req.State.State, isTrue(is.Paused))
	if _, ok := parseUnconfirmedChangefeed(req.ID); ok {
		useless = true
		r.because("changefeedId")
	}
	return r.response(useless), nil
}

// changefeedState notes a state that an update changes, and reports whether only a replacement helps.
func (r *replacement) changefeedState(state string, paused bool) (useless bool) {
	switch {
	case state == tidbapi.ChangefeedStateCreateFailed, state == tidbapi.ChangefeedStateDeleted:
		r.because("state")
		return true
	case !isInState(state, paused):
		r.unfinished("state")
	}
	return false
}

// isInState reports whether a changefeed is in the state that its input asks for.
func isInState(state string, paused bool) bool {
	if paused {
		return state == tidbapi.ChangefeedStatePaused
	}
	return state == tidbapi.ChangefeedStateRunning || state == tidbapi.ChangefeedStateWarning
}

// edit notes a difference that an update in place makes.
func (r *replacement) edit(was, is any, property string, path ...string) {
	if was != is || isUnknown(r.inputs, path...) {
		r.diff[property] = p.PropertyDiff{Kind: p.Update, InputDiff: true}
	}
}

// editLeaves does so for all inputs below an object.
func (r *replacement) editLeaves(object string, was, is leaves) {
	for _, side := range []leaves{was, is} {
		for path := range side {
			if was[path] != is[path] {
				r.diff[object+"."+path] = p.PropertyDiff{Kind: p.Update, InputDiff: true}
			}
		}
	}
	for _, path := range unknownLeaves(object, at(r.inputs, object)) {
		if !strings.HasPrefix(path, "kafka.network") {
			r.diff[path] = p.PropertyDiff{Kind: p.Update, InputDiff: true}
		}
	}
}

// WireDependencies reports that an update leaves the outputs of a changefeed known: only what is edited changes.
func (Changefeed) WireDependencies(f infer.FieldSelector, args *ChangefeedArgs, state *ChangefeedState) {
	f.OutputField(&state.ClusterID).DependsOn(f.InputField(&args.ClusterID))
	f.OutputField(&state.DisplayName).DependsOn(f.InputField(&args.DisplayName))
	f.OutputField(&state.Kafka).DependsOn(f.InputField(&args.Kafka))
	f.OutputField(&state.Filter).DependsOn(f.InputField(&args.Filter))
	f.OutputField(&state.StartPosition).DependsOn(f.InputField(&args.StartPosition))
	f.OutputField(&state.Paused).DependsOn(f.InputField(&args.Paused))
}
