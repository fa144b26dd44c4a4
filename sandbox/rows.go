package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tablefilter"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/tidb"
)

// RowChange is a change of a row.
type RowChange struct {
	// Table is the database and the name, such as "shop.orders".
	Table string `json:"table"`
	// Before is the row as it was; nil for a new one.
	Before Row `json:"before,omitempty"`
	// After is the row as it is to be; nil for none.
	After Row `json:"after,omitempty"`
}

// Commit changes rows of a TiDB cluster in one transaction, or none of them.
func (s *Server) Commit(clusterID string, changes ...RowChange) error {
	tables, err := s.tables(clusterID)
	if err != nil {
		return err
	}
	var committed []tidb.Change
	for _, c := range changes {
		table, err := find(tables, c.Table)
		if err != nil {
			return err
		}
		committed = append(committed, tidb.Change{Table: table, Before: c.Before, After: c.After})
	}
	return s.feeds.log(clusterID).Commit(s.world.clock(), committed...)
}

// Rows are the rows of a table, oldest first.
func (s *Server) Rows(clusterID, table string) ([]Row, error) {
	tables, err := s.tables(clusterID)
	if err != nil {
		return nil, err
	}
	t, err := find(tables, table)
	if err != nil {
		return nil, err
	}
	return s.feeds.log(clusterID).Rows(t), nil
}

// GeneratedRows is how many rows of a table are to change.
type GeneratedRows struct {
	ClusterID string `json:"clusterId"`
	Table     string `json:"table"`
	// Insert are new, Update the newest, and Delete the oldest rows.
	Insert int `json:"insert"`
	Update int `json:"update"`
	Delete int `json:"delete"`
}

// maxGenerated is how many rows can be changed at once.
const maxGenerated = 100_000

// Generate creates changes, and commits each in a transaction of its own. It returns them.
func (s *Server) Generate(g GeneratedRows) ([]RowChange, error) {
	for _, n := range []int{g.Insert, g.Update, g.Delete} {
		if n < 0 || n > maxGenerated {
			return nil, fmt.Errorf("cannot change %d rows: it must be from 0 to %d", n, maxGenerated)
		}
	}
	tables, err := s.tables(g.ClusterID)
	if err != nil {
		return nil, err
	}
	table, err := find(tables, g.Table)
	if err != nil {
		return nil, err
	}
	now, rows := s.world.clock(), s.feeds.log(g.ClusterID).Rows(table)
	if g.Update > len(rows) || g.Delete > len(rows) {
		return nil, fmt.Errorf("the table %s has %d rows: that is too few", g.Table, len(rows))
	}
	changes := []RowChange{}
	first := nextNumber(table, rows)
	for i := range g.Insert {
		changes = append(changes, RowChange{Table: g.Table, After: newRow(table, first+i, now)})
	}
	for i := range g.Update {
		before := rows[len(rows)-1-i]
		changes = append(changes, RowChange{Table: g.Table, Before: before, After: changed(table, before)})
	}
	for _, before := range rows[:g.Delete] {
		if i := slices.IndexFunc(changes,
			func(c RowChange) bool { return c.Before != nil && maps.Equal(c.Before, before) }); i >= 0 {
			before = changes[i].After
		}
		changes = append(changes, RowChange{Table: g.Table, Before: before})
	}
	for i, c := range changes {
		if err := s.Commit(g.ClusterID, c); err != nil {
			return changes[:i], err
		}
	}
	return changes, nil
}

// tables are those of a TiDB cluster.
func (s *Server) tables(clusterID string) ([]*Table, error) {
	var tables []*Table
	err := fmt.Errorf("there is no TiDB cluster %q", clusterID)
	s.world.look(func(time.Time) {
		if c := s.world.state.TiDBClusters[clusterID]; c != nil {
			tables, err = c.Tables, nil
		}
	})
	return tables, err
}

func find(tables []*Table, name string) (*Table, error) {
	var known []string
	for _, t := range tables {
		if t.FullName() == name {
			return t, nil
		}
		known = append(known, t.FullName())
	}
	return nil, fmt.Errorf("there is no table %q: there are %s", name, strings.Join(known, ", "))
}

// nextNumber is a number that no row has in a column of its key.
func nextNumber(t *Table, rows []Row) int {
	next := len(rows) + 1
	for _, r := range rows {
		for _, name := range t.HandleKey() {
			if n, err := strconv.Atoi(r[name]); err == nil {
				next = max(next, n+1)
			}
		}
	}
	return next
}

// newRow generates the row of a number.
func newRow(t *Table, n int, now time.Time) Row {
	r := Row{}
	for _, c := range t.Columns {
		r[c.Name] = newValue(c, n, now)
	}
	return r
}

func newValue(c Column, n int, now time.Time) string {
	switch base, _, _ := strings.Cut(c.BaseType(), " "); base {
	case "tinyint", "bool", "boolean", "bit":
		return strconv.Itoa(n % 2)
	case "smallint", "mediumint", "int", "integer", "bigint", "float", "double":
		return strconv.Itoa(n)
	case "decimal":
		return fmt.Sprintf("%d.%02d", n, n%100)
	case "date":
		return now.UTC().Format(time.DateOnly)
	case "datetime", "timestamp":
		return now.UTC().Format(time.DateTime)
	case "time":
		return now.UTC().Format(time.TimeOnly)
	case "year":
		return strconv.Itoa(now.UTC().Year())
	case "json":
		return fmt.Sprintf(`{"n": %d}`, n)
	}
	return fmt.Sprintf("%s-%d", c.Name, n)
}

// changed is a row with another value in its last column that is not of the key.
func changed(t *Table, r Row) Row {
	after := maps.Clone(r)
	for _, c := range slices.Backward(t.Columns) {
		if slices.Contains(t.HandleKey(), c.Name) {
			continue
		}
		if base := c.BaseType(); strings.HasSuffix(base, "char") || strings.HasSuffix(base, "text") {
			after[c.Name] += "'"
			return after
		}
		if n, err := strconv.ParseFloat(r[c.Name], 64); err == nil {
			_, decimals, _ := strings.Cut(r[c.Name], ".")
			after[c.Name] = strconv.FormatFloat(n+1, 'f', len(decimals), 64)
			return after
		}
	}
	return after
}

// Notes explain why the rows of a table of a TiDB cluster do not come, one sentence each.
func (s *Server) Notes(clusterID, table string) []string {
	notes := []string{}
	database, name, _ := strings.Cut(table, ".")
	s.world.look(func(time.Time) {
		taken := 0
		for _, c := range s.world.state.changefeeds(func(c *Changefeed) bool { return c.ClusterID == clusterID }) {
			filter, err := tablefilter.Parse(c.Filter.FilterRule, c.Filter.CaseSensitive)
			if err != nil || !filter.Match(database, name) {
				continue
			}
			taken++
			notes = append(notes, c.notes()...)
		}
		if taken == 0 {
			notes = append(notes,
				fmt.Sprintf("no changefeed of the TiDB cluster %s takes the table %s", clusterID, table))
		}
	})
	return notes
}

// notes explain why the changefeed writes nothing.
func (c *Changefeed) notes() []string {
	var notes []string
	if c.State != StateRunning {
		notes = append(notes,
			strings.TrimSuffix(fmt.Sprintf("the changefeed %s is %s: %s", c.ID, c.State, c.Error), ": "))
	}
	if c.Sink.Kafka == nil {
		notes = append(notes, fmt.Sprintf("the changefeed %s is for MySQL: the sandbox writes to Kafka alone", c.ID))
	}
	return append(notes, c.protocolNotes()...)
}

// protocolNotes explain that the sandbox does not write in the changefeed's protocol.
func (c *Changefeed) protocolNotes() []string {
	if c.Sink.Kafka == nil || c.Sink.Kafka.DataFormat == nil || c.Sink.Kafka.DataFormat.Protocol == protocolCanalJSON {
		return nil
	}
	return []string{fmt.Sprintf("the changefeed %s has the protocol %s: the sandbox writes %s alone",
		c.ID, c.Sink.Kafka.DataFormat.Protocol, protocolCanalJSON)}
}
