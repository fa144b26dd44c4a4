package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Orders that take time to carry out. The state stays what it was until then, as the API has no word for the time
// between.
const (
	orderStart  = "started"
	orderStop   = "stopped"
	orderDelete = "deleted"
)

// begin creates a changefeed: CREATING, then RUNNING as soon as it is connected.
func (w *world) begin(c *Changefeed, now time.Time) {
	w.after(now, w.times.ChangefeedCreate, func(at time.Time) {
		if c.provisioned = true; c.State == StateCreating && w.changefeeds.StatesOnly {
			c.become(StateRunning, "", at)
		}
	})
}

// enter ends an order.
func (c *Changefeed) enter(state, message string, at time.Time) {
	c.order = ""
	c.become(state, message, at)
}

// become changes the state of a changefeed.
func (c *Changefeed) become(state, message string, at time.Time) {
	if state != StateWarning {
		c.failingSince = time.Time{}
	}
	c.State, c.Error, c.UpdatedAt = state, message, at
}

// carryOut delays an order.
func (w *world) carryOut(c *Changefeed, order string, now time.Time, d time.Duration, apply func(at time.Time)) {
	c.order = order
	c.turn++
	turn := c.turn
	w.after(now, d, func(at time.Time) {
		if c.turn == turn {
			apply(at)
		}
	})
}

// startChangefeed resumes a changefeed that is PAUSED, or that failed while it ran.
func (api tidbCloud) startChangefeed(rq *request) (answer, *failure) {
	c, failed := api.ordered(rq)
	if failed != nil {
		return answer{}, failed
	}
	if c.order != "" || c.State != StatePaused && c.State != StateRunningFailed {
		return answer{}, api.notNow(c, orderStart, StatePaused+" or "+StateRunningFailed)
	}
	api.carryOut(c, orderStart, rq.now, api.times.ChangefeedStart, func(at time.Time) {
		if tsoTime(c.Checkpoint).Before(gcSafePoint(at)) {
			c.enter(StateRunningFailed,
				fmt.Sprintf("the checkpoint %s is before the GC safe point %s: changes are lost",
					tsoTime(c.Checkpoint).Format(time.RFC3339), gcSafePoint(at).Format(time.RFC3339)), at)
			return
		}
		c.enter(StateRunning, "", at)
	})
	return api.answerChangefeed(c, rq.now)
}

// stopChangefeed pauses a changefeed.
func (api tidbCloud) stopChangefeed(rq *request) (answer, *failure) {
	c, failed := api.ordered(rq)
	if failed != nil {
		return answer{}, failed
	}
	runs := c.State == StateRunning || c.State == StateWarning || c.State == StateRunningFailed &&
		!api.changefeeds.EditFailed
	if c.order != "" || !runs {
		return answer{}, api.notNow(c, orderStop, StateRunning+" or "+StateWarning)
	}
	api.carryOut(c, orderStop, rq.now, api.times.ChangefeedStop, func(at time.Time) {
		api.moveCheckpoint(c, at)
		c.enter(StatePaused, "", at)
	})
	return api.answerChangefeed(c, rq.now)
}

// deleteChangefeed deletes a changefeed, once. The API has no word for the time that takes.
func (api tidbCloud) deleteChangefeed(rq *request) (answer, *failure) {
	c, failed := api.changefeed(rq)
	if failed != nil {
		return answer{}, failed
	}
	if c.State == StateDeleted {
		return answer{}, unknown("changefeed", c.ID)
	}
	runs := c.State == StateRunning || c.State == StateWarning
	if c.order == orderDelete || runs && api.changefeeds.DeletePausedOnly {
		return answer{}, api.notNow(c, orderDelete, StatePaused)
	}
	api.carryOut(c, orderDelete, rq.now, api.times.ChangefeedDelete, func(at time.Time) {
		api.moveCheckpoint(c, at)
		if c.enter(StateDeleted, "", at); !api.changefeeds.KeepDeleted {
			delete(api.state.Changefeeds, c.ID)
			api.speech.buryChangefeed(c, func(c *Changefeed) any { return api.renderChangefeed(c, at) }, at)
		}
	})
	return api.answerChangefeed(c, rq.now)
}

// ordered is the changefeed that the path names, of a cluster that is ACTIVE. The body of an order is an empty object.
func (api tidbCloud) ordered(rq *request) (*Changefeed, *failure) {
	if _, failed := api.activeChangefeedCluster(rq); failed != nil {
		return nil, failed
	}
	if failed := decodeProto(rq, &struct{}{}, protoDecoder{tolerant: api.changefeeds.Tolerant}); failed != nil {
		return nil, failed
	}
	return api.changefeed(rq)
}

// notNow refuses a call that the state of a changefeed does not allow.
func (api tidbCloud) notNow(c *Changefeed, what, states string) *failure {
	being := ""
	if c.order != "" {
		being = ", and it is being " + c.order
	}
	return api.refusal(api.changefeeds.StateStatus, rpcFailedPrecondition, fmt.Sprintf(
		"the changefeed %s is %s%s: it can be %s when it is %s", c.ID, c.State, being, what, states))
}

// refusal refuses a call with the status that an option chooses.
func (api tidbCloud) refusal(status, code int, detail string) *failure {
	if status == http.StatusConflict {
		code = rpcAborted
	}
	return &failure{status: status, rpcCode: code, detail: detail}
}

// moveCheckpoint advances the checkpoint of a changefeed that runs, but has nothing to write.
func (w *world) moveCheckpoint(c *Changefeed, now time.Time) {
	if w.changefeeds.StatesOnly && c.State == StateRunning {
		c.Checkpoint = max(c.Checkpoint, tsoOf(now))
	}
}

func (api tidbCloud) answerChangefeed(c *Changefeed, now time.Time) (answer, *failure) {
	return answer{http.StatusOK, api.withIntegers(api.renderChangefeed(c, now))}, nil
}

// renderChangefeed shows a changefeed, without its secrets.
func (api tidbCloud) renderChangefeed(c *Changefeed, now time.Time) map[string]any {
	mask := ""
	if api.changefeeds.MaskSecrets {
		mask = "******"
	}
	api.moveCheckpoint(c, now)
	body := map[string]any{
		"clusterId": c.ClusterID, "changefeedId": c.ID, "state": c.State, "displayName": c.DisplayName,
		"sink": c.Sink.hideSecrets(mask), "filter": c.Filter, "startPosition": c.StartPosition,
		"error": c.Error, "createTime": c.CreatedAt.UTC(), "updateTime": c.UpdatedAt.UTC(),
	}
	if c.State != StateCreating && c.State != StateCreateFailed {
		body["checkpoint"] = map[string]any{
			"tso": strconv.FormatUint(c.Checkpoint, 10), "time": tsoTime(c.Checkpoint),
		}
	}
	return body
}

// withIntegers writes 64-bit integers as strings, if the options say so.
func (api tidbCloud) withIntegers(body any) any {
	if !api.changefeeds.IntegersAsStrings {
		return body
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		panic(fmt.Sprintf("sandbox: cannot encode an answer: %v", err)) // all types are ours
	}
	document := editJSON(encoded, func(object map[string]any) {
		for _, field := range []string{"replicationFactor", "partitionNum", "totalSize"} {
			if n, ok := object[field].(json.Number); ok {
				object[field] = n.String()
			}
		}
	})
	return json.RawMessage(strings.TrimSpace(string(document)))
}

// users are the changefeeds that use a private link connection, by their ids. One that is being deleted is among them.
func (s *State) users(connection string) []string {
	var ids []string
	for _, c := range s.changefeeds(func(c *Changefeed) bool {
		return c.State != StateDeleted && c.Sink.connectionID() == connection
	}) {
		ids = append(ids, c.ID)
	}
	return ids
}

func (s *State) changefeeds(fits func(*Changefeed) bool) []*Changefeed {
	return selectFrom(s.Changefeeds, func(c *Changefeed) time.Time { return c.CreatedAt }, fits)
}
