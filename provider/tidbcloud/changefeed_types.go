package tidbcloud

import "github.com/tidbconfluent/pulumi-tidbconfluent/internal/feed"

// Changefeed is a changefeed, which streams the rows of a TiDB Cloud Essential cluster into Kafka.
//
// TiDB Cloud enables changefeeds of Essential clusters on request, allows 10 for each cluster, and has them in some
// regions only.
//
// Creation waits until the changefeed is `RUNNING`, or `PAUSED` where `paused` is set. A change of `displayName`,
// `kafka` (but its network) or `filter` pauses the changefeed, edits it and resumes it; it resumes too when the edit
// fails. A change of `clusterId`, `kafka.network` or `startPosition` replaces it. **A replacement loses no rows**: the
// old changefeed stops first, and the new one starts at its checkpoint, unless `startPosition` is set. Rows around the
// checkpoint may arrive twice.
//
// After a refresh, the next `pulumi up` resumes a changefeed that is `RUNNING_FAILED` or was paused by hand, and
// replaces one that is `CREATE_FAILED`. The function `getChangefeed` reports the checkpoint, which moves all the time
// and is not in the state.
//
// Import it with the id `<clusterId>/<changefeedId>`. TiDB Cloud never shows a password, so the first `pulumi up` after
// an import edits the changefeed to set it.
type Changefeed struct{}

// ChangefeedArgs are the inputs of a Changefeed.
type ChangefeedArgs struct {
	// The ID of the TiDB Cloud cluster, a number of up to 20 digits. It must be an Essential cluster. A change
	// replaces.
	ClusterID string `pulumi:"clusterId" required:"the ID of the TiDB Cloud cluster"`
	// The name of the changefeed in TiDB Cloud. An empty one is refused. A change is an update in place. Default: the
	// resource's name and seven random hexadecimal digits, chosen once and then kept.
	DisplayName *string `pulumi:"displayName,optional"`
	// The Kafka cluster that the rows go to, and how they are written.
	Kafka feed.Kafka `pulumi:"kafka" required:"the Kafka cluster that the rows go to"`
	// The tables and events that the changefeed takes. Default: every table, every event.
	Filter *feed.ChangefeedFilter `pulumi:"filter,optional"`
	// Where a new changefeed starts. A change replaces. Default: now; of a replacement, the checkpoint of the
	// changefeed that it replaces.
	StartPosition *StartPosition `pulumi:"startPosition,optional"`
	// Whether the changefeed is paused. A change stops or starts it. Default: `false`.
	Paused *bool `pulumi:"paused,optional"`
}

// ChangefeedState is what Pulumi keeps of it.
type ChangefeedState struct {
	ChangefeedArgs

	// The ID of the changefeed.
	ChangefeedID string `pulumi:"changefeedId"`
	// The state of the changefeed as TiDB Cloud reports it: `CREATING`, `RUNNING`, `WARNING`, `PAUSED`,
	// `RUNNING_FAILED` or `CREATE_FAILED`.
	State string `pulumi:"state"`
	// Why the changefeed does not write; empty while it does.
	Error string `pulumi:"error"`
	// When the changefeed was created, in the form of RFC 3339.
	CreateTime string `pulumi:"createTime"`
	// The TSO of the checkpoint of the changefeed that this one replaced, at which it started; empty where it replaced
	// none.
	PredecessorTSO string `pulumi:"predecessorTso"`
	// A hash of what TiDB Cloud reports for the inputs, without passwords. It tells whether the changefeed was edited
	// by hand.
	Fingerprint string `pulumi:"fingerprint"`
}

// StartPosition is where a new changefeed starts: set either `tso` or `time`.
type StartPosition struct {
	// A TSO of the cluster, a number of up to 20 digits. TiDB Cloud refuses one that is older than the cluster keeps
	// changes.
	TSO *string `pulumi:"tso,optional"`
	// A time in the form of RFC 3339, such as `2026-01-31T12:00:00Z`.
	Time *string `pulumi:"time,optional"`
}
