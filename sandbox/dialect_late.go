package sandbox

import (
	"slices"
	"time"
)

// Late: new objects show only after [Times.Lag].
const (
	// LateGet answers 404 to GET of a new connection or changefeed, which lists show.
	LateGet Dialect = "late-get"
	// LateList leaves a new connection or changefeed out of lists, while GET shows it.
	LateList Dialect = "late-list"
	// LateChanges answers 404 to a change of a new connection, attachment or changefeed.
	LateChanges Dialect = "late-changes"
	// LateAttachments leaves a new attachment out of its connection.
	LateAttachments Dialect = "late-attachments"
	// LateStates leaves the state of a new connection or changefeed out.
	LateStates Dialect = "late-states"
	// LateDomains leaves the domains of a new attachment out.
	LateDomains Dialect = "late-domains"
)

func lateDialects() []dialect {
	return []dialect{
		{
			name: LateGet, about: "a new connection or changefeed is shown by lists, but GET answers 404 for some time",
			refuse: func(s *speech, op operation, rq *request) (*answer, *failure) {
				return nil, s.hidden(op == opGetConnection || op == opGetChangefeed, rq)
			},
		},
		{
			name: LateList, about: "a new connection or changefeed is shown by GET, but not by lists for some time",
			edit: func(s *speech, doc *document) {
				for _, collection := range collections {
					keep(doc.root, collection, func(o object) bool { return !s.isNew(o, doc.rq.now) })
				}
			},
		},
		{
			name: LateChanges, about: "changing or deleting what is new answers 404 for some time",
			refuse: func(s *speech, op operation, rq *request) (*answer, *failure) {
				return nil, s.hidden(op.changes(), rq)
			},
		},
		{
			name: LateAttachments, about: "a connection does not show a new attachment for some time",
			edit: func(s *speech, doc *document) {
				for _, c := range doc.connections() {
					keep(c, "attachedDomains", func(o object) bool { return !s.isNew(o, doc.rq.now) })
				}
			},
		},
		{
			name: LateStates, about: "a new connection or changefeed has no state for some time",
			edit: func(s *speech, doc *document) {
				for _, c := range slices.Concat(doc.connections(), doc.changefeeds()) {
					if s.isNew(c, doc.rq.now) {
						delete(c, "state")
					}
				}
			},
		},
		{
			name: LateDomains, about: "a new attachment has no domains for some time",
			edit: func(s *speech, doc *document) {
				for _, a := range doc.attachments() {
					if s.isNew(a, doc.rq.now) {
						a["domains"] = []any{}
					}
				}
			},
		},
	}
}

// hidden is the failure of a request about a connection or a changefeed that does not show yet.
func (s *speech) hidden(concerned bool, rq *request) *failure {
	id := rq.params["id"]
	created, known := s.world.state.created(id)
	if !concerned || !known || !s.within(created, rq.now) {
		return nil
	}
	s.used()
	what := "private link connection"
	if s.world.state.Changefeeds[id] != nil {
		what = "changefeed"
	}
	return unknown(what, id)
}

// isNew reports whether a connection, an attachment or a changefeed was created recently.
func (s *speech) isNew(o object, now time.Time) bool {
	for _, key := range []string{"attachDomainId", "changefeedId", "privateLinkConnectionId"} {
		if id, _ := o[key].(string); id != "" {
			created, known := s.world.state.created(id)
			return known && s.within(created, now)
		}
	}
	return false
}

// created is when a connection, an attachment or a changefeed was created.
func (s *State) created(id string) (time.Time, bool) {
	if c := s.PrivateLinkConnections[id]; c != nil {
		return c.CreatedAt, true
	}
	if c := s.Changefeeds[id]; c != nil {
		return c.CreatedAt, true
	}
	for _, c := range s.PrivateLinkConnections {
		for _, d := range c.Domains {
			if d.ID == id {
				return d.CreatedAt, true
			}
		}
	}
	return time.Time{}, false
}
