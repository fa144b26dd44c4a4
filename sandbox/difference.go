package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// inventory is a copy of a state to compare with later: the properties of each resource without the times.
type inventory map[string]map[string]any

// Difference is what exists now but was not seeded, and what was seeded but
// is gone or changed, one sentence each. Empty means exactly as seeded. A network
// that is DEPROVISIONING counts as gone.
func (s *Server) Difference() []string {
	var difference []string
	s.world.look(func(time.Time) { difference = s.world.seed.compare(takeInventory(s.world.state)) })
	return difference
}

func takeInventory(s *State) inventory {
	i := inventory{}
	addAll(i, "environment", s.Environments)
	addAll(i, "network", staying(s.Networks))
	addAll(i, "PrivateLink Access", s.PrivateLinkAccesses)
	addAll(i, "Kafka cluster", s.KafkaClusters)
	addAll(i, "TiDB cluster", s.TiDBClusters)
	addAll(i, "private link connection", s.PrivateLinkConnections)
	addAll(i, "service account", s.ServiceAccounts)
	addAll(i, "API key", s.APIKeys)
	addAll(i, "role binding", s.RoleBindings)
	addAll(i, "changefeed", s.Changefeeds)
	addAll(i, "endpoint service", s.EndpointServices)
	addAll(i, "self-managed key", s.BYOKKeys)
	return i
}

// staying leaves out the networks that are being deleted: no client waits for them.
func staying(networks map[string]*Network) map[string]*Network {
	networks = maps.Clone(networks)
	maps.DeleteFunc(networks, func(_ string, n *Network) bool { return n.Phase == PhaseDeprovisioning })
	return networks
}

func addAll[V any](i inventory, kind string, resources map[string]*V) {
	for id, resource := range resources {
		encoded, err := json.Marshal(resource)
		if err != nil {
			panic(fmt.Sprintf("sandbox: cannot encode a %s: %v", kind, err)) // all types are ours
		}
		var properties map[string]any
		if err := json.Unmarshal(encoded, &properties); err != nil {
			panic(fmt.Sprintf("sandbox: cannot decode a %s: %v", kind, err))
		}
		i[kind+" "+id] = properties
	}
}

// compare describes how now differs from i.
func (i inventory) compare(now inventory) []string {
	var difference []string
	for _, name := range slices.Sorted(maps.Keys(now)) {
		before, seeded := i[name]
		if !seeded {
			difference = append(difference, fmt.Sprintf("%s was added", name))
			continue
		}
		for _, property := range slices.Sorted(maps.Keys(now[name])) {
			was, is := quote(before[property]), quote(now[name][property])
			if was != is {
				difference = append(difference, fmt.Sprintf("%s: %s was %s and is %s", name, property, was, is))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(i)) {
		if _, exists := now[name]; !exists {
			difference = append(difference, fmt.Sprintf("%s is gone", name))
		}
	}
	return difference
}

func quote(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(encoded)
}
