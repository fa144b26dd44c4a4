package changefeed

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// check rejects, without asking any service, what can only be wrong. It names everything at once.
func check(in *args.Set, name string, given *KafkaChangefeedArgs) error {
	var p args.Problems
	ruled(&p, in, "tidbClusterId", rules.TiDBClusterID.Check)
	ruled(&p, in, "environmentId", rules.EnvironmentID.Check)
	ruled(&p, in, "kafkaClusterId", rules.KafkaClusterID.Check)
	ruled(&p, in, "privateLinkConnectionId", rules.PrivateLinkConnectionID.Check)
	ruled(&p, in, "serviceAccountId", rules.ServiceAccountID.Check)
	ruled(&p, in, "tables", checkTables)
	ruled(&p, in, "format", func(format string) error { return rules.OneOf(format, rules.KafkaProtocols) })
	ruled(&p, in, "role", rules.WriterRole)
	ruled(&p, in, "displayName", notEmpty)
	ruled(&p, in, "credentials.apiKey", notEmpty)
	ruled(&p, in, "credentials.apiSecret", notEmpty)
	checkCredentials(&p, in, given)
	checkStart(&p, in, given)
	checkTopics(&p, in, name)
	checkFormat(&p, in, given)
	return p.Err()
}

// ruled applies a rule to an input whose value is known.
func ruled[T any](p *args.Problems, in *args.Set, path string, rule func(T) error) {
	if v := args.Get[T](in, path); v.Given && v.Known {
		p.Add(path, rule(v.Value))
	}
}

// isGiven reports whether a leaf is given. Its type does not matter.
func isGiven(in *args.Set, path string) bool { return args.Get[string](in, path).Given }

func checkTables(list []string) error {
	if len(list) == 0 {
		return errors.New("it is empty, so that no table is left; give rules such as shop.*, or leave it out for every table")
	}
	return rules.FilterRules(list)
}

func notEmpty(value string) error {
	if strings.TrimSpace(value) == "" {
		return errors.New("it is empty; give a value, or leave it out")
	}
	return nil
}

// checkCredentials wants at most one way to come by a key.
func checkCredentials(p *args.Problems, in *args.Set, given *KafkaChangefeedArgs) {
	if given.Credentials == nil {
		return
	}
	for path, why := range map[string]string{
		"serviceAccountId": "the key has an account already", "role": "the account of the key keeps its own roles",
	} {
		if isGiven(in, path) {
			p.Add(path, fmt.Errorf("%s conflicts with credentials: %s; leave one of the two out", show(in, path), why))
		}
	}
}

func checkStart(p *args.Problems, in *args.Set, given *KafkaChangefeedArgs) {
	if given.StartPosition == nil {
		return
	}
	ruled(p, in, "startPosition.tso", rules.TSO)
	ruled(p, in, "startPosition.time", rules.Time)
	switch tso, at := isGiven(in, "startPosition.tso"), isGiven(in, "startPosition.time"); {
	case tso && at:
		p.Add("startPosition", fmt.Errorf("tso %s conflicts with time %s; leave one of them out",
			show(in, "startPosition.tso"), show(in, "startPosition.time")))
	case !tso && !at:
		p.Add("startPosition", errors.New("it has neither tso nor time; give one of them, or leave startPosition out to start now"))
	}
}

// severalTopics are the inputs that only several topics have.
var severalTopics = []string{"topics.prefix", "topics.separator", "topics.suffix", "topics.dispatch"}

func checkTopics(p *args.Problems, in *args.Set, name string) {
	ruled(p, in, "topics.name", rules.TopicName)
	for _, path := range severalTopics[:3] {
		ruled(p, in, path, rules.TopicNamePart)
	}
	ruled(p, in, "topics.dispatch", rules.Dispatch)
	ruled(p, in, "topics.replicationFactor", rules.ReplicationFactorRule)
	ruled(p, in, "topics.partitions", func(n int) error { return rules.Partitions(n, 0) })
	if isGiven(in, "topics.name") {
		for _, path := range severalTopics {
			if isGiven(in, path) {
				p.Add(path, fmt.Errorf("%s conflicts with topics.name %s, which is one topic for all rows; leave one of the two out",
					show(in, path), show(in, "topics.name")))
			}
		}
		return
	}
	t := topicsOf(in, name)
	switch {
	case !t.several:
		p.Add("topics.name", derived(name, rules.TopicName(name)))
	case t.known != nil:
		if !isGiven(in, "topics.prefix") {
			p.Add("topics.prefix", derived(name, rules.TopicNamePart(t.known.Prefix)))
		}
		p.Add("topics", t.known.Check())
	}
}

// derived adds to a problem that the value comes from the component's name.
func derived(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the default, from the component's name %q, does not do: %w", name, err)
}

// checkFormat checks that AVRO has what it needs, and that nothing else has it.
func checkFormat(p *args.Problems, in *args.Set, given *KafkaChangefeedArgs) {
	format := args.Get[string](in, "format")
	isAvro := format.Given && format.Known && format.Value == rules.ProtocolAvro
	other := !format.Given || format.Known && format.Value != rules.ProtocolAvro
	if isAvro {
		checkAvroTopics(p, in)
		if given.AvroConfig == nil {
			p.Add("avroConfig", errors.New("format AVRO needs it: messages refer to schemas in a registry; give the registry"))
		}
	}
	avro := given.AvroConfig
	if avro == nil {
		return
	}
	if other {
		p.Add("avroConfig", errors.New("it applies to format AVRO alone; leave it out, or set format to AVRO"))
	}
	ruled(p, in, "avroConfig.decimalHandlingMode", func(mode string) error { return rules.OneOf(mode, rules.DecimalModes) })
	ruled(p, in, "avroConfig.bigintUnsignedHandlingMode", func(mode string) error { return rules.OneOf(mode, rules.BigintModes) })
	if (avro.ConfluentSchemaRegistry == nil) == (avro.AwsGlueSchemaRegistry == nil) {
		p.Add("avroConfig", errors.New("give either confluentSchemaRegistry or awsGlueSchemaRegistry"))
	}
	if isGiven(in, "avroConfig.confluentSchemaRegistry.username") != isGiven(in, "avroConfig.confluentSchemaRegistry.password") {
		p.Add("avroConfig.confluentSchemaRegistry", errors.New("username and password go together; give both, or none"))
	}
}

func checkAvroTopics(p *args.Problems, in *args.Set) {
	dispatch := args.Get[string](in, "topics.dispatch")
	switch {
	case dispatch.Given && dispatch.Known && dispatch.Value != rules.DispatchByTable:
		p.Add("topics.dispatch", fmt.Errorf("%s conflicts with format AVRO, which needs BY_TABLE; set it to BY_TABLE, or choose another format",
			show(in, "topics.dispatch")))
	case isGiven(in, "topics.name"):
		p.Add("topics.name", fmt.Errorf("%s conflicts with format AVRO, which needs a topic for each table; give topics.prefix in its place, "+
			"or choose another format", show(in, "topics.name")))
	case !slices.ContainsFunc(severalTopics, func(path string) bool { return isGiven(in, path) }):
		p.Add("format", errors.New("AVRO needs a topic for each table, but one topic is the default; "+
			"set topics.dispatch to BY_TABLE, or choose another format"))
	}
}

// show is an input's value for a message.
func show(in *args.Set, path string) string {
	v := args.Get[string](in, path)
	if !v.Known {
		return "a value that is not known yet"
	}
	return fmt.Sprintf("%q", v.Value)
}

// secretPaths are the inputs whose values are taken out of messages when they are secret.
var secretPaths = []string{
	"tidbClusterId", "environmentId", "kafkaClusterId", "privateLinkConnectionId", "format", "serviceAccountId", "role", "displayName",
	"topics.name", "topics.prefix", "topics.separator", "topics.suffix", "topics.dispatch", "startPosition.tso", "startPosition.time",
	"credentials.apiKey", "avroConfig.decimalHandlingMode", "avroConfig.bigintUnsignedHandlingMode",
	"avroConfig.confluentSchemaRegistry.endpoint", "avroConfig.confluentSchemaRegistry.username",
	"avroConfig.awsGlueSchemaRegistry.region", "avroConfig.awsGlueSchemaRegistry.name", "avroConfig.awsGlueSchemaRegistry.accessKeyId",
}

// alwaysSecret are those that are secret even where a program gives them in clear.
var alwaysSecret = []string{
	"credentials.apiSecret", "avroConfig.confluentSchemaRegistry.password", "avroConfig.awsGlueSchemaRegistry.secretAccessKey",
}

// redact takes secret values out of a message.
func redact(in *args.Set, err error) error {
	if err == nil {
		return nil
	}
	var secrets []string
	for _, path := range alwaysSecret {
		secrets = append(secrets, args.Get[string](in, path).Value)
	}
	for _, path := range secretPaths {
		if v := args.Get[string](in, path); v.Secret {
			secrets = append(secrets, v.Value)
		}
	}
	if v := args.Get[[]string](in, "tables"); v.Secret {
		secrets = append(secrets, v.Value...)
	}
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	text := err.Error()
	for _, secret := range secrets {
		if secret != "" {
			quoted := fmt.Sprintf("%q", secret)
			text = strings.NewReplacer(secret, "[secret]", quoted[1:len(quoted)-1], "[secret]").Replace(text)
		}
	}
	if text == err.Error() {
		return err
	}
	return errors.New(text)
}
