package component

import (
	"fmt"
	"sync"
	"time"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
)

// Confluent Cloud has one PrivateLink Access for an AWS account and a network. The creation of a second one ends in 409,
// while a Kafka cluster is being made beside it; so a second one is looked for beforehand.

// granted is an access that is declared.
type granted struct {
	grant
	made *confluentcloud.PrivateLinkAccess
}

// declare gives the network's id, unless another component of the run has declared an access for the same account. Neither
// of the two need exist, so that no look-up would tell.
func (m *maker) declare(g grant) pulumi.StringOutput {
	return g.network.id.ApplyT(func(network string) (string, error) {
		account, known, err := await[string](m.ctx, g.accountID)
		if err != nil || !known {
			return network, err
		}
		self, known, err := await[pulumi.URN](m.ctx, m.self.URN())
		if err != nil || !known {
			return network, err
		}
		first := declarations.first(passage{lookup.RunOf(m.ctx), account, network}, declaration{string(self), g.name, time.Now()})
		if first.component == string(self) && first.name == g.name {
			return network, nil
		}
		return "", m.redact(fmt.Errorf("%s: %s lets %s AWS account %s into network %s already, and Confluent Cloud refuses "+
			"another PrivateLink Access for both; give the id of that one as %s.id", g.path, first.name, g.whose, account, network, g.path))
	}).(pulumi.StringOutput)
}

// refuseSecondAccess refuses, at preview, a planned access where there is one already. As with name conflicts, the planned resources,
// and no others, have unknown IDs, and for no others anything is looked up.
//
// Confluent's provider has no list of accesses: it finds one by its ID or its name. The name of a new one is that of the
// component, as it was when a run was killed over it, and in another stack with a link of that name. Also the name of the
// network leads to one: a PrivateLink calls both the same.
func (m *maker) refuseSecondAccess(lost lostNetwork) error {
	if !m.ctx.DryRun() {
		return nil
	}
	for _, g := range m.granted {
		id, name, known := m.inState(planned{accesses, g.made, g.displayName})
		if !known || id != "" {
			continue
		}
		environment, known, err := await[string](m.ctx, g.environment.ToStringOutput())
		if err != nil || !known {
			continue
		}
		account, known, err := await[string](m.ctx, g.accountID)
		if err != nil || !known {
			continue
		}
		network, known, err := await[string](m.ctx, g.network.id)
		switch {
		case err != nil:
			continue // the network says so itself
		case known:
			if err := m.checkSecondAccess(g, environment, network, account, name); err != nil {
				return err
			}
		case !lost.none():
			m.warnOfLostAccess(g, environment, lost.id, account, name)
		}
	}
	return nil
}

// checkSecondAccess looks for an access under the names that it may have.
func (m *maker) checkSecondAccess(g granted, environment, network, account, name string) error {
	names := []string{name}
	if other := g.network.name; other != name && other != "" {
		names = append(names, other)
	}
	var several []string
	for _, name := range names {
		found := m.accessesCalled(environment, name)
		if found.several {
			several = append(several, name)
		}
		for _, one := range found.on(network).list {
			if one.fixed["account"] != account {
				continue
			}
			return fmt.Errorf("%s: PrivateLink Access %s (%q) lets %s AWS account %s into network %s already, and Confluent Cloud refuses "+
				"another; give its id as %s.id; if a run that was interrupted left it behind, or a refresh lost it, take it over: %s; if the state has it, and it is to be replaced, delete it in Confluent Cloud and run pulumi up --refresh",
				g.path, one.id, name, g.whose, account, network, g.path, m.importCommand(g.made, environment, one.id))
		}
	}
	for _, shared := range several {
		refusal := fmt.Errorf("%s: environment %s has several PrivateLink Accesses %q, and Confluent's provider does not say which; Confluent "+
			"Cloud has one for an AWS account and a network, and refuses another, so see whether one of them lets %s AWS account %s into network %s: "+
			"%s; if so, give its id as %s.id, or, if a run that was interrupted left it behind, or a refresh lost it, take it over: %s; if not, give as %s.displayName "+
			"a name that no access has", g.path, environment, shared, g.whose, account, network,
			accesses.command("list", "--environment", environment), g.path, m.importCommand(g.made, environment, anID), g.path)
		if shared == name || !g.named {
			return refusal
		}
		m.warn("%v", refusal) // the name was given in answer to this
	}
	return nil
}

// warnOfLostAccess reports an access to a network that may have been lost from the state together with it.
func (m *maker) warnOfLostAccess(g granted, environment, network, account, name string) {
	found := m.accessesCalled(environment, name)
	p := planned{accesses, g.made, g.displayName}
	if found.several {
		m.warn("environment %s has several PrivateLink Accesses %q; if the network is taken over, its access has to be too: %s; to see them: %s",
			environment, name, m.importCommand(g.made, environment, anID), accesses.command("list", "--environment", environment))
		return
	}
	for _, one := range found.on(network).list {
		if one.fixed["account"] == account {
			m.warnOfConflict(p, environment, name, one.id)
		}
	}
}

func (m *maker) accessesCalled(environment, name string) namesakes {
	return m.called(getAccess, environment, name, m.findAccess)
}

// declarationsLast is longer than a network is waited for, so that the runs of the declarations that are dropped have ended.
const declarationsLast = 3 * time.Hour

// declarations are those of the process. A plugin builds all links of a run in one.
var declarations = declaredAccesses{by: map[passage]declaration{}}

// declaredAccesses say which component of a run was the first to declare what there can be one of.
type declaredAccesses struct {
	mu sync.Mutex
	by map[passage]declaration
}

// passage is what there can be one of: an access for an account to a network, and a hosted zone in a VPC for a domain.
type passage struct {
	run      any
	from, to string
}

// declaration is such a child of a component.
type declaration struct {
	component, name string
	at              time.Time
}

// first returns the declaration that came first, which is this one where there is no other.
func (d *declaredAccesses) first(of passage, this declaration) declaration {
	d.mu.Lock()
	defer d.mu.Unlock()
	for other, declared := range d.by {
		if other.run != of.run && this.at.Sub(declared.at) > declarationsLast {
			delete(d.by, other)
		}
	}
	if first, ok := d.by[of]; ok {
		return first
	}
	d.by[of] = this
	return this
}
