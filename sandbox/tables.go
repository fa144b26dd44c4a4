package sandbox

// Table is a table of a TiDB cluster.
type Table struct {
	Database string
	Name     string
	Columns  []Column
	// PrimaryKey are the names of the columns of the primary key; empty for none.
	PrimaryKey []string
	// UniqueKeys are the columns of the unique keys.
	UniqueKeys [][]string
}

// Column is a column of a table.
type Column struct {
	Name string
	// Type is the MySQL type, such as "bigint" or "varchar(64)".
	Type     string
	Nullable bool
}

// HasKey tells whether the table has a primary key, or a unique key without nullable columns: what a changefeed needs to tell
// its rows apart.
func (t *Table) HasKey() bool { return len(t.handleKey()) > 0 }

// handleKey are the names of the columns that identify a row.
func (t *Table) handleKey() []string {
	if len(t.PrimaryKey) > 0 {
		return t.PrimaryKey
	}
	for _, key := range t.UniqueKeys {
		if !t.anyNullable(key) {
			return key
		}
	}
	return nil
}

func (t *Table) anyNullable(names []string) bool {
	for _, name := range names {
		if c := t.column(name); c == nil || c.Nullable {
			return true
		}
	}
	return false
}

func (t *Table) column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// seededTables are the tables of a TiDB cluster that was prepared without any.
var seededTables = []*Table{
	{
		Database: "shop", Name: "customers", PrimaryKey: []string{"id"}, UniqueKeys: [][]string{{"email"}},
		Columns: []Column{{Name: "id", Type: "bigint"}, {Name: "email", Type: "varchar(255)"}, {Name: "name", Type: "varchar(64)", Nullable: true}},
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
		Database: "test", Name: "t", UniqueKeys: [][]string{{"k"}},
		Columns: []Column{{Name: "k", Type: "int"}, {Name: "v", Type: "varchar(64)", Nullable: true}},
	},
}
