package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tablefilter"
)

// changefeedRequest is the body of a creation, an edit or a test.
type changefeedRequest struct {
	DisplayName   string            `json:"displayName"`
	Sink          *ChangefeedSink   `json:"sink"`
	Filter        *ChangefeedFilter `json:"filter"`
	StartPosition *StartPosition    `json:"startPosition"`
}

// addChangefeeds adds the calls of the changefeed API.
func (api tidbCloud) addChangefeeds(add func(method, path string, op operation, handle handler)) {
	const changefeeds = "/v1beta1/clusters/{clusterId}/changefeeds"
	add("GET", changefeeds, opListChangefeeds, api.listChangefeeds)
	add("POST", changefeeds, opCreateChangefeed, api.createChangefeed)
	add("POST", changefeeds+":test", opTestChangefeed, api.testChangefeed)
	add("POST", changefeeds+":describeSchemaTable", opDescribeTables, api.describeSchemaTable)
	add("GET", changefeeds+"/{id}", opGetChangefeed, api.getChangefeed)
	add("PATCH", changefeeds+"/{id}", opEditChangefeed, api.editChangefeed)
	add("DELETE", changefeeds+"/{id}", opDeleteChangefeed, api.deleteChangefeed)
	add("POST", changefeeds+"/{id}:start", opStartChangefeed, api.startChangefeed)
	add("POST", changefeeds+"/{id}:stop", opStopChangefeed, api.stopChangefeed)
}

// decodeChangefeed reads a body. The known keys are what the call takes; the other fields of a changefeed are refused.
func (api tidbCloud) decodeChangefeed(rq *request, refused ...string) (*changefeedRequest, *failure) {
	body := &changefeedRequest{}
	// ticloud sends the user name under the name of its template too.
	d := protoDecoder{tolerant: api.changefeeds.Tolerant, ignored: []string{"userName"}}
	if failed := decodeProto(rq, body, d); failed != nil {
		return nil, failed
	}
	present := map[string]bool{
		"displayName": body.DisplayName != "", "filter": body.Filter != nil, "startPosition": body.StartPosition != nil,
	}
	for _, field := range refused {
		if present[field] && !api.changefeeds.Tolerant {
			return nil, invalidArgument(field + " is no field of this call")
		}
	}
	if body.Sink == nil {
		return nil, invalidArgument("sink is missing")
	}
	if failed := body.Sink.check(api.changefeeds.Tolerant); failed != nil {
		return nil, failed
	}
	if body.Filter == nil {
		if slices.Contains(refused, "filter") {
			return body, nil
		}
		return nil, invalidArgument("filter is missing")
	}
	return body, body.Filter.check()
}

// changefeedCluster is the one that the path names, if it may have changefeeds.
func (api tidbCloud) changefeedCluster(rq *request) (*TiDBCluster, *failure) {
	c, failed := api.cluster(rq)
	switch {
	case failed != nil:
		return nil, failed
	case c.Plan != planEssential:
		return nil, failedPrecondition(fmt.Sprintf(
			"changefeeds need an Essential cluster, but the plan of the cluster %s is %s", c.ID, c.Plan))
	case c.CloudProvider != "aws" || !slices.Contains(api.changefeeds.Regions, c.Region):
		return nil, failedPrecondition(fmt.Sprintf(
			"changefeeds are not available in the region %s of the cluster %s", c.regionID(), c.ID))
	case c.ChangefeedsDisabled:
		return nil, &failure{
			status: http.StatusForbidden, rpcCode: rpcPermissionDenied,
			detail: fmt.Sprintf("changefeeds are not enabled for the cluster %s: ask TiDB Cloud Support", c.ID),
		}
	}
	return c, nil
}

// activeChangefeedCluster is the same for calls that change something.
func (api tidbCloud) activeChangefeedCluster(rq *request) (*TiDBCluster, *failure) {
	c, failed := api.changefeedCluster(rq)
	if failed == nil && c.State != StateActive {
		failed = failedPrecondition(fmt.Sprintf("the cluster %s is %s: it must be ACTIVE", c.ID, c.State))
	}
	return c, failed
}

// changefeed is the one that the path names, in the cluster that the path names.
func (api tidbCloud) changefeed(rq *request) (*Changefeed, *failure) {
	cluster, failed := api.changefeedCluster(rq)
	if failed != nil {
		return nil, failed
	}
	c := api.state.Changefeeds[rq.params["id"]]
	if c == nil || c.ClusterID != cluster.ID {
		return nil, unknown("changefeed", rq.params["id"])
	}
	return c, nil
}

func (api tidbCloud) listChangefeeds(rq *request) (answer, *failure) {
	cluster, failed := api.changefeedCluster(rq)
	if failed != nil {
		return answer{}, failed
	}
	if failed := rq.word("changefeedType", sinkKafka, sinkMySQL); failed != nil {
		return answer{}, failed
	}
	all := api.state.changefeeds(func(c *Changefeed) bool {
		return c.ClusterID == cluster.ID && rq.wants("changefeedType", c.Sink.Type)
	})
	start, end, next, failed := rq.window(len(all))
	if failed != nil {
		return answer{}, failed
	}
	bodies := []any{}
	for _, c := range all[start:end] {
		bodies = append(bodies, api.renderChangefeed(c, rq.now))
	}
	return answer{http.StatusOK, api.withIntegers(map[string]any{
		"changefeeds": bodies, "nextPageToken": next, "totalSize": len(all),
	})}, nil
}

func (api tidbCloud) getChangefeed(rq *request) (answer, *failure) {
	c, failed := api.changefeed(rq)
	if failed != nil {
		return answer{}, failed
	}
	return api.answerChangefeed(c, rq.now)
}

func (api tidbCloud) createChangefeed(rq *request) (answer, *failure) {
	cluster, failed := api.activeChangefeedCluster(rq)
	if failed != nil {
		return answer{}, failed
	}
	body, failed := api.decodeChangefeed(rq)
	if failed != nil {
		return answer{}, failed
	}
	if body.StartPosition == nil {
		body.StartPosition = &StartPosition{}
	}
	tso, failed := body.StartPosition.resolve(rq.now, api.changefeeds.Tolerant)
	if failed != nil {
		return answer{}, failed
	}
	if body.StartPosition.Mode == startNow {
		tso = api.server.feeds.log(cluster.ID).Now(rq.now)
	}
	c := &Changefeed{
		ID: api.speech.newChangefeedID(), ClusterID: cluster.ID, DisplayName: body.DisplayName, State: StateCreating,
		Sink: *body.Sink, Filter: *body.Filter, StartPosition: *body.StartPosition, Checkpoint: tso,
		CreatedAt: rq.now, UpdatedAt: rq.now,
	}
	if failed := api.admit(c); failed != nil {
		return answer{}, failed
	}
	siblings := api.state.changefeeds(func(other *Changefeed) bool {
		return other.ClusterID == cluster.ID && other.State != StateDeleted
	})
	if reached(api.quotas.ChangefeedsPerCluster, len(siblings)) {
		return answer{}, api.refusal(api.changefeeds.QuotaStatus, rpcResourceExhausted, fmt.Sprintf(
			"the cluster %s has %d changefeeds: that is the limit", cluster.ID, len(siblings)))
	}
	api.state.Changefeeds[c.ID] = c
	api.begin(c, rq.now)
	return api.answerChangefeed(c, rq.now)
}

// admit refuses a changefeed that conflicts with others in its cluster.
func (api tidbCloud) admit(c *Changefeed) *failure {
	if failed := api.usableConnection(c.ClusterID, c.Sink); failed != nil {
		return failed
	}
	if !api.changefeeds.UniqueNames {
		return nil
	}
	for _, other := range api.state.Changefeeds {
		if other != c && other.ClusterID == c.ClusterID && other.State != StateDeleted &&
			other.DisplayName == c.DisplayName {
			return alreadyExists(
				fmt.Sprintf("the changefeed %s has the displayName %s already", other.ID, quote(c.DisplayName)))
		}
	}
	return nil
}

// usableConnection requires the sink's private link connection to be one of the cluster's, and ACTIVE.
func (api tidbCloud) usableConnection(cluster string, sink ChangefeedSink) *failure {
	id := sink.connectionID()
	if id == "" {
		return nil
	}
	connection := api.state.PrivateLinkConnections[id]
	if connection == nil || connection.ClusterID != cluster {
		return invalidArgument(
			fmt.Sprintf("the private link connection %s does not exist in the cluster %s", quote(id), cluster))
	}
	if connection.State != StateActive {
		return failedPrecondition(fmt.Sprintf(
			"the private link connection %s is %s: it must be ACTIVE", id, connection.State))
	}
	return nil
}

// editChangefeed replaces the name, the sink and the filter of a PAUSED changefeed as a whole.
func (api tidbCloud) editChangefeed(rq *request) (answer, *failure) {
	c, body, failed := api.edit(rq)
	if failed != nil {
		return answer{}, failed
	}
	edited := *c
	edited.DisplayName, edited.Sink, edited.Filter = body.DisplayName, *body.Sink, *body.Filter
	if failed := sameNetwork(c.Sink, edited.Sink); failed != nil {
		return answer{}, failed
	}
	if failed := api.admit(&edited); failed != nil && edited.Sink.connectionID() != c.Sink.connectionID() {
		return answer{}, failed
	}
	c.DisplayName, c.Sink, c.Filter, c.UpdatedAt = edited.DisplayName, edited.Sink, edited.Filter, rq.now
	c.revision++
	return api.answerChangefeed(c, rq.now)
}

// edit is the changefeed that the path names, if it can be edited now, and the edit.
func (api tidbCloud) edit(rq *request) (*Changefeed, *changefeedRequest, *failure) {
	if _, failed := api.activeChangefeedCluster(rq); failed != nil {
		return nil, nil, failed
	}
	c, failed := api.changefeed(rq)
	if failed != nil {
		return nil, nil, failed
	}
	body, failed := api.decodeChangefeed(rq, "startPosition")
	if failed != nil {
		return nil, nil, failed
	}
	editable := c.State == StatePaused || c.State == StateRunningFailed && api.changefeeds.EditFailed
	if !editable || c.order != "" {
		return nil, nil, api.notNow(c, "edited", StatePaused)
	}
	return c, body, nil
}

// sameNetwork refuses to move a changefeed to another kind of sink, or to another network.
func sameNetwork(present, wanted ChangefeedSink) *failure {
	if present.Type != wanted.Type {
		return invalidArgument(fmt.Sprintf("sink.type cannot be changed from %s to %s", present.Type, wanted.Type))
	}
	network := func(s ChangefeedSink) *SinkNetwork {
		if s.Kafka != nil {
			return s.Kafka.Network
		}
		return s.MySQL.Network
	}
	if was, is := quote(network(present)), quote(network(wanted)); was != is {
		return invalidArgument(fmt.Sprintf("sink.%s.network cannot be changed from %s to %s",
			strings.ToLower(present.Type), was, is))
	}
	return nil
}

// testChangefeed tries to connect to a sink.
func (api tidbCloud) testChangefeed(rq *request) (answer, *failure) {
	cluster, failed := api.activeChangefeedCluster(rq)
	if failed != nil {
		return answer{}, failed
	}
	body, failed := api.decodeChangefeed(rq, "displayName", "filter", "startPosition")
	if failed != nil {
		return answer{}, failed
	}
	if failed := api.usableConnection(cluster.ID, *body.Sink); failed != nil {
		return answer{}, failed
	}
	if kafka := body.Sink.Kafka; kafka != nil && !api.changefeeds.StatesOnly {
		rq.attempt = func(ctx context.Context) *failure {
			if err := api.server.tryKafka(ctx, cluster.ID, *kafka); err != nil {
				return failedPrecondition(err.Error())
			}
			return nil
		}
	}
	return answer{http.StatusOK, map[string]any{}}, nil
}

// describeSchemaTable lists the tables that filter rules take, those with a key and those without. Either list has 1000
// at most.
func (api tidbCloud) describeSchemaTable(rq *request) (answer, *failure) {
	cluster, failed := api.activeChangefeedCluster(rq)
	if failed != nil {
		return answer{}, failed
	}
	var body struct {
		FilterRules []string `json:"filterRules"`
	}
	if failed := decodeProto(rq, &body, protoDecoder{tolerant: api.changefeeds.Tolerant}); failed != nil {
		return answer{}, failed
	}
	if len(body.FilterRules) == 0 {
		body.FilterRules = []string{"*.*"}
	}
	filter, err := tablefilter.Parse(body.FilterRules, false)
	if err != nil {
		return answer{}, invalidArgument("filterRules: " + err.Error())
	}
	lists := map[bool][]string{true: {}, false: {}}
	for _, t := range cluster.Tables {
		if keyed := t.HasKey(); filter.Match(t.Database, t.Name) && len(lists[keyed]) < 1000 {
			lists[keyed] = append(lists[keyed], t.Database+"."+t.Name)
		}
	}
	return answer{http.StatusOK, map[string]any{
		"clusterId": cluster.ID, "handleKeyTables": lists[true], "nonHandleKeyTables": lists[false],
		"gcSafePoint": gcSafePoint(rq.now).Truncate(time.Second),
	}}, nil
}
