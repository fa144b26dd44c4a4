package aws

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

func getCallerIdentity(ctx context.Context, s *session, _ property.Map) (standin.Values, error) {
	caller, err := s.client.CallerIdentity(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading STS Caller Identity: %w", err)
	}
	return standin.Values{
		"accountId": property.New(caller.Account), "arn": property.New(caller.Arn),
		"id": property.New(caller.Account), "userId": property.New(caller.UserID),
	}, nil
}

// regions are the names of regions in words, as far as they are known here.
var regions = map[string]string{
	"ap-northeast-1": "Asia Pacific (Tokyo)", "ap-southeast-1": "Asia Pacific (Singapore)",
	"eu-central-1": "Europe (Frankfurt)",
	"eu-west-1":    "Europe (Ireland)", "us-east-1": "US East (N. Virginia)", "us-east-2": "US East (Ohio)",
	"us-west-2": "US West (Oregon)",
}

func getRegion(_ context.Context, s *session, args property.Map) (standin.Values, error) {
	name := orDefault(standin.TextAt(args, "name"), s.client.Region())
	return standin.Values{
		"description": property.New(regions[name]), "endpoint": property.New("ec2." + name + ".amazonaws.com"),
		"id": property.New(name), "name": property.New(name),
	}, nil
}

func getAvailabilityZones(ctx context.Context, s *session, args property.Map) (standin.Values, error) {
	params := api.Params{}.Filters(conditions(args, map[string]string{"state": "state"})...)
	if standin.BoolAt(args, "allAvailabilityZones") {
		params["AllAvailabilityZones"] = "true"
	}
	zones, err := s.client.AvailabilityZones(ctx, params)
	if err != nil {
		return nil, fmt.Errorf("reading EC2 Availability Zones: %w", err)
	}
	slices.SortFunc(zones, func(a, b api.AvailabilityZone) int { return strings.Compare(a.Name, b.Name) })
	var groups, names, ids []string
	for _, zone := range zones {
		if slices.Contains(standin.TextsAt(args, "excludeNames"), zone.Name) ||
			slices.Contains(standin.TextsAt(args, "excludeZoneIds"), zone.ID) {
			continue
		}
		// An emulator may leave the group out, which for a zone of the region itself is the region.
		if group := orDefault(zone.GroupName, s.client.Region()); !slices.Contains(groups, group) {
			groups = append(groups, group)
		}
		names, ids = append(names, zone.Name), append(ids, zone.ID)
	}
	return echo(standin.Values{
		"groupNames": standin.TextsOf(groups), "id": property.New(s.client.Region()),
		"names": standin.TextsOf(names), "zoneIds": standin.TextsOf(ids),
	}, args, "allAvailabilityZones", "excludeNames", "excludeZoneIds", "filters", "state"), nil
}

func getZone(ctx context.Context, s *session, args property.Map) (standin.Values, error) {
	zone, err := s.findZone(ctx, args)
	if err != nil {
		return nil, err
	}
	servers, err := s.nameServers(ctx, zone)
	if err != nil {
		return nil, fmt.Errorf("reading Route53 Hosted Zone (%s) name servers: %w", zone.ID, err)
	}
	tags, err := s.client.ZoneTags(ctx, zone.ID)
	if err != nil {
		return nil, fmt.Errorf("listing Route 53 Hosted Zone (%s) tags: %w", zone.ID, err)
	}
	return standin.Values{
		"arn":                      s.zoneArn(zone.ID),
		"callerReference":          property.New(zone.CallerReference),
		"comment":                  property.New(zone.Comment),
		"id":                       property.New(zone.ID),
		"linkedServiceDescription": property.New(""),
		"linkedServicePrincipal":   property.New(""),
		"name":                     property.New(domain(zone.Name)),
		"nameServers":              standin.TextsOf(servers),
		"primaryNameServer":        property.New(first(servers)),
		"privateZone":              property.New(zone.Private),
		"resourceRecordSetCount":   standin.NumberOf(zone.Records),
		"tags":                     standin.TextMapOf(tags),
		"vpcId":                    property.New(standin.TextAt(args, "vpcId")),
		"zoneId":                   property.New(zone.ID),
	}, nil
}

// findZone looks a zone up by ID, or among all zones of the account. A VPC means private zones, of which only those
// that are for that VPC count; otherwise public zones are meant, unless the program sets it.
func (s *session) findZone(ctx context.Context, args property.Map) (api.HostedZone, error) {
	id, name, vpc := standin.TextAt(args, "zoneId"), standin.TextAt(args, "name"), standin.TextAt(args, "vpcId")
	private := vpc != ""
	if given := args.Get("privateZone"); given.IsBool() && given.AsBool() {
		private = true
	}
	switch {
	case id != "" && name != "":
		return api.HostedZone{}, errors.New("only one of `zone_id` or `name` may be set")
	case id != "":
		return s.client.HostedZone(ctx, api.CleanZoneID(id))
	}
	ids, err := s.client.HostedZoneIDs(ctx)
	if err != nil {
		return api.HostedZone{}, fmt.Errorf("reading Route 53 Hosted Zones: %w", err)
	}
	var matches []api.HostedZone
	for _, id := range ids {
		zone, err := s.client.HostedZone(ctx, id)
		if err != nil {
			return zone, fmt.Errorf("reading Route 53 Hosted Zone (%s): %w", id, err)
		}
		if zone.Private != private || name != "" && domain(zone.Name) != domain(name) || vpc != "" &&
			!isFor(zone, vpc) {
			continue
		}
		if ok, err := s.hasTags(ctx, id, textMap(args, "tags")); err != nil || !ok {
			if err != nil {
				return zone, err
			}
			continue
		}
		matches = append(matches, zone)
	}
	return single(matches, nil, "Route 53 Hosted Zone")
}

func isFor(zone api.HostedZone, vpc string) bool {
	return slices.ContainsFunc(zone.VPCs, func(v api.ZoneVPC) bool { return v.ID == vpc })
}

func (s *session) hasTags(ctx context.Context, zone string, want map[string]string) (bool, error) {
	if len(want) == 0 {
		return true, nil
	}
	have, err := s.client.ZoneTags(ctx, zone)
	if err != nil {
		return false, fmt.Errorf("listing Route 53 Hosted Zone (%s) tags: %w", zone, err)
	}
	for key, value := range want {
		if got, ok := have[key]; !ok || got != value {
			return false, nil
		}
	}
	return true, nil
}

func getZones(ctx context.Context, s *session, _ property.Map) (standin.Values, error) {
	ids, err := s.client.HostedZoneIDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading Route 53 Hosted Zones: %w", err)
	}
	return standin.Values{"id": property.New(s.client.Region()), "ids": standin.TextsOf(ids)}, nil
}
