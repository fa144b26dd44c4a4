package sandbox

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// CRNPattern is what a role binding applies to: the organization, an environment, a Kafka cluster, or resources in it.
type CRNPattern struct {
	EnvironmentID string
	ClusterID     string
	// Kind is the kind of Kafka resource: topic, group, transactional-id or cluster. Empty for none.
	Kind string
	// Name is the name of the resource or, with Prefix, what its name begins with.
	Name   string
	Prefix bool
}

// crnStart is what every pattern of the organization begins with.
const crnStart = "crn://confluent.cloud/organization=" + organizationID

var resourceKinds = []string{"topic", "group", "transactional-id", "cluster"}

// ParseCRNPattern reads a CRN pattern of the sandbox's organization. A colon may be escaped.
func ParseCRNPattern(text string) (CRNPattern, error) {
	var p CRNPattern
	if unescaped, err := url.PathUnescape(text); err == nil {
		text = unescaped
	}
	rest, ok := strings.CutPrefix(text, crnStart)
	if !ok || rest != "" && !strings.HasPrefix(rest, "/") {
		return p, fmt.Errorf("crn_pattern %q does not begin with %s", text, crnStart)
	}
	if rest == "" {
		return p, nil
	}
	segments := strings.Split(strings.TrimPrefix(rest, "/"), "/")
	for i, segment := range segments {
		key, value, ok := strings.Cut(segment, "=")
		if !ok || value == "" {
			return p, fmt.Errorf("crn_pattern %q: %q is not key=value", text, segment)
		}
		if err := p.take(i, key, value); err != nil {
			return p, fmt.Errorf("crn_pattern %q: %w", text, err)
		}
	}
	if len(segments) == 3 {
		return p, fmt.Errorf("crn_pattern %q ends in /kafka=: a resource such as /topic=orders has to follow", text)
	}
	return p, nil
}

// take reads one segment. Each position has its own key.
func (p *CRNPattern) take(position int, key, value string) error {
	if keys := []string{"environment", "cloud-cluster", "kafka"}; position < len(keys) {
		if key != keys[position] {
			return fmt.Errorf("%s= stands where %s= is expected", key, keys[position])
		}
		if strings.Contains(value, "*") {
			return fmt.Errorf("%s=%s: only the name of a resource can end in *", key, value)
		}
	}
	switch position {
	case 0:
		p.EnvironmentID = value
	case 1:
		p.ClusterID = value
	case 2:
		if value != p.ClusterID {
			return fmt.Errorf("kafka=%s is not the cluster of cloud-cluster=%s", value, p.ClusterID)
		}
	case 3:
		if !slices.Contains(resourceKinds, key) {
			return fmt.Errorf("%s= is not one of %s", key, strings.Join(resourceKinds, ", "))
		}
		p.Kind = key
		p.Name, p.Prefix = strings.CutSuffix(value, "*")
		if strings.Contains(p.Name, "*") {
			return fmt.Errorf("%s=%s: * can only be the last character", key, value)
		}
	default:
		return fmt.Errorf("%s= follows the name of a resource", key)
	}
	return nil
}

// level is the level of a pattern: organization, environment, cloud-cluster, or the kind of a resource.
func (p CRNPattern) level() string {
	switch {
	case p.Kind != "":
		return p.Kind
	case p.ClusterID != "":
		return "cloud-cluster"
	case p.EnvironmentID != "":
		return "environment"
	}
	return "organization"
}

// Matches reports whether a resource of the pattern's cluster is one that the pattern names.
func (p CRNPattern) Matches(kind, name string) bool {
	if p.Kind != kind {
		return false
	}
	return p.Name == name || p.Prefix && strings.HasPrefix(name, p.Name)
}

// roleLevels are the levels at which each role can be bound.
var roleLevels = map[string][]string{
	"OrganizationAdmin": {"organization"},
	"AccountAdmin":      {"organization"},
	"BillingAdmin":      {"organization"},
	"NetworkAdmin":      {"organization"},
	"ResourceKeyAdmin":  {"organization"},
	"EnvironmentAdmin":  {"environment"},
	"CloudClusterAdmin": {"cloud-cluster"},
	"MetricsViewer":     {"organization", "environment", "cloud-cluster"},
	"Operator":          {"organization", "environment", "cloud-cluster"},
	"DeveloperRead":     {"topic", "group", "transactional-id"},
	"DeveloperWrite":    {"topic", "transactional-id", "cluster"},
	"DeveloperManage":   {"topic", "group", "transactional-id", "cluster"},
	"ResourceOwner":     {"topic", "group", "transactional-id", "cluster"},
}
