package e2e

import "fmt"

// Endpoint services that authorize TiDB Cloud, and names that it could have generated.
const (
	awsService      = "com.amazonaws.vpce.us-east-1.vpce-svc-0aaaaaaaaaaaaaaa1"
	otherAWSService = "com.amazonaws.vpce.us-east-1.vpce-svc-0aaaaaaaaaaaaaaa2"
	aliService      = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-one"
	otherAliService = "com.aliyuncs.privatelink.ap-southeast-1.epsrv-two"

	generatedName      = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
	otherGeneratedName = "bbbbbbbbbbbbbbbbbbbbbbbbbb"

	// fullName is the unique name of the network n-full.
	fullName = "domfull.us-east-1"
)

// Inputs of connections.
const (
	toAWS = `awsEndpointService: {name: ` + awsService + `}`
	toAli = `clusterId: "{{.AlibabaCloud}}", type: ALICLOUD_ENDPOINT_SERVICE, alicloudEndpointService: {name: ` +
		aliService + `}`
)

// anotherConnection replaces a connection, and with it the domains that are attached to it.
func anotherConnection(cause string) plan {
	return plan{"connection": cause, "domains": "replace privateLinkConnectionId"}
}

// anotherCluster does the same for a connection of another cluster.
func anotherCluster(cause string) plan {
	return plan{"connection": cause, "domains": "replace clusterId privateLinkConnectionId"}
}

var connectionChanges = []change{
	{
		"clusterId", changed, toAWS, toAWS + `, clusterId: "{{.EssentialUSEast1B}}"`,
		anotherCluster("replace clusterId"),
		"",
	},
	{
		"clusterId", later, toAWS, toAWS + `, clusterId: ` + unknown("{{.EssentialUSEast1}}"),
		anotherCluster("replace clusterId"), "",
	},
	// All of these lead to one service, and no two in one cluster may have the same name.
	{"displayName", set, toAWS, toAWS + `, displayName: w`, anotherConnection("replace displayName"), ""},
	{
		"displayName", changed, toAWS + `, displayName: x`, toAWS + `, displayName: y`,
		anotherConnection("replace displayName"), "",
	},
	{"displayName", removed, toAWS + `, displayName: v`, toAWS, nil, "The connection keeps the name that it has."},
	{
		"displayName", later, toAWS + `, displayName: z`, toAWS + `, displayName: ` + unknown("z"),
		anotherConnection("replace displayName"), "",
	},
	{"type", set, toAWS, toAWS + `, type: AWS_ENDPOINT_SERVICE`, nil, "To the default."},
	{
		"type", changed, toAWS, toAli,
		anotherCluster(
			"replace alicloudEndpointService.name awsEndpointService.name awsEndpointService.region clusterId type"),
		"With the service, and a cluster in the other cloud.",
	},
	{"type", removed, toAWS + `, type: AWS_ENDPOINT_SERVICE`, toAWS, nil, ""},
	{"type", later, toAWS, toAWS + `, type: ` + unknown("AWS_ENDPOINT_SERVICE"), anotherConnection("replace type"), ""},
	{
		"awsEndpointService.name", changed, toAWS, `awsEndpointService: {name: ` + otherAWSService + `}`,
		anotherConnection("replace awsEndpointService.name"), "",
	},
	{
		"awsEndpointService.name", later, toAWS, `awsEndpointService: {name: ` + unknown(awsService) + `}`,
		anotherConnection("replace awsEndpointService.name"), "",
	},
	{
		"awsEndpointService.region", set, toAWS, `awsEndpointService: {region: us-east-1, name: ` + awsService + `}`,
		nil,
		"To the one that the name says.",
	},
	{
		"awsEndpointService.region", removed, `awsEndpointService: {region: us-east-1, name: ` + awsService + `}`,
		toAWS,
		nil, "",
	},
	{
		"awsEndpointService.region", later, toAWS,
		`awsEndpointService: {name: ` + awsService + `, region: ` + unknown("us-east-1") + `}`,
		anotherConnection("replace awsEndpointService.region"), "",
	},
	{
		"alicloudEndpointService.name", changed, toAli,
		`clusterId: "{{.AlibabaCloud}}", type: ALICLOUD_ENDPOINT_SERVICE, alicloudEndpointService: {name: ` +
			otherAliService + `}`,
		anotherConnection("replace alicloudEndpointService.name"), "",
	},
	{
		"alicloudEndpointService.name", later, toAli,
		`clusterId: "{{.AlibabaCloud}}", type: ALICLOUD_ENDPOINT_SERVICE, alicloudEndpointService: {name: ` +
			unknown(aliService) + `}`,
		anotherConnection("replace alicloudEndpointService.name"), "",
	},
}

// Inputs of attachments. Each has a connection of its own: the connections are plc-1 and so on.
func confluentDomains(connection int) string {
	return fmt.Sprintf(`type: CONFLUENT, uniqueName: %s, privateLinkConnectionId: plc-%d`, fullName, connection)
}

func managedDomains(connection int) string {
	return fmt.Sprintf(`type: TIDBCLOUD_MANAGED, privateLinkConnectionId: plc-%d`, connection)
}

var attachmentChanges = []change{
	{
		"clusterId", changed, confluentDomains(1),
		`clusterId: "{{.EssentialUSEast1B}}", type: CONFLUENT, uniqueName: ` + fullName +
			`, privateLinkConnectionId: plc-b`,
		plan{"domains": "replace clusterId privateLinkConnectionId"},
		"With a connection of the other cluster.",
	},
	{
		"clusterId", later, confluentDomains(2),
		confluentDomains(2) + `, clusterId: ` + unknown("{{.EssentialUSEast1}}"),
		plan{"domains": "replace clusterId"},
		"",
	},
	{
		"privateLinkConnectionId", changed, confluentDomains(3), confluentDomains(4),
		plan{"domains": "replace privateLinkConnectionId"},
		"",
	},
	{
		"privateLinkConnectionId", later, confluentDomains(5),
		`type: CONFLUENT, uniqueName: ` + fullName + `, privateLinkConnectionId: ` + unknown("plc-5"),
		plan{"domains": "replace privateLinkConnectionId"},
		"",
	},
	{"type", changed, confluentDomains(6), managedDomains(6), plan{"domains": "replace type"}, ""},
	{
		"type", later, confluentDomains(7),
		`uniqueName: ` + fullName + `, privateLinkConnectionId: plc-7, type: ` + unknown("CONFLUENT"),
		plan{"domains": "replace type"},
		"",
	},
	{
		"uniqueName", set, managedDomains(8), managedDomains(8) + `, uniqueName: ` + generatedName,
		plan{"domains": "replace uniqueName"},
		"To another than the generated one.",
	},
	{
		"uniqueName", changed, managedDomains(9) + `, uniqueName: ` + generatedName,
		managedDomains(9) + `, uniqueName: ` + otherGeneratedName,
		plan{"domains": "replace uniqueName"},
		"",
	},
	{
		"uniqueName", removed, managedDomains(10) + `, uniqueName: ` + generatedName, managedDomains(10), nil,
		"The attachment keeps the name that it has.",
	},
	{
		"uniqueName", later, managedDomains(11) + `, uniqueName: ` + generatedName,
		managedDomains(11) + `, uniqueName: ` + unknown(generatedName),
		plan{"domains": "replace uniqueName"},
		"",
	},
}

// privateLinkConnection is a connection with these inputs, and domains that are attached to it.
func privateLinkConnection(name, inputs string) string {
	return fmt.Sprintf(`
  %[1]s-connection:
    type: tidbconfluent:tidbcloud:PrivateLinkConnection
    properties: {%[2]s}
  %[1]s-domains:
    type: tidbconfluent:tidbcloud:DomainAttachment
    properties:
      clusterId: ${%[1]s-connection.clusterId}
      privateLinkConnectionId: ${%[1]s-connection.privateLinkConnectionId}
      type: TIDBCLOUD_MANAGED
`, name, withIDs(inputs, map[string]string{"clusterId": `"{{.EssentialUSEast1}}"`}))
}

func domainAttachment(name, inputs string) string {
	return fmt.Sprintf("  %s-domains:\n    type: tidbconfluent:tidbcloud:DomainAttachment\n    properties: {%s}\n",
		name, withIDs(inputs, map[string]string{"clusterId": `"{{.EssentialUSEast1}}"`}))
}
