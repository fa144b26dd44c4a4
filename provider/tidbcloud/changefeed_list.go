package tidbcloud

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// GetChangefeeds looks up which changefeeds a cluster has.
type GetChangefeeds struct{}

// GetChangefeedsArgs names the cluster.
type GetChangefeedsArgs struct {
	ClusterID string `pulumi:"clusterId"`
}

// GetChangefeedsResult has the changefeeds.
type GetChangefeedsResult struct {
	Changefeeds []ListedChangefeed `pulumi:"changefeeds"`
}

// ListedChangefeed is one changefeed of a cluster.
type ListedChangefeed struct {
	ChangefeedID string `pulumi:"changefeedId"`
	DisplayName  string `pulumi:"displayName"`
	State        string `pulumi:"state"`
}

// Annotate describes the function.
func (f *GetChangefeeds) Annotate(a infer.Annotator) {
	a.Describe(f, "Looks up the changefeeds of a TiDB Cloud cluster, also those that do not write into Kafka.")
}

// Annotate describes the arguments.
func (f *GetChangefeedsArgs) Annotate(a infer.Annotator) {
	a.Describe(&f.ClusterID, "The ID of the TiDB Cloud cluster, a number of up to 20 digits.")
}

// Annotate describes the result.
func (f *GetChangefeedsResult) Annotate(a infer.Annotator) {
	a.Describe(&f.Changefeeds, "The changefeeds. A cluster has ten at most.")
}

// Annotate describes a changefeed of the list.
func (f *ListedChangefeed) Annotate(a infer.Annotator) {
	a.Describe(f, "A changefeed of a TiDB Cloud cluster.")
	a.Describe(&f.ChangefeedID, "The ID of the changefeed.")
	a.Describe(&f.DisplayName, "The name of the changefeed in TiDB Cloud.")
	a.Describe(&f.State, "The state: `CREATING`, `RUNNING`, `WARNING`, `PAUSED`, `RUNNING_FAILED` or `CREATE_FAILED`.")
}

// Invoke calls the function.
func (GetChangefeeds) Invoke(
	ctx context.Context, req infer.FunctionRequest[GetChangefeedsArgs],
) (infer.FunctionResponse[GetChangefeedsResult], error) {
	var resp infer.FunctionResponse[GetChangefeedsResult]
	if err := rules.TiDBClusterID.Check(req.Input.ClusterID); err != nil {
		return resp, fmt.Errorf("clusterId: %w", err)
	}
	found, err := listWholeChangefeeds(ctx, req.Input.ClusterID)
	if err != nil {
		return resp, fmt.Errorf("looking up the changefeeds of TiDB Cloud cluster %s: %w", req.Input.ClusterID, err)
	}
	resp.Output.Changefeeds = []ListedChangefeed{}
	for _, f := range found {
		listed := ListedChangefeed{f.ChangefeedID, f.DisplayName, f.State}
		resp.Output.Changefeeds = append(resp.Output.Changefeeds, listed)
	}
	return resp, nil
}
