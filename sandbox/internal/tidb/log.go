package tidb

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Row is a row of a table: the values of its columns, as text. A column that is absent is NULL.
type Row map[string]string

// Change is a change of a row.
type Change struct {
	// TSO is the commit TSO. The changes of a transaction have the same.
	TSO    uint64
	Table  *Table
	Before Row // nil for an insert
	After  Row // nil for a delete
}

// Kind is INSERT, UPDATE or DELETE.
func (c *Change) Kind() string {
	switch {
	case c.Before == nil:
		return "INSERT"
	case c.After == nil:
		return "DELETE"
	}
	return "UPDATE"
}

// TSO is the first timestamp of a time: its milliseconds, and 18 bits for a counter.
func TSO(t time.Time) uint64 { return uint64(max(t.UnixMilli(), 0)) << 18 }

// Time is the time of a TSO.
func Time(tso uint64) time.Time { return time.UnixMilli(int64(tso >> 18)).UTC() }

// Log has the rows of a TiDB cluster's tables, and the log of their changes.
type Log struct {
	// keep is how long the log keeps changes.
	keep time.Duration

	mu      sync.Mutex
	last    uint64 // the last TSO
	rows    map[string][]Row
	changes []Change
	more    chan struct{} // closed when there are more changes
}

// NewLog creates an empty log.
func NewLog(keep time.Duration) *Log {
	return &Log{keep: keep, rows: map[string][]Row{}, more: make(chan struct{})}
}

// Commit applies changes as one transaction, or none of them.
func (l *Log) Commit(now time.Time, changes ...Change) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	touched := map[string][]Row{}
	for _, c := range changes {
		name := c.Table.FullName()
		rows, known := touched[name]
		if !known {
			rows = slices.Clone(l.rows[name])
		}
		rows, err := apply(rows, c)
		if err != nil {
			return fmt.Errorf("table %s: %w", name, err)
		}
		touched[name] = rows
	}
	maps.Copy(l.rows, touched)
	// A changefeed that began at this moment has the first TSO of it, and gets what is committed later.
	l.last = max(l.last+1, TSO(now)+1)
	for _, c := range changes {
		c.TSO, c.Before, c.After = l.last, maps.Clone(c.Before), maps.Clone(c.After)
		l.changes = append(l.changes, c)
	}
	l.trim(now)
	close(l.more)
	l.more = make(chan struct{})
	return nil
}

// trim drops changes that are older than the log keeps.
func (l *Log) trim(now time.Time) {
	safe := TSO(now.Add(-l.keep))
	n := 0
	for n < len(l.changes) && l.changes[n].TSO < safe {
		n++
	}
	l.changes = slices.Delete(l.changes, 0, n)
}

// apply returns the rows after a change.
func apply(rows []Row, c Change) ([]Row, error) {
	key := c.Table.HandleKey()
	i := -1
	if c.Before != nil {
		i = slices.IndexFunc(rows, func(r Row) bool { return maps.Equal(r, c.Before) })
		if i < 0 {
			return nil, fmt.Errorf("there is no row %v", c.Before)
		}
	}
	if c.After == nil {
		return slices.Delete(rows, i, i+1), nil
	}
	if err := c.Table.check(c.After); err != nil {
		return nil, err
	}
	for j, r := range rows {
		if j != i && len(key) > 0 && same(r, c.After, key) {
			return nil, fmt.Errorf("there is a row with the same key (%v) already", key)
		}
	}
	if i >= 0 {
		rows[i] = maps.Clone(c.After)
		return rows, nil
	}
	return append(rows, maps.Clone(c.After)), nil
}

func same(a, b Row, columns []string) bool {
	return !slices.ContainsFunc(columns, func(name string) bool { return a[name] != b[name] })
}

// check requires a row to fit to the table.
func (t *Table) check(r Row) error {
	for name := range r {
		if t.Column(name) == nil {
			return fmt.Errorf("there is no column %s", name)
		}
	}
	for _, c := range t.Columns {
		if _, set := r[c.Name]; !set && !c.Nullable {
			return fmt.Errorf("the column %s has no value", c.Name)
		}
	}
	return nil
}

// KeyChanged reports whether a change of a row changes its key.
func (c *Change) KeyChanged() bool {
	return c.Before != nil && c.After != nil && !same(c.Before, c.After, c.Table.HandleKey())
}

// Now returns a TSO between those of all changes so far and those of all changes to come.
func (l *Log) Now(now time.Time) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = max(l.last, TSO(now))
	return l.last
}

// After returns the changes after a TSO, and the TSO up to which they are complete.
func (l *Log) After(tso uint64, now time.Time) ([]Change, uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	// No later change gets a TSO that was reported as resolved.
	l.last = max(l.last, TSO(now))
	i, _ := slices.BinarySearchFunc(l.changes, tso+1, func(c Change, wanted uint64) int {
		if c.TSO < wanted {
			return -1
		}
		return 1
	})
	return slices.Clone(l.changes[i:]), l.last
}

// More returns a channel that is closed when there are new changes.
func (l *Log) More() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.more
}

// Rows are the present rows of a table, oldest first.
func (l *Log) Rows(table *Table) []Row {
	l.mu.Lock()
	defer l.mu.Unlock()
	var rows []Row
	for _, r := range l.rows[table.FullName()] {
		rows = append(rows, maps.Clone(r))
	}
	return rows
}
