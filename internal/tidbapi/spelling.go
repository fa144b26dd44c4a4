package tidbapi

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// The words that TiDB Cloud documents. Where an answer has one of them in another spelling, it is taken for that.
var (
	connectionStates = []string{
		ConnectionStateCreating, ConnectionStatePendingAcceptance, ConnectionStateActive, ConnectionStateFailed,
		ConnectionStateDeleting, stateDeleted,
	}
	connectionTypes = []string{ConnectionTypeAWSEndpointService, ConnectionTypeAlicloudEndpointService}
	domainTypes     = []string{DomainTypeTiDBCloudManaged, DomainTypeConfluent}
	domainStates    = []string{
		"CREATING", "ACTIVE", "FAILED", "DELETING", stateDeleted, "PENDING", "READY", "AVAILABLE",
	}
	changefeedStates = []string{
		ChangefeedStateCreating, ChangefeedStateCreateFailed, ChangefeedStateRunning, ChangefeedStateWarning,
		ChangefeedStateRunningFailed, ChangefeedStatePaused, ChangefeedStateDeleted,
	}
	// The states that TiCDC itself has for the same.
	statesOfTiCDC = map[string]string{
		"NORMAL": ChangefeedStateRunning, "STOPPED": ChangefeedStatePaused, "FAILED": ChangefeedStateRunningFailed,
		"REMOVED": ChangefeedStateDeleted,
	}
	sinkTypes     = []string{sinkTypeKafka, "MYSQL"}
	networkTypes  = []string{KafkaNetworkPublic, KafkaNetworkPrivateLink}
	startModes    = []string{StartFromNow, StartFromTSO, StartFromTime}
	clusterStates = []string{
		"CREATING", "DELETING", "ACTIVE", "RESTORING", "MAINTENANCE", stateDeleted, "INACTIVE", "UPGRADING",
		"IMPORTING", "MODIFYING", "PAUSING", "PAUSED", "RESUMING",
	}
	clusterPlans   = []string{"STARTER", "ESSENTIAL"}
	servicePlans   = []string{"Starter", "Essential", "Premium", "BYOC"}
	cloudProviders = []string{"aws", "gcp", "azure", "alicloud"}
)

// stateDeleted is what something may be shown as that does not exist any more.
const stateDeleted = "DELETED"

// States that the description lacks, and that services like this one have.
var (
	activeStates = []string{ConnectionStateActive, "AVAILABLE", "READY"}
	failedStates = []string{ConnectionStateFailed, "CREATE_FAILED", "ERROR", "REJECTED", "EXPIRED"}
	goneStates   = []string{stateDeleted, "DETACHED", "REMOVED"}
)

// kindBefore is what may stand before a word to say what it is, as in STATE_ACTIVE.
var kindBefore = regexp.MustCompile(
	`^([A-Z0-9]+_)*(STATE|STATUS|TYPE|PLAN|PROVIDER|MODE|PROTOCOL|COMPRESSION|KAFKA_VERSION)_`)

// PlainState is a state in upper case, with underscores, and without what says that it is a state.
func PlainState(state string) string {
	state = strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToUpper(strings.TrimSpace(state)))
	return kindBefore.ReplaceAllString(state, "")
}

// spell replaces a word by the one of a vocabulary that it is another spelling of.
func spell(s *string, vocabulary []string) {
	plain := PlainState(*s)
	for _, w := range vocabulary {
		if strings.EqualFold(w, plain) {
			*s = w
			return
		}
	}
}

// spellState is spell for the state of a changefeed.
func spellState(s *string) {
	if known, ok := statesOfTiCDC[PlainState(*s)]; ok {
		*s = known
	}
	spell(s, changefeedStates)
}

func isIn(state string, states []string) bool { return slices.Contains(states, PlainState(state)) }

// confluentSuffix is what a unique name lacks of a DNS domain.
var confluentSuffix = regexp.MustCompile(`(?i)\.(aws|gcp|azure)\.confluent\.cloud\.?$`)

// plainUniqueName is the unique name in a domain of Confluent's; a text without one stays as it is.
func plainUniqueName(text string) string {
	return strings.ToLower(strings.TrimPrefix(confluentSuffix.ReplaceAllString(text, ""), "*."))
}

// nameOfDomains is the unique name that the attached domains of Confluent's have in common; empty when they do not show
// it.
func nameOfDomains(domains []Domain) string {
	shortest := ""
	for _, d := range domains {
		name := plainUniqueName(d.Name)
		if confluentSuffix.MatchString(d.Name) && (shortest == "" || len(name) < len(shortest)) {
			shortest = name
		}
	}
	if rules.CheckUniqueName(shortest) != nil {
		return ""
	}
	return shortest
}

// shortAccount is an account id of AWS, which has 12 digits, that was a number on its way and lost the zeros at its
// beginning.
var shortAccount = regexp.MustCompile(`^[0-9]{1,11}$`)

func paddedAccount(id string) string {
	if shortAccount.MatchString(id) {
		return strings.Repeat("0", 12-len(id)) + id
	}
	return id
}
