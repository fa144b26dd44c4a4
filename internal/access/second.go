package access

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/preflight"
)

// Confluent Cloud has one PrivateLink Access for an AWS account and a network. The creation of a second one ends in
// 409, while a Kafka cluster is being made in parallel. So a second one is looked for beforehand.

var kind = preflight.Kind{
	Name: "PrivateLink Access", CLI: []string{"confluent", "network", "private-link", "access"},
	Loss: "nothing reaches the Kafka cluster meanwhile",
}

// onlyOne gives the network's ID, unless another component of the run has declared an access for the same account.
// Neither of the two need exist, so that no look-up would find it.
func onlyOne(m *children.Maker, r Request) pulumi.StringOutput {
	id, _ := r.NetworkID.ApplyT(func(network string) (string, error) {
		account, known, err := lookup.Await[string](m.Ctx, r.AccountID)
		if err != nil || !known {
			return network, err
		}
		self, known, err := lookup.Await[pulumi.URN](m.Ctx, m.Self.URN())
		if err != nil || !known {
			return network, err
		}
		this := string(self) + "\n" + r.Name
		first := lookup.RunOf(m.Ctx).First("access for "+account+" to "+network, this)
		if first == this {
			return network, nil
		}
		_, name, _ := strings.Cut(first, "\n")
		return "", m.In.Redact(fmt.Errorf("%s: %s authorizes %s AWS account %s in network %s already, and Confluent "+
			"Cloud refuses another PrivateLink Access for both; give the id of that one as %s.id",
			r.Path, name, r.Owner, account, network, r.Path))
	}).(pulumi.StringOutput)
	return id
}

// Lost is a network that has the name of a planned one, and may be the link's, lost from the state. What is on it may
// be lost too.
type Lost struct {
	ID string
	// OneOf says that there are several of the name, of which the provider names none.
	OneOf bool
}

// None says that no network is lost.
func (l Lost) None() bool { return l.ID == "" && !l.OneOf }

// RefuseSecond refuses, at preview, planned accesses where there is one already. As with name conflicts, the planned
// resources, and no others, have unknown IDs, and nothing is looked up for the others.
//
// Confluent's provider has no list of accesses: it finds one by its ID or its name. The name of a new one is that of
// the component, as it was when a run was killed over it, and in another stack with a link of that name. Also the name
// of the network leads to one: a PrivateLink calls both the same.
func RefuseSecond(m *children.Maker, lost Lost, accesses ...Access) error {
	if !m.Ctx.DryRun() {
		return nil
	}
	for _, a := range accesses {
		if a.Made == nil {
			continue
		}
		planned := preflight.Planned{Kind: kind, Resource: a.Made, DisplayName: a.request.DisplayName}
		s := second{m: m, Request: a.request, planned: planned}
		if err := s.refuse(lost); err != nil {
			return err
		}
	}
	return nil
}

// A second is a planned access that may be a second one.
type second struct {
	Request

	m                                   *children.Maker
	planned                             preflight.Planned
	environment, account, network, name string
}

func (s second) refuse(lost Lost) error {
	id, name, known := s.planned.InState(s.m)
	if !known || id != "" {
		return nil
	}
	s.name = name
	for value, of := range map[*string]pulumi.StringOutput{&s.environment: s.Environment, &s.account: s.AccountID} {
		var err error
		if *value, known, err = lookup.Await[string](s.m.Ctx, of); err != nil || !known {
			return nil //nolint:nilerr // what failed reports it itself
		}
	}
	network, known, err := lookup.Await[string](s.m.Ctx, s.NetworkID)
	s.network = network
	switch {
	case err != nil:
		return nil //nolint:nilerr // the network reports it itself
	case known:
		return s.check()
	case !lost.None():
		s.network = lost.ID
		s.warnOfLost()
	}
	return nil
}

// check looks for an access under the names that it may have.
func (s second) check() error {
	names := []string{s.name}
	if other := s.NetworkName; other != s.name && other != "" {
		names = append(names, other)
	}
	var several []string
	for _, name := range names {
		found := s.called(name)
		if found.Several {
			several = append(several, name)
		}
		for _, one := range found.On(s.network).List {
			if one.Fixed["account"] != s.account {
				continue
			}
			return fmt.Errorf("%s: PrivateLink Access %s (%q) authorizes %s AWS account %s in network %s already, and "+
				"Confluent Cloud refuses another; give its id as %s.id; if a run that was interrupted left it behind, or a "+
				"refresh lost it, take it over: %s; if the state has it, and it is to be replaced, delete it in Confluent "+
				"Cloud and run pulumi up --refresh",
				s.Path, one.ID, name, s.Owner, s.account, s.network, s.Path, s.importCommand(one.ID))
		}
	}
	return s.refuseSeveral(several)
}

// refuseSeveral refuses an access where several have a name that it may have: one of them may be it.
func (s second) refuseSeveral(several []string) error {
	for _, shared := range several {
		refusal := fmt.Errorf("%s: environment %s has several PrivateLink Accesses %q, and Confluent's provider does not "+
			"say which; Confluent Cloud has one for an AWS account and a network, and refuses another, so see whether one of "+
			"them authorizes %s AWS account %s in network %s: %s; if so, give its id as %s.id, or, if a run that was "+
			"interrupted left it behind, or a refresh lost it, take it over: %s; if not, give as %s.displayName a name that no access has",
			s.Path, s.environment, shared, s.Owner, s.account, s.network, kind.Command("list", "--environment", s.environment),
			s.Path, s.importCommand(preflight.AnID), s.Path)
		if shared == s.name || !s.Named {
			return refusal
		}
		s.m.Warn("%v", refusal) // the name was given in answer to this
	}
	return nil
}

// warnOfLost reports an access to a network that may have been lost from the state together with it.
func (s second) warnOfLost() {
	found := s.called(s.name)
	if found.Several {
		s.m.Warn("environment %s has several PrivateLink Accesses %q; if the network is taken over, its access has to be "+
			"too: %s; to see them: %s",
			s.environment, s.name, s.importCommand(preflight.AnID), kind.Command("list", "--environment", s.environment))
		return
	}
	for _, one := range found.On(s.network).List {
		if one.Fixed["account"] == s.account {
			preflight.WarnOfConflict(s.m, s.planned, s.environment, s.name, one.ID)
		}
	}
}

func (s second) importCommand(id string) string {
	return s.planned.ImportCommand(s.m, s.environment, id)
}

func (s second) called(name string) preflight.Matches {
	return preflight.Called(s.m, getAccess, s.environment, name, find)
}

func find(m *children.Maker, environment, name string) (*preflight.Match, error) {
	found, err := confluentcloud.LookupPrivateLinkAccess(m.Ctx, &confluentcloud.LookupPrivateLinkAccessArgs{
		DisplayName: &name, Environment: confluentcloud.GetPrivateLinkAccessEnvironment{Id: environment},
	}, pulumi.Parent(m.Self))
	if err != nil {
		return nil, err
	}
	one := preflight.Match{ID: found.Id, Fixed: map[string]string{}}
	for _, aws := range found.Aws {
		one.Fixed["account"] = aws.Account
	}
	for _, network := range found.Networks {
		one.Fixed["network.id"] = network.Id
	}
	return &one, nil
}
