// Package tidb has what a changefeed sees of a TiDB cluster: tables, their rows, and the log of changes.
package tidb

import (
	"slices"
	"strings"
)

// Table is a table of a TiDB cluster.
type Table struct {
	Database string
	Name     string
	Columns  []Column
	// PrimaryKey are the names of the columns of the primary key; empty for none.
	PrimaryKey []string
	// UniqueKeys are the unique keys.
	UniqueKeys []UniqueKey
}

// UniqueKey is a unique key of a table.
type UniqueKey struct {
	Name    string
	Columns []string
}

// Column is a column of a table.
type Column struct {
	Name string
	// Type is the MySQL type, such as "bigint" or "varchar(64)".
	Type     string
	Nullable bool
}

// BaseType is the type without its length: "varchar" of "varchar(64)".
func (c *Column) BaseType() string {
	base, rest, found := strings.Cut(strings.ToLower(c.Type), "(")
	if !found {
		return base
	}
	if _, suffix, _ := strings.Cut(rest, ")"); suffix != "" {
		base += suffix // " unsigned"
	}
	return base
}

// FullName is the database and the name.
func (t *Table) FullName() string { return t.Database + "." + t.Name }

// HasKey reports whether the table has a primary key, or a unique key without nullable columns: what a changefeed needs
// to distinguish its rows.
func (t *Table) HasKey() bool { return len(t.HandleKey()) > 0 }

// HandleKey are the names of the columns that identify a row.
func (t *Table) HandleKey() []string {
	if len(t.PrimaryKey) > 0 {
		return t.PrimaryKey
	}
	for _, key := range t.UniqueKeys {
		if !slices.ContainsFunc(key.Columns, t.nullable) {
			return key.Columns
		}
	}
	return nil
}

// Index are the names of the columns of a unique key, or of the primary key; nil for an unknown one.
func (t *Table) Index(name string) []string {
	if strings.EqualFold(name, "primary") && len(t.PrimaryKey) > 0 {
		return t.PrimaryKey
	}
	for _, key := range t.UniqueKeys {
		if key.Name == name {
			return key.Columns
		}
	}
	return nil
}

func (t *Table) nullable(name string) bool {
	c := t.Column(name)
	return c == nil || c.Nullable
}

// Column is the column of a name, or nil.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}
