package sandbox

import (
	"net/http"
	"time"
)

// Gone, in other words: what there is instead of 404 when a connection, or an
// attachment, is gone.
const (
	// GoneForbidden answers 403.
	GoneForbidden Dialect = "gone-forbidden"
	// GoneBadRequest answers 400, not found.
	GoneBadRequest Dialect = "gone-bad-request"
	// GoneForGood answers 410.
	GoneForGood Dialect = "gone-410"
	// GoneDeleted keeps showing it, in the state DELETED.
	GoneDeleted Dialect = "gone-deleted"
)

func goneDialects() []dialect {
	instead := func(name Dialect, about string, f failure) dialect {
		return dialect{name: name, about: about, refuse: func(s *speech, _ operation, rq *request) (*answer, *failure) {
			c := s.graves[rq.params["id"]]
			if c == nil {
				return nil, nil
			}
			s.used()
			gone := f
			gone.detail += " " + c.ID
			return nil, &gone
		}}
	}
	return []dialect{
		instead(GoneForbidden, "a deleted connection is answered with 403",
			failure{status: http.StatusForbidden, rpcCode: rpcPermissionDenied, detail: "no permission for private link connection"}),
		instead(GoneBadRequest, "a deleted connection is answered with 400, not found",
			failure{status: http.StatusBadRequest, rpcCode: rpcInvalidArgument, detail: "not found: private link connection"}),
		instead(GoneForGood, "a deleted connection is answered with 410",
			failure{status: http.StatusGone, rpcCode: rpcNotFound, detail: "this is gone: private link connection"}),
		{
			name: GoneDeleted, about: "what is deleted or detached goes on being shown, in the state DELETED",
			refuse: func(s *speech, op operation, rq *request) (*answer, *failure) {
				c := s.graves[rq.params["id"]]
				switch {
				case c == nil:
					return nil, nil
				case op == opGetConnection || op == opDeleteConnection:
					s.used()
					return &answer{http.StatusOK, c.render(true)}, nil
				}
				s.used()
				return nil, failedPrecondition("the private link connection is DELETED")
			},
			edit: (*speech).showGraves,
		},
	}
}

// showGraves adds what is gone to what shows a connection or lists them.
func (s *speech) showGraves(doc *document) {
	if doc.op == opListConnections && !doc.rq.query.Has("pageToken") {
		all, _ := doc.root["privateLinkConnections"].([]any)
		for _, c := range s.graves {
			if c.ClusterID == doc.rq.params["clusterId"] && doc.rq.wants("state", c.State) {
				all = append(all, decodedObject(jsonResponse(0, c.render(false)).body))
			}
		}
		doc.root["privateLinkConnections"] = all
	}
	c := s.world.state.PrivateLinkConnections[doc.rq.params["id"]]
	if doc.op == opGetConnection && c != nil {
		all, _ := doc.root["attachedDomains"].([]any)
		for _, d := range s.detached[c.ID] {
			all = append(all, decodedObject(jsonResponse(0, d.render(c)).body))
		}
		doc.root["attachedDomains"] = all
	}
}

// bury remembers a connection that was deleted.
func (s *speech) bury(c *PrivateLinkConnection, at time.Time) {
	buried := *c
	buried.State, buried.UpdatedAt = StateDeleted, at
	s.graves[c.ID] = &buried
	s.lingers[connectionName(c.ClusterID, c.DisplayName)] = at
}

// detach remembers an attachment that was detached.
func (s *speech) detach(c *PrivateLinkConnection, d *AttachedDomain, at time.Time) {
	buried := *d
	buried.State = StateDeleted
	s.detached[c.ID] = append(s.detached[c.ID], &buried)
	s.lingers["domains of "+c.ID] = at
	s.lingers[attachmentName(c.ID, d.UniqueName)] = at
}
