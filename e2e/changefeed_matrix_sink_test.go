package e2e

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Paths of what the changes of sinks edit.
const (
	authPath   = "kafka.authentication."
	formatPath = "kafka.dataFormat."
	avroPath   = "kafka.dataFormat.avroConfig."
	topicPath  = "kafka.topicPartitionConfig."
)

// editOf updates the changefeed in place, for changed properties of an object.
func editOf(object string, properties ...string) plan {
	return feedOnly("update " + object + strings.Join(properties, " "+object))
}

// Parts of a sink.
func withFormat(format string) string {
	return `kafka: {dataFormat: {` + format + `}, ` + feedSink + `}`
}

func withTopics(inputs string) string { return inSink("Topic: shop", "Topic: shop, "+inputs) }

func inKafka(inputs string) string { return `kafka: {` + inputs + `, ` + feedSink + `}` }

func withFilter(inputs string) string { return feedKafka + `, filter: {` + inputs + `}` }

// overInternet reaches the brokers over the internet.
func overInternet(endpoints string) string {
	return strings.Replace(feedKafka, feedNetwork, `network: {publicEndpoints: `+endpoints+`}`, 1)
}

// withAvro writes AVRO, which needs a topic for each table.
func withAvro(config string) string {
	return strings.Replace(withFormat(`protocol: AVRO, avroConfig: {`+config+`}`), "Topic: shop",
		"Topic: shop, dispatchType: BY_TABLE", 1)
}

// Schema registries of messages in AVRO, and their secrets.
const (
	registrySecret      = "registry/first+secret"
	otherRegistrySecret = "registry/second+secret"

	confluentRegistry = `confluentSchemaRegistry: {endpoint: "https://registry"}`
	signedInRegistry  = `confluentSchemaRegistry: {endpoint: "https://registry", enableHttpAuth: true, ` +
		`username: writer, password: ` + registrySecret + `}`
	glueRegistry = `awsGlueSchemaRegistry: {region: us-east-1, name: orders, accessKeyId: AKIAONE, ` +
		`secretAccessKey: ` + registrySecret + `}`
)

// glueProperties are those of a registry of AWS Glue.
var glueProperties = []string{
	"awsGlueSchemaRegistry.accessKeyId", "awsGlueSchemaRegistry.name", "awsGlueSchemaRegistry.region",
	"awsGlueSchemaRegistry.secretAccessKey",
}

// networkChanges are changes of how the brokers are reached.
var networkChanges = []change{
	{
		"kafka.network.privateLink.port", changed, feedKafka, inSink("port: 9092", "port: 9093"),
		feedOnly("replace kafka.network"), "",
	},
	{
		"kafka.network.publicEndpoints", set, feedKafka, overInternet("[a.example.com:9092]"),
		feedOnly("replace kafka.network"), "In the place of a private link.",
	},
	{
		"kafka.network.publicEndpoints", changed, overInternet("[a.example.com:9092]"),
		overInternet("[a.example.com:9092, b.example.com:9092]"), feedOnly("replace kafka.network"), "",
	},
	{
		"kafka.network.publicEndpoints", removed, overInternet("[a.example.com:9092]"), feedKafka,
		feedOnly("replace kafka.network"), "For a private link.",
	},
	{
		"kafka.network.publicEndpoints", order, overInternet("[a.example.com:9092, b.example.com:9092]"),
		overInternet("[b.example.com:9092, a.example.com:9092]"), nil, "",
	},
	{
		"kafka.network.publicEndpoints", later, overInternet("[a.example.com:9092]"),
		overInternet("[" + unknown("a.example.com:9092") + "]"), feedOnly("replace kafka.network"), "",
	},
}

// brokerChanges are changes of what the brokers understand, and of how TiDB Cloud signs in.
var brokerChanges = []change{
	{
		"kafka.broker.kafkaVersion", set, feedKafka, inKafka(`broker: {kafkaVersion: VERSION_3XX}`), nil,
		"To the default.",
	},
	{
		"kafka.broker.kafkaVersion", changed, inKafka(`broker: {kafkaVersion: VERSION_3XX}`),
		inKafka(`broker: {kafkaVersion: VERSION_2XX}`), editOf("kafka.broker.", "kafkaVersion"), "",
	},
	{
		"kafka.broker.kafkaVersion", removed, inKafka(`broker: {kafkaVersion: VERSION_2XX}`), feedKafka,
		editOf("kafka.broker.", "kafkaVersion"), "",
	},
	{
		"kafka.broker.compression", changed, inKafka(`broker: {compression: LZ4}`),
		inKafka(`broker: {compression: ZSTD}`), editOf("kafka.broker.", "compression"), "",
	},
	{
		"kafka.broker.compression", removed, inKafka(`broker: {compression: NONE}`), feedKafka, nil,
		"From the default.",
	},
	{
		"kafka.authentication.authType", changed, feedKafka, inSink("SASL_PLAIN", "SASL_SCRAM_SHA_256"),
		editOf(authPath, "authType"), "",
	},
	{
		"kafka.authentication.authType", later, feedKafka, inSink("SASL_PLAIN", unknown("SASL_PLAIN")),
		editOf(authPath, "authType"), "",
	},
	{
		"kafka.authentication.authType, kafka.authentication.enableTls", set,
		`kafka: {` + feedNetwork + `, topicPartitionConfig: {defaultTopic: shop}}`,
		`kafka: {` + feedNetwork + `, topicPartitionConfig: {defaultTopic: shop}, ` +
			`authentication: {authType: DISABLE, enableTls: false}}`,
		nil, "To the default.",
	},
	{
		"kafka.authentication.serverName", changed, feedKafka, inSink("lkc-9mz5yq", "lkc-second"),
		editOf(authPath, "serverName"), "",
	},
	{
		"kafka.authentication.enableTls, kafka.authentication.serverName", removed, feedKafka,
		strings.Replace(inSink(", enableTls: true", ""),
			", serverName: lkc-9mz5yq.domnprzqrog.us-east-1.aws.confluent.cloud", "", 1),
		editOf(authPath, "enableTls", "serverName"), "",
	},
	{
		"kafka.authentication", removed, feedKafka,
		`kafka: {` + feedNetwork + `, topicPartitionConfig: {defaultTopic: shop}}`,
		editOf(authPath, "authType", "enableTls", "password", "serverName", "username"), "",
	},
}

// formatChanges are changes of what a message looks like.
var formatChanges = []change{
	{
		"kafka.dataFormat.protocol", set, feedKafka, withFormat(`protocol: CANAL_JSON`), nil, "To the default.",
	},
	{
		"kafka.dataFormat.protocol", removed, withFormat(`protocol: OPEN_PROTOCOL`), feedKafka,
		editOf(formatPath, "protocol"), "",
	},
	{
		"kafka.dataFormat.protocol", later, feedKafka, withFormat(`protocol: ` + unknown("CANAL_JSON")),
		editOf(formatPath, "protocol"), "",
	},
	{
		"kafka.dataFormat.enableTidbExtension", set, withFormat(`protocol: CANAL_JSON`),
		withFormat(`protocol: CANAL_JSON, enableTidbExtension: true`), editOf(formatPath, "enableTidbExtension"), "",
	},
	{
		"kafka.dataFormat.enableTidbExtension", removed, withFormat(`protocol: CANAL_JSON, enableTidbExtension: true`),
		withFormat(`protocol: CANAL_JSON`), editOf(formatPath, "enableTidbExtension"), "",
	},
	{
		"kafka.dataFormat.debeziumConfig.disableOutputOldValue, kafka.dataFormat.debeziumConfig.disableSchema", set,
		withFormat(`protocol: DEBEZIUM`),
		withFormat(`protocol: DEBEZIUM, debeziumConfig: {disableOutputOldValue: true, disableSchema: true}`),
		editOf(formatPath+"debeziumConfig.", "disableOutputOldValue", "disableSchema"), "",
	},
	{
		"kafka.dataFormat.debeziumConfig.disableOutputOldValue", changed,
		withFormat(`protocol: DEBEZIUM, debeziumConfig: {disableOutputOldValue: true, disableSchema: true}`),
		withFormat(`protocol: DEBEZIUM, debeziumConfig: {disableOutputOldValue: false, disableSchema: true}`),
		editOf(formatPath+"debeziumConfig.", "disableOutputOldValue"), "",
	},
	{
		"kafka.dataFormat.debeziumConfig.disableSchema", removed,
		withFormat(`protocol: DEBEZIUM, debeziumConfig: {disableSchema: true}`), withFormat(`protocol: DEBEZIUM`),
		editOf(formatPath+"debeziumConfig.", "disableSchema"), "",
	},
	{
		avroPath + "decimalHandlingMode, " + avroPath + "bigintUnsignedHandlingMode", set, withAvro(confluentRegistry),
		withAvro(confluentRegistry + `, decimalHandlingMode: STRING, bigintUnsignedHandlingMode: STRING`),
		editOf(avroPath, "bigintUnsignedHandlingMode", "decimalHandlingMode"), "",
	},
	{
		avroPath + "decimalHandlingMode", changed, withAvro(confluentRegistry + `, decimalHandlingMode: STRING`),
		withAvro(confluentRegistry + `, decimalHandlingMode: PRECISE`), editOf(avroPath, "decimalHandlingMode"), "",
	},
	{
		avroPath + "bigintUnsignedHandlingMode", removed,
		withAvro(confluentRegistry + `, bigintUnsignedHandlingMode: STRING`), withAvro(confluentRegistry),
		editOf(avroPath, "bigintUnsignedHandlingMode"), "",
	},
	{
		avroPath + "confluentSchemaRegistry.endpoint", changed, withAvro(confluentRegistry),
		withAvro(strings.Replace(confluentRegistry, "//registry", "//other", 1)),
		editOf(avroPath+"confluentSchemaRegistry.", "endpoint"), "",
	},
	{
		avroPath + "confluentSchemaRegistry.enableHttpAuth, " + avroPath + "confluentSchemaRegistry.username, " +
			avroPath + "confluentSchemaRegistry.password", set, withAvro(confluentRegistry), withAvro(signedInRegistry),
		editOf(avroPath+"confluentSchemaRegistry.", "enableHttpAuth", "password", "username"), "",
	},
	{
		avroPath + "confluentSchemaRegistry.password", changed, withAvro(signedInRegistry),
		withAvro(strings.Replace(signedInRegistry, registrySecret, otherRegistrySecret, 1)),
		editOf(avroPath+"confluentSchemaRegistry.", "password"), "",
	},
	{
		avroPath + "confluentSchemaRegistry.password", later, withAvro(signedInRegistry),
		withAvro(strings.Replace(signedInRegistry, registrySecret, unknown(registrySecret), 1)),
		editOf(avroPath+"confluentSchemaRegistry.", "password"), "",
	},
	{
		avroPath + "awsGlueSchemaRegistry", set, withAvro(confluentRegistry), withAvro(glueRegistry),
		editOf(avroPath, slices.Concat(glueProperties, []string{"confluentSchemaRegistry.endpoint"})...),
		"In the place of the other registry.",
	},
	{
		avroPath + "awsGlueSchemaRegistry.region, " + avroPath + "awsGlueSchemaRegistry.name", changed,
		withAvro(glueRegistry),
		withAvro(strings.NewReplacer("us-east-1", "us-west-2", "orders", "rows").Replace(glueRegistry)),
		editOf(avroPath+"awsGlueSchemaRegistry.", "name", "region"), "",
	},
	{
		avroPath + "awsGlueSchemaRegistry.accessKeyId, " + avroPath + "awsGlueSchemaRegistry.secretAccessKey", changed,
		withAvro(glueRegistry),
		withAvro(strings.NewReplacer("AKIAONE", "AKIATWO", registrySecret, otherRegistrySecret).Replace(glueRegistry)),
		editOf(avroPath+"awsGlueSchemaRegistry.", "accessKeyId", "secretAccessKey"), "",
	},
}

// Dispatchers, selectors and rules about events, which are lists of objects.
const (
	byIndex   = `partitionDispatchers: [{partitionType: INDEX_VALUE, matcher: [shop.*], indexName: PRIMARY}]`
	byColumn  = `partitionDispatchers: [{partitionType: COLUMNS, matcher: [shop.*], columns: [id]}]`
	selectors = `columnSelectors: [{matcher: [shop.*], columns: [id]}, {matcher: [test.*], columns: [id]}]`
	noDeletes = `eventFilterRule: [{matcher: [shop.*], ignoreEvent: [delete]}]`
)

// dispatcher are the paths of properties of a partition dispatcher.
const dispatcher = topicPath + "partitionDispatchers."

// topicChanges are changes of the topics and partitions.
var topicChanges = []change{
	{
		topicPath + "defaultTopic", later, feedKafka, inSink("Topic: shop", "Topic: "+unknown("shop")),
		feedOnly(newTopic), "",
	},
	{topicPath + "dispatchType", set, feedKafka, withTopics(`dispatchType: ONE_TOPIC`), nil, "To the default."},
	{
		topicPath + "dispatchType", changed, withTopics(`dispatchType: BY_TABLE`),
		withTopics(`dispatchType: BY_DATABASE`), editOf(topicPath, "dispatchType"), "",
	},
	{
		topicPath + "topicPrefix, " + topicPath + "separator, " + topicPath + "topicSuffix", set,
		withTopics(`dispatchType: BY_TABLE`),
		withTopics(`dispatchType: BY_TABLE, topicPrefix: a, separator: _, topicSuffix: z`),
		editOf(topicPath, "separator", "topicPrefix", "topicSuffix"), "",
	},
	{
		topicPath + "separator", changed, withTopics(`dispatchType: BY_TABLE, separator: _`),
		withTopics(`dispatchType: BY_TABLE, separator: "-"`), editOf(topicPath, "separator"), "",
	},
	{
		topicPath + "topicPrefix, " + topicPath + "topicSuffix", removed,
		withTopics(`dispatchType: BY_TABLE, topicPrefix: a, topicSuffix: z`), withTopics(`dispatchType: BY_TABLE`),
		editOf(topicPath, "topicPrefix", "topicSuffix"), "",
	},
	{
		topicPath + "partitionNum, " + topicPath + "replicationFactor", set, feedKafka,
		withTopics(`partitionNum: 3, replicationFactor: 3`), nil, "To the default.",
	},
	{
		topicPath + "partitionNum", changed, withTopics(`partitionNum: 3`), withTopics(`partitionNum: 6`),
		editOf(topicPath, "partitionNum"), "New topics alone get it.",
	},
	{
		topicPath + "replicationFactor", removed, withTopics(`replicationFactor: 2`), feedKafka,
		editOf(topicPath, "replicationFactor"), "New topics alone get it.",
	},
	{
		dispatcher + "partitionType, " + dispatcher + "matcher, " + dispatcher + "indexName", set, feedKafka,
		withTopics(byIndex), editOf(topicPath, "partitionDispatchers"), "",
	},
	{
		dispatcher + "indexName", removed, withTopics(byIndex),
		withTopics(strings.Replace(byIndex, ", indexName: PRIMARY", "", 1)), editOf(topicPath, "partitionDispatchers"),
		"",
	},
	{
		dispatcher + "columns", changed, withTopics(byColumn),
		withTopics(strings.Replace(byColumn, "[id]", "[id, name]", 1)), editOf(topicPath, "partitionDispatchers"), "",
	},
	{
		dispatcher + "matcher", later, withTopics(byColumn),
		withTopics(strings.Replace(byColumn, "[shop.*]", "["+unknown("shop.*")+"]", 1)),
		editOf(topicPath, "partitionDispatchers"), "",
	},
}

// rowChanges are changes of which rows and columns are written, and from when on.
var rowChanges = []change{
	{
		"kafka.columnSelectors.matcher, kafka.columnSelectors.columns", set, feedKafka, inKafka(selectors),
		editOf("kafka.", "columnSelectors"), "",
	},
	{
		"kafka.columnSelectors.columns", changed, inKafka(selectors),
		inKafka(strings.Replace(selectors, "[id]}]", "[id, name]}]", 1)), editOf("kafka.", "columnSelectors"), "",
	},
	{
		"kafka.columnSelectors", removed, inKafka(selectors), feedKafka, editOf("kafka.", "columnSelectors"),
		"Every column.",
	},
	{
		"kafka.columnSelectors.columns", later, inKafka(selectors),
		inKafka(strings.Replace(selectors, "[id]}]", "["+unknown("id")+"]}]", 1)), editOf("kafka.", "columnSelectors"),
		"",
	},
	{
		"kafka.outputRawChangeEvent", set, feedKafka, inKafka(`outputRawChangeEvent: true`),
		editOf("kafka.", "outputRawChangeEvent"), "",
	},
	{
		"kafka.outputRawChangeEvent", changed, inKafka(`outputRawChangeEvent: true`),
		inKafka(`outputRawChangeEvent: false`), editOf("kafka.", "outputRawChangeEvent"), "",
	},
	{
		"kafka.outputRawChangeEvent", removed, inKafka(`outputRawChangeEvent: true`), feedKafka,
		editOf("kafka.", "outputRawChangeEvent"), "",
	},
	{"filter.filterRule", set, feedKafka, withFilter(`filterRule: ["*.*"]`), nil, "To the default, every table."},
	{
		"filter.filterRule", later, withFilter(`filterRule: [shop.*]`),
		withFilter(`filterRule: [` + unknown("shop.*") + `]`), editOf("filter.", "filterRule"), "",
	},
	{
		"filter.mode", set, feedKafka, withFilter(`mode: IGNORE_NOT_SUPPORT_TABLE`), nil, "To the default.",
	},
	{
		"filter.mode", changed, withFilter(`mode: IGNORE_NOT_SUPPORT_TABLE`), withFilter(`mode: FORCE_SYNC`),
		editOf("filter.", "mode"), "",
	},
	{"filter.mode", removed, withFilter(`mode: FORCE_SYNC`), feedKafka, editOf("filter.", "mode"), ""},
	{
		"filter.caseSensitive", set, feedKafka, withFilter(`caseSensitive: true`), editOf("filter.", "caseSensitive"),
		"",
	},
	{
		"filter.caseSensitive", removed, withFilter(`caseSensitive: true`), feedKafka,
		editOf("filter.", "caseSensitive"), "",
	},
	{
		"filter.eventFilterRule.matcher, filter.eventFilterRule.ignoreEvent", set, feedKafka, withFilter(noDeletes),
		editOf("filter.", "eventFilterRule"), "",
	},
	{
		"filter.eventFilterRule.ignoreEvent", changed, withFilter(noDeletes),
		withFilter(strings.Replace(noDeletes, "[delete]", "[delete, update]", 1)), editOf("filter.", "eventFilterRule"),
		"",
	},
	{
		"filter.eventFilterRule", removed, withFilter(noDeletes), feedKafka, editOf("filter.", "eventFilterRule"),
		"",
	},
	{
		"startPosition.time", changed, feedKafka + `, startPosition: {time: "EARLIER"}`,
		feedKafka + `, startPosition: {time: "TIME"}`, feedOnly("replace startPosition"), "",
	},
	{
		"startPosition.tso", changed, feedKafka + `, startPosition: {tso: "FIRSTTSO"}`,
		feedKafka + `, startPosition: {tso: "SECONDTSO"}`, feedOnly("replace startPosition"), "",
	},
	{
		"startPosition.tso", later, feedKafka + `, startPosition: {tso: "FIRSTTSO"}`,
		feedKafka + `, startPosition: {tso: ` + unknown("FIRSTTSO") + `}`, feedOnly("replace startPosition"), "",
	},
}

// tsoOf is the timestamp of TiDB of a time in RFC 3339: its milliseconds, and 18 bits.
func tsoOf(text string) string {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return strconv.FormatInt(at.UnixMilli()<<18, 10)
}
