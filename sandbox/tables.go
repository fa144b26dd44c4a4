package sandbox

import (
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/tidb"
)

type (
	// Table is a table of a TiDB cluster.
	Table = tidb.Table
	// Column is a column of a table.
	Column = tidb.Column
	// UniqueKey is a unique key of a table.
	UniqueKey = tidb.UniqueKey
	// Row is a row of a table: the values of its columns, as text. A column that is absent is NULL.
	Row = tidb.Row
)

// tsoOf is the first TSO of a time.
func tsoOf(t time.Time) uint64 { return tidb.TSO(t) }

// tsoTime is the time of a TSO.
func tsoTime(tso uint64) time.Time { return tidb.Time(tso) }

// seededTables are the tables of a TiDB cluster that was prepared without any.
var seededTables = []*Table{
	{
		Database: "shop", Name: "customers", PrimaryKey: []string{"id"},
		UniqueKeys: []UniqueKey{{Name: "email", Columns: []string{"email"}}},
		Columns: []Column{
			{Name: "id", Type: "bigint"},
			{Name: "email", Type: "varchar(255)"},
			{Name: "name", Type: "varchar(64)", Nullable: true},
		},
	},
	{
		Database: "shop", Name: "orders", PrimaryKey: []string{"id"},
		Columns: []Column{
			{Name: "id", Type: "bigint"},
			{Name: "customer_id", Type: "bigint"},
			{Name: "amount", Type: "decimal(10,2)"},
			{Name: "created_at", Type: "datetime"},
		},
	},
	{
		Database: "shop", Name: "visits",
		Columns: []Column{{Name: "page", Type: "varchar(255)"}, {Name: "visited_at", Type: "datetime"}},
	},
	{
		Database: "test", Name: "t", UniqueKeys: []UniqueKey{{Name: "k", Columns: []string{"k"}}},
		Columns: []Column{{Name: "k", Type: "int"}, {Name: "v", Type: "varchar(64)", Nullable: true}},
	},
}
