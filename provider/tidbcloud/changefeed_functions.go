package tidbcloud

import (
	"context"
	"fmt"
	"time"

	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

// GetChangefeed looks up a changefeed of a TiDB Cloud cluster: its state, and how far it is.
type GetChangefeed struct{}

// GetChangefeedArgs names the changefeed.
type GetChangefeedArgs struct {
	// The ID of the TiDB Cloud cluster, a number of up to 20 digits.
	ClusterID string `pulumi:"clusterId" required:"the ID of the TiDB Cloud cluster"`
	// The ID of the changefeed.
	ChangefeedID string `pulumi:"changefeedId" required:"the ID of the changefeed"`
}

// GetChangefeedResult is what TiDB Cloud reports.
type GetChangefeedResult struct {
	// The ID of the TiDB Cloud cluster.
	ClusterID string `pulumi:"clusterId"`
	// The ID of the changefeed.
	ChangefeedID string `pulumi:"changefeedId"`
	// The name of the changefeed in TiDB Cloud.
	DisplayName string `pulumi:"displayName"`
	// The state: `CREATING`, `RUNNING`, `WARNING`, `PAUSED`, `RUNNING_FAILED` or `CREATE_FAILED`.
	State string `pulumi:"state"`
	// Why the changefeed does not write; empty while it does.
	Error string `pulumi:"error"`
	// The TSO of the checkpoint: all changes before it are in Kafka. Empty before the changefeed runs.
	CheckpointTSO string `pulumi:"checkpointTso"`
	// The time of the checkpoint, in the form of RFC 3339. Empty before the changefeed runs.
	CheckpointTime string `pulumi:"checkpointTime"`
	// How many seconds the checkpoint was behind when it was looked up; 0 before the changefeed runs.
	CheckpointLagSeconds int `pulumi:"checkpointLagSeconds"`
	// When the changefeed was created, in the form of RFC 3339.
	CreateTime string `pulumi:"createTime"`
}

// Invoke calls the function.
func (GetChangefeed) Invoke(
	ctx context.Context, req infer.FunctionRequest[GetChangefeedArgs],
) (infer.FunctionResponse[GetChangefeedResult], error) {
	var resp infer.FunctionResponse[GetChangefeedResult]
	id, err := changefeeds.parse(req.Input.ClusterID + "/" + req.Input.ChangefeedID)
	if err != nil {
		return resp, err
	}
	f, err := clientOf(ctx).GetChangefeed(ctx, id.within, id.own)
	if err != nil {
		return resp, fmt.Errorf("looking up changefeed %s: %w", id, err)
	}
	resp.Output = GetChangefeedResult{
		ClusterID: id.within, ChangefeedID: id.own, DisplayName: f.DisplayName, State: f.State, Error: f.Error,
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

// GetChangefeedTables looks up which tables of a TiDB Cloud cluster a changefeed with these filter rules takes, and
// which of them have no key.
type GetChangefeedTables struct{}

// GetChangefeedTablesArgs has the rules.
type GetChangefeedTablesArgs struct {
	// The ID of the TiDB Cloud cluster, a number of up to 20 digits.
	ClusterID string `pulumi:"clusterId" required:"the ID of the TiDB Cloud cluster"`
	// Rules in TiDB's table filter syntax, such as `orders.*`. Default: every table.
	FilterRules []string `pulumi:"filterRules,optional"`
}

// GetChangefeedTablesResult has the tables.
type GetChangefeedTablesResult struct {
	// The tables with a primary key, or a unique key without NULL, as `<database>.<table>`; TiDB Cloud returns up to
	// 1000.
	TablesWithKey []string `pulumi:"tablesWithKey"`
	// The tables without one. By default a changefeed leaves them out; with `FORCE_SYNC` rows may arrive twice or out
	// of order.
	TablesWithoutKey []string `pulumi:"tablesWithoutKey"`
	// The time before which no changefeed can start, in the form of RFC 3339.
	GCSafePoint string `pulumi:"gcSafePoint"`
}

// Invoke calls the function.
func (GetChangefeedTables) Invoke(
	ctx context.Context, req infer.FunctionRequest[GetChangefeedTablesArgs],
) (infer.FunctionResponse[GetChangefeedTablesResult], error) {
	filter := req.Input.FilterRules
	if len(filter) == 0 {
		filter = []string{"*.*"}
	}
	describe := func(ctx context.Context, cluster string) (*tidbapi.SchemaTables, error) {
		return clientOf(ctx).DescribeSchemaTables(ctx, cluster, filter)
	}
	if err := rules.FilterRules(filter); err != nil {
		return infer.FunctionResponse[GetChangefeedTablesResult]{}, fmt.Errorf("filterRules: %w", err)
	}
	return lookUp(ctx, "the tables of ", req.Input.ClusterID, describe,
		func(tables *tidbapi.SchemaTables) GetChangefeedTablesResult {
			return GetChangefeedTablesResult{
				TablesWithKey:    append([]string{}, tables.HandleKeyTables...),
				TablesWithoutKey: append([]string{}, tables.NonHandleKeyTables...), GCSafePoint: tables.GCSafePoint,
			}
		})
}

// GetChangefeeds looks up the changefeeds of a TiDB Cloud cluster, also those that do not write into Kafka.
type GetChangefeeds struct{}

// GetChangefeedsResult has the changefeeds.
type GetChangefeedsResult struct {
	// The changefeeds. A cluster has ten at most.
	Changefeeds []ListedChangefeed `pulumi:"changefeeds"`
}

// ListedChangefeed is a changefeed of a TiDB Cloud cluster.
type ListedChangefeed struct {
	// The ID of the changefeed.
	ChangefeedID string `pulumi:"changefeedId"`
	// The name of the changefeed in TiDB Cloud.
	DisplayName string `pulumi:"displayName"`
	// The state: `CREATING`, `RUNNING`, `WARNING`, `PAUSED`, `RUNNING_FAILED` or `CREATE_FAILED`.
	State string `pulumi:"state"`
}

// Invoke calls the function.
func (GetChangefeeds) Invoke(
	ctx context.Context, req infer.FunctionRequest[ClusterArgs],
) (infer.FunctionResponse[GetChangefeedsResult], error) {
	return lookUp(ctx, "the changefeeds of ", req.Input.ClusterID, changefeedList.whole,
		func(found []tidbapi.Changefeed) GetChangefeedsResult {
			result := GetChangefeedsResult{Changefeeds: make([]ListedChangefeed, len(found))}
			for i, f := range found {
				result.Changefeeds[i] = ListedChangefeed{f.ChangefeedID, f.DisplayName, f.State}
			}
			return result
		})
}
