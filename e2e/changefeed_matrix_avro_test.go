package e2e

import (
	"slices"
	"strings"
)

// componentAvro has a KafkaChangefeed write AVRO.
func componentAvro(config string) string {
	return `format: AVRO, topics: {dispatch: BY_TABLE}, avroConfig: {` + config + `}`
}

// signedInComponent is a registry of a KafkaChangefeed with a key.
const signedInComponent = `confluentSchemaRegistry: {endpoint: "https://registry", username: writer, password: ` +
	registrySecret + `}`

// feedComponentMoreChanges are changes of the registries, the key's secret and the start of a KafkaChangefeed.
var feedComponentMoreChanges = []change{
	{
		"tables", set, ``, `tables: ["*.*"]`, nil, "To the default, every table.",
	},
	{
		"avroConfig.confluentSchemaRegistry.endpoint", changed, componentAvro(confluentRegistry),
		componentAvro(strings.Replace(confluentRegistry, "//registry", "//other", 1)),
		editOf(avroPath+"confluentSchemaRegistry.", "endpoint"), "",
	},
	{
		"avroConfig.confluentSchemaRegistry.username, avroConfig.confluentSchemaRegistry.password", set,
		componentAvro(confluentRegistry), componentAvro(signedInComponent),
		editOf(avroPath+"confluentSchemaRegistry.", "enableHttpAuth", "password", "username"), "",
	},
	{
		"avroConfig.confluentSchemaRegistry.password", changed, componentAvro(signedInComponent),
		componentAvro(strings.Replace(signedInComponent, registrySecret, otherRegistrySecret, 1)),
		editOf(avroPath+"confluentSchemaRegistry.", "password"), "",
	},
	{
		"avroConfig.confluentSchemaRegistry.username, avroConfig.confluentSchemaRegistry.password", removed,
		componentAvro(signedInComponent), componentAvro(confluentRegistry),
		editOf(avroPath+"confluentSchemaRegistry.", "enableHttpAuth", "password", "username"), "",
	},
	{
		"avroConfig.awsGlueSchemaRegistry", set, componentAvro(confluentRegistry), componentAvro(glueRegistry),
		editOf(avroPath, slices.Concat(glueProperties, []string{
			"confluentSchemaRegistry.enableHttpAuth", "confluentSchemaRegistry.endpoint",
		})...),
		"In the place of the other registry.",
	},
	{
		"avroConfig.awsGlueSchemaRegistry.region, avroConfig.awsGlueSchemaRegistry.name", changed,
		componentAvro(glueRegistry),
		componentAvro(strings.NewReplacer("us-east-1", "us-west-2", "orders", "rows").Replace(glueRegistry)),
		editOf(avroPath+"awsGlueSchemaRegistry.", "name", "region"), "",
	},
	{
		"avroConfig.awsGlueSchemaRegistry.accessKeyId, avroConfig.awsGlueSchemaRegistry.secretAccessKey", changed,
		componentAvro(glueRegistry),
		componentAvro(strings.NewReplacer(
			"AKIAONE", "AKIATWO", registrySecret, otherRegistrySecret,
		).Replace(glueRegistry)),
		editOf(avroPath+"awsGlueSchemaRegistry.", "accessKeyId", "secretAccessKey"), "",
	},
	{
		"avroConfig.awsGlueSchemaRegistry.secretAccessKey", later, componentAvro(glueRegistry),
		componentAvro(strings.Replace(glueRegistry, registrySecret, unknown(registrySecret), 1)),
		editOf(avroPath+"awsGlueSchemaRegistry.", "secretAccessKey"), "",
	},
	{
		"avroConfig.decimalHandlingMode, avroConfig.bigintUnsignedHandlingMode", set, componentAvro(confluentRegistry),
		componentAvro(confluentRegistry + `, decimalHandlingMode: STRING, bigintUnsignedHandlingMode: STRING`),
		editOf(avroPath, "bigintUnsignedHandlingMode", "decimalHandlingMode"), "",
	},
	{
		"avroConfig.decimalHandlingMode, avroConfig.bigintUnsignedHandlingMode", removed,
		componentAvro(confluentRegistry + `, decimalHandlingMode: STRING, bigintUnsignedHandlingMode: STRING`),
		componentAvro(confluentRegistry), editOf(avroPath, "bigintUnsignedHandlingMode", "decimalHandlingMode"), "",
	},
	{
		"credentials.apiSecret", changed, `credentials: {apiKey: EXISTINGKEY00001, apiSecret: x}`,
		`credentials: {apiKey: EXISTINGKEY00001, apiSecret: y}`,
		editOf(authPath, "password").with(plan{"": "serviceAccountId"}), "",
	},
	{
		"startPosition.tso", set, ``, `startPosition: {tso: "SECONDTSO"}`, feedOnly("replace startPosition"), "",
	},
	{
		"startPosition.tso", changed, `startPosition: {tso: "FIRSTTSO"}`, `startPosition: {tso: "SECONDTSO"}`,
		feedOnly("replace startPosition"), "",
	},
}
