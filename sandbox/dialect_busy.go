package sandbox

import (
	"fmt"
	"net/http"
	"time"
)

// Busy: each change is refused at first, for [Times.Lag].
const (
	// BusyAborted refuses changes with 409 and the code ABORTED.
	BusyAborted Dialect = "busy-aborted"
	// BusyPrecondition refuses them with 400 and the code FAILED_PRECONDITION.
	BusyPrecondition Dialect = "busy-precondition"
	// BusyConflict refuses them with 409 and the code FAILED_PRECONDITION.
	BusyConflict Dialect = "busy-conflict"
	// BusyTerse refuses them with 400 and FAILED_PRECONDITION, without a reason.
	BusyTerse Dialect = "busy-terse"
	// BusyLocked refuses them with 423.
	BusyLocked Dialect = "busy-locked"
	// BusyTooEarly refuses them with 425.
	BusyTooEarly Dialect = "busy-too-early"
	// BusyUnavailable refuses them with 503.
	BusyUnavailable Dialect = "busy-unavailable"
	// LingeringDomains refuses to delete a connection whose domains were just
	// detached, as if they were still attached.
	LingeringDomains Dialect = "lingering-domains"
	// LingeringNames refuses the names of what was just deleted or detached.
	LingeringNames Dialect = "lingering-names"
)

func busyDialects() []dialect {
	refusing := func(name Dialect, about string, status, code int, detail string) dialect {
		return dialect{name: name, about: about, refuse: func(
			s *speech, op operation, rq *request,
		) (*answer, *failure) {
			if !op.changes() || !s.busy(op, rq) {
				return nil, nil
			}
			return nil, &failure{status: status, rpcCode: code, detail: detail}
		}}
	}
	return []dialect{
		refusing(BusyAborted, "each change is refused at first: 409 ABORTED, another operation is in progress",
			http.StatusConflict, rpcAborted, "another operation is in progress on the cluster"),
		refusing(BusyPrecondition, "each change is refused at first: 400 FAILED_PRECONDITION, not ready yet",
			http.StatusBadRequest, rpcFailedPrecondition, "the resource is not ready yet, please try again later"),
		refusing(BusyConflict, "each change is refused at first: 409 FAILED_PRECONDITION, being updated",
			http.StatusConflict, rpcFailedPrecondition, "the resource is being updated"),
		refusing(BusyTerse, "each change is refused at first: 400 FAILED_PRECONDITION, without a reason",
			http.StatusBadRequest, rpcFailedPrecondition, "failed precondition"),
		refusing(BusyLocked, "each change is refused at first: 423, locked", http.StatusLocked, rpcUnavailable,
			"locked"),
		refusing(BusyTooEarly, "each change is refused at first: 425, too early", http.StatusTooEarly, rpcUnavailable,
			"too early"),
		refusing(BusyUnavailable, "each change is refused at first: 503 UNAVAILABLE",
			http.StatusServiceUnavailable, rpcUnavailable, "the service is busy"),
		{
			name: LingeringDomains, about: "a connection whose domains were just detached is not deleted: 400, " +
				"domains are attached",
			refuse: func(s *speech, op operation, rq *request) (*answer, *failure) {
				if op != opDeleteConnection || !s.lingering("domains of "+rq.params["id"], rq.now) {
					return nil, nil
				}
				return nil, failedPrecondition(fmt.Sprintf(
					"the private link connection %s has attached domains, detach them first", rq.params["id"]))
			},
		},
		{
			name: LingeringNames, about: "names of what was just deleted or detached are refused: 409 ALREADY_EXISTS",
			refuse: func(s *speech, op operation, rq *request) (*answer, *failure) {
				if name := sentName(op, rq); name != "" && s.lingering(name, rq.now) {
					return nil, alreadyExists(name + " exists already")
				}
				return nil, nil
			},
		},
	}
}

// lingering reports whether the name of a deleted object is still taken.
func (s *speech) lingering(what string, now time.Time) bool {
	since, known := s.lingers[what]
	if known && s.within(since, now) {
		s.used()
		return true
	}
	return false
}

// sentName is the name, for messages, of what a request asks to create.
func sentName(op operation, rq *request) string {
	var body struct {
		PrivateLinkConnection connectionJSON
		AttachDomain          attachDomainJSON
		ValidateOnly          bool
		DisplayName           string
	}
	if !op.changes() || decode(rq, &body) != nil || body.ValidateOnly {
		return ""
	}
	switch op {
	case opCreateConnection:
		return connectionName(rq.params["clusterId"], body.PrivateLinkConnection.DisplayName)
	case opAttachDomains:
		return attachmentName(rq.params["id"], body.AttachDomain.UniqueName)
	case opCreateChangefeed:
		return changefeedName(rq.params["clusterId"], body.DisplayName)
	default:
		return ""
	}
}

func connectionName(cluster, displayName string) string {
	return fmt.Sprintf("private link connection %s of cluster %s", quote(displayName), cluster)
}

func changefeedName(cluster, displayName string) string {
	return fmt.Sprintf("changefeed %s of cluster %s", quote(displayName), cluster)
}

func attachmentName(connection, uniqueName string) string {
	return fmt.Sprintf("attachment %s of connection %s", quote(uniqueName), connection)
}
