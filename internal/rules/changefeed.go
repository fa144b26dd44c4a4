package rules

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tablefilter"
)

// The words of TiDB Cloud's changefeed API.
var (
	KafkaVersions      = []string{"VERSION_2XX", "VERSION_3XX"}
	KafkaCompressions  = []string{"NONE", "GZIP", "SNAPPY", "LZ4", "ZSTD"}
	KafkaAuthTypes     = []string{AuthDisable, "SASL_PLAIN", "SASL_SCRAM_SHA_256", "SASL_SCRAM_SHA_512"}
	KafkaProtocols     = []string{ProtocolCanalJSON, "OPEN_PROTOCOL", ProtocolAvro, ProtocolDebezium}
	TopicDispatchTypes = []string{DispatchOneTopic, DispatchByTable, DispatchByDatabase}
	PartitionTypes     = []string{"TABLE", "INDEX_VALUE", "TS", "COLUMNS"}
	TableModes         = []string{"IGNORE_NOT_SUPPORT_TABLE", "FORCE_SYNC"}
	DecimalModes       = []string{"PRECISE", "STRING"}
	BigintModes        = []string{"LONG", "STRING"}
)

// Words that rules are about.
const (
	AuthDisable        = "DISABLE"
	ProtocolCanalJSON  = "CANAL_JSON"
	ProtocolAvro       = "AVRO"
	ProtocolDebezium   = "DEBEZIUM"
	DispatchOneTopic   = "ONE_TOPIC"
	DispatchByTable    = "BY_TABLE"
	DispatchByDatabase = "BY_DATABASE"
)

const longestTopic = 249

var topicLetters = regexp.MustCompile(`^[a-zA-Z0-9._-]*$`)

// TopicName requires a name that Kafka accepts for a topic.
func TopicName(name string) error {
	if name == "" || name == "." || name == ".." {
		return fmt.Errorf("%q is not a topic name; use letters, digits, '.', '_' and '-'", name)
	}
	return TopicNamePart(name)
}

// TopicNamePart requires text that may be part of the name of a topic.
func TopicNamePart(part string) error {
	switch {
	case !topicLetters.MatchString(part):
		return fmt.Errorf("%q has characters that Kafka does not allow in a topic name; use letters, digits, '.', "+
			"'_' and '-' only", part)
	case len(part) > longestTopic:
		return fmt.Errorf("%q has %d characters, but a topic name has at most %d; shorten "+
			"it", part, len(part), longestTopic)
	}
	return nil
}

// Port requires the number of a TCP port.
func Port(port int) error {
	if port < 1 || port > 65535 {
		return fmt.Errorf("%d is not a port number; use 1 to 65535, such as 9092", port)
	}
	return nil
}

// BootstrapServer requires host:port.
func BootstrapServer(address string) error {
	host, port, err := net.SplitHostPort(address)
	number, notNumber := strconv.Atoi(port)
	if err != nil || notNumber != nil || host == "" || strings.ContainsAny(address, " ,/") {
		return fmt.Errorf("%q is not of the form <host>:<port>; use a bootstrap server such as "+
			"broker.example.com:9092", address)
	}
	return Port(number)
}

// TSO requires a timestamp of TiDB.
func TSO(tso string) error {
	if _, err := strconv.ParseUint(tso, 10, 64); err != nil {
		return fmt.Errorf("%q is not a TSO; use its digits in quotes, such as 458996254096228352", tso)
	}
	return nil
}

// Time requires a time of RFC 3339.
func Time(text string) error {
	if _, err := time.Parse(time.RFC3339, text); err != nil {
		return fmt.Errorf("%q is not an RFC 3339 time; use one such as 2026-01-31T12:00:00Z", text)
	}
	return nil
}

// FilterRules requires rules of TiDB's table filter syntax, of which at least one takes tables.
func FilterRules(rules []string) error {
	takes := false
	for _, rule := range rules {
		if err := FilterRule(rule); err != nil {
			return err
		}
		takes = takes || !strings.HasPrefix(strings.TrimSpace(rule), "!")
	}
	if len(rules) > 0 && !takes {
		return errors.New("every rule begins with '!', which excludes tables; begin with a rule that includes some, " +
			"such as *.*")
	}
	return nil
}

// FilterRule requires a rule of TiDB's table filter syntax: database.table, each a pattern, a name in backquotes, a
// name in double quotes or a regular expression between slashes.
func FilterRule(rule string) error {
	if err := tablefilter.Check(rule); err != nil {
		return fmt.Errorf("%q is not a filter rule: %w; write <database>.<table>, such as orders.* or "+
			"!orders.audit", rule, err)
	}
	return nil
}
