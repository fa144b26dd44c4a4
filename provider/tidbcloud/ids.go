package tidbcloud

import (
	"fmt"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// connectionID is the id of a connection within its cluster.
type connectionID struct{ cluster, connection string }

func (id connectionID) String() string { return id.cluster + "/" + id.connection }

func parseConnectionID(id string) (connectionID, error) {
	cluster, connection, _ := strings.Cut(id, "/")
	if rules.TiDBClusterID.Check(cluster) != nil || rules.PrivateLinkConnectionID.Check(connection) != nil {
		return connectionID{}, fmt.Errorf("%q is not the id of a private link connection; "+
			"it has the form <clusterId>/<privateLinkConnectionId>, such as 10684312905347001938/plc-abc123", id)
	}
	return connectionID{cluster, connection}, nil
}

// attachmentID is the id of an attachment within its connection.
type attachmentID struct {
	connectionID
	attachment string
}

func (id attachmentID) String() string { return id.connectionID.String() + "/" + id.attachment }

func parseAttachmentID(id string) (attachmentID, error) {
	if within, last, ok := cutLast(id); ok && last != unconfirmed && rules.AttachDomainID.Check(last) == nil {
		if connection, err := parseConnectionID(within); err == nil {
			return attachmentID{connection, last}, nil
		}
	}
	return attachmentID{}, fmt.Errorf("%q is not the id of a domain attachment; it has the form "+
		"<clusterId>/<privateLinkConnectionId>/<attachDomainId>", id)
}

// changefeedID is the id of a changefeed within its cluster.
type changefeedID struct{ cluster, changefeed string }

func (id changefeedID) String() string { return id.cluster + "/" + id.changefeed }

func parseChangefeedID(id string) (changefeedID, error) {
	cluster, changefeed, _ := strings.Cut(id, "/")
	if rules.TiDBClusterID.Check(cluster) != nil || rules.ChangefeedID.Check(changefeed) != nil || changefeed == unconfirmed {
		return changefeedID{}, fmt.Errorf("%q is not the id of a changefeed; it has the form <clusterId>/<changefeedId>", id)
	}
	return changefeedID{cluster, changefeed}, nil
}

// unconfirmed stands in an id where TiDB Cloud's own would stand if the creation had been answered.
const unconfirmed = "unconfirmed"

// unconfirmedID is the id of something that was asked for and may or may not exist. It is in a state only, until the
// next operation has found out.
type unconfirmedID struct {
	within  string   // the id of what it is in: a cluster, or a connection
	besides []string // the ids of what looks the same and is something else
}

func (id unconfirmedID) String() string {
	return id.within + "/" + strings.Join(append([]string{unconfirmed}, id.besides...), ",")
}

// parseUnconfirmedConnection reads the id of a connection that may not exist; false says that it is no such id.
func parseUnconfirmedConnection(id string) (unconfirmedID, bool) {
	u, ok := parseUnconfirmed(id, rules.PrivateLinkConnectionID)
	return u, ok && rules.TiDBClusterID.Check(u.within) == nil
}

// parseUnconfirmedChangefeed does the same for a changefeed.
func parseUnconfirmedChangefeed(id string) (unconfirmedID, bool) {
	u, ok := parseUnconfirmed(id, rules.ChangefeedID)
	return u, ok && rules.TiDBClusterID.Check(u.within) == nil
}

// parseUnconfirmedAttachment does the same for an attachment.
func parseUnconfirmedAttachment(id string) (unconfirmedID, connectionID, bool) {
	u, ok := parseUnconfirmed(id, rules.AttachDomainID)
	connection, err := parseConnectionID(u.within)
	return u, connection, ok && err == nil
}

func parseUnconfirmed(id string, besides rules.ID) (unconfirmedID, bool) {
	within, last, _ := cutLast(id)
	ids := strings.Split(last, ",")
	if ids[0] != unconfirmed {
		return unconfirmedID{}, false
	}
	for _, other := range ids[1:] {
		if besides.Check(other) != nil {
			return unconfirmedID{}, false
		}
	}
	return unconfirmedID{within, ids[1:]}, true
}

func isUnconfirmed(id string) bool {
	_, connection := parseUnconfirmedConnection(id)
	_, changefeed := parseUnconfirmedChangefeed(id)
	_, _, attachment := parseUnconfirmedAttachment(id)
	return connection || changefeed || attachment
}

func cutLast(id string) (within, last string, ok bool) {
	i := strings.LastIndex(id, "/")
	if i < 0 {
		return "", "", false
	}
	return id[:i], id[i+1:], true
}
