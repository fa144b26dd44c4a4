package tidbcloud

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/once"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/wait"
)

// attachmentCreation is the creation of a planned attachment, whose unique name is known.
func attachmentCreation(ctx context.Context, args DomainAttachmentArgs) once.Creation[tidbapi.AttachDomain] {
	connection := connectionID{args.ClusterID, args.PrivateLinkConnectionID}
	wanted := tidbapi.AttachDomain{Type: string(args.Type), UniqueName: value(args.UniqueName)}
	pulumiID := func(a tidbapi.AttachDomain) string { return attachmentID{connection, a.AttachDomainID}.String() }
	isLike := func(a tidbapi.AttachDomain) bool { return a.IsLike(wanted) }
	return once.Creation[tidbapi.AttachDomain]{
		Of: creator(ctx),
		What: fmt.Sprintf("attachment of %s domains %q to private link connection %s",
			wanted.Type, wanted.UniqueName, connection.connection),
		Uniqueness: fmt.Sprintf("%q",
			[]string{connection.cluster, connection.connection, wanted.Type, wanted.UniqueName}),
		Post: func(ctx context.Context) (*tidbapi.AttachDomain, error) {
			return clientOf(ctx).AttachDomains(ctx, connection.cluster, connection.connection, wanted)
		},
		List: func(ctx context.Context) ([]tidbapi.AttachDomain, error) {
			c, err := lookUpConnection(ctx, clientOf(ctx), connection, tidbapi.IsNotFound)
			if c == nil && err == nil {
				err = fmt.Errorf("cluster %s has no private link connection %s; check the ids",
					connection.cluster, connection.connection)
			}
			if err != nil {
				return nil, err
			}
			return c.AttachedDomains, nil
		},
		ID:       func(a tidbapi.AttachDomain) string { return a.AttachDomainID },
		PulumiID: pulumiID,
		Form:     rules.AttachDomainID,
		IsResult: isLike,
		Orphans: once.OrphanCheck[tidbapi.AttachDomain]{
			Matches: isLike,
			InputsKey: func(a tidbapi.AttachDomain) string {
				return attachmentKey(connection.cluster, connection.connection, a.Type, a.UniqueName)
			},
			Describe: func(a tidbapi.AttachDomain) string {
				return fmt.Sprintf("domain attachment %q of the same type and unique name", once.Shortened(pulumiID(a)))
			},
			InState: "it must go first: give the resource the option deleteBeforeReplace, or an alias if it was " +
				"renamed " +
				"or moved",
			Elsewhere: "one attachment of these domains to the connection is enough",
		},
	}
}

// searchAttachment looks for the attachment of an unconfirmed ID; nil means that it does not exist.
func searchAttachment(
	ctx context.Context, id once.UnconfirmedID, connection connectionID, args DomainAttachmentArgs,
) (*tidbapi.AttachDomain, error) {
	creation := attachmentCreation(ctx, args)
	creation.List = func(ctx context.Context) ([]tidbapi.AttachDomain, error) {
		c, err := getConnection(ctx, connection)
		if c == nil || err != nil {
			return nil, err
		}
		return c.AttachedDomains, nil
	}
	return creation.Search(ctx, id.Others)
}

// findAttachment looks an attachment up in its connection; nil means that it is not there.
func findAttachment(ctx context.Context, id attachmentID) (*tidbapi.AttachDomain, error) {
	c, err := getConnection(ctx, id.connectionID)
	if c == nil || err != nil {
		return nil, err
	}
	return c.AttachedDomain(id.attachment), nil
}

// readAttachment fetches the attachment of an id, which may be the one of an unanswered creation. Nil means that there
// is none.
func readAttachment(
	ctx context.Context, req infer.ReadRequest[DomainAttachmentArgs, DomainAttachmentState],
) (attachmentID, *tidbapi.AttachDomain, error) {
	if u, connection, ok := parseUnconfirmedAttachment(req.ID); ok {
		if req.State.ClusterID == "" {
			return attachmentID{}, nil, once.ErrImport(req.ID)
		}
		a, err := searchAttachment(ctx, u, connection, req.State.DomainAttachmentArgs)
		if a == nil || err != nil {
			return attachmentID{}, nil, err
		}
		id, err := parseAttachmentID(attachmentID{connection, a.AttachDomainID}.String())
		return id, a, err
	}
	id, err := parseAttachmentID(req.ID)
	if err != nil {
		return id, nil, err
	}
	what := "domain attachment " + id.attachment
	a, err := patiently(ctx, what, req.State.isYoung(), func(ctx context.Context) (*tidbapi.AttachDomain, error) {
		return findAttachment(ctx, id)
	})
	if err != nil {
		err = fmt.Errorf("reading domain attachment %s: %w", req.ID, err)
	}
	return id, a, err
}

// awaitAttachment waits for an attachment in parallel with all waits for one of the same connection. For judge, an
// attachment that is gone is nil.
func awaitAttachment(
	ctx context.Context, id attachmentID, options wait.Options,
	judge func(a *tidbapi.AttachDomain, err error) (state string, done bool, failure error),
) error {
	client := clientOf(ctx)
	get := func(ctx context.Context) (*tidbapi.PrivateLinkConnection, error) {
		return client.GetPrivateLinkConnection(ctx, id.cluster, id.connection)
	}
	return wait.Shared(ctx, watchesOf(ctx), options, "attachments to "+id.connectionID.String(), get,
		func(ctx context.Context, c *tidbapi.PrivateLinkConnection, err error) (string, bool, error) {
			if tidbapi.IsNotFound(err) {
				c, err = getConnection(ctx, id.connectionID)
			}
			if c == nil || err != nil {
				return judge(nil, err)
			}
			return judge(c.AttachedDomain(id.attachment), nil)
		})
}
