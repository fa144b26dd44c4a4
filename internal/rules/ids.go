package rules

import (
	"errors"
	"fmt"
	"regexp"
)

// An ID is a kind of identifier that one of the services hands out.
type ID struct {
	what    string
	example string
	pattern *regexp.Regexp
}

// The identifiers that users type. The services document the prefixes, not the
// length of what follows, so only prefix and alphabet are held.
var (
	TiDBClusterID = ID{
		"a TiDB Cloud cluster id", "10684312905347001938", regexp.MustCompile(`^[0-9]{1,20}$`),
	}
	EnvironmentID = ID{
		"a Confluent environment id", "env-gz903", regexp.MustCompile(`^env-[a-z0-9]+$`),
	}
	NetworkID = ID{
		"a Confluent network id", "n-pr1jy6", regexp.MustCompile(`^nr?-[a-z0-9]+$`),
	}
	PrivateLinkAccessID = ID{
		"a Confluent PrivateLink Access id", "pla-4x9kq2", regexp.MustCompile(`^pla-[a-z0-9]+$`),
	}
	KafkaClusterID = ID{
		"a Confluent Kafka cluster id", "lkc-abc123", regexp.MustCompile(`^lkc-[a-z0-9]+$`),
	}
	ServiceAccountID = ID{
		"a Confluent service account id", "sa-4k7qzp", regexp.MustCompile(`^sa-[a-z0-9]+$`),
	}
	ByokKeyID = ID{
		"a Confluent self-managed encryption key id", "cck-abc12", regexp.MustCompile(`^cck-[a-z0-9]+$`),
	}
	PrivateLinkConnectionID = ID{
		"a TiDB Cloud private link connection id", "plc-abc123", regexp.MustCompile(`^plc-[A-Za-z0-9-]{1,128}$`),
	}
	// ChangefeedID has no documented form: only letters that shape no path are in it.
	ChangefeedID = ID{
		"a TiDB Cloud changefeed id", "cf-abc123", regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._~-]{0,199}$`),
	}
	// AttachDomainID has no documented form. What shapes a path, or what a terminal acts on, is not among its letters.
	AttachDomainID = ID{
		"a TiDB Cloud attach domain " +
			"id", "attach-abc123", regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._:=+@~-]{0,199}$`),
	}
)

// Check checks whether a value has the form of such an identifier.
func (id ID) Check(value string) error {
	if id.pattern.MatchString(value) {
		return nil
	}
	if id.what == TiDBClusterID.what && formattedNumber.MatchString(value) {
		return fmt.Errorf("%q: %w", value, ErrNumericClusterID)
	}
	return fmt.Errorf("%q is not %s; give the id as the service shows it, such as %s", value, id.what, id.example)
}

// formattedNumber is how languages write a number that is too large for them, such as 1.04e+19. An id that was a number
// on its way arrives so.
var formattedNumber = regexp.MustCompile(`^[0-9]+(\.[0-9]+|(\.[0-9]*)?[eE][+-]?[0-9]+)$`)

// ErrNumericClusterID is about the id of a TiDB Cloud cluster that arrives as a number, as it easily does from YAML and
// from the stack configuration.
var ErrNumericClusterID = errors.New("it is a number, which cannot hold all digits of such an id; " +
	"write it in quotes, or keep it in an object of the stack configuration, with " +
	"pulumi config set --path --type string tidb.clusterId <id>, and give ${tidb.clusterId}")
