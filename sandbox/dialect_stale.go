package sandbox

// StaleReads answers every second read as if nothing were being deleted or detached.
const StaleReads Dialect = "stale-reads"

func staleDialects() []dialect {
	return []dialect{{
		name:  StaleReads,
		about: "every second answer comes from a copy that does not know yet of a deletion that is in progress",
		edit: func(s *speech, doc *document) {
			if doc.op != opGetConnection && doc.op != opListConnections {
				return
			}
			if s.reads++; s.reads%2 == 1 {
				return
			}
			for _, o := range append(doc.connections(), doc.domains()...) {
				rewrite(o, "state", func(state string) string {
					if state == StateDeleting {
						return StateActive
					}
					return state
				})
			}
		},
	}}
}
