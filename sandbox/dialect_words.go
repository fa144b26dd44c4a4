package sandbox

import "strings"

// Words in other spellings.
const (
	// LowerCaseWords writes states, types and plans in lower case.
	LowerCaseWords Dialect = "lower-case-words"
	// TitleCaseWords begins them with a capital letter.
	TitleCaseWords Dialect = "title-case-words"
	// PrefixedWords has their kind before them, as in STATE_ACTIVE.
	PrefixedWords Dialect = "prefixed-words"
	// OtherWords calls what is active READY or AVAILABLE, domains that are being attached PENDING, and has the words of
	// TiCDC for changefeeds that run, are paused or failed.
	OtherWords Dialect = "other-words"
	// UpperCaseClouds writes cloud providers and regions in upper case.
	UpperCaseClouds Dialect = "upper-case-clouds"
)

func wordDialects() []dialect {
	return []dialect{
		{
			name: OtherWords, about: "what is active is called AVAILABLE or READY, a domain on its way PENDING, and " +
				"a changefeed NORMAL, STOPPED or FAILED",
			edit: func(_ *speech, doc *document) {
				for _, c := range doc.connections() {
					rewrite(c, "state", strings.NewReplacer(StateActive, "AVAILABLE").Replace)
				}
				for _, d := range doc.domains() {
					rewrite(d, "state", strings.NewReplacer(StateActive, "READY", StateCreating, "PENDING").Replace)
				}
				for _, c := range doc.changefeeds() {
					rewrite(c, "state", func(state string) string { return orDefault(wordsOfTiCDC[state], state) })
				}
			},
		},
		spelling(LowerCaseWords, "states, types and plans are in lower case: active",
			func(_, word string) string { return strings.ToLower(word) }),
		spelling(TitleCaseWords, "states, types and plans begin with a capital: Active",
			func(_, word string) string { return strings.ToUpper(word[:1]) + strings.ToLower(word[1:]) }),
		spelling(PrefixedWords, "states, types and plans say what they are: STATE_ACTIVE",
			func(kind, word string) string { return kind + "_" + strings.ToUpper(word) }),
		{
			name: UpperCaseClouds, about: "cloud providers and regions are in upper case: AWS",
			edit: func(_ *speech, doc *document) {
				for _, c := range doc.clusters() {
					if region, ok := c["region"].(object); ok {
						for _, key := range []string{"cloudProvider", "provider", "regionId"} {
							rewrite(region, key, strings.ToUpper)
						}
					}
				}
			},
		},
	}
}

// wordsOfTiCDC are the states of a changefeed as TiCDC itself has them.
var wordsOfTiCDC = map[string]string{
	StateRunning: "NORMAL", StatePaused: "STOPPED", StateRunningFailed: "FAILED",
}

// wordsOfSink are the kinds of words in a sink, by the names of their fields.
var wordsOfSink = map[string]string{
	"type": "SINK_TYPE", "networkType": "NETWORK_TYPE", "authType": "AUTH_TYPE", "dispatchType": "DISPATCH_TYPE",
	"partitionType": "PARTITION_TYPE", "protocol": "PROTOCOL", "compression": "COMPRESSION", "mode": "MODE",
	"kafkaVersion": "KAFKA_VERSION", "decimalHandlingMode": "DECIMAL_HANDLING_MODE",
	"bigintUnsignedHandlingMode": "BIGINT_HANDLING_MODE",
}

// spelling writes all words of a fixed vocabulary in another way.
func spelling(name Dialect, about string, spell func(kind, word string) string) dialect {
	return dialect{name: name, about: about, edit: func(_ *speech, doc *document) {
		respell := func(all []object, kinds map[string]string) {
			for _, o := range all {
				for key, kind := range kinds {
					rewrite(o, key, func(word string) string { return spell(kind, word) })
				}
			}
		}
		respell(doc.connections(), map[string]string{"state": "STATE", "type": "PRIVATE_LINK_CONNECTION_TYPE"})
		respell(doc.attachments(), map[string]string{"type": "DOMAIN_TYPE"})
		respell(doc.domains(), map[string]string{"state": "DOMAIN_STATE"})
		respell(doc.changefeeds(), map[string]string{"state": "CHANGEFEED_STATE"})
		for _, c := range doc.changefeeds() {
			editObjects(c, func(o map[string]any) { respell([]object{o}, wordsOfSink) })
		}
		respell(doc.clusters(),
			map[string]string{"state": "STATE", "clusterPlan": "CLUSTER_PLAN", "servicePlan": "SERVICE_PLAN"})
	}}
}
