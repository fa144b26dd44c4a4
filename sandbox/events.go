package sandbox

import (
	"cmp"
	"slices"
	"time"
)

// Names of the two services, as [Event], [Call] and [Fault] use them.
const (
	ServiceConfluent = "confluent"
	ServiceTiDBCloud = "tidbcloud"
)

// StateDeleted is the state of the last event of a resource.
const StateDeleted = "DELETED"

// StateResizing is the state in the event log, and only there, of a Kafka
// cluster whose CKU count is being changed.
const StateResizing = "RESIZING"

// Event is one transition of one resource, its creation and deletion included.
type Event struct {
	Time time.Time `json:"time"`
	// Service is "confluent" or "tidbcloud".
	Service string `json:"service"`
	// Kind is Environment, Network, PrivateLinkAccess, KafkaCluster,
	// ServiceAccount, ApiKey, RoleBinding, PrivateLinkConnection,
	// AttachDomain or Changefeed.
	Kind string `json:"kind"`
	ID   string `json:"id"`
	// DisplayName is the unique name in case of an AttachDomain, and the role
	// in case of a RoleBinding.
	DisplayName string `json:"displayName"`
	// State is the phase or state the resource is in now, or "DELETED".
	State string `json:"state"`
}

// subject is the resource of an event.
type subject struct{ service, kind, id string }

// observation is what an event reports about its subject.
type observation struct{ displayName, state string }

// observe logs what changed since it was called last.
func (w *world) observe(at time.Time) {
	seen := w.state.observations()
	var events []Event
	for s, now := range seen {
		if before, known := w.known[s]; !known || before.state != now.state {
			events = append(events, s.event(at, now.displayName, now.state))
		}
	}
	for s, before := range w.known {
		if _, exists := seen[s]; !exists {
			events = append(events, s.event(at, before.displayName, StateDeleted))
		}
	}
	slices.SortFunc(events, func(a, b Event) int {
		return cmp.Or(cmp.Compare(kindRank[a.Kind], kindRank[b.Kind]), cmp.Compare(a.ID, b.ID))
	})
	w.events = append(w.events, events...)
	w.known = seen
}

var kindRank = map[string]int{
	"Environment": 0, "Network": 1, "PrivateLinkAccess": 2, "KafkaCluster": 3,
	"ServiceAccount": 4, "ApiKey": 5, "RoleBinding": 6, "PrivateLinkConnection": 7, "AttachDomain": 8,
	"Changefeed": 9,
}

func (s subject) event(at time.Time, displayName, state string) Event {
	return Event{
		Time: at, Service: s.service, Kind: s.kind, ID: s.id, DisplayName: displayName, State: state,
	}
}

func (s *State) observations() map[subject]observation {
	seen := map[subject]observation{}
	note := func(service, kind, id, displayName, state string) {
		seen[subject{service: service, kind: kind, id: id}] = observation{displayName, state}
	}
	for id, e := range s.Environments {
		note(ServiceConfluent, "Environment", id, e.DisplayName, PhaseReady)
	}
	for id, n := range s.Networks {
		note(ServiceConfluent, "Network", id, n.DisplayName, n.Phase)
	}
	for id, a := range s.PrivateLinkAccesses {
		note(ServiceConfluent, "PrivateLinkAccess", id, a.DisplayName, a.Phase)
	}
	for id, c := range s.KafkaClusters {
		note(ServiceConfluent, "KafkaCluster", id, c.DisplayName, c.observedState())
	}
	for id, a := range s.ServiceAccounts {
		note(ServiceConfluent, "ServiceAccount", id, a.DisplayName, PhaseReady)
	}
	for id, k := range s.APIKeys {
		note(ServiceConfluent, "ApiKey", id, k.DisplayName, k.Phase)
	}
	for id, b := range s.RoleBindings {
		note(ServiceConfluent, "RoleBinding", id, b.RoleName, b.Phase)
	}
	for id, c := range s.PrivateLinkConnections {
		note(ServiceTiDBCloud, "PrivateLinkConnection", id, c.DisplayName, c.State)
		for _, d := range c.Domains {
			note(ServiceTiDBCloud, "AttachDomain", d.ID, d.UniqueName, d.State)
		}
	}
	for id, c := range s.Changefeeds {
		note(ServiceTiDBCloud, "Changefeed", id, c.DisplayName, c.State)
	}
	return seen
}

func (c *KafkaCluster) observedState() string {
	if c.Phase == PhaseProvisioned && c.CKU != c.StatusCKU {
		return StateResizing
	}
	return c.Phase
}

// Events returns every transition so far, oldest first. The seeded resources
// have no events for their creation.
func (s *Server) Events() []Event {
	var events []Event
	s.world.look(func(time.Time) { events = slices.Clone(s.world.events) })
	return events
}
