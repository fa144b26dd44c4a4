package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Other answers than 404 about a connection, an attachment or a changefeed that is gone.
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
			g := s.graves[rq.params["id"]]
			if g == nil {
				return nil, nil
			}
			s.used()
			gone := f
			gone.detail += fmt.Sprintf(" %s %s", g.what, rq.params["id"])
			return nil, &gone
		}}
	}
	return []dialect{
		instead(GoneForbidden, "a deleted connection or changefeed is answered with 403",
			failure{status: http.StatusForbidden, rpcCode: rpcPermissionDenied, detail: "no permission for"}),
		instead(GoneBadRequest, "a deleted connection or changefeed is answered with 400, not found",
			failure{status: http.StatusBadRequest, rpcCode: rpcInvalidArgument, detail: "not found:"}),
		instead(GoneForGood, "a deleted connection or changefeed is answered with 410",
			failure{status: http.StatusGone, rpcCode: rpcNotFound, detail: "this is gone:"}),
		{
			name: GoneDeleted, about: "what is deleted or detached goes on being shown, in the state DELETED",
			refuse: func(s *speech, op operation, rq *request) (*answer, *failure) {
				g := s.graves[rq.params["id"]]
				if g == nil {
					return nil, nil
				}
				s.used()
				if slices.Contains(g.shownBy, op) {
					return &answer{http.StatusOK, g.render(true)}, nil
				}
				return nil, failedPrecondition(fmt.Sprintf("the %s is DELETED", g.what))
			},
			edit: (*speech).showGraves,
		},
	}
}

// showGraves adds deleted objects to the answers that show or list connections.
func (s *speech) showGraves(doc *document) {
	if collection := collections[doc.op]; collection != "" && !doc.rq.query.Has("pageToken") {
		all, _ := doc.root[collection].([]any)
		for _, g := range s.graves {
			if g.collection == collection && g.cluster == doc.rq.params["clusterId"] &&
				doc.rq.wants("state", StateDeleted) {
				all = append(all, decodedObject(jsonResponse(0, g.render(false)).body))
			}
		}
		doc.root[collection] = all
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

// collections are what lists have in them.
var collections = map[operation]string{
	opListConnections: "privateLinkConnections", opListChangefeeds: "changefeeds",
}

// grave is something that was deleted.
type grave struct {
	what, cluster, collection string
	shownBy                   []operation
	render                    func(whole bool) any
}

// bury remembers a connection that was deleted.
func (s *speech) bury(c *PrivateLinkConnection, at time.Time) {
	buried := *c
	buried.State, buried.UpdatedAt = StateDeleted, at
	s.graves[c.ID] = &grave{
		what: "private link connection", cluster: c.ClusterID, collection: collections[opListConnections],
		shownBy: []operation{opGetConnection, opDeleteConnection},
		render:  func(whole bool) any { return buried.render(whole) },
	}
	s.lingers[connectionName(c.ClusterID, c.DisplayName)] = at
}

// buryChangefeed does so for a changefeed.
func (s *speech) buryChangefeed(c *Changefeed, render func(*Changefeed) any, at time.Time) {
	buried := *c
	s.graves[c.ID] = &grave{
		what: "changefeed", cluster: c.ClusterID, collection: collections[opListChangefeeds],
		shownBy: []operation{opGetChangefeed, opDeleteChangefeed},
		render:  func(bool) any { return render(&buried) },
	}
	s.lingers[changefeedName(c.ClusterID, c.DisplayName)] = at
}

// detach remembers an attachment that was detached.
func (s *speech) detach(c *PrivateLinkConnection, d *AttachedDomain, at time.Time) {
	buried := *d
	buried.State = StateDeleted
	s.detached[c.ID] = append(s.detached[c.ID], &buried)
	s.lingers["domains of "+c.ID] = at
	s.lingers[attachmentName(c.ID, d.UniqueName)] = at
}
