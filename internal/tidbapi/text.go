package tidbapi

import (
	"cmp"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/credential"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// Texts of the service get into messages, terminals and Pulumi's state, so this file removes control characters and
// limits their length.

const (
	maxMessageLength   = 1000 // runes of a message that the service wrote
	maxNameLength      = 1000
	maxExcerptLength   = 200 // runes of an answer that is no service error
	maxRequestIDLength = 128
	maxWordLength      = 200 // runes of a state, a type, an id
)

// clean prepares a text of an answer to be shown, as the tag of its field asks for. Texts without the tag stay as they
// are: a cleaned id could look like another one, and a program's own text comes back as it was written.
func (r reader) clean(text string, field reflect.StructField) string {
	switch field.Tag.Get("text") {
	case "word": // one word in valid answers: a state, a type, a zone
		text = clean(text, maxWordLength)
	case "name": // names that users choose; programs are compared with them, so their spaces stay
		text = cleanName(text)
	case "message": // messages of the service to users
		text = r.secrets.clean(text, maxMessageLength)
	}
	if vocabulary, known := vocabularies[jsonName(field)]; known {
		return spelled(text, vocabulary)
	}
	return text
}

// redactor removes secrets from a text from outside, in case a service or a proxy repeats them.
type redactor []string

func newRedactor(secrets ...string) redactor {
	var r redactor
	for _, secret := range secrets {
		for _, form := range credential.Forms(secret) {
			quoted, _ := json.Marshal(form) // as in the body of a request
			r = append(r, form, string(quoted[1:len(quoted)-1]), strings.Trim(strconv.Quote(form), `"`))
		}
	}
	// One may be part of another.
	slices.SortFunc(r, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	// Shorter ones are not real secrets, and would match in ordinary words.
	return slices.DeleteFunc(slices.Compact(r), func(secret string) bool { return len(secret) < 4 })
}

// hidden are secrets in requests to the service, in addition to the API key.
type hidden struct {
	mu      sync.Mutex
	secrets []string
}

// Hide removes a secret, such as the password of a sink, from all later texts of the service.
func (c *Client) Hide(secret string) {
	c.hidden.mu.Lock()
	defer c.hidden.mu.Unlock()
	if !slices.Contains(c.hidden.secrets, secret) {
		c.hidden.secrets = append(c.hidden.secrets, secret)
	}
}

// redactor removes the client's secrets.
func (c *Client) redactor() redactor {
	c.hidden.mu.Lock()
	defer c.hidden.mu.Unlock()
	return newRedactor(append([]string{c.auth.privateKey, c.auth.publicKey}, c.hidden.secrets...)...)
}

// clean prepares a text to be shown. It removes the keys first: it would not recognize a key that was cut.
func (r redactor) clean(s string, limit int) string {
	for _, secret := range r {
		s = strings.ReplaceAll(s, secret, "[redacted]")
	}
	return clean(s, limit)
}

// clean prepares a text from outside for one line of a terminal: no control characters, single spaces, limited length.
func clean(s string, limit int) string {
	blank := func(r rune) bool { return !unicode.IsPrint(r) }
	runes := []rune(strings.Join(strings.Fields(blanked(s, blank)), " "))
	if len(runes) > limit {
		return string(runes[:limit]) + "…"
	}
	return string(runes)
}

func cleanName(s string) string {
	return blanked(s[:min(len(s), utf8.UTFMax*maxNameLength)], unicode.IsControl)
}

// blanked replaces some characters, and invalid UTF-8, by spaces.
func blanked(s string, blank func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || blank(r) {
			return ' '
		}
		return r
	}, s)
}

// stateDeleted is the state of an object that the service shows although it does not exist any more.
const stateDeleted = "DELETED"

// vocabularies are the words that TiDB Cloud documents, by the name of the field. Another spelling in an answer is
// replaced by the documented word.
var vocabularies = map[string][]string{
	"state": {
		ConnectionStateCreating, ConnectionStatePendingAcceptance, ConnectionStateActive, ConnectionStateFailed,
		ConnectionStateDeleting, stateDeleted,
		// Domains.
		"PENDING", "READY", "AVAILABLE",
		// Changefeeds.
		ChangefeedStateCreateFailed, ChangefeedStateRunning, ChangefeedStateWarning, ChangefeedStateRunningFailed,
		ChangefeedStatePaused,
		// Clusters.
		"RESTORING", "MAINTENANCE", "INACTIVE", "UPGRADING", "IMPORTING", "MODIFYING", "PAUSING", "RESUMING",
	},
	"type": {
		ConnectionTypeAWSEndpointService, ConnectionTypeAlicloudEndpointService,
		DomainTypeTiDBCloudManaged, DomainTypeConfluent,
		sinkTypeKafka, "MYSQL",
	},
	"mode":                       append([]string{StartFromNow, StartFromTSO, StartFromTime}, rules.TableModes...),
	"clusterPlan":                {"STARTER", "ESSENTIAL"},
	"servicePlan":                {"Starter", "Essential", "Premium", "BYOC"},
	"cloudProvider":              cloudProviders,
	"provider":                   cloudProviders,
	"networkType":                {KafkaNetworkPublic, KafkaNetworkPrivateLink},
	"kafkaVersion":               rules.KafkaVersions,
	"compression":                rules.KafkaCompressions,
	"authType":                   rules.KafkaAuthTypes,
	"protocol":                   rules.KafkaProtocols,
	"decimalHandlingMode":        rules.DecimalModes,
	"bigintUnsignedHandlingMode": rules.BigintModes,
	"dispatchType":               rules.TopicDispatchTypes,
	"partitionType":              rules.PartitionTypes,
}

// States that the description lacks, and that services like this one have.
var (
	activeStates = []string{ConnectionStateActive, "AVAILABLE", "READY"}
	failedStates = []string{ConnectionStateFailed, "CREATE_FAILED", "ERROR", "REJECTED", "EXPIRED"}
	goneStates   = []string{stateDeleted, "DETACHED", "REMOVED"}
)

func isIn(state string, states []string) bool { return slices.Contains(states, PlainState(state)) }

// spelled returns the word of a vocabulary that a text spells in another way, or else the text.
func spelled(text string, vocabulary []string) string {
	plain := PlainState(text)
	for _, word := range vocabulary {
		if strings.EqualFold(word, plain) {
			return word
		}
	}
	return text
}

// kindBefore is the kind that may stand before a word, as in STATE_ACTIVE.
var kindBefore = regexp.MustCompile(
	`^([A-Z0-9]+_)*(STATE|STATUS|TYPE|PLAN|PROVIDER|MODE|PROTOCOL|COMPRESSION|KAFKA_VERSION)_`)

// PlainState is a state in upper case, with underscores, and without its kind.
func PlainState(state string) string {
	state = strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToUpper(strings.TrimSpace(state)))
	return kindBefore.ReplaceAllString(state, "")
}
