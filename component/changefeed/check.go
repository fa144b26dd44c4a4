package changefeed

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// check rejects inputs that are wrong whatever the services answer. It reports all of them at once.
func check(in *args.Set, name string) error {
	var p args.Problems
	in.Text("tidbClusterId").Check(&p, rules.TiDBClusterID.Check)
	in.Text("environmentId").Check(&p, rules.EnvironmentID.Check)
	in.Text("kafkaClusterId").Check(&p, rules.KafkaClusterID.Check)
	in.Text("privateLinkConnectionId").Check(&p, rules.PrivateLinkConnectionID.Check)
	in.Text("serviceAccountId").Check(&p, rules.ServiceAccountID.Check)
	in.List("tables").Check(&p, checkTables)
	in.Text("format").Check(&p, func(format string) error { return rules.OneOf(format, rules.KafkaProtocols) })
	in.Text("role").Check(&p, rules.WriterRole)
	in.Text("displayName").Check(&p, notEmpty)
	in.Text("credentials.apiKey").Check(&p, notEmpty)
	in.Text("credentials.apiSecret").Check(&p, notEmpty)
	checkCredentials(&p, in)
	checkStart(&p, in)
	checkTopics(&p, in, name)
	checkFormat(&p, in)
	return p.Err()
}

func checkTables(list []string) error {
	if len(list) == 0 {
		return errors.New("is empty, which selects no table; set rules such as shop.*, or leave it out for every table")
	}
	return rules.FilterRules(list)
}

func notEmpty(value string) error {
	if strings.TrimSpace(value) == "" {
		return errors.New("is empty; set a value, or leave it out")
	}
	return nil
}

// checkCredentials allows at most one source of a key.
func checkCredentials(p *args.Problems, in *args.Set) {
	conflicts := func(input args.Text, why string) {
		if input.Given && in.Given("credentials") {
			p.Add(input.Path, fmt.Errorf("%s conflicts with credentials: %s; leave one of the two out",
				show(in, input.Path), why))
		}
	}
	conflicts(in.Text("serviceAccountId"), "the key has an account already")
	conflicts(in.Text("role"), "the account of the key keeps its own roles")
}

func checkStart(p *args.Problems, in *args.Set) {
	if !in.Given("startPosition") {
		return
	}
	in.Text("startPosition.tso").Check(p, rules.TSO)
	in.Text("startPosition.time").Check(p, rules.Time)
	switch tso, at := in.Given("startPosition.tso"), in.Given("startPosition.time"); {
	case tso && at:
		p.Add("startPosition", fmt.Errorf("tso %s conflicts with time %s; leave one of them out",
			show(in, "startPosition.tso"), show(in, "startPosition.time")))
	case !tso && !at:
		p.Add("startPosition", errors.New("has neither tso nor time; set one of them, or leave startPosition out to "+
			"start now"))
	}
}

func checkTopics(p *args.Problems, in *args.Set, name string) {
	in.Text("topics.name").Check(p, rules.TopicName)
	for _, path := range severalTopics[:3] {
		in.Text(path).Check(p, rules.TopicNamePart)
	}
	in.Text("topics.dispatch").Check(p, rules.Dispatch)
	in.Number("topics.replicationFactor").Check(p, rules.ReplicationFactorRule)
	in.Number("topics.partitions").Check(p, func(n int) error { return rules.Partitions(n, 0) })
	if in.Given("topics.name") {
		for _, path := range severalTopics {
			if in.Given(path) {
				p.Add(path, fmt.Errorf("%s conflicts with topics.name %s, which is one topic for all rows; leave one "+
					"of the two out",
					show(in, path), show(in, "topics.name")))
			}
		}
		return
	}
	topics, known := knownTopics(in, name)
	switch {
	case !hasSeveralTopics(in):
		p.Add("topics.name", derived(name, rules.TopicName(name)))
	case known:
		if !in.Given("topics.prefix") {
			p.Add("topics.prefix", derived(name, rules.TopicNamePart(topics.Prefix)))
		}
		p.Add("topics", topics.Check())
	}
}

// derived adds to a problem that the value comes from the component's name.
func derived(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the default, from the component's name %q, is not valid: %w", name, err)
}

// checkFormat checks that AVRO has what it needs, and that nothing else has it.
func checkFormat(p *args.Problems, in *args.Set) {
	format := in.Text("format")
	isAvro := format.Known && format.Plain == rules.ProtocolAvro
	other := !format.Given || format.Known && format.Plain != rules.ProtocolAvro
	if isAvro {
		checkAvroTopics(p, in)
		if !in.Given("avroConfig") {
			p.Add("avroConfig", errors.New("is required: messages in format AVRO refer to schemas in a registry; set "+
				"the registry"))
		}
	}
	if !in.Given("avroConfig") {
		return
	}
	if other {
		p.Add("avroConfig", errors.New("applies only to format AVRO; leave it out, or set format to AVRO"))
	}
	oneOf := func(allowed []string) func(string) error {
		return func(mode string) error { return rules.OneOf(mode, allowed) }
	}
	in.Text("avroConfig.decimalHandlingMode").Check(p, oneOf(rules.DecimalModes))
	in.Text("avroConfig.bigintUnsignedHandlingMode").Check(p, oneOf(rules.BigintModes))
	if in.Given("avroConfig.confluentSchemaRegistry") == in.Given("avroConfig.awsGlueSchemaRegistry") {
		p.Add("avroConfig", errors.New("set either confluentSchemaRegistry or awsGlueSchemaRegistry"))
	}
	registry := in.At("avroConfig.confluentSchemaRegistry")
	if registry.Given("username") != registry.Given("password") {
		p.Add("avroConfig.confluentSchemaRegistry", errors.New("set both username and password, or neither"))
	}
}

func checkAvroTopics(p *args.Problems, in *args.Set) {
	dispatch := in.Text("topics.dispatch")
	switch {
	case dispatch.Known && dispatch.Plain != rules.DispatchByTable:
		p.Add("topics.dispatch", fmt.Errorf("%s conflicts with format AVRO, which needs BY_TABLE; set it to "+
			"BY_TABLE, or choose another format",
			show(in, "topics.dispatch")))
	case in.Given("topics.name"):
		p.Add("topics.name", fmt.Errorf("%s conflicts with format AVRO, which needs a topic for each table; set "+
			"topics.prefix instead, or choose another format", show(in, "topics.name")))
	case !hasSeveralTopics(in):
		p.Add("format", errors.New("AVRO needs a topic for each table, but one topic is the default; "+
			"set topics.dispatch to BY_TABLE, or choose another format"))
	}
}

// show is an input's value for a message.
func show(in *args.Set, path string) string {
	v := in.Text(path)
	if !v.Known {
		return "a value that is not known yet"
	}
	return fmt.Sprintf("%q", v.Plain)
}
