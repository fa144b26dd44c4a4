// Package cdc writes the changes of a TiDB cluster to Kafka, as TiDB Cloud's changefeeds do.
package cdc

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tablefilter"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/tidb"
)

// Config is the configuration of a changefeed.
type Config struct {
	// Seeds are the addresses that it connects to first.
	Seeds []string
	// Dial connects to an address, with TLS if that is configured.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Mechanism is how it signs in: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, or empty for not at all.
	Mechanism, Username, Password string
	// Compression is NONE, GZIP, SNAPPY, LZ4 or ZSTD.
	Compression string
	// Extended adds TiDB's extension, and watermarks.
	Extended bool
	// Silent writes nothing.
	Silent bool
	// NeedConfigs reads the brokers' configuration.
	NeedConfigs bool

	Topics  Topics
	Filter  Filter
	Columns []ColumnSelector
	// Raw leaves a change of a row's key as it is, instead of splitting it into a deletion and an insertion.
	Raw bool
}

// Topics specifies where changes go.
type Topics struct {
	// ByTable and ByDatabase write each table, or database, to its own topic. Without, Default is the only one.
	ByTable, ByDatabase       bool
	Default                   string
	Prefix, Separator, Suffix string
	Partitions                int32
	Replicas                  int16
	Dispatchers               []Dispatcher
	tablesOfDispatchers       []*tablefilter.Filter
}

// Dispatcher spreads the changes of some tables over partitions.
type Dispatcher struct {
	Tables []string
	// By is TABLE, INDEX_VALUE, TS or COLUMNS.
	By      string
	Index   string
	Columns []string
}

// Filter specifies which changes are written.
type Filter struct {
	Tables        []string
	CaseSensitive bool
	// KeylessToo writes the changes of tables without a key, too.
	KeylessToo bool
	Events     []EventFilter
	tables     *tablefilter.Filter
}

// EventFilter leaves out kinds of changes of some tables.
type EventFilter struct {
	Tables []string
	Ignore []string
	tables *tablefilter.Filter
}

// ColumnSelector specifies which columns of some tables are written.
type ColumnSelector struct {
	Tables  []string
	Columns []string
	tables  *tablefilter.Filter
	columns *tablefilter.Filter
}

// prepare parses all rules.
func (c *Config) prepare() error {
	var errs []error
	parse := func(rules []string) *tablefilter.Filter {
		f, err := tablefilter.Parse(rules, c.Filter.CaseSensitive)
		if err != nil {
			errs = append(errs, err)
		}
		return f
	}
	c.Filter.tables = parse(c.Filter.Tables)
	for i := range c.Filter.Events {
		c.Filter.Events[i].tables = parse(c.Filter.Events[i].Tables)
	}
	for _, d := range c.Topics.Dispatchers {
		c.Topics.tablesOfDispatchers = append(c.Topics.tablesOfDispatchers, parse(d.Tables))
	}
	for i := range c.Columns {
		s := &c.Columns[i]
		s.tables = parse(s.Tables)
		var rules []string
		for _, column := range s.Columns {
			// Rules of columns are those of tables, without the database.
			name, excluded := strings.CutPrefix(column, "!")
			rules = append(rules, map[bool]string{true: "!c.", false: "c."}[excluded]+name)
		}
		s.columns = parse(rules)
	}
	if len(errs) > 0 {
		return fmt.Errorf("a rule does not parse: %w", errs[0])
	}
	return nil
}

// takesTable reports whether changes of a table are written at all.
func (f *Filter) takesTable(t *tidb.Table) bool {
	return f.tables.Match(t.Database, t.Name) && (f.KeylessToo || t.HasKey())
}

// takes reports whether a change is written.
func (f *Filter) takes(c tidb.Change) bool {
	if !f.takesTable(c.Table) {
		return false
	}
	kind := strings.ToLower(c.Kind())
	for _, e := range f.Events {
		if e.tables.Match(c.Table.Database, c.Table.Name) && slices.ContainsFunc(e.Ignore, func(event string) bool {
			event = strings.ToLower(event)
			return event == "all" || event == "all dml" || event == kind
		}) {
			return false
		}
	}
	return true
}

// columns are the columns of a table that are written. Those of its key always are.
func (c *Config) columns(t *tidb.Table) []tidb.Column {
	for _, s := range c.Columns {
		if !s.tables.Match(t.Database, t.Name) {
			continue
		}
		key := t.HandleKey()
		var chosen []tidb.Column
		for _, column := range t.Columns {
			if s.columns.Match("c", column.Name) || slices.Contains(key, column.Name) {
				chosen = append(chosen, column)
			}
		}
		return chosen
	}
	return t.Columns
}
