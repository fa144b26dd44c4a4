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
	i := strings.LastIndex(id, "/")
	if i >= 0 && id[i+1:] != "" {
		if connection, err := parseConnectionID(id[:i]); err == nil {
			return attachmentID{connection, id[i+1:]}, nil
		}
	}
	return attachmentID{}, fmt.Errorf("%q is not the id of a domain attachment; it has the form "+
		"<clusterId>/<privateLinkConnectionId>/<attachDomainId>", id)
}
