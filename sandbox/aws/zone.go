package aws

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

const route53Timeout = 30 * time.Minute

func zoneKind() *resourceKind {
	kind := &resourceKind{
		Type: typeOf("aws:route53/zone:Zone", "Route53 Hosted Zone", route53Timeout),
		Calls: standin.Calls[*session]{
			Create: createZone, Await: awaitZone, Read: readZone, Update: updateZone, Delete: deleteZone,
		},
	}
	kind.Autonamed = "name"
	kind.Rules = map[string]standin.Rule{"comment": standin.Matching(`^(?s:.{0,256})$`, "a comment of at most 256 "+
		"characters")}
	kind.Defaults = standin.Values{"comment": property.New(managed), "forceDestroy": property.New(false)}
	kind.Same = map[string]func(old, now property.Value) bool{"name": sameDomain, "vpcs": sameZoneVPCs}
	return kind
}

// domain is a domain in the form that it is compared and kept in.
func domain(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

func sameDomain(old, now property.Value) bool {
	return old.IsString() && now.IsString() && domain(old.AsString()) == domain(now.AsString())
}

// zoneVPCs are the VPCs of a zone. Without a default region they are unchanged.
func zoneVPCs(list property.Value, region string) []api.ZoneVPC {
	var vpcs []api.ZoneVPC
	if list.IsArray() {
		for _, item := range list.AsArray().All {
			if item.IsMap() {
				vpcs = append(vpcs, api.ZoneVPC{
					ID:     standin.TextAt(item.AsMap(), "vpcId"),
					Region: orDefault(standin.TextAt(item.AsMap(), "vpcRegion"), region),
				})
			}
		}
	}
	return vpcs
}

// sameZoneVPCs compares without order, and without regions where the program sets none.
func sameZoneVPCs(old, now property.Value) bool {
	if old.HasComputed() || now.HasComputed() {
		return false
	}
	a, b := zoneVPCs(old, ""), zoneVPCs(now, "")
	within := func(vpcs []api.ZoneVPC) func(api.ZoneVPC) bool {
		return func(vpc api.ZoneVPC) bool {
			return slices.ContainsFunc(vpcs, func(other api.ZoneVPC) bool {
				return vpc.ID == other.ID && (vpc.Region == other.Region || vpc.Region == "" || other.Region == "")
			})
		}
	}
	return !slices.ContainsFunc(a, not(within(b))) && !slices.ContainsFunc(b, not(within(a)))
}

func not[T any](f func(T) bool) func(T) bool { return func(v T) bool { return !f(v) } }

func createZone(ctx context.Context, s *session, inputs property.Map) (string, error) {
	reference, err := resource.NewUniqueHex("pulumi-", 16, 0)
	if err != nil {
		return "", err
	}
	var vpc *api.ZoneVPC
	if vpcs := zoneVPCs(inputs.Get("vpcs"), s.client.Region()); len(vpcs) > 0 {
		vpc = &vpcs[0]
	}
	return s.client.CreateHostedZone(ctx, standin.TextAt(inputs, "name"), reference, standin.TextAt(inputs, "comment"),
		vpc)
}

// awaitZone adds what the creation does not accept: further VPCs and tags.
func awaitZone(ctx context.Context, s *session, id string, inputs property.Map) error {
	for i, vpc := range zoneVPCs(inputs.Get("vpcs"), s.client.Region()) {
		if i == 0 {
			continue
		}
		if err := s.client.AssociateVPC(ctx, id, vpc); err != nil {
			return err
		}
	}
	if tags := textMap(inputs, tagsAll); len(tags) > 0 {
		return s.client.SetZoneTags(ctx, id, tags, nil)
	}
	return nil
}

func readZone(ctx context.Context, s *session, id string, known property.Map) (property.Map, error) {
	zone, err := s.client.HostedZone(ctx, id)
	if err != nil {
		return property.Map{}, err
	}
	servers, err := s.nameServers(ctx, zone)
	if err != nil {
		return property.Map{}, err
	}
	tags, err := s.client.ZoneTags(ctx, id)
	if err != nil {
		return property.Map{}, err
	}
	var vpcs []property.Value
	for _, vpc := range zone.VPCs {
		vpcs = append(vpcs, standin.ObjectOf(standin.Values{
			"vpcId": property.New(vpc.ID), "vpcRegion": property.New(vpc.Region),
		}))
	}
	state := standin.Values{
		"arn":               s.zoneArn(id),
		"comment":           property.New(zone.Comment),
		"forceDestroy":      property.New(standin.BoolAt(known, "forceDestroy")),
		"name":              property.New(domain(zone.Name)),
		"nameServers":       standin.TextsOf(servers),
		"primaryNameServer": property.New(first(servers)),
		"vpcs":              standin.ListOf(vpcs...),
		"zoneId":            property.New(id),
	}
	s.addTags(state, tags, known)
	return property.NewMap(state), nil
}

func (s *session) zoneArn(id string) property.Value {
	return property.New("arn:" + s.partition() + ":route53:::hostedzone/" + id)
}

// nameServers are those of the delegation set, or of the NS record in a private zone, which has no such set.
func (s *session) nameServers(ctx context.Context, zone api.HostedZone) ([]string, error) {
	if !zone.Private {
		return zone.NameServers, nil
	}
	sets, err := s.client.RecordSets(ctx, zone.ID)
	if err != nil {
		return nil, err
	}
	var servers []string
	for _, set := range sets {
		if set.Type == "NS" && domain(set.Name) == domain(zone.Name) {
			for _, record := range set.Records {
				servers = append(servers, strings.TrimSuffix(record.Value, "."))
			}
		}
	}
	slices.Sort(servers)
	return servers, nil
}

func first(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return texts[0]
}

func updateZone(ctx context.Context, s *session, id string, u standin.Update) (int, error) {
	return steps(func() (int, error) {
		if !u.Changed("comment") {
			return 0, nil
		}
		return count(s.client.UpdateHostedZoneComment(ctx, id, standin.TextAt(u.Inputs, "comment")))
	}, func() (int, error) {
		return updateZoneVPCs(ctx, s, id, u)
	}, func() (int, error) {
		add, remove := tagChanges(u)
		if len(add)+len(remove) == 0 {
			return 0, nil
		}
		return count(s.client.SetZoneTags(ctx, id, add, remove))
	})
}

// updateZoneVPCs associates before it disassociates, because a private zone cannot be without a VPC.
func updateZoneVPCs(ctx context.Context, s *session, id string, u standin.Update) (int, error) {
	if !u.Changed("vpcs") {
		return 0, nil
	}
	region := s.client.Region()
	old, now := zoneVPCs(u.State.Get("vpcs"), region), zoneVPCs(u.Inputs.Get("vpcs"), region)
	var updates []func() (int, error)
	for _, vpc := range now {
		if !slices.Contains(old, vpc) {
			updates = append(updates, func() (int, error) { return count(s.client.AssociateVPC(ctx, id, vpc)) })
		}
	}
	for _, vpc := range old {
		if !slices.Contains(now, vpc) {
			updates = append(updates, func() (int, error) { return count(s.client.DisassociateVPC(ctx, id, vpc)) })
		}
	}
	return steps(updates...)
}

func deleteZone(ctx context.Context, s *session, id string, state property.Map) error {
	if standin.BoolAt(state, "forceDestroy") {
		if err := s.deleteRecords(ctx, id, standin.TextAt(state, "name")); err != nil {
			return ignoreGone(err)
		}
	}
	return ignoreGone(s.client.DeleteHostedZone(ctx, id))
}

// deleteRecords deletes all but the records that come with a zone.
func (s *session) deleteRecords(ctx context.Context, id, zone string) error {
	sets, err := s.client.RecordSets(ctx, id)
	if err != nil {
		return err
	}
	for _, set := range sets {
		if domain(set.Name) == domain(zone) && (set.Type == "NS" || set.Type == "SOA") {
			continue
		}
		if _, err := s.client.ChangeRecordSet(ctx, id, "DELETE", set); err != nil {
			return err
		}
	}
	return nil
}
