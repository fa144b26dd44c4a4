package sandbox

import (
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tablefilter"
)

const (
	sinkKafka = "KAFKA"
	sinkMySQL = "MYSQL"

	networkPublic      = "PUBLIC"
	networkPrivateLink = "PRIVATE_LINK"

	authDisable   = "DISABLE"
	authSASLPlain = "SASL_PLAIN"

	protocolCanalJSON = "CANAL_JSON"
	protocolAvro      = "AVRO"
	protocolDebezium  = "DEBEZIUM"

	dispatchOneTopic   = "ONE_TOPIC"
	dispatchByTable    = "BY_TABLE"
	dispatchByDatabase = "BY_DATABASE"

	partitionByTable   = "TABLE"
	partitionByIndex   = "INDEX_VALUE"
	partitionByTS      = "TS"
	partitionByColumns = "COLUMNS"

	modeIgnore = "IGNORE_NOT_SUPPORT_TABLE"
	modeForce  = "FORCE_SYNC"
)

// sinkRules checks a sink by the description of the API, field by field, and fills in what was left out. The first
// problem stays.
type sinkRules struct {
	tolerant bool
	failed   *failure
}

// check completes a sink, or returns what is wrong with it.
func (s *ChangefeedSink) check(tolerant bool) *failure {
	r := &sinkRules{tolerant: tolerant}
	switch s.Type {
	case sinkKafka:
		r.applies(s.MySQL == nil, "sink.mysql", "sink.type KAFKA")
		if s.MySQL = nil; s.Kafka == nil {
			r.fail("sink.kafka is missing")
			break
		}
		r.kafka(s.Kafka, "sink.kafka")
	case sinkMySQL:
		r.applies(s.Kafka == nil, "sink.kafka", "sink.type MYSQL")
		if s.Kafka = nil; s.MySQL == nil {
			r.fail("sink.mysql is missing")
			break
		}
		r.mySQL(s.MySQL, "sink.mysql")
	default:
		r.oneOf("sink.type", s.Type, sinkKafka, sinkMySQL)
	}
	return r.failed
}

func (r *sinkRules) fail(format string, args ...any) {
	if r.failed == nil {
		r.failed = invalidArgument(fmt.Sprintf(format, args...))
	}
}

// applies requires a field to be absent that does not go with another.
func (r *sinkRules) applies(ok bool, field, other string) {
	if !ok && !r.tolerant {
		r.fail("%s does not go with %s", field, other)
	}
}

func (r *sinkRules) oneOf(field, value string, allowed ...string) {
	switch {
	case value == "":
		r.fail("%s is missing: it must be one of %s", field, strings.Join(allowed, ", "))
	case !slices.Contains(allowed, value):
		r.fail("%s is %s: it must be one of %s", field, quote(value), strings.Join(allowed, ", "))
	}
}

func (r *sinkRules) notEmpty(field, value string) {
	if strings.TrimSpace(value) == "" {
		r.fail("%s is empty", field)
	}
}

func (r *sinkRules) kafka(k *KafkaSink, path string) {
	r.network(k.Network, path+".network")
	r.broker(k, path+".broker")
	r.authentication(k.Authentication, path+".authentication")
	r.dataFormat(k.DataFormat, path+".dataFormat")
	r.topics(k, path+".topicPartitionConfig")
	for i, s := range k.ColumnSelectors {
		field := fmt.Sprintf("%s.columnSelectors[%d]", path, i)
		r.tables(field+".matcher", s.Matcher)
		if len(s.Columns) == 0 {
			r.fail("%s.columns is empty", field)
		}
	}
	k.ColumnSelectors = nonNil(k.ColumnSelectors)
}

func (r *sinkRules) network(n *SinkNetwork, path string) {
	if n == nil {
		r.fail("%s is missing", path)
		return
	}
	r.oneOf(path+".networkType", n.NetworkType, networkPublic, networkPrivateLink)
	r.applies(n.PublicEndpoint == "", path+".publicEndpoint", "sink.type KAFKA")
	switch n.NetworkType {
	case networkPublic:
		r.applies(n.PrivateLink == nil, path+".privateLink", path+".networkType PUBLIC")
		n.PrivateLink = nil
		r.endpoints(path+".publicEndpoints", n.PublicEndpoints)
	case networkPrivateLink:
		r.applies(n.PublicEndpoints == "", path+".publicEndpoints", path+".networkType PRIVATE_LINK")
		n.PublicEndpoints = ""
		r.privateLink(n.PrivateLink, path+".privateLink")
	}
}

func (r *sinkRules) privateLink(l *SinkPrivateLink, path string) {
	if l == nil {
		r.fail("%s is missing", path)
		return
	}
	r.notEmpty(path+".privateLinkConnectionId", l.PrivateLinkConnectionID)
	if l.Port < 1 || l.Port > 65535 {
		r.fail("%s.port is %d: it must be from 1 to 65535", path, l.Port)
	}
}

func (r *sinkRules) endpoints(field, list string) {
	for endpoint := range strings.SplitSeq(list, ",") {
		host, port, err := net.SplitHostPort(endpoint)
		number, badPort := strconv.ParseUint(port, 10, 16)
		if err != nil || host == "" || badPort != nil || number == 0 {
			r.fail("%s is %s: it must have the form host:port,host:port", field, quote(list))
		}
	}
}

func (r *sinkRules) broker(k *KafkaSink, path string) {
	if k.Broker == nil {
		r.fail("%s is missing", path)
		return
	}
	r.oneOf(path+".kafkaVersion", k.Broker.KafkaVersion, "VERSION_2XX", "VERSION_3XX")
	k.Broker.Compression = orDefault(k.Broker.Compression, "NONE")
	r.oneOf(path+".compression", k.Broker.Compression, "NONE", "GZIP", "SNAPPY", "LZ4", "ZSTD")
}

func (r *sinkRules) authentication(a *KafkaAuthentication, path string) {
	if a == nil {
		r.fail("%s is missing", path)
		return
	}
	r.oneOf(path+".authType", a.AuthType, authDisable, authSASLPlain, "SASL_SCRAM_SHA_256", "SASL_SCRAM_SHA_512")
	if a.AuthType == authDisable {
		r.applies(a.Username == "", path+".username", path+".authType DISABLE")
		r.applies(a.Password == "", path+".password", path+".authType DISABLE")
		a.Username, a.Password = "", ""
	} else {
		r.notEmpty(path+".username", a.Username)
		r.notEmpty(path+".password", a.Password)
	}
	if !a.EnableTLS {
		r.applies(a.ServerName == "", path+".serverName", path+".enableTls false")
		a.ServerName = ""
	}
	if a.ServerName != "" && !hostName.MatchString(a.ServerName) {
		r.fail("%s.serverName is %s: it must be a host name without a port", path, quote(a.ServerName))
	}
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$`)

func (r *sinkRules) dataFormat(d *DataFormat, path string) {
	if d == nil {
		r.fail("%s is missing", path)
		return
	}
	r.oneOf(path+".protocol", d.Protocol, protocolCanalJSON, "OPEN_PROTOCOL", protocolAvro, protocolDebezium)
	with := path + ".protocol " + d.Protocol
	if d.Protocol != protocolCanalJSON && d.Protocol != protocolAvro {
		r.applies(!d.EnableTiDBExtension, path+".enableTidbExtension", with)
		d.EnableTiDBExtension = false
	}
	if d.Protocol == protocolAvro {
		r.avro(d.AvroConfig, path+".avroConfig")
	} else {
		r.applies(d.AvroConfig == nil, path+".avroConfig", with)
		d.AvroConfig = nil
	}
	if d.Protocol != protocolDebezium {
		r.applies(d.DebeziumConfig == nil, path+".debeziumConfig", with)
		d.DebeziumConfig = nil
	} else if d.DebeziumConfig == nil {
		d.DebeziumConfig = &DebeziumConfig{}
	}
}

func (r *sinkRules) avro(a *AvroConfig, path string) {
	if a == nil {
		r.fail("%s is missing", path)
		return
	}
	a.DecimalHandlingMode = orDefault(a.DecimalHandlingMode, "PRECISE")
	r.oneOf(path+".decimalHandlingMode", a.DecimalHandlingMode, "PRECISE", "STRING")
	a.BigintUnsignedHandlingMode = orDefault(a.BigintUnsignedHandlingMode, "LONG")
	r.oneOf(path+".bigintUnsignedHandlingMode", a.BigintUnsignedHandlingMode, "LONG", "STRING")
	confluent, glue := a.ConfluentSchemaRegistry, a.AWSGlueSchemaRegistry
	if (confluent == nil) == (glue == nil) {
		r.fail("%s must have either confluentSchemaRegistry or awsGlueSchemaRegistry", path)
		return
	}
	if confluent != nil {
		r.notEmpty(path+".confluentSchemaRegistry.endpoint", confluent.Endpoint)
		if confluent.EnableHTTPAuth {
			r.notEmpty(path+".confluentSchemaRegistry.username", confluent.Username)
			r.notEmpty(path+".confluentSchemaRegistry.password", confluent.Password)
		}
		return
	}
	for field, value := range map[string]string{
		"region": glue.Region, "name": glue.Name, "accessKeyId": glue.AccessKeyID,
		"secretAccessKey": glue.SecretAccessKey,
	} {
		r.notEmpty(path+".awsGlueSchemaRegistry."+field, value)
	}
}

// maxTopicName is the length of the longest name of a topic.
const maxTopicName = 249

// topicPart reports whether a text can be a part of a topic's name.
func topicPart(text string) bool {
	return len(text) <= maxTopicName && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._-", r)
	})
}

func (r *sinkRules) topics(k *KafkaSink, path string) {
	c := k.TopicPartitionConfig
	if c == nil {
		r.fail("%s is missing", path)
		return
	}
	r.oneOf(path+".dispatchType", c.DispatchType, dispatchOneTopic, dispatchByTable, dispatchByDatabase)
	if k.DataFormat != nil && k.DataFormat.Protocol == protocolAvro && c.DispatchType != dispatchByTable {
		r.fail("%s.dispatchType is %s: the protocol AVRO needs BY_TABLE", path, c.DispatchType)
	}
	if !topicPart(c.DefaultTopic) || slices.Contains([]string{"", ".", ".."}, c.DefaultTopic) {
		r.fail("%s.defaultTopic is %s: it must be a topic's name, of 1 to 249 letters, digits, dots, underscores and "+
			"hyphens",
			path, quote(c.DefaultTopic))
	}
	for field, part := range map[string]*string{
		"topicPrefix": &c.TopicPrefix, "separator": &c.Separator,
		"topicSuffix": &c.TopicSuffix,
	} {
		if c.DispatchType == dispatchOneTopic {
			r.applies(*part == "", path+"."+field, path+".dispatchType ONE_TOPIC")
			*part = ""
		}
		if !topicPart(*part) {
			r.fail("%s.%s is %s: it may have letters, digits, dots, underscores and hyphens", path, field, quote(*part))
		}
	}
	for field, number := range map[string]int64{
		"replicationFactor": c.ReplicationFactor,
		"partitionNum":      c.PartitionNum,
	} {
		if number < 1 {
			r.fail("%s.%s is %d: it must be 1 or more", path, field, number)
		}
	}
	if len(c.PartitionDispatchers) == 0 {
		c.PartitionDispatchers = []PartitionDispatcher{{PartitionType: partitionByTable, Matcher: []string{"*.*"}}}
	}
	for i := range c.PartitionDispatchers {
		r.dispatcher(&c.PartitionDispatchers[i], fmt.Sprintf("%s.partitionDispatchers[%d]", path, i))
	}
}

func (r *sinkRules) dispatcher(d *PartitionDispatcher, path string) {
	r.oneOf(path+".partitionType", d.PartitionType, partitionByTable, partitionByIndex, partitionByTS,
		partitionByColumns)
	r.tables(path+".matcher", d.Matcher)
	if d.PartitionType != partitionByIndex {
		r.applies(d.IndexName == "", path+".indexName", path+".partitionType "+d.PartitionType)
		d.IndexName = ""
	}
	switch {
	case d.PartitionType != partitionByColumns:
		r.applies(len(d.Columns) == 0, path+".columns", path+".partitionType "+d.PartitionType)
		d.Columns = nil
	case len(d.Columns) == 0:
		r.fail("%s.columns is empty", path)
	}
	d.Columns = nonNil(d.Columns)
}

// tables requires at least one table filter rule, and each to be right.
func (r *sinkRules) tables(field string, rules []string) {
	if len(rules) == 0 {
		r.fail("%s is empty", field)
		return
	}
	if _, err := tablefilter.Parse(rules, false); err != nil {
		r.fail("%s: %s", field, err)
	}
}

func (r *sinkRules) mySQL(m *MySQLSink, path string) {
	n, a := m.Network, m.Authentication
	if n == nil || a == nil {
		r.fail("%s must have network and authentication", path)
		return
	}
	r.oneOf(path+".network.networkType", n.NetworkType, networkPublic, networkPrivateLink)
	r.applies(n.PublicEndpoints == "", path+".network.publicEndpoints", "sink.type MYSQL")
	switch n.NetworkType {
	case networkPublic:
		r.applies(n.PrivateLink == nil, path+".network.privateLink", path+".network.networkType PUBLIC")
		n.PrivateLink = nil
		r.endpoints(path+".network.publicEndpoint", n.PublicEndpoint)
	case networkPrivateLink:
		r.applies(n.PublicEndpoint == "", path+".network.publicEndpoint", path+".network.networkType PRIVATE_LINK")
		n.PublicEndpoint = ""
		r.privateLink(n.PrivateLink, path+".network.privateLink")
	}
	r.notEmpty(path+".authentication.userName", a.UserName)
	r.notEmpty(path+".authentication.password", a.Password)
}
