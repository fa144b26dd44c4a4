package cdc

import (
	"fmt"
	"hash/fnv"
	"regexp"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/tidb"
)

// forbidden matches the characters that the name of a topic must not have.
var forbidden = regexp.MustCompile(`[^a-zA-Z0-9._-]`)

// maxTopicName is the length of the longest name of a topic.
const maxTopicName = 249

// topic is the topic of a table's changes. As in TiCDC, a forbidden character in a name becomes an underscore, and a
// name that is too long is cut.
func (t *Topics) topic(table *tidb.Table) string {
	database, name := forbidden.ReplaceAllString(table.Database, "_"), forbidden.ReplaceAllString(table.Name, "_")
	topic := t.Default
	switch {
	case t.ByTable:
		topic = t.Prefix + database + t.Separator + name + t.Suffix
	case t.ByDatabase:
		topic = t.Prefix + database + t.Suffix
	}
	return topic[:min(len(topic), maxTopicName)]
}

// partition is where a change goes, of a number of partitions.
func (t *Topics) partition(c tidb.Change, n int32) (int32, error) {
	d := Dispatcher{By: "TABLE"}
	for i, tables := range t.tablesOfDispatchers {
		if tables.Match(c.Table.Database, c.Table.Name) {
			d = t.Dispatchers[i]
			break
		}
	}
	row := c.After
	if row == nil {
		row = c.Before
	}
	switch d.By {
	case "TS":
		return int32(c.TSO % uint64(n)), nil //nolint:gosec // less than n
	case "INDEX_VALUE":
		columns := c.Table.HandleKey()
		if d.Index != "" {
			if columns = c.Table.Index(d.Index); columns == nil {
				return 0, fatal("the table %s has no unique index %q to dispatch by", c.Table.FullName(), d.Index)
			}
		}
		return hashOf(n, values(row, columns)...), nil
	case "COLUMNS":
		for _, name := range d.Columns {
			if c.Table.Column(name) == nil {
				return 0, fatal("the table %s has no column %q to dispatch by", c.Table.FullName(), name)
			}
		}
		return hashOf(n, values(row, d.Columns)...), nil
	default:
		return hashOf(n, c.Table.Database, c.Table.Name), nil
	}
}

func values(r tidb.Row, columns []string) []string {
	var all []string
	for _, name := range columns {
		value, set := r[name]
		all = append(all, fmt.Sprint(set), value)
	}
	return all
}

func hashOf(n int32, parts ...string) int32 {
	h := fnv.New32a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p + "\x00")) // never fails
	}
	return int32(h.Sum32() % uint32(n)) //nolint:gosec // less than n
}
