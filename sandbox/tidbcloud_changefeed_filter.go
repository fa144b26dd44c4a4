package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// startNow is the mode of a start position that is the moment of the creation.
const startNow = "FROM_NOW"

// gcLifetime is how long a TiDB cluster keeps changes that were not read.
const gcLifetime = 24 * time.Hour

// changefeedEvents are the events that an event filter can leave out.
var changefeedEvents = []string{
	"all", "all dml", "insert", "update", "delete", "all ddl", "create schema", "create database", "drop schema",
	"drop database", "create table", "drop table", "rename table", "truncate table", "alter table",
	"add table partition",
	"drop table partition", "truncate table partition", "create view", "drop view", "modify schema charset and collate",
	"recover table", "rebase auto id", "modify table comment", "modify table charset and collate",
	"exchange table partition",
	"reorganize table partition", "alter table partitioning", "remove table partitioning", "add column", "create index",
	"add index", "drop index", "modify column", "drop column", "set default value",
}

// check completes a filter, or returns what is wrong with it.
func (f *ChangefeedFilter) check() *failure {
	r := &sinkRules{}
	r.tables("filter.filterRule", f.FilterRule)
	f.Mode = orDefault(f.Mode, modeIgnore)
	r.oneOf("filter.mode", f.Mode, modeIgnore, modeForce)
	for i, e := range f.EventFilterRule {
		field := fmt.Sprintf("filter.eventFilterRule[%d]", i)
		r.tables(field+".matcher", e.Matcher)
		if len(e.IgnoreEvent) == 0 {
			r.fail("%s.ignoreEvent is empty", field)
		}
		for _, event := range e.IgnoreEvent {
			r.oneOf(field+".ignoreEvent", strings.ToLower(event), changefeedEvents...)
		}
	}
	f.EventFilterRule = nonNil(f.EventFilterRule)
	return r.failed
}

// resolve completes a start position, and returns its TSO. It must be in the time of which the cluster still has the
// changes.
func (p *StartPosition) resolve(now time.Time, tolerant bool) (uint64, *failure) {
	p.Mode = orDefault(p.Mode, startNow)
	r := &sinkRules{tolerant: tolerant}
	r.oneOf("startPosition.mode", p.Mode, startNow, "FROM_TSO", "FROM_TIME")
	r.applies(p.TSO == "" || p.Mode == "FROM_TSO", "startPosition.tso", "startPosition.mode "+p.Mode)
	r.applies(p.Time == nil || p.Mode == "FROM_TIME", "startPosition.time", "startPosition.mode "+p.Mode)
	tso := tsoOf(now)
	switch p.Mode {
	case "FROM_TSO":
		var err error
		if tso, err = strconv.ParseUint(p.TSO, 10, 64); err != nil {
			r.fail("startPosition.tso is %s: it must be a TSO, such as %q", quote(p.TSO),
				strconv.FormatUint(tsoOf(now), 10))
		}
	case "FROM_TIME":
		if p.Time == nil {
			r.fail("startPosition.time is missing")
			break
		}
		tso = tsoOf(*p.Time)
	}
	if at := tsoTime(tso); r.failed == nil && (at.After(now) || at.Before(gcSafePoint(now))) {
		r.fail("startPosition is %s: it must be from %s, the GC safe point, to now",
			at.Format(time.RFC3339), gcSafePoint(now).Format(time.RFC3339))
	}
	return tso, r.failed
}

func gcSafePoint(now time.Time) time.Time { return now.Add(-gcLifetime).UTC() }
