package aws

import (
	"context"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

// managed is the description that the real package sets where one is required.
const managed = "Managed by Pulumi"

func securityGroupKind() *resourceKind {
	kind := &resourceKind{
		Type: typeOf("aws:ec2/securityGroup:SecurityGroup", "EC2 Security Group", defaultTimeout),
		Calls: standin.Calls[*session]{
			Create: createGroup, Await: addFirstRules, Read: readGroup, Update: updateGroup, Delete: deleteGroup,
		},
	}
	kind.CreateTimeout, kind.DeleteTimeout = 10*time.Minute, 15*time.Minute
	kind.Autonamed = "name"
	kind.Rules = map[string]standin.Rule{
		"name": standin.Matching(`^.{1,255}$`, "a name of 1 to 255 characters"),
		"description": standin.Matching(`^[0-9A-Za-z_ .:/()#,@\[\]+=&;{}!$*-]{1,255}$`, "a description that EC2 "+
			"accepts"),
	}
	kind.Defaults = standin.Values{"description": property.New(managed), "revokeRulesOnDelete": property.New(false)}
	// How rules are grouped in a list, and in which order, makes no difference.
	kind.Same = map[string]func(old, now property.Value) bool{"ingress": sameRules, "egress": sameRules}
	return kind
}

// direction is one of the two lists of rules.
type direction struct{ property, authorize, revoke string }

var (
	ingress = direction{"ingress", "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"}
	egress  = direction{"egress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupEgress"}
)

func createGroup(ctx context.Context, s *session, inputs property.Map) (string, error) {
	params := api.Params{
		"GroupName": standin.TextAt(inputs, "name"), "GroupDescription": standin.TextAt(inputs, "description"),
	}
	if vpc := standin.TextAt(inputs, "vpcId"); vpc != "" {
		params["VpcId"] = vpc
	}
	return s.client.Create(ctx, "CreateSecurityGroup", params.Tags("security-group", textMap(inputs, tagsAll)))
}

// addFirstRules removes the rule that allows all outgoing traffic, which EC2 adds to a new group, and adds those of the
// program.
func addFirstRules(ctx context.Context, s *session, id string, inputs property.Map) error {
	group, err := s.group(ctx, id)
	if err != nil {
		return err
	}
	if _, err := s.changeRules(ctx, id, egress, api.Rules(group.Egress),
		rulesOf(inputs.Get("egress"), id)); err != nil {
		return err
	}
	_, err = s.changeRules(ctx, id, ingress, nil, rulesOf(inputs.Get("ingress"), id))
	return err
}

func (s *session) changeRules(ctx context.Context, id string, d direction, old, now []api.Rule) (int, error) {
	step := func(operation string, rules []api.Rule) func() (int, error) {
		return func() (int, error) {
			if len(rules) == 0 {
				return 0, nil
			}
			return count(s.client.EC2(ctx, operation, api.Params{"GroupId": id}.Permissions(rules)))
		}
	}
	return steps(step(d.revoke, addedRules(now, old)), step(d.authorize, addedRules(old, now)))
}

func addedRules(before, after []api.Rule) []api.Rule {
	return slices.DeleteFunc(slices.Clone(after), func(rule api.Rule) bool { return slices.Contains(before, rule) })
}

// own is the placeholder for the ID of the rule's own group.
const own = "self"

// ruleSources are the properties of an inline rule that name its sources.
var ruleSources = map[api.Source]string{
	api.IPv4: "cidrBlocks", api.IPv6: "ipv6CidrBlocks", api.Group: "securityGroups", api.PrefixList: "prefixListIds",
}

// rulesOf splits inline rules.
func rulesOf(list property.Value, id string) []api.Rule {
	if !list.IsArray() {
		return nil
	}
	var rules []api.Rule
	for _, item := range list.AsArray().All {
		if !item.IsMap() {
			continue
		}
		m := item.AsMap()
		rule := api.Rule{
			Protocol: protocol(standin.TextAt(m, "protocol")), From: standin.IntAt(m, "fromPort"),
			To:          standin.IntAt(m, "toPort"),
			Description: standin.TextAt(m, "description"),
		}
		for source, name := range ruleSources {
			for _, value := range standin.TextsAt(m, name) {
				rule.Source, rule.Value = source, value
				rules = append(rules, rule)
			}
		}
		if standin.BoolAt(m, "self") {
			rule.Source, rule.Value = api.Group, id
			rules = append(rules, rule)
		}
	}
	return rules
}

// protocol is the form in which EC2 answers.
func protocol(given string) string {
	if name, ok := map[string]string{"6": "tcp", "17": "udp", "1": "icmp", "all": "-1"}[given]; ok {
		return name
	}
	return given
}

func sameRules(old, now property.Value) bool {
	if old.HasComputed() || now.HasComputed() {
		return false
	}
	return sameRuleSets(rulesOf(old, own), rulesOf(now, own))
}

func sameRuleSets(a, b []api.Rule) bool {
	return len(addedRules(a, b)) == 0 && len(addedRules(b, a)) == 0
}

func (s *session) group(ctx context.Context, id string) (api.SecurityGroup, error) {
	found, err := s.client.SecurityGroups(ctx, api.Params{}.List("GroupId", []string{id}))
	return one(found, err, id)
}

func readGroup(ctx context.Context, s *session, id string, known property.Map) (property.Map, error) {
	group, err := s.group(ctx, id)
	if err != nil {
		return property.Map{}, err
	}
	state := standin.Values{
		"arn":                 s.arn(group.OwnerID, "security-group", id),
		"description":         property.New(group.Description),
		"egress":              inlineRules(known.Get("egress"), api.Rules(group.Egress), id),
		"ingress":             inlineRules(known.Get("ingress"), api.Rules(group.Ingress), id),
		"name":                property.New(group.Name),
		"ownerId":             property.New(group.OwnerID),
		"revokeRulesOnDelete": property.New(standin.BoolAt(known, "revokeRulesOnDelete")),
		"vpcId":               property.New(group.VpcID),
	}
	s.addTags(state, group.Tags(), known)
	return property.NewMap(state), nil
}

// inlineRules keeps the program's grouping of rules where the rules are the same.
func inlineRules(known property.Value, rules []api.Rule, id string) property.Value {
	if known.IsArray() && sameRuleSets(rulesOf(known, id), rules) {
		return known
	}
	type key struct {
		protocol, description string
		from, to              int
	}
	grouped := map[key]map[string][]string{}
	var order []key
	for _, rule := range rules {
		k := key{rule.Protocol, rule.Description, rule.From, rule.To}
		if grouped[k] == nil {
			grouped[k] = map[string][]string{}
			order = append(order, k)
		}
		name := ruleSources[rule.Source]
		if rule.Source == api.Group && rule.Value == id {
			name = own
		}
		grouped[k][name] = append(grouped[k][name], rule.Value)
	}
	items := make([]property.Value, 0, len(order))
	for _, k := range order {
		item := standin.Values{
			"protocol": property.New(k.protocol), "fromPort": standin.NumberOf(k.from),
			"toPort":      standin.NumberOf(k.to),
			"description": property.New(k.description), own: property.New(len(grouped[k][own]) > 0),
		}
		for _, name := range ruleSources {
			item[name] = standin.TextsOf(grouped[k][name])
		}
		items = append(items, standin.ObjectOf(item))
	}
	return standin.ListOf(items...)
}

func updateGroup(ctx context.Context, s *session, id string, u standin.Update) (int, error) {
	change := func(d direction) func() (int, error) {
		return func() (int, error) {
			if !u.Changed(d.property) {
				return 0, nil
			}
			return s.changeRules(ctx, id, d, rulesOf(u.State.Get(d.property), id),
				rulesOf(u.Inputs.Get(d.property), id))
		}
	}
	return steps(change(ingress), change(egress), func() (int, error) { return retag(ctx, s, id, u) })
}

// deleteGroup asks again while something still uses the group, such as a network interface that is being deleted.
func deleteGroup(ctx context.Context, s *session, id string, state property.Map) error {
	if standin.BoolAt(state, "revokeRulesOnDelete") {
		if err := s.revokeAll(ctx, id); err != nil {
			return ignoreGone(err)
		}
	}
	return standin.Wait{
		What: "EC2 Security Group " + id + " to be deleted", Every: 2 * time.Second, Limit: 15 * time.Minute,
		Look: func(ctx context.Context) (string, bool, error) {
			err := ignoreGone(s.client.EC2(ctx, "DeleteSecurityGroup", api.Params{"GroupId": id}))
			if api.HasCode(err, "DependencyViolation") {
				return "in use", false, nil
			}
			return "", true, err
		},
	}.Until(ctx, 0)
}

func (s *session) revokeAll(ctx context.Context, id string) error {
	group, err := s.group(ctx, id)
	if err != nil {
		return err
	}
	if _, err := s.changeRules(ctx, id, ingress, api.Rules(group.Ingress), nil); err != nil {
		return err
	}
	_, err = s.changeRules(ctx, id, egress, api.Rules(group.Egress), nil)
	return err
}
