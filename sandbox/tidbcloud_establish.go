package sandbox

import (
	"fmt"
	"slices"
	"time"
)

// establish moves a new connection through CREATING and PENDING_ACCEPTANCE to ACTIVE or FAILED. Whether the endpoint
// service authorizes TiDB Cloud's account is decided when the connection is created, as with a VPC endpoint: an access
// that is not READY by then comes too late.
func (w *world) establish(c *PrivateLinkConnection, cluster *TiDBCluster, now time.Time) {
	problem := w.state.unreachable(c, cluster)
	w.after(now, w.times.ConnectionCreate, func(at time.Time) {
		if c.State != StateCreating {
			return
		}
		c.UpdatedAt = at
		if problem != "" {
			c.fail(problem)
			return
		}
		c.State = StatePendingAcceptance
		if foreign := w.state.EndpointServices[c.EndpointService]; foreign != nil && foreign.AcceptanceRequired {
			return // no owner can accept
		}
		w.after(at, w.times.ConnectionAccept, func(at time.Time) {
			if c.State == StatePendingAcceptance {
				c.State, c.UpdatedAt = StateActive, at
				c.connect(w.state, cluster)
			}
		})
	})
}

func (c *PrivateLinkConnection) fail(message string) {
	c.State, c.Message = StateFailed, message
}

// connect adds the endpoint to an active connection, in the zones the cluster and
// the endpoint service have in common.
func (c *PrivateLinkConnection) connect(s *State, cluster *TiDBCluster) {
	if c.EndpointID == "" {
		prefix := map[string]string{typeAWSEndpointService: "vpce-0"}[c.Type]
		c.EndpointID = orDefault(prefix, "ep-0") + randomString(hexDigits, 16)
	}
	if len(c.AvailabilityZoneIDs) == 0 {
		zones, _ := s.serviceZones(c.EndpointService, cluster)
		c.AvailabilityZoneIDs = common(cluster.AvailabilityZoneIDs, zones)
	}
}

// serviceZones are the zones of an endpoint service, and whether it is known.
func (s *State) serviceZones(name string, cluster *TiDBCluster) (zones []string, known bool) {
	if n := s.networkBehind(name); n != nil {
		return n.Zones, true
	}
	if foreign := s.EndpointServices[name]; foreign != nil {
		if len(foreign.Zones) == 0 {
			return cluster.AvailabilityZoneIDs, true
		}
		return foreign.Zones, true
	}
	return nil, false
}

// unreachable reports why TiDB Cloud cannot use the connection's endpoint service;
// empty means that it can. To an account without access a service looks as if
// it did not exist.
func (s *State) unreachable(c *PrivateLinkConnection, cluster *TiDBCluster) string {
	zones, known := s.serviceZones(c.EndpointService, cluster)
	if !known || !s.permits(c.EndpointService, cluster.AccountID) {
		return fmt.Sprintf("the endpoint service %s does not exist or does not let the account %s in",
			c.EndpointService, cluster.AccountID)
	}
	if len(common(cluster.AvailabilityZoneIDs, zones)) == 0 {
		return fmt.Sprintf("the endpoint service %s is in the zones %s, the cluster in %s: they have none in common",
			c.EndpointService, quote(zones), quote(cluster.AvailabilityZoneIDs))
	}
	return ""
}

// permits reports whether an endpoint service authorizes an account.
func (s *State) permits(name, account string) bool { return s.admission()(name, account) }

// admission reports which accounts each endpoint service authorizes. Confluent's do so by a PrivateLink Access, from
// when it is ready until it is gone.
func (s *State) admission() func(name, account string) bool {
	type access struct{ name, account string }
	open := map[access]bool{}
	for _, a := range s.PrivateLinkAccesses {
		if n := s.Networks[a.NetworkID]; n != nil && (a.Phase == PhaseReady || a.Phase == PhaseDeprovisioning) {
			open[access{n.EndpointService, a.Account}] = true
		}
	}
	return func(name, account string) bool {
		if foreign := s.EndpointServices[name]; foreign != nil {
			return slices.Contains(foreign.AllowedAccounts, account)
		}
		return name != "" && open[access{name, account}]
	}
}

// breakConnections makes the connections of accounts without access fail, and reports whether there are any.
func (w *world) breakConnections(at time.Time) (broken bool) {
	permits := w.state.admission()
	for _, c := range w.state.PrivateLinkConnections {
		cluster := w.state.TiDBClusters[c.ClusterID]
		if cluster == nil || (c.State != StateActive && c.State != StatePendingAcceptance) {
			continue
		}
		if !permits(c.EndpointService, cluster.AccountID) {
			c.UpdatedAt = at
			c.fail(fmt.Sprintf("the endpoint service %s no longer lets the account %s in",
				c.EndpointService, cluster.AccountID))
			broken = true
		}
	}
	return broken
}
