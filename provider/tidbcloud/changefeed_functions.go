package tidbcloud

import (
	"context"
	"fmt"
	"time"

	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// GetChangefeed looks up how far a changefeed is.
type GetChangefeed struct{}

// GetChangefeedArgs names the changefeed.
type GetChangefeedArgs struct {
	ClusterID    string `pulumi:"clusterId"`
	ChangefeedID string `pulumi:"changefeedId"`
}

// GetChangefeedResult is what TiDB Cloud reports.
type GetChangefeedResult struct {
	ClusterID            string `pulumi:"clusterId"`
	ChangefeedID         string `pulumi:"changefeedId"`
	DisplayName          string `pulumi:"displayName"`
	State                string `pulumi:"state"`
	Error                string `pulumi:"error"`
	CheckpointTSO        string `pulumi:"checkpointTso"`
	CheckpointTime       string `pulumi:"checkpointTime"`
	CheckpointLagSeconds int    `pulumi:"checkpointLagSeconds"`
	CreateTime           string `pulumi:"createTime"`
}

// Annotate describes the function.
func (f *GetChangefeed) Annotate(a infer.Annotator) {
	a.Describe(f, "Looks up a changefeed of a TiDB Cloud cluster: its state, and how far it is.")
}

// Annotate describes the arguments.
func (f *GetChangefeedArgs) Annotate(a infer.Annotator) {
	a.Describe(&f.ClusterID, "The ID of the TiDB Cloud cluster, a number of up to 20 digits.")
	a.Describe(&f.ChangefeedID, "The ID of the changefeed.")
}

// Annotate describes the result.
func (f *GetChangefeedResult) Annotate(a infer.Annotator) {
	a.Describe(&f.ClusterID, "The ID of the TiDB Cloud cluster.")
	a.Describe(&f.ChangefeedID, "The ID of the changefeed.")
	a.Describe(&f.DisplayName, "The name of the changefeed in TiDB Cloud.")
	a.Describe(&f.State, "The state: `CREATING`, `RUNNING`, `WARNING`, `PAUSED`, `RUNNING_FAILED` or `CREATE_FAILED`.")
	a.Describe(&f.Error, "Why the changefeed does not write; empty while it does.")
	a.Describe(&f.CheckpointTSO, "The TSO of the checkpoint: all changes before it are in Kafka. Empty before the "+
		"changefeed runs.")
	a.Describe(&f.CheckpointTime, "The time of the checkpoint, in the form of RFC 3339. Empty before the changefeed "+
		"runs.")
	a.Describe(&f.CheckpointLagSeconds, "How many seconds the checkpoint was behind when it was looked up; 0 before "+
		"the changefeed runs.")
	a.Describe(&f.CreateTime, "When the changefeed was created, in the form of RFC 3339.")
}

// Invoke calls the function.
func (GetChangefeed) Invoke(
	ctx context.Context, req infer.FunctionRequest[GetChangefeedArgs],
) (infer.FunctionResponse[GetChangefeedResult], error) {
	var resp infer.FunctionResponse[GetChangefeedResult]
	id, err := parseChangefeedID(changefeedID{req.Input.ClusterID, req.Input.ChangefeedID}.String())
	if err != nil {
		return resp, err
	}
	f, err := clientOf(ctx).GetChangefeed(ctx, id.cluster, id.changefeed)
	if err != nil {
		return resp, fmt.Errorf("looking up changefeed %s: %w", id, err)
	}
	resp.Output = GetChangefeedResult{
		ClusterID: id.cluster, ChangefeedID: id.changefeed, DisplayName: f.DisplayName, State: f.State, Error: f.Error,
		CreateTime: f.CreateTime,
	}
	if c := f.Checkpoint; c != nil {
		resp.Output.CheckpointTSO, resp.Output.CheckpointTime = c.TSO, c.Time
		resp.Output.CheckpointLagSeconds = lag(c.Time, time.Now())
	}
	return resp, nil
}

// lag is how many seconds a checkpoint is behind. Two clocks need not agree, so a checkpoint may seem to be ahead.
func lag(checkpoint string, now time.Time) int {
	at, err := time.Parse(time.RFC3339, checkpoint)
	if err != nil {
		return 0
	}
	return max(0, int(now.Sub(at).Seconds()))
}

// GetChangefeedTables looks up which tables filter rules take.
type GetChangefeedTables struct{}

// GetChangefeedTablesArgs has the rules.
type GetChangefeedTablesArgs struct {
	ClusterID   string   `pulumi:"clusterId"`
	FilterRules []string `pulumi:"filterRules,optional"`
}

// GetChangefeedTablesResult has the tables.
type GetChangefeedTablesResult struct {
	TablesWithKey    []string `pulumi:"tablesWithKey"`
	TablesWithoutKey []string `pulumi:"tablesWithoutKey"`
	GCSafePoint      string   `pulumi:"gcSafePoint"`
}

// Annotate describes the function.
func (f *GetChangefeedTables) Annotate(a infer.Annotator) {
	a.Describe(f, "Looks up which tables of a TiDB Cloud cluster a changefeed with these filter rules takes, and "+
		"which of them have no key.")
}

// Annotate describes the arguments.
func (f *GetChangefeedTablesArgs) Annotate(a infer.Annotator) {
	a.Describe(&f.ClusterID, "The ID of the TiDB Cloud cluster, a number of up to 20 digits.")
	a.Describe(&f.FilterRules, "Rules in TiDB's table filter syntax, such as `orders.*`. Default: every table.")
}

// Annotate describes the result.
func (f *GetChangefeedTablesResult) Annotate(a infer.Annotator) {
	a.Describe(&f.TablesWithKey, "The tables with a primary key, or a unique key without NULL, as "+
		"`<database>.<table>`; TiDB Cloud returns up to 1000.")
	a.Describe(&f.TablesWithoutKey, "The tables without one. By default a changefeed leaves them out; with "+
		"`FORCE_SYNC` rows may arrive twice or out of order.")
	a.Describe(&f.GCSafePoint, "The time before which no changefeed can start, in the form of RFC 3339.")
}

// Invoke calls the function.
func (GetChangefeedTables) Invoke(
	ctx context.Context, req infer.FunctionRequest[GetChangefeedTablesArgs],
) (infer.FunctionResponse[GetChangefeedTablesResult], error) {
	var resp infer.FunctionResponse[GetChangefeedTablesResult]
	if err := rules.TiDBClusterID.Check(req.Input.ClusterID); err != nil {
		return resp, fmt.Errorf("clusterId: %w", err)
	}
	filter := req.Input.FilterRules
	if len(filter) == 0 {
		filter = []string{"*.*"}
	}
	if err := rules.FilterRules(filter); err != nil {
		return resp, fmt.Errorf("filterRules: %w", err)
	}
	tables, err := clientOf(ctx).DescribeSchemaTables(ctx, req.Input.ClusterID, filter)
	if err != nil {
		return resp, fmt.Errorf("looking up the tables of TiDB Cloud cluster %s: %w", req.Input.ClusterID, err)
	}
	resp.Output = GetChangefeedTablesResult{
		TablesWithKey:    append([]string{}, tables.HandleKeyTables...),
		TablesWithoutKey: append([]string{}, tables.NonHandleKeyTables...), GCSafePoint: tables.GCSafePoint,
	}
	return resp, nil
}
