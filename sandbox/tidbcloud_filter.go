package sandbox

import (
	"slices"
	"strings"
)

// parseFilter understands the filter of a listing of clusters: conditions of
// the form field=value, joined by AND. Some fields take several values,
// separated by commas.
func parseFilter(filter string) (func(*TiDBCluster) bool, *failure) {
	var conditions []func(*TiDBCluster) bool
	if strings.TrimSpace(filter) == "" {
		return func(*TiDBCluster) bool { return true }, nil
	}
	for condition := range strings.SplitSeq(filter, " AND ") {
		field, wanted, ok := strings.Cut(condition, "=")
		if !ok {
			return nil, invalidArgument("filter: " + quote(condition) + " is not of the form field=value")
		}
		fits, failed := parseCondition(strings.TrimSpace(field), strings.Trim(strings.TrimSpace(wanted), `"`))
		if failed != nil {
			return nil, failed
		}
		conditions = append(conditions, fits)
	}
	return func(c *TiDBCluster) bool {
		return !slices.ContainsFunc(conditions, func(fits func(*TiDBCluster) bool) bool { return !fits(c) })
	}, nil
}

func parseCondition(field, wanted string) (func(*TiDBCluster) bool, *failure) {
	several := strings.Split(wanted, ",")
	switch field {
	case "projectId":
		return func(c *TiDBCluster) bool { return slices.Contains(several, c.ProjectID) }, nil
	case "clusterId":
		return func(c *TiDBCluster) bool { return slices.Contains(several, c.ID) }, nil
	case "displayName":
		return func(c *TiDBCluster) bool { return c.DisplayName == wanted }, nil
	case "state":
		return func(c *TiDBCluster) bool { return c.State == wanted }, nil
	case "region.provider":
		return func(c *TiDBCluster) bool { return c.CloudProvider == wanted }, nil
	case "region.name":
		return func(c *TiDBCluster) bool { return "regions/"+c.regionID() == wanted }, nil
	}
	if label, ok := strings.CutPrefix(field, "labels."); ok {
		return func(c *TiDBCluster) bool { return c.labels()[label] == wanted }, nil
	}
	return nil, invalidArgument("filter: the field " + quote(field) + " is unknown")
}
