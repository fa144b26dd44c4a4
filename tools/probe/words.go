package main

import (
	"encoding/json"
	"regexp"
	"strings"
)

// enumeration are the fields whose values are words of the API.
var enumeration = regexp.MustCompile(
	`(^|[.\]])(state|type|clusterPlan|servicePlan|cloudProvider|provider|highAvailabilityType|phase|availability|` +
		`cloud|kind|api_version|resolution|code|status|protocol|networkType|kafkaVersion|authType|compression|mode|` +
		`dispatchType|outputOldValue|release_priority|package|` +
		`(active_|supported_)?connection_types\[\])$`)

// label are the fields that people fill in, or that are written for people: kinds of text are not distinguished there.
var label = regexp.MustCompile(
	`(^|[.\]])(displayName|display_name|name|message|detail|title|error|description|version|createdBy|userPrefix|` +
		`uniqueName|nextPageToken|resource_name)$|\.\*$`)

// newWord is a word of an enumeration that the sandbox does not have. It has no digits, as keys and ids have.
var newWord = regexp.MustCompile(`^[A-Z]+(_[A-Z]+)*$`)

const longestWord = 40

var (
	timeText = regexp.MustCompile(`^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?$`)
	digitsOf = regexp.MustCompile(`^\d+$`)
	uuidText = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	idPrefix = regexp.MustCompile(`^(plc|nr|n|pla|lkc|env|vpce|vpc|cck|sa|rb|pkc|lsrc)-[0-9A-Za-z]+$`)
)

// textKind is the kind of text of a field, or its word.
func (r *reader) textKind(path, s string) string {
	if enumeration.MatchString(path) {
		return r.word(s)
	}
	if label.MatchString(path) {
		return "text"
	}
	switch {
	case s == "":
		return "text"
	case digitsOf.MatchString(s):
		return "digits as text"
	case uuidText.MatchString(s):
		return "UUID"
	case idPrefix.MatchString(s):
		return "id " + s[:strings.Index(s, "-")] + "-…"
	case strings.HasPrefix(s, "https://"), strings.HasPrefix(s, "http://"):
		return "address"
	}
	if m := timeText.FindStringSubmatch(s); m != nil {
		kind := "time"
		if m[1] != "" {
			kind += " with a fraction"
		}
		if m[2] != "Z" {
			kind += " with an offset"
		}
		return kind
	}
	return "text"
}

// word shows a known word of an enumeration, in its own spelling, or one that can be nothing else.
func (r *reader) word(s string) string {
	switch {
	case s == "":
		return "no word"
	case r.words[strings.ToLower(s)]:
		return "`" + s + "`"
	case newWord.MatchString(s) && len(s) <= longestWord && r.mayShow(s):
		r.shown[s] = true
		return "`" + s + "`"
	case digitsOf.MatchString(s):
		return "digits as text"
	}
	return "another word, not shown"
}

// numberKind is the kind of number of a field. A code of gRPC is a word.
func numberKind(path string, n json.Number) string {
	s := n.String()
	switch {
	case strings.HasSuffix(path, "code") && len(s) <= 2 && digitsOf.MatchString(s):
		return "number " + s
	case strings.HasSuffix(path, "code"):
		return "number, a code of another kind"
	case strings.ContainsAny(s, ".eE"):
		return "number with a fraction"
	}
	return "number"
}

// knownWords are those of the published descriptions; those of the sandbox's answers are added.
const knownWords = `
CREATING PENDING_ACCEPTANCE ACTIVE PAUSED DELETING DELETED FAILED RESTORING MODIFYING MAINTENANCE RESUMING IMPORTING
PROVISIONING PROVISIONED READY DEPROVISIONING DEGRADED EXPIRED STARTER ESSENTIAL PREMIUM BYOC AWS AZURE GCP alicloud
ZONAL REGIONAL AWS_ENDPOINT_SERVICE ALICLOUD_ENDPOINT_SERVICE TIDBCLOUD_MANAGED CONFLUENT PRIVATELINK PEERING
TRANSITGATEWAY PRIVATE CHASED_PRIVATE MULTI_ZONE SINGLE_ZONE LOW HIGH Basic Standard Enterprise Dedicated Freight
Environment Network Cluster PrivateLinkAccess EnvironmentList NetworkList ClusterList PrivateLinkAccessList
AwsNetwork AwsPrivateLinkAccess networking.v1.AwsNetwork networking.v1.AwsPrivateLinkAccess org/v2 cmk/v2
networking/v1 RUNNING WARNING RUNNING_FAILED CREATE_FAILED KAFKA MYSQL CANAL_JSON OPEN_PROTOCOL AVRO DEBEZIUM
SASL_PLAIN SASL_SCRAM_SHA_256 DISABLE NONE GZIP LZ4 SNAPPY ZSTD PRIVATE_LINK PUBLIC ONE_TOPIC BY_TABLE BY_DATABASE
IGNORE_NOT_SUPPORT_TABLE FORCE_SYNC FROM_NOW FROM_TSO FROM_TIME VERSION_2XX VERSION_3XX ESSENTIALS ADVANCED OK
UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED
FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED
resource_not_found not_found forbidden forbidden_access unauthorized unauthenticated invalid_api_key
error_unauthorized 400 401 403 404 429
`
