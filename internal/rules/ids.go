package rules

import (
	"errors"
	"fmt"
	"regexp"
)

// An ID is a kind of identifier of one of the services.
type ID struct {
	what    string
	example string
	pattern *regexp.Regexp
}

func newID(what, example, pattern string) ID { return ID{what, example, regexp.MustCompile(pattern)} }

// The identifiers that users type. The services document their prefixes, but not the length of what follows.
var (
	TiDBClusterID           = newID("a TiDB Cloud cluster ID", "10684312905347001938", `^[0-9]{1,20}$`)
	EnvironmentID           = newID("a Confluent environment ID", "env-gz903", `^env-[a-z0-9]+$`)
	NetworkID               = newID("a Confluent network ID", "n-pr1jy6", `^nr?-[a-z0-9]+$`)
	PrivateLinkAccessID     = newID("a Confluent PrivateLink Access ID", "pla-4x9kq2", `^pla-[a-z0-9]+$`)
	KafkaClusterID          = newID("a Confluent Kafka cluster ID", "lkc-abc123", `^lkc-[a-z0-9]+$`)
	ServiceAccountID        = newID("a Confluent service account ID", "sa-4k7qzp", `^sa-[a-z0-9]+$`)
	ByokKeyID               = newID("a Confluent self-managed encryption key ID", "cck-abc12", `^cck-[a-z0-9]+$`)
	PrivateLinkConnectionID = newID("a TiDB Cloud private link connection ID", "plc-abc123",
		`^plc-[A-Za-z0-9-]{1,128}$`)
	// ChangefeedID has no documented form. It accepts only characters that cannot change a path.
	ChangefeedID = newID("a TiDB Cloud changefeed ID", "cf-abc123", `^[A-Za-z0-9_][A-Za-z0-9._~-]{0,199}$`)
	// AttachDomainID has no documented form. It rejects characters that change a path, or that a terminal acts on.
	AttachDomainID = newID("a TiDB Cloud attach domain ID", "attach-abc123",
		`^[A-Za-z0-9_][A-Za-z0-9._:=+@~-]{0,199}$`)
)

// Check checks whether a value has the form of such an identifier.
func (id ID) Check(value string) error {
	if id.pattern.MatchString(value) {
		return nil
	}
	if id.what == TiDBClusterID.what && formattedNumber.MatchString(value) {
		return fmt.Errorf("%q %w", value, ErrNumericClusterID)
	}
	return fmt.Errorf("%q is not %s; use the ID that the service shows, such as %s", value, id.what, id.example)
}

// formattedNumber is how languages write a number that is too large for them, such as 1.04e+19. An id that was a number
// in between arrives in this form.
var formattedNumber = regexp.MustCompile(`^[0-9]+(\.[0-9]+|(\.[0-9]*)?[eE][+-]?[0-9]+)$`)

// ErrNumericClusterID is the error about the id of a TiDB Cloud cluster that arrives as a number, which YAML and the
// stack configuration easily cause.
var ErrNumericClusterID = errors.New("is a number, which cannot hold all digits of the ID; put it in quotes, or in " +
	"an object of the stack configuration with pulumi config set --path --type string tidb.clusterId <id>, and use " +
	"${tidb.clusterId}")
