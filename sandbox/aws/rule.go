package aws

import (
	"context"
	"errors"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

// ruleTargets are the properties that name a rule's source or target. A rule has one of them.
var ruleTargets = map[string]struct {
	source    api.Source
	parameter string // when the rule is modified
}{
	"cidrIpv4":                  {api.IPv4, "CidrIpv4"},
	"cidrIpv6":                  {api.IPv6, "CidrIpv6"},
	"prefixListId":              {api.PrefixList, "PrefixListId"},
	"referencedSecurityGroupId": {api.Group, "ReferencedGroupId"},
}

// ruleKind is a rule that is a resource of its own, for one of the directions Ingress and Egress.
func ruleKind(way string) *resourceKind {
	kind := &resourceKind{
		Type: typeOf("aws:vpc/securityGroup"+way+"Rule:SecurityGroup"+way+"Rule", "VPC Security Group "+way+" Rule",
			defaultTimeout),
		Calls: standin.Calls[*session]{
			Create: func(ctx context.Context, s *session, inputs property.Map) (string, error) {
				return s.client.Create(ctx, "AuthorizeSecurityGroup"+way, api.Params{
					"GroupId": standin.TextAt(inputs, "securityGroupId"),
				}.Permissions([]api.Rule{ruleOf(inputs)}).Tags("security-group-rule", textMap(inputs, tagsAll)))
			},
			Read:   readRule,
			Update: updateRule,
			Delete: func(ctx context.Context, s *session, id string, state property.Map) error {
				return ignoreGone(s.client.EC2(ctx, "RevokeSecurityGroup"+way, api.Params{
					"GroupId": standin.TextAt(state, "securityGroupId"), "SecurityGroupRuleId.1": id,
				}))
			},
		},
	}
	kind.OneOf = standin.SortedKeys(ruleTargets)
	return kind
}

func ruleOf(inputs property.Map) api.Rule {
	rule := api.Rule{
		Protocol: protocol(standin.TextAt(inputs, "ipProtocol")), From: standin.IntAt(inputs, "fromPort"),
		To: standin.IntAt(inputs, "toPort"), Description: standin.TextAt(inputs, "description"),
	}
	for name, target := range ruleTargets {
		if value := standin.TextAt(inputs, name); value != "" {
			rule.Source, rule.Value = target.source, value
		}
	}
	return rule
}

func readRule(ctx context.Context, s *session, id string, known property.Map) (property.Map, error) {
	found, err := s.client.SecurityGroupRules(ctx, api.Params{}.List("SecurityGroupRuleId", []string{id}))
	rule, err := one(found, err, id)
	if err != nil {
		return property.Map{}, err
	}
	if rule.OwnerID == "" {
		// An emulator may leave it out.
		caller, err := s.client.CallerIdentity(ctx)
		if err != nil {
			return property.Map{}, err
		}
		rule.OwnerID = caller.Account
	}
	state := standin.Values{
		"arn":                 s.arn(rule.OwnerID, "security-group-rule", id),
		"ipProtocol":          property.New(rule.Protocol),
		"securityGroupId":     property.New(rule.GroupID),
		"securityGroupRuleId": property.New(id),
	}
	if given := known.Get("ipProtocol"); given.IsString() && protocol(given.AsString()) == rule.Protocol {
		state["ipProtocol"] = given
	}
	for name, text := range map[string]string{
		"cidrIpv4": rule.CidrIPv4, "cidrIpv6": rule.CidrIPv6, "prefixListId": rule.PrefixListID,
		"referencedSecurityGroupId": rule.Referenced, "description": rule.Description,
	} {
		if text != "" {
			state[name] = property.New(text)
		}
	}
	for name, port := range map[string]*int{"fromPort": rule.FromPort, "toPort": rule.ToPort} {
		if port != nil && (rule.Protocol != "-1" || !known.Get(name).IsNull()) {
			state[name] = standin.NumberOf(*port)
		}
	}
	s.addTags(state, rule.Tags(), known)
	return property.NewMap(state), nil
}

func updateRule(ctx context.Context, s *session, id string, u standin.Update) (int, error) {
	return steps(func() (int, error) { return modifyRule(ctx, s, id, u) },
		func() (int, error) { return retag(ctx, s, id, u) })
}

func modifyRule(ctx context.Context, s *session, id string, u standin.Update) (int, error) {
	old, now := ruleOf(u.State), ruleOf(u.Inputs)
	switch {
	case old == now:
		return 0, nil
	case old.Source != now.Source || old.Value != now.Value:
		return 0, errors.New("the emulator, unlike AWS, cannot change the source of a rule; create another rule")
	}
	const prefix = "SecurityGroupRule.1."
	params := api.Params{
		"GroupId":                                   standin.TextAt(u.State, "securityGroupId"),
		prefix + "SecurityGroupRuleId":              id,
		prefix + "SecurityGroupRule.IpProtocol":     now.Protocol,
		prefix + "SecurityGroupRule.FromPort":       strconv.Itoa(now.From),
		prefix + "SecurityGroupRule.ToPort":         strconv.Itoa(now.To),
		prefix + "SecurityGroupRule.Description":    now.Description,
		prefix + "SecurityGroupRule." + target(now): now.Value,
	}
	return count(s.client.EC2(ctx, "ModifySecurityGroupRules", params))
}

func target(rule api.Rule) string {
	for _, target := range ruleTargets {
		if target.source == rule.Source {
			return target.parameter
		}
	}
	return ""
}
