package component

import (
	"fmt"
	"sync"
	"time"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
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

// refuseSecondAccess refuses, at preview, what is about to be made where there is one already. As with twins, what is about
// to be made, and nothing else, has an unknown id, and for nothing else anything is looked up.
//
// Confluent's provider has no list of accesses: it finds one by its id or its name. The name of a new one is that of the
// component, as it was when a run was killed over it, and in another stack with a link of that name. Also the name of the
// network leads to one: a PrivateLink calls both the same.
func (m *maker) refuseSecondAccess() error {
	if !m.ctx.DryRun() {
		return nil
	}
	for _, g := range m.granted {
		if _, exists, err := await[pulumi.ID](m.ctx, g.made.ID()); exists || err != nil {
			continue // what cannot be declared says so itself
		}
		checked := pulumi.All(g.environment, g.network.id, g.accountID, g.displayName.ToStringPtrOutput().Elem()).ApplyT(
			func(v []any) (bool, error) {
				environment, _ := v[0].(string)
				network, _ := v[1].(string)
				account, _ := v[2].(string)
				name, _ := v[3].(string)
				return true, m.checkSecondAccess(g, environment, network, account, name)
			})
		if _, _, err := await[bool](m.ctx, checked); err != nil {
			return err
		}
	}
	return nil
}

// checkSecondAccess looks for an access under the names that it may have.
func (m *maker) checkSecondAccess(g granted, environment, network, account, name string) error {
	names := []string{name}
	if other := g.network.name; other != name {
		names = append(names, other)
	}
	for _, name := range names {
		if name == "" {
			continue
		}
		found, err := m.accessCalled(name, environment)
		if err != nil || found == nil {
			continue // nobody can tell, or there is none
		}
		if len(found.Aws) == 0 || found.Aws[0].Account != account || len(found.Networks) == 0 || found.Networks[0].Id != network {
			continue
		}
		made, _, err := await[pulumi.URN](m.ctx, g.made.URN())
		if err != nil {
			return err
		}
		command, err := m.importCommand(urn.URN(made), environment, found.Id)
		if err != nil {
			return err
		}
		return fmt.Errorf("%s: PrivateLink Access %s (%q) lets %s AWS account %s into network %s already, and Confluent Cloud refuses "+
			"another; give its id as %s.id; if a run that was interrupted left it behind, take it over: %s; if the state has it, and it is "+
			"to be replaced, delete it in Confluent Cloud and run pulumi up --refresh",
			g.path, found.Id, name, g.whose, account, network, g.path, command)
	}
	return nil
}

func (m *maker) accessCalled(name, environment string) (*confluentcloud.LookupPrivateLinkAccessResult, error) {
	return ask(m, getAccess, func() (*confluentcloud.LookupPrivateLinkAccessResult, error) {
		return confluentcloud.LookupPrivateLinkAccess(m.ctx, &confluentcloud.LookupPrivateLinkAccessArgs{
			DisplayName: &name, Environment: confluentcloud.GetPrivateLinkAccessEnvironment{Id: environment},
		}, pulumi.Parent(m.self))
	}, environment, "displayName", name)
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
