package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// most is how many objects of a kind are looked at.
const most = 5

// An observation is an answer, and what was asked for. It has the same name for the live service and for the sandbox.
type observation struct {
	call string
	*answer
}

// A walker reads everything about a private link from one service, and changes nothing.
type walker struct {
	service
	seen []observation
	// silent are the calls without an answer.
	silent []string
}

// ask records the answer to a call, and returns its body.
func (w *walker) ask(ctx context.Context, call, path string, as key) any {
	a, err := w.get(ctx, path, as)
	if err != nil {
		w.silent = append(w.silent, call)
		return nil
	}
	w.seen = append(w.seen, observation{call, a})
	var said any
	_ = json.Unmarshal(a.body, &said) // the report shows an answer that is not JSON as such
	if a.status != 200 {
		return nil
	}
	return said
}

// wrong is a key that no service has issued.
var wrong = key{"PROBEWRONGKEY", "probe-wrong-secret"}

// tidbCloud walks through the TiDB Cloud API. Without a cluster's id it takes the first one that there is.
func tidbCloud(ctx context.Context, s service, cluster string) *walker {
	const root = "/v1beta1/clusters"
	w := &walker{service: s}
	w.ask(ctx, "clusters, without a signature", root+"?pageSize=1", key{})
	w.ask(ctx, "clusters, with a wrong key", root+"?pageSize=1", wrong)
	clusters := w.ask(ctx, "clusters", root+"?pageSize=100", s.key)
	w.ask(ctx, "a cluster that does not exist", root+"/1", s.key)
	if cluster == "" {
		cluster = first(listed(clusters, "clusters"), "clusterId")
	}
	if cluster == "" {
		return w
	}
	own := root + "/" + url.PathEscape(cluster)
	w.ask(ctx, "a cluster", own+"?view=FULL", s.key)
	w.ask(ctx, "a cluster, basic view", own, s.key)
	w.ask(ctx, "zones", own+"/privateLinkConnections:getAvailabilityZones", s.key)
	connections := w.ask(ctx, "connections", own+"/privateLinkConnections?pageSize=100", s.key)
	w.each(ctx, "a connection", own+"/privateLinkConnections/", "", listed(connections, "privateLinkConnections"),
		"privateLinkConnectionId")
	w.ask(ctx, "a connection that does not exist", own+"/privateLinkConnections/plc-none", s.key)
	changefeeds := w.ask(ctx, "changefeeds", own+"/changefeeds?pageSize=100", s.key)
	w.each(ctx, "a changefeed", own+"/changefeeds/", "", listed(changefeeds, "changefeeds"), "changefeedId")
	w.ask(ctx, "a changefeed that does not exist", own+"/changefeeds/cf-none", s.key)
	return w
}

// confluentCloud walks through the Confluent Cloud API. Without an environment's id it takes the first one that there
// is.
func confluentCloud(ctx context.Context, s service, environment string) *walker {
	const root = "/org/v2/environments"
	w := &walker{service: s}
	w.ask(ctx, "environments, without a key", root, key{})
	w.ask(ctx, "environments, with a wrong key", root, wrong)
	environments := w.ask(ctx, "environments", root+"?page_size=99", s.key)
	w.ask(ctx, "an environment that does not exist", root+"/env-none", s.key)
	if environment == "" {
		environment = first(listed(environments, "data"), "id")
	}
	if environment == "" {
		return w
	}
	w.ask(ctx, "an environment", root+"/"+url.PathEscape(environment), s.key)
	in := "?environment=" + url.QueryEscape(environment)
	for _, kind := range []struct{ many, one, path, none string }{
		{"networks", "a network", "/networking/v1/networks", "n-none"},
		{"accesses", "an access", "/networking/v1/private-link-accesses", "pla-none"},
		{"Kafka clusters", "a Kafka cluster", "/cmk/v2/clusters", "lkc-none"},
	} {
		all := w.ask(ctx, kind.many, kind.path+in+"&page_size=99", s.key)
		w.each(ctx, kind.one, kind.path+"/", in, listed(all, "data"), "id")
		w.ask(ctx, kind.one+" that does not exist", kind.path+"/"+kind.none+in, s.key)
	}
	return w
}

// each looks at some objects of a listing.
func (w *walker) each(ctx context.Context, call, path, query string, all []any, id string) {
	for _, object := range all[:min(len(all), most)] {
		if id := text(object, id); id != "" {
			w.ask(ctx, call, path+url.PathEscape(id)+query, w.key)
		}
	}
}

// listed are the objects of a listing, whether or not its field is in snake case, and in an envelope.
func listed(said any, field string) []any {
	object, _ := said.(map[string]any)
	for name, value := range object {
		if all, ok := value.([]any); ok && same(name, field) {
			return all
		}
	}
	for _, value := range object {
		if all := listed(value, field); all != nil {
			return all
		}
	}
	return nil
}

func first(all []any, field string) string {
	for _, object := range all {
		if id := text(object, field); id != "" {
			return id
		}
	}
	return ""
}

// text is a field of an object as text.
func text(object any, field string) string {
	fields, _ := object.(map[string]any)
	for name, value := range fields {
		if same(name, field) {
			switch v := value.(type) {
			case string:
				return v
			case float64:
				return fmt.Sprintf("%.0f", v)
			}
		}
	}
	return ""
}

// same compares the names of fields: private_link_connection_id is privateLinkConnectionId.
func same(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, "_", ""), strings.ReplaceAll(b, "_", ""))
}
