package tidbcloud

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/once"
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
	if within, last, ok := cutLast(id); ok && last != once.Unconfirmed && rules.AttachDomainID.Check(last) == nil {
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
	err := errors.Join(rules.TiDBClusterID.Check(cluster), rules.ChangefeedID.Check(changefeed))
	if err != nil || changefeed == once.Unconfirmed {
		return changefeedID{}, fmt.Errorf("%q is not the id of a changefeed; it has the form "+
			"<clusterId>/<changefeedId>", id)
	}
	return changefeedID{cluster, changefeed}, nil
}

// parseUnconfirmedConnection reads the id of a connection that may not exist; false says that it is no such id.
func parseUnconfirmedConnection(id string) (once.UnconfirmedID, bool) {
	u, ok := once.ParseUnconfirmed(id, rules.PrivateLinkConnectionID)
	return u, ok && rules.TiDBClusterID.Check(u.Within) == nil
}

// parseUnconfirmedChangefeed does the same for a changefeed.
func parseUnconfirmedChangefeed(id string) (once.UnconfirmedID, bool) {
	u, ok := once.ParseUnconfirmed(id, rules.ChangefeedID)
	return u, ok && rules.TiDBClusterID.Check(u.Within) == nil
}

// parseUnconfirmedAttachment does the same for an attachment.
func parseUnconfirmedAttachment(id string) (once.UnconfirmedID, connectionID, bool) {
	u, ok := once.ParseUnconfirmed(id, rules.AttachDomainID)
	connection, err := parseConnectionID(u.Within)
	return u, connection, ok && err == nil
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
