package sandbox

import "time"

// Not yet there: what was created shows late, by [Times.Lag].
const (
	// LateGet answers 404 to GET of a new connection, which lists show.
	LateGet Dialect = "late-get"
	// LateList leaves a new connection out of lists, while GET shows it.
	LateList Dialect = "late-list"
	// LateChanges answers 404 to a change of a new connection or attachment.
	LateChanges Dialect = "late-changes"
	// LateAttachments leaves a new attachment out of its connection.
	LateAttachments Dialect = "late-attachments"
	// LateStates leaves the state of a new connection out.
	LateStates Dialect = "late-states"
	// LateDomains leaves the domains of a new attachment out.
	LateDomains Dialect = "late-domains"
)

func lateDialects() []dialect {
	return []dialect{
		{
			name: LateGet, about: "a new connection is shown by lists, but GET answers 404 for some time",
			refuse: func(s *speech, op operation, rq *request) (*answer, *failure) {
				return nil, s.hidden(op == opGetConnection, rq)
			},
		},
		{
			name: LateList, about: "a new connection is shown by GET, but not by lists for some time",
			edit: func(s *speech, doc *document) {
				keep(doc.root, "privateLinkConnections", func(o object) bool { return !s.isNew(o, doc.rq.now) })
			},
		},
		{
			name: LateChanges, about: "attaching to, detaching from or deleting what is new answers 404 for some time",
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
			name: LateStates, about: "a new connection has no state for some time",
			edit: func(s *speech, doc *document) {
				for _, c := range doc.connections() {
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

// hidden is the failure of a request about a connection that does not show yet.
func (s *speech) hidden(concerned bool, rq *request) *failure {
	c := s.world.state.PrivateLinkConnections[rq.params["id"]]
	if !concerned || c == nil || !s.within(c.CreatedAt, rq.now) {
		return nil
	}
	s.used()
	return unknown("private link connection", c.ID)
}

// isNew reports whether a connection or an attachment was created recently.
func (s *speech) isNew(o object, now time.Time) bool {
	id, _ := o["attachDomainId"].(string)
	if id == "" {
		id, _ = o["privateLinkConnectionId"].(string)
	}
	created, known := s.world.state.created(id)
	return known && s.within(created, now)
}

// created is when a connection or an attachment was created.
func (s *State) created(id string) (time.Time, bool) {
	if c := s.PrivateLinkConnections[id]; c != nil {
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
