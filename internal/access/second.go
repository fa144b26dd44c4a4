package access

import (
	"fmt"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
)

// Confluent Cloud has one PrivateLink Access for an AWS account and a network. The creation of a second one ends in
// 409, while a Kafka cluster is being created in parallel. So a second one is looked for beforehand.

var kind = preflight.Kind{
	Name: "PrivateLink Access", CLI: []string{"confluent", "network", "private-link", "access"},
	Loss: "nothing reaches the Kafka cluster meanwhile",
	Find: preflight.Finder(confluentcloud.LookupPrivateLinkAccess, byName, match),
}

func byName(environment, name string) *confluentcloud.LookupPrivateLinkAccessArgs {
	in := confluentcloud.GetPrivateLinkAccessEnvironment{Id: environment}
	return &confluentcloud.LookupPrivateLinkAccessArgs{DisplayName: &name, Environment: in}
}

// RefuseSecond rejects, at preview, a planned access if the account already has one to the network. As with name
// conflicts, only planned resources have unknown IDs, and nothing is looked up for the others.
//
// Confluent's provider has no list of accesses: it finds one by its ID or its name. A new access has the component's
// name. So does one that a killed run left behind, or one in another stack with a link of that name. The network's name
// may find one too: a PrivateLink gives both the same name.
func RefuseSecond(m *children.Maker, on preflight.Place, accesses ...Access) error {
	for _, a := range accesses {
		s := second{Request: a.request, Planned: preflight.Plan(m, kind)}
		if a.Made == nil || !m.Ctx.DryRun() || s.Environment == "" {
			continue
		}
		s.Resource, s.Planned.DisplayName = a.Made, s.Request.DisplayName.Or(s.Default)
		if err := s.refuse(on); err != nil {
			return err
		}
	}
	return nil
}

// A second is a planned access that may duplicate another.
type second struct {
	Request
	preflight.Planned

	account, network, name string
}

func (s second) refuse(lost preflight.Place) (err error) {
	id, name, known := s.InState()
	if !known || id != "" {
		return nil
	}
	s.name = name
	if s.account, known, err = lookup.Await[string](s.M.Ctx, s.AccountID); err != nil || !known {
		return nil //nolint:nilerr // what failed reports it itself
	}
	s.network, known, err = lookup.Await[string](s.M.Ctx, s.Network.ID)
	switch {
	case err != nil:
		return nil //nolint:nilerr // the network reports it itself
	case known:
		return s.check()
	case !lost.IsNew():
		s.network = lost.Lost
		s.warnOfLost()
	}
	return nil
}

// check looks for an access under the names that it may have.
func (s second) check() error {
	names := []string{s.name}
	if other := s.Network.Name; other != s.name && other != "" {
		names = append(names, other)
	}
	var several []string
	for _, name := range names {
		found := s.same(name)
		if found.Several {
			several = append(several, name)
		}
		if len(found.List) > 0 {
			id := found.List[0].ID
			return fmt.Errorf("%s: PrivateLink Access %s (%q) authorizes %s AWS account %s in network %s already, "+
				"and Confluent Cloud refuses another; set %s.id to its ID; if an interrupted run left it behind, or "+
				"a refresh lost it, take it over: %s; if the state has it, and this update replaces it, delete it in "+
				"Confluent Cloud and run pulumi up --refresh",
				s.In.Path(), id, name, s.Owner, s.account, s.network, s.In.Path(), s.ImportCommand(id))
		}
	}
	// One of several with the name may be the access.
	for _, shared := range several {
		refusal := fmt.Errorf("%s: environment %s has several PrivateLink Accesses %q, and Confluent's provider does "+
			"not list them; Confluent Cloud allows one for an AWS account and a network, so check whether one of "+
			"them authorizes %s AWS account %s in network %s: %s; if so, set %s.id to its ID, or, if an interrupted "+
			"run left it behind, or a refresh lost it, take it over: %s; if not, set %s.displayName to a name that "+
			"no access has",
			s.In.Path(), s.Environment, shared, s.Owner, s.account, s.network,
			s.Command("list", "--environment", s.Environment),
			s.In.Path(), s.ImportCommand(preflight.AnID), s.In.Path())
		if shared == s.name || !s.Request.DisplayName.Given {
			return refusal
		}
		s.M.Warn("%v", refusal) // the user chose the name in answer to this message
	}
	return nil
}

// warnOfLost reports an access to a network that may have been lost from the state together with it.
func (s second) warnOfLost() {
	found := s.same(s.name)
	if found.Several {
		s.M.Warn("environment %s has several PrivateLink Accesses %q; if you take over the network, take over its "+
			"access too: %s; to list them: %s",
			s.Environment, s.name, s.ImportCommand(preflight.AnID),
			s.Command("list", "--environment", s.Environment))
		return
	}
	for _, one := range found.List {
		s.WarnOfConflict(s.name, one.ID)
	}
}

// same are the accesses with a name for the account and the network.
func (s second) same(name string) preflight.Matches {
	found := s.Called(name, false)
	return found.With("network.id", s.network).With("account", s.account)
}
