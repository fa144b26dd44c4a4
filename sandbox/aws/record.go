package aws

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

func recordKind() *resourceKind {
	kind := &resourceKind{
		Type: typeOf("aws:route53/record:Record", "Route53 Record", route53Timeout),
		Calls: standin.Calls[*session]{
			Create: createRecord, Read: readRecord, Update: updateRecord, Delete: deleteRecord,
		},
	}
	kind.Rules = map[string]standin.Rule{
		"type": standin.OneOfTexts("A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF",
			"SRV",
			"SSHFP", "SVCB", "TLSA", "TXT"),
	}
	// One of records and aliases is required, and the stand-in has no aliases.
	kind.OneOf = []string{"records"}
	kind.Same = map[string]func(old, now property.Value) bool{"name": sameDomain, "records": standin.SameSet}
	kind.ParseImport = parseRecordID
	return kind
}

// parseRecordID takes apart the ID <zone>_<name>_<type>. A name may hold underscores.
func parseRecordID(importID string) (string, property.Map, error) {
	zone, rest, _ := strings.Cut(importID, "_")
	i := strings.LastIndex(rest, "_")
	if zone == "" || i <= 0 || i == len(rest)-1 {
		return "", property.Map{}, fmt.Errorf("unexpected format of ID (%q), expected ZONEID_RECORDNAME_TYPE", importID)
	}
	return importID, property.NewMap(standin.Values{
		"zoneId": property.New(zone), "name": property.New(domain(rest[:i])),
		"type": property.New(strings.ToUpper(rest[i+1:])),
	}), nil
}

// fqdn is the name with the domain of the zone, which the program may leave out.
func fqdn(name, zone string) string {
	name, zone = domain(name), domain(zone)
	switch {
	case name == "":
		return zone
	case name == zone || strings.HasSuffix(name, "."+zone):
		return name
	}
	return name + "." + zone
}

func (s *session) recordSet(ctx context.Context, m property.Map) (string, api.RecordSet, error) {
	id := api.CleanZoneID(standin.TextAt(m, "zoneId"))
	zone, err := s.client.HostedZone(ctx, id)
	if err != nil {
		return "", api.RecordSet{}, fmt.Errorf("reading Route 53 Hosted Zone (%s): %w", id, err)
	}
	set := api.RecordSet{
		Name: fqdn(standin.TextAt(m, "name"), zone.Name), Type: standin.TextAt(m, "type"), TTL: standin.IntAt(m, "ttl"),
	}
	for _, value := range standin.TextsAt(m, "records") {
		set.Records = append(set.Records, api.ResourceRecord{Value: value})
	}
	return id, set, nil
}

// createRecord does not take over records that exist, unless the program sets that.
func createRecord(ctx context.Context, s *session, inputs property.Map) (string, error) {
	action := "CREATE"
	if standin.BoolAt(inputs, "allowOverwrite") {
		action = "UPSERT"
	}
	zone, set, err := s.recordSet(ctx, inputs)
	if err != nil {
		return "", err
	}
	change, err := s.client.ChangeRecordSet(ctx, zone, action, set)
	if err != nil {
		return "", err
	}
	return strings.Join([]string{zone, domain(standin.TextAt(inputs, "name")), set.Type}, "_"),
		s.awaitChange(ctx, change)
}

func (s *session) changeRecord(ctx context.Context, zone, action string, set api.RecordSet) error {
	change, err := s.client.ChangeRecordSet(ctx, zone, action, set)
	if err != nil {
		return err
	}
	return s.awaitChange(ctx, change)
}

// awaitChange waits until the name servers know of a change.
func (s *session) awaitChange(ctx context.Context, change string) error {
	return standin.Wait{
		What: "Route 53 change " + change, Every: 5 * time.Second, Limit: route53Timeout,
		Look: func(ctx context.Context) (string, bool, error) {
			status, err := s.client.ChangeStatus(ctx, change)
			return status, status == "INSYNC", err
		},
	}.Until(ctx, 0)
}

func readRecord(ctx context.Context, s *session, id string, known property.Map) (property.Map, error) {
	zone, want, err := s.recordSet(ctx, known)
	if err != nil {
		return property.Map{}, err
	}
	sets, err := s.client.RecordSets(ctx, zone)
	if err != nil {
		return property.Map{}, err
	}
	for _, set := range sets {
		if domain(set.Name) != want.Name || set.Type != want.Type {
			continue
		}
		values := make([]string, 0, len(set.Records))
		for _, record := range set.Records {
			values = append(values, record.Value)
		}
		return property.NewMap(standin.Values{
			"allowOverwrite": property.New(standin.BoolAt(known, "allowOverwrite")),
			"fqdn":           property.New(want.Name),
			"name":           property.New(domain(standin.TextAt(known, "name"))),
			"records":        standin.TextsOf(values),
			"ttl":            standin.NumberOf(set.TTL),
			"type":           property.New(set.Type),
			"zoneId":         property.New(zone),
		}), nil
	}
	return property.Map{}, api.NotFound{What: "Route 53 Record " + id}
}

func updateRecord(ctx context.Context, s *session, _ string, u standin.Update) (int, error) {
	if !u.Changed("records") && !u.Changed("ttl") {
		return 0, nil
	}
	zone, set, err := s.recordSet(ctx, u.Inputs)
	if err != nil {
		return 0, err
	}
	return count(s.changeRecord(ctx, zone, "UPSERT", set))
}

// deleteRecord deletes what the service has, which may differ from the state.
func deleteRecord(ctx context.Context, s *session, id string, state property.Map) error {
	now, err := readRecord(ctx, s, id, state)
	if err != nil {
		return ignoreGone(err)
	}
	zone, set, err := s.recordSet(ctx, now)
	if err != nil {
		return ignoreGone(err)
	}
	err = s.changeRecord(ctx, zone, "DELETE", set)
	var refusal *api.Error
	if errors.As(err, &refusal) && strings.Contains(refusal.Message, "not found") {
		return nil
	}
	return ignoreGone(err)
}
