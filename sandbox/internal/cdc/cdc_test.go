package cdc

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/tidb"
)

var (
	orders = &tidb.Table{
		Database: "shop", Name: "orders", PrimaryKey: []string{"id"},
		UniqueKeys: []tidb.UniqueKey{{Name: "code", Columns: []string{"code"}}},
		Columns:    []tidb.Column{{Name: "id"}, {Name: "code"}, {Name: "note", Nullable: true}},
	}
	visits = &tidb.Table{Database: "shop", Name: "visits", Columns: []tidb.Column{{Name: "page"}}}
)

func prepared(t *testing.T, c Config) Config {
	t.Helper()
	if c.Filter.Tables == nil {
		c.Filter.Tables = []string{"*.*"}
	}
	require.NoError(t, c.prepare())
	return c
}

func TestTopics(t *testing.T) {
	t.Parallel()
	topics := Topics{Default: "all", Prefix: "p-", Separator: ".", Suffix: "-s"}
	assert.Equal(t, "all", topics.topic(orders))
	topics.ByTable = true
	assert.Equal(t, "p-shop.orders-s", topics.topic(orders))
	topics.ByTable, topics.ByDatabase = false, true
	assert.Equal(t, "p-shop-s", topics.topic(orders))
	// Kafka takes neither all characters nor any length.
	topics.ByTable = true
	assert.Equal(t, "p-m_x_1.o_-s", topics.topic(&tidb.Table{Database: "m x$1", Name: "oé"}))
	assert.Len(t, topics.topic(&tidb.Table{Database: strings.Repeat("d", 64), Name: strings.Repeat("t", 300)}), 249)
}

func TestPartitions(t *testing.T) {
	t.Parallel()
	spread := func(d Dispatcher) map[string]map[int32]bool {
		c := prepared(t, Config{Topics: Topics{Dispatchers: []Dispatcher{{Tables: []string{"other.*"}, By: "TS"}, d}}})
		used := map[string]map[int32]bool{"id": {}, "code": {}, "tso": {}}
		partition := func(id, code, tso int) int32 {
			row := tidb.Row{"id": fmt.Sprint(id), "code": fmt.Sprint(code)}
			p, err := c.Topics.partition(tidb.Change{Table: orders, After: row, TSO: uint64(tso)}, 7)
			require.NoError(t, err)
			require.Less(t, p, int32(7))
			deleted, err := c.Topics.partition(tidb.Change{Table: orders, Before: row, TSO: uint64(tso)}, 7)
			require.NoError(t, err)
			require.Equal(t, p, deleted)
			return p
		}
		for i := range 50 {
			used["id"][partition(i, 0, 0)] = true
			used["code"][partition(0, i, 0)] = true
			used["tso"][partition(0, 0, i)] = true
		}
		return used
	}
	for by, want := range map[string]struct {
		dispatcher Dispatcher
		spreads    string
	}{
		"TABLE":             {Dispatcher{By: "TABLE"}, ""},
		"INDEX_VALUE":       {Dispatcher{By: "INDEX_VALUE"}, "id"},
		"INDEX_VALUE index": {Dispatcher{By: "INDEX_VALUE", Index: "code"}, "code"},
		"TS":                {Dispatcher{By: "TS"}, "tso"},
		"COLUMNS":           {Dispatcher{By: "COLUMNS", Columns: []string{"code"}}, "code"},
	} {
		want.dispatcher.Tables = []string{"shop.*"}
		for what, used := range spread(want.dispatcher) {
			if what == want.spreads {
				assert.Greater(t, len(used), 3, "%s spreads by %s", by, what)
			} else {
				assert.Len(t, used, 1, "%s does not spread by %s", by, what)
			}
		}
	}
	for _, d := range []Dispatcher{{By: "INDEX_VALUE", Index: "none"}, {By: "COLUMNS", Columns: []string{"none"}}} {
		d.Tables = []string{"*.*"}
		c := prepared(t, Config{Topics: Topics{Dispatchers: []Dispatcher{d}}})
		_, err := c.Topics.partition(tidb.Change{Table: orders, After: tidb.Row{"id": "1"}}, 3)
		require.ErrorContains(t, err, "none")
		assert.True(t, IsFatal(fmt.Errorf("wrapped: %w", err)))
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	insert, update := tidb.Change{Table: orders, After: tidb.Row{}},
		tidb.Change{Table: orders, Before: tidb.Row{}, After: tidb.Row{}}
	keyless := tidb.Change{Table: visits, After: tidb.Row{}}
	for _, test := range []struct {
		filter                  Filter
		insert, update, keyless bool
	}{
		{Filter{}, true, true, false},
		{Filter{KeylessToo: true}, true, true, true},
		{Filter{KeylessToo: true, Tables: []string{"shop.v*"}}, false, false, true},
		{Filter{CaseSensitive: true, Tables: []string{"Shop.*"}}, false, false, false},
		{
			Filter{Events: []EventFilter{{Tables: []string{"*.*"}, Ignore: []string{"all ddl", "Update"}}}},
			true, false,
			false,
		},
		{Filter{Events: []EventFilter{{Tables: []string{"*.*"}, Ignore: []string{"all dml"}}}}, false, false, false},
		{Filter{Events: []EventFilter{{Tables: []string{"x.*"}, Ignore: []string{"all"}}}}, true, true, false},
	} {
		f := prepared(t, Config{Filter: test.filter}).Filter
		assert.Equal(t, [3]bool{test.insert, test.update, test.keyless},
			[3]bool{f.takes(insert), f.takes(update), f.takes(keyless)})
	}
}

func TestColumns(t *testing.T) {
	t.Parallel()
	names := func(columns []tidb.Column) (all []string) {
		for _, c := range columns {
			all = append(all, c.Name)
		}
		return all
	}
	for _, test := range []struct {
		selectors []ColumnSelector
		want      []string
	}{
		{nil, []string{"id", "code", "note"}},
		{[]ColumnSelector{{Tables: []string{"x.*"}, Columns: []string{"note"}}}, []string{"id", "code", "note"}},
		{[]ColumnSelector{{Tables: []string{"shop.*"}, Columns: []string{"note"}}}, []string{"id", "note"}},
		{[]ColumnSelector{{Tables: []string{"shop.*"}, Columns: []string{"*", "!c*"}}}, []string{"id", "note"}},
	} {
		c := prepared(t, Config{Columns: test.selectors})
		assert.Equal(t, test.want, names(c.columns(orders)))
	}
}

func TestChangesOfKeys(t *testing.T) {
	t.Parallel()
	moved := tidb.Change{Table: orders, Before: tidb.Row{"id": "1"}, After: tidb.Row{"id": "2"}}
	split := (&Writer{}).split(moved)
	require.Len(t, split, 2)
	assert.Equal(t, "DELETE", split[0].Kind())
	assert.Equal(t, "INSERT", split[1].Kind())
	assert.Len(t, (&Writer{config: Config{Raw: true}}).split(moved), 1)
	assert.Len(t,
		(&Writer{}).split(tidb.Change{Table: orders, Before: tidb.Row{"id": "1"}, After: tidb.Row{"id": "1"}}), 1)
}

func TestRulesThatDoNotParse(t *testing.T) {
	t.Parallel()
	for _, c := range []Config{
		{Filter: Filter{Tables: []string{"x"}}},
		{Columns: []ColumnSelector{{Tables: []string{"*.*"}, Columns: []string{"a.b"}}}},
	} {
		_, err := Connect(t.Context(), c)
		assert.True(t, IsFatal(err))
	}
}
