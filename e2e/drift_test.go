package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// parts are the ids in the services of the parts of a PrivateLink.
type parts struct{ network, access, kafka, connection, attachment string }

// drift is a change without Pulumi.
type drift struct {
	name   string
	happen func(*sandbox.State, parts)
	// refreshed is what a refresh reports about the resources; repaired is what the update then does.
	refreshed, repaired plan
}

var drifts = []drift{
	{"nothing", func(*sandbox.State, parts) {}, nil, nil},
	{
		"connectionGone", func(s *sandbox.State, p parts) { delete(s.PrivateLinkConnections, p.connection) },
		plan{"connection": "delete", "domains": "delete"},
		plan{"connection": "create", "domains": "create"},
	},
	{
		"connectionGoing",
		func(s *sandbox.State, p parts) { s.PrivateLinkConnections[p.connection].State = sandbox.StateDeleting },
		plan{"connection": "delete"},
		plan{"connection": "create", "domains": "replace privateLinkConnectionId"},
	},
	{
		"connectionFailed",
		func(s *sandbox.State, p parts) { s.PrivateLinkConnections[p.connection].State = sandbox.StateFailed },
		plan{"connection": "update state"},
		plan{"connection": "replace state", "domains": "replace privateLinkConnectionId"},
	},
	{
		"domainsGone", func(s *sandbox.State, p parts) { s.PrivateLinkConnections[p.connection].Domains = nil },
		plan{"domains": "delete"},
		plan{"domains": "create"},
	},
	{
		"domainsFailed", func(s *sandbox.State, p parts) {
			s.PrivateLinkConnections[p.connection].Domains[0].State = sandbox.StateFailed
		},
		plan{"domains": "update domains"},
		plan{"domains": "replace domains"},
	},
	{
		// TiDB Cloud's connection does not survive it.
		"accessGone", func(s *sandbox.State, p parts) { delete(s.PrivateLinkAccesses, p.access) },
		plan{"access": "delete", "connection": "update state"},
		plan{"access": "create", "connection": "replace state", "domains": "replace privateLinkConnectionId"},
	},
	{
		"accessRenamed", func(s *sandbox.State, p parts) { s.PrivateLinkAccesses[p.access].DisplayName = "renamed" },
		plan{"access": "update displayName"},
		plan{"access": "update displayName"},
	},
	{
		"networkRenamed", func(s *sandbox.State, p parts) { s.Networks[p.network].DisplayName = "renamed" },
		plan{"network": "update displayName"},
		plan{"network": "update displayName"},
	},
	{
		"kafkaGone", func(s *sandbox.State, p parts) { delete(s.KafkaClusters, p.kafka) },
		plan{"kafka": "delete"},
		plan{"kafka": "create"},
	},
	{
		"kafkaRenamed", func(s *sandbox.State, p parts) { s.KafkaClusters[p.kafka].DisplayName = "renamed" },
		plan{"kafka": "update displayName"},
		plan{"kafka": "update displayName"},
	},
	{
		"kafkaResized", func(s *sandbox.State, p parts) {
			s.KafkaClusters[p.kafka].CKU, s.KafkaClusters[p.kafka].StatusCKU = 4, 4
		},
		plan{"kafka": "update dedicated.cku"},
		plan{"kafka": "update dedicated.cku"},
	},
	{
		"confluentGone", func(s *sandbox.State, p parts) {
			delete(s.KafkaClusters, p.kafka)
			delete(s.PrivateLinkAccesses, p.access)
			delete(s.Networks, p.network)
		},
		plan{"network": "delete", "access": "delete", "kafka": "delete", "connection": "update state"},
		plan{
			"network": "create", "access": "create", "kafka": "create",
			"connection": "replace awsEndpointService.name state",
			"domains":    "replace privateLinkConnectionId uniqueName",
		},
	},
}

func driftProgram() string {
	program := "resources:\n"
	for _, d := range drifts {
		program += privateLink(d.name, "")
	}
	return program
}

// partsOf finds the parts of a PrivateLink.
func partsOf(resources []resource, name string) parts {
	made := map[string]resource{}
	for _, r := range resources {
		made[r.name()] = r
	}
	return parts{
		made[name+"-network"].ID, made[name+"-access"].ID, made[name+"-kafka"].ID,
		made[name+"-connection"].output("privateLinkConnectionId"), made[name+"-domains"].output("attachDomainId"),
	}
}

// TestDrift: a refresh, and a preview that refreshes, show a change that was made without Pulumi. An update repairs it,
// without a duplicate and without any other change.
func TestDrift(t *testing.T) {
	t.Parallel()
	s := newLargeStack(t, driftProgram(), nil)
	s.up()
	all, resources := map[string]parts{}, s.resources()
	for _, d := range drifts {
		all[d.name] = partsOf(resources, d.name)
	}
	s.sandbox.Update(func(state *sandbox.State) {
		for _, d := range drifts {
			d.happen(state, all[d.name])
		}
	})
	calls := len(s.sandbox.Calls())
	preview := s.observed("preview", "--refresh")
	refresh := s.observed("refresh", "--yes", "--skip-preview")
	require.Empty(t, changing(s.sandbox.Calls()[calls:]), "looking changes nothing")
	repair := s.observed("up", "--yes", "--skip-preview")
	// Only this test began its deletion.
	s.sandbox.Update(
		func(state *sandbox.State) { delete(state.PrivateLinkConnections, all["connectionGoing"].connection) })
	for _, d := range drifts {
		assert.Equal(t, d.repaired.String(), preview.plan.below(d.name).String(), "a preview that refreshes, after %s",
			d.name)
		assert.Equal(t, d.refreshed.String(), refresh.refreshed.below(d.name).String(), "a refresh after %s", d.name)
		assert.Equal(t, d.repaired.String(), repair.plan.below(d.name).String(), "an update after %s", d.name)
	}
	s.settled()
	s.noDuplicates()
	s.destroyed()
}

// noDuplicates checks that the services have exactly the program's resources.
func (s *stack) noDuplicates() {
	s.t.Helper()
	s.sandbox.Update(func(state *sandbox.State) {
		assert.Len(s.t, state.Networks, len(drifts))
		assert.Len(s.t, state.PrivateLinkAccesses, len(drifts))
		assert.Len(s.t, state.KafkaClusters, len(drifts))
		assert.Len(s.t, state.PrivateLinkConnections, len(drifts))
		for _, connection := range state.PrivateLinkConnections {
			assert.Len(s.t, connection.Domains, 1)
			assert.Equal(s.t, sandbox.StateActive, connection.State)
		}
	})
}

// TestRefreshWithBadCredentials: the refusal of a key proves nothing about the resources.
func TestRefreshWithBadCredentials(t *testing.T) {
	t.Parallel()
	s := newStack(t, oneLink)
	s.up()
	before, key := names(s.resources()), s.sandbox.Credentials()
	for service, credentials := range map[string]sandbox.Credentials{
		"TiDB Cloud":      {PublicKey: key.PublicKey, PrivateKey: key.PrivateKey},
		"Confluent Cloud": {CloudAPIKey: key.CloudAPIKey, CloudAPISecret: key.CloudAPISecret},
	} {
		s.sandbox.RevokeCredentials(credentials)
		for _, command := range [][]string{{"refresh", "--yes", "--skip-preview"}, {"preview", "--refresh"}} {
			assert.Contains(t, s.pulumiFails(command...), "401", "%s when %s refuses the key", command[0], service)
		}
		s.sandbox.AddCredentials(credentials)
		assert.Equal(t, before, names(s.resources()), "%s refused the key, and nothing is gone", service)
	}
	// The answer to a key of another organization.
	s.sandbox.Inject(sandbox.Fault{Service: sandbox.ServiceTiDBCloud, Status: 403, Times: -1})
	assert.Contains(t, s.pulumiFails("refresh", "--yes", "--skip-preview"), "403")
	s.sandbox.ClearFaults()
	assert.Equal(t, before, names(s.resources()))
	s.settled()
}
