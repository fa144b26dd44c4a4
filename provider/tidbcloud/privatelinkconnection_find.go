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

// connectionCreation is the creation of a planned connection.
func connectionCreation(
	ctx context.Context, logicalName string, args PrivateLinkConnectionArgs,
) once.Creation[tidbapi.PrivateLinkConnection] {
	wanted := connectionOf(args)
	pulumiID := func(c tidbapi.PrivateLinkConnection) string {
		return connectionID{args.ClusterID, c.PrivateLinkConnectionID}.String()
	}
	named := couldBeNamed(ctx, logicalName, wanted.DisplayName)
	return once.Creation[tidbapi.PrivateLinkConnection]{
		Of: creator(ctx),
		What: fmt.Sprintf("private link connection %q of TiDB Cloud cluster "+
			"%s", wanted.DisplayName, wanted.ClusterID),
		Uniqueness: fmt.Sprintf("%q", []string{wanted.ClusterID, wanted.Type, wanted.EndpointServiceName()}),
		Post: func(ctx context.Context) (*tidbapi.PrivateLinkConnection, error) {
			return clientOf(ctx).CreatePrivateLinkConnection(ctx, wanted)
		},
		List: func(ctx context.Context) ([]tidbapi.PrivateLinkConnection, error) {
			return listWholeConnections(ctx, wanted.ClusterID)
		},
		ID:       func(c tidbapi.PrivateLinkConnection) string { return c.PrivateLinkConnectionID },
		PulumiID: pulumiID,
		Form:     rules.PrivateLinkConnectionID,
		IsResult: func(c tidbapi.PrivateLinkConnection) bool { return c.IsLike(wanted) },
		Orphans: once.OrphanCheck[tidbapi.PrivateLinkConnection]{
			Matches: func(c tidbapi.PrivateLinkConnection) bool {
				return named(c.DisplayName) && c.LeadsWhere(wanted) && !c.IsDeleting()
			},
			InputsKey: func(c tidbapi.PrivateLinkConnection) string {
				return connectionKey(args.ClusterID, c.DisplayName)
			},
			Describe: func(c tidbapi.PrivateLinkConnection) string {
				return fmt.Sprintf("private link connection %q, which is called %q and is %s",
					once.Shortened(pulumiID(c)), c.DisplayName, c.State)
			},
			InState:   "run the same command with --refresh",
			Elsewhere: "give the new one another displayName (connection.displayName of a PrivateLink)",
		},
	}
}

// searchConnection looks for the connection of an unconfirmed ID; nil means that it does not exist.
func searchConnection(
	ctx context.Context, id once.UnconfirmedID, args PrivateLinkConnectionArgs,
) (*tidbapi.PrivateLinkConnection, error) {
	creation := connectionCreation(ctx, "", args)
	creation.List = func(ctx context.Context) ([]tidbapi.PrivateLinkConnection, error) {
		all, err := listWholeConnections(ctx, id.Within)
		if tidbapi.IsNotFound(err) {
			err = noCluster(id.Within, err)
		}
		return all, err
	}
	return creation.Search(ctx, id.Others)
}

// listWholeConnections lists connections that can be recognized: where the list does not say where one leads, a GET
// does.
func listWholeConnections(ctx context.Context, cluster string) ([]tidbapi.PrivateLinkConnection, error) {
	client := clientOf(ctx)
	all, err := client.ListPrivateLinkConnections(ctx, cluster)
	if err != nil {
		return nil, err
	}
	return all, complete(all, func(c tidbapi.PrivateLinkConnection) bool { return c.EndpointServiceName() != "" },
		func(c tidbapi.PrivateLinkConnection) (*tidbapi.PrivateLinkConnection, error) {
			return client.GetPrivateLinkConnection(ctx, cluster, c.PrivateLinkConnectionID)
		})
}

// readConnection fetches the connection of an id, which may be the one of an unanswered creation. Nil means that there
// is none.
func readConnection(
	ctx context.Context, req infer.ReadRequest[PrivateLinkConnectionArgs, PrivateLinkConnectionState],
) (connectionID, *tidbapi.PrivateLinkConnection, error) {
	if u, ok := parseUnconfirmedConnection(req.ID); ok {
		if req.State.ClusterID == "" {
			return connectionID{}, nil, once.ErrImport(req.ID)
		}
		c, err := searchConnection(ctx, u, req.State.PrivateLinkConnectionArgs)
		if c == nil || err != nil {
			return connectionID{}, nil, err
		}
		id, err := parseConnectionID(connectionID{u.Within, c.PrivateLinkConnectionID}.String())
		return id, c, err
	}
	id, err := parseConnectionID(req.ID)
	if err != nil {
		return id, nil, err
	}
	what := "private link connection " + id.connection
	look := func(ctx context.Context) (*tidbapi.PrivateLinkConnection, error) { return getConnection(ctx, id) }
	c, err := patiently(ctx, what, req.State.isYoung(), look)
	if err != nil {
		err = fmt.Errorf("reading private link connection %s: %w", req.ID, err)
	}
	return id, c, err
}

// getConnection fetches a connection; nil means that it does not exist. The API may answer a key of another
// organization as if nothing existed. Only where the cluster is there can the connection be taken for gone.
func getConnection(ctx context.Context, id connectionID) (*tidbapi.PrivateLinkConnection, error) {
	return findConnection(ctx, id, tidbapi.IsNotFound)
}

// findConnection is getConnection where missing reports which errors of GET are about a connection that does not exist:
// [tidbapi.IsNotFound], or [tidbapi.IsGone] after its deletion.
func findConnection(
	ctx context.Context, id connectionID, missing func(error) bool,
) (*tidbapi.PrivateLinkConnection, error) {
	c, err := lookUpConnection(ctx, clientOf(ctx), id, missing)
	if c == nil && err == nil {
		_, err = getCluster(ctx, id.cluster)
	}
	if tidbapi.IsNotFound(err) {
		err = noCluster(id.cluster, err)
	}
	return c, err
}

// lookUpConnection returns a connection, with its attached domains, or nil when it does not exist; see [finder].
func lookUpConnection(
	ctx context.Context, client *tidbapi.Client, id connectionID, missing func(error) bool,
) (*tidbapi.PrivateLinkConnection, error) {
	return finder[tidbapi.PrivateLinkConnection]{
		what: "connection", id: id.connection,
		get: func(ctx context.Context) (*tidbapi.PrivateLinkConnection, error) {
			return client.GetPrivateLinkConnection(ctx, id.cluster, id.connection)
		},
		list: func(ctx context.Context) ([]tidbapi.PrivateLinkConnection, error) {
			return client.ListPrivateLinkConnections(ctx, id.cluster)
		},
		is:      func(c tidbapi.PrivateLinkConnection) bool { return c.PrivateLinkConnectionID == id.connection },
		missing: missing,
	}.find(ctx, client.Backoff())
}

func noCluster(cluster string, err error) error {
	return fmt.Errorf("TiDB Cloud cluster %s is not there for this API key; if the key is another organization's, "+
		"or the cluster is not in its scope, give the right one; if the cluster was deleted, "+
		"take what belonged to it out of the state with pulumi state delete: %w", cluster, err)
}

// awaitConnection waits for a connection in parallel with all waits for one of the same cluster: one listing reports
// all of them. For judge, a connection that is gone is nil; missing reports which errors of GET are about such a one.
func awaitConnection(
	ctx context.Context, id connectionID, options wait.Options, missing func(error) bool,
	judge func(c *tidbapi.PrivateLinkConnection, err error) (state string, done bool, failure error),
) error {
	client := clientOf(ctx)
	list := func(ctx context.Context) ([]tidbapi.PrivateLinkConnection, error) {
		return client.ListPrivateLinkConnections(ctx, id.cluster)
	}
	return wait.Shared(ctx, watchesOf(ctx), options, "connections of "+id.cluster, list,
		func(ctx context.Context, all []tidbapi.PrivateLinkConnection, err error) (string, bool, error) {
			return judge(listed(ctx, id, all, err, missing))
		})
}

// listed is the connection in a list. A GET follows where the list lacks it, since a list may be older than the
// connection, or shows too little of it. The list shows that the cluster exists, so that an answer of 404 need not be
// doubted.
func listed(
	ctx context.Context, id connectionID, all []tidbapi.PrivateLinkConnection, err error, missing func(error) bool,
) (*tidbapi.PrivateLinkConnection, error) {
	switch {
	case tidbapi.IsNotFound(err):
		return getConnection(ctx, id)
	case err != nil:
		return nil, err
	}
	for i := range all {
		if all[i].PrivateLinkConnectionID == id.connection && all[i].IsWhole() {
			return &all[i], nil
		}
	}
	c, err := clientOf(ctx).GetPrivateLinkConnection(ctx, id.cluster, id.connection)
	if err != nil && missing(err) {
		return nil, nil
	}
	return c, err
}
