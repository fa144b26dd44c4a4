package e2e

import "strings"

// The preview matrix: what each change of each input does to each resource. TestPreviewMatrix holds it against the real
// engine, in a preview and in the update after it, and writes it down in docs/reference.md.

// change is one change of one input.
type change struct {
	input, kind string
	// before and after are the inputs in YAML, without the braces. The ids that every component needs are put in where
	// they are missing.
	before, after string
	// want is what happens to the resources; others stay as they are. For an unknown input it is what a preview shows.
	// In the update the value turns out to be the old one, and nothing happens. Under "" are the outputs that are
	// unknown because the input is.
	want plan
	// note is for the reader.
	note string
}

// The kinds of change.
const (
	set     = "set"
	changed = "changed"
	removed = "removed"
	order   = "order only"
	later   = "not known yet"
)

// unknown is a text that is not known before the resource fresh of the program has been created.
func unknown(value string) string {
	return `{fn::select: [0, {fn::split: ["|", {fn::join: ["|", ["` + value + `", "${fresh.id}"]]}]}]}`
}

// unknownList is a list that is not known before then.
func unknownList(values ...string) string {
	return `{fn::split: [",", ` + unknown(strings.Join(values, ",")) + `]}`
}

// unknownVariables look up lkc-full by an id that is not known before then: its numbers and booleans are unknown too.
var unknownVariables = `
variables:
  cluster:
    fn::invoke:
      function: confluentcloud:getKafkaCluster
      arguments: {environment: {id: {{.EnvironmentID}}}, id: ` + unknown("lkc-full") + `}
`

// A new network replaces everything in it, and the connection to it.
func anotherNetwork(cause string) plan {
	return plan{
		"network": cause, "access": "replace network.id", "kafka": "replace network.id",
		"connection": "replace awsEndpointService.name", "domains": "replace privateLinkConnectionId uniqueName",
	}
}

// with adds to a plan.
func (p plan) with(more plan) plan {
	for name, action := range more {
		p[name] = action
	}
	return p
}

// Networks, accesses and Kafka clusters that exist: prepareMatrix creates them. To n-free… there is no access yet; to
// n-full and n-other lead pla-full and pla-other, and lkc-full and lkc-other are on them.
const (
	full      = `network: {id: n-full}, privateLinkAccess: {id: pla-full}, kafkaCluster: {id: lkc-full}`
	otherFull = `network: {id: n-other}, privateLinkAccess: {id: pla-other}, kafkaCluster: {id: lkc-other}`
)

var componentChanges = []change{
	{"tidbClusterId", changed, ``, `tidbClusterId: "{{.EssentialUSEast1B}}"`, plan{
		"connection": "replace clusterId", "domains": "replace clusterId privateLinkConnectionId",
	}, "To a cluster of the same region, and so of the same AWS account."},
	{"tidbClusterId", changed, ``, `tidbClusterId: "{{.EssentialUSWest2}}"`, plan{
		"network": "replace region", "access": "replace aws.account network.id", "kafka": "replace network.id region",
		"connection": "replace awsEndpointService.name clusterId",
		"domains":    "replace clusterId privateLinkConnectionId uniqueName",
	}, "To a cluster of another region."},
	{"tidbClusterId", later, ``, `tidbClusterId: ` + unknown("{{.EssentialUSEast1}}"), plan{
		"network": "replace region", "access": "replace aws.account network.id", "kafka": "replace network.id region",
		"connection": "replace awsEndpointService.name clusterId",
		"domains":    "replace clusterId privateLinkConnectionId uniqueName",
		"":           "region tidbAwsAccountId tidbAvailabilityZoneIds zones",
	}, "It could be a cluster of another region. With `region` set it cannot: see the next line."},
	{
		"tidbClusterId", later, `region: us-east-1`,
		`region: us-east-1, tidbClusterId: ` + unknown("{{.EssentialUSEast1}}"),
		plan{
			"access": "replace aws.account", "connection": "replace clusterId",
			"domains": "replace clusterId privateLinkConnectionId",
			"":        "tidbAwsAccountId tidbAvailabilityZoneIds",
		},
		"With `region` set.",
	},

	{
		"environmentId", changed, ``, `environmentId: {{.SecondEnvironmentID}}`,
		anotherNetwork("replace environment.id").with(plan{
			"access": "replace environment.id network.id", "kafka": "replace environment.id network.id",
		}), "",
	},
	{
		"environmentId", later, ``, `environmentId: ` + unknown("{{.EnvironmentID}}"),
		anotherNetwork("replace environment.id").with(plan{
			"access": "replace environment.id network.id", "kafka": "replace environment.id network.id",
		}), "",
	},

	{"region", set, ``, `region: us-east-1`, nil, "Any other than the TiDB Cloud cluster's is refused."},
	{"region", removed, `region: us-east-1`, ``, nil, ""},
	{
		"region", later, `region: us-east-1`, `region: ` + unknown("us-east-1"), nil,
		"It can only be the TiDB Cloud cluster's.",
	},

	{
		"network.id", set, ``, `network: {id: n-free1}`, anotherNetwork("delete"),
		"To an existing one instead of the component's.",
	},
	{"network.id", changed, `network: {id: n-free2}`, `network: {id: n-free3}`, anotherNetwork(""), ""},
	{
		"network.id", removed, `network: {id: n-free4}`, ``, anotherNetwork("create"),
		"The component creates one from then on.",
	},
	{
		"network.id", later, `network: {id: n-free5}`, `network: {id: ` + unknown("n-free5") + `}`,
		anotherNetwork("").with(plan{
			"": "networkId zones dnsDomain dnsUniqueName zonalSubdomains vpcEndpointServiceName",
		}), "",
	},
	{"network.displayName", set, ``, `network: {displayName: x}`, plan{"network": "update displayName"}, ""},
	{
		"network.displayName", changed, `network: {displayName: x}`, `network: {displayName: y}`,
		plan{"network": "update displayName"},
		"",
	},
	{
		"network.displayName", removed, `network: {displayName: x}`, `network: {}`,
		plan{"network": "update displayName"},
		"",
	},
	{
		"network.displayName", later, `network: {displayName: x}`, `network: {displayName: ` + unknown("x") + `}`,
		plan{"network": "update displayName"},
		"",
	},
	{"network.zones", set, ``, `network: {zones: [use1-az6, use1-az2, use1-az1]}`, nil, "To the zones that it has."},
	{
		"network.zones", set, ``, `network: {zones: [use1-az1, use1-az2, use1-az3]}`, anotherNetwork("replace zones"),
		"To other zones.",
	},
	{
		"network.zones", changed, `network: {zones: [use1-az1, use1-az2, use1-az3]}`,
		`network: {zones: [use1-az1, use1-az2, use1-az4]}`, anotherNetwork("replace zones"), "",
	},
	{
		"network.zones", order, `network: {zones: [use1-az3, use1-az1, use1-az2]}`,
		`network: {zones: [use1-az2, use1-az3, use1-az1]}`, nil, "",
	},
	{
		"network.zones", removed, `network: {zones: [use1-az1, use1-az2, use1-az3]}`, `network: {}`, nil,
		"The network keeps the zones that it has.",
	},
	{
		"network.zones", later, `network: {zones: [use1-az1, use1-az2, use1-az3]}`,
		`network: {zones: ` + unknownList("use1-az3", "use1-az2", "use1-az1") + `}`,
		anotherNetwork("replace zones").with(plan{"": "zones"}), "",
	},
	{"network.dnsResolution", set, ``, `network: {dnsResolution: PRIVATE}`, nil, "To the default."},
	{
		"network.dnsResolution", changed, `network: {dnsResolution: PRIVATE}`,
		`network: {dnsResolution: CHASED_PRIVATE}`,
		anotherNetwork("replace dnsConfig.resolution"), "",
	},
	{
		"network.dnsResolution", removed, `network: {dnsResolution: CHASED_PRIVATE}`, ``,
		anotherNetwork("replace dnsConfig.resolution"), "",
	},
	{
		"network.dnsResolution", later, `network: {dnsResolution: PRIVATE}`,
		`network: {dnsResolution: ` + unknown("PRIVATE") + `}`, anotherNetwork("replace dnsConfig.resolution"), "",
	},

	{
		"privateLinkAccess.id", set, `network: {id: n-free6}`,
		`network: {id: n-full}, privateLinkAccess: {id: pla-full}`,
		anotherNetwork("").with(plan{"access": "delete"}), "With the id of its network.",
	},
	{"privateLinkAccess.id", changed, full, otherFull, plan{
		"connection": "replace awsEndpointService.name", "domains": "replace privateLinkConnectionId uniqueName",
	}, "With the ids of its network and of a Kafka cluster there."},
	{
		"privateLinkAccess.id", removed, full, `network: {id: n-free7}`,
		anotherNetwork("").with(plan{"access": "create", "kafka": "create"}),
		"With another network: Confluent Cloud has one access for each network and account.",
	},
	{
		"privateLinkAccess.id", later, full, strings.Replace(full, "pla-full", unknown("pla-full"), 1),
		plan{"": "privateLinkAccessId"},
		"",
	},
	{
		"privateLinkAccess.displayName", set, ``, `privateLinkAccess: {displayName: x}`,
		plan{"access": "update displayName"},
		"",
	},
	{
		"privateLinkAccess.displayName", changed, `privateLinkAccess: {displayName: x}`,
		`privateLinkAccess: {displayName: y}`,
		plan{"access": "update displayName"},
		"",
	},
	{
		"privateLinkAccess.displayName", removed, `privateLinkAccess: {displayName: x}`, ``,
		plan{"access": "update displayName"},
		"",
	},
	{
		"privateLinkAccess.displayName", later, `privateLinkAccess: {displayName: x}`,
		`privateLinkAccess: {displayName: ` + unknown("x") + `}`,
		plan{"access": "update displayName"},
		"",
	},

	{
		"kafkaCluster.id", set, `network: {id: n-full}, privateLinkAccess: {id: pla-full}`, full,
		plan{"kafka": "delete"},
		"To an existing one instead of the component's.",
	},
	{
		"kafkaCluster.id", changed, full, strings.Replace(full, "lkc-full", "lkc-full2", 1), nil,
		"Nothing else depends on which it is.",
	},
	{
		"kafkaCluster.id", removed, full, `network: {id: n-full}, privateLinkAccess: {id: pla-full}`,
		plan{"kafka": "create"},
		"The component creates one from then on.",
	},
	{
		"kafkaCluster.id", later, full, strings.Replace(full, "lkc-full", unknown("lkc-full"), 1),
		plan{"": "kafkaClusterId bootstrapEndpoint restEndpoint kafkaClusterCrn"},
		"",
	},
	{"kafkaCluster.displayName", set, ``, `kafkaCluster: {displayName: x}`, plan{"kafka": "update displayName"}, ""},
	{
		"kafkaCluster.displayName", changed, `kafkaCluster: {displayName: x}`, `kafkaCluster: {displayName: y}`,
		plan{"kafka": "update displayName"},
		"",
	},
	{
		"kafkaCluster.displayName", removed, `kafkaCluster: {displayName: x}`, ``,
		plan{"kafka": "update displayName"},
		"",
	},
	{
		"kafkaCluster.displayName", later, `kafkaCluster: {displayName: x}`,
		`kafkaCluster: {displayName: ` + unknown("x") + `}`,
		plan{"kafka": "update displayName"},
		"",
	},
	{"kafkaCluster.availability", set, ``, `kafkaCluster: {availability: MULTI_ZONE}`, nil, "To the default."},
	{
		"kafkaCluster.availability", changed, `kafkaCluster: {availability: MULTI_ZONE}`,
		`kafkaCluster: {availability: SINGLE_ZONE}`,
		plan{"kafka": "replace availability"},
		"",
	},
	{
		"kafkaCluster.availability", removed, `kafkaCluster: {availability: SINGLE_ZONE}`, ``,
		plan{"kafka": "replace availability"},
		"",
	},
	{
		"kafkaCluster.availability", later, `kafkaCluster: {availability: MULTI_ZONE}`,
		`kafkaCluster: {availability: ` + unknown("MULTI_ZONE") + `}`,
		plan{"kafka": "replace availability"},
		"",
	},
	{"kafkaCluster.cku", set, ``, `kafkaCluster: {cku: 2}`, nil, "To the default."},
	{
		"kafkaCluster.cku", changed, `kafkaCluster: {cku: 2}`, `kafkaCluster: {cku: 3}`,
		plan{"kafka": "update dedicated.cku"},
		"",
	},
	{"kafkaCluster.cku", removed, `kafkaCluster: {cku: 3}`, ``, plan{"kafka": "update dedicated.cku"}, ""},
	{
		"kafkaCluster.cku", later, `kafkaCluster: {cku: 3}`, `kafkaCluster: {cku: "${cluster.dedicated.cku}"}`,
		plan{"kafka": "update dedicated.cku"},
		"",
	},
	{"kafkaCluster.byokKeyId", set, ``, `kafkaCluster: {byokKeyId: cck-one}`, plan{"kafka": "replace byokKey.id"}, ""},
	{
		"kafkaCluster.byokKeyId", changed, `kafkaCluster: {byokKeyId: cck-one}`, `kafkaCluster: {byokKeyId: cck-two}`,
		plan{"kafka": "replace byokKey.id"},
		"",
	},
	{
		"kafkaCluster.byokKeyId", removed, `kafkaCluster: {byokKeyId: cck-one}`, ``, nil,
		"The cluster keeps the key that it has.",
	},
	{
		"kafkaCluster.byokKeyId", later, `kafkaCluster: {byokKeyId: cck-one}`,
		`kafkaCluster: {byokKeyId: ` + unknown("cck-one") + `}`,
		plan{"kafka": "replace byokKey.id"},
		"",
	},
	{
		"kafkaCluster.deletionProtection", set, ``, `kafkaCluster: {deletionProtection: true}`,
		plan{"kafka": "update deletionProtection"},
		"",
	},
	{
		"kafkaCluster.deletionProtection", changed, `kafkaCluster: {deletionProtection: true}`,
		`kafkaCluster: {deletionProtection: false}`,
		plan{"kafka": "update deletionProtection"},
		"",
	},
	{
		"kafkaCluster.deletionProtection", removed, `kafkaCluster: {deletionProtection: true}`, ``,
		plan{"kafka": "update deletionProtection"},
		"",
	},
	{
		"kafkaCluster.deletionProtection", later, `kafkaCluster: {deletionProtection: true}`,
		`kafkaCluster: {deletionProtection: "${cluster.deletionProtection}"}`,
		plan{"kafka": "update deletionProtection"},
		"",
	},

	{
		"connection.displayName", set, ``, `connection: {displayName: x}`,
		plan{"connection": "replace displayName", "domains": "replace privateLinkConnectionId"},
		"",
	},
	{
		"connection.displayName", changed, `connection: {displayName: x}`, `connection: {displayName: y}`,
		plan{"connection": "replace displayName", "domains": "replace privateLinkConnectionId"},
		"",
	},
	{
		"connection.displayName", removed, `connection: {displayName: x}`, ``, nil,
		"The connection keeps the name that it has.",
	},
	{
		"connection.displayName", later, `connection: {displayName: x}`,
		`connection: {displayName: ` + unknown("x") + `}`,
		plan{"connection": "replace displayName", "domains": "replace privateLinkConnectionId"},
		"",
	},
}
