package canal

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/tidb"
)

func TestMessages(t *testing.T) {
	t.Parallel()
	table := &tidb.Table{
		Database: "d", Name: "t", PrimaryKey: []string{"id"},
		Columns: []tidb.Column{
			{Name: "id", Type: "bigint(20) unsigned"},
			{Name: "name", Type: "varchar(64)", Nullable: true},
		},
	}
	commit := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	now, tso := commit.Add(time.Second), tidb.TSO(commit)
	one, two := tidb.Row{"id": "1", "name": "ä"}, tidb.Row{"id": "18446744073709551615"}
	const (
		head   = `{"id":0,"database":"d","table":"t","pkNames":["id"],"isDdl":false,`
		times  = `"es":1767225600000,"ts":1767225601000,"sql":"",`
		types  = `"sqlType":{"id":-5,"name":12},"mysqlType":{"id":"bigint unsigned","name":"varchar"},`
		large  = `"sqlType":{"id":3,"name":12},"mysqlType":{"id":"bigint unsigned","name":"varchar"},`
		first  = `[{"id":"1","name":"ä"}]`
		second = `[{"id":"18446744073709551615","name":null}]`
	)
	for want, c := range map[string]tidb.Change{
		head + `"type":"INSERT",` + times + types + `"data":` + first + `,"old":null}`: {After: one},
		head + `"type":"UPDATE",` + times + large + `"data":` + second + `,"old":` + first +
			`}`: {Before: one, After: two},
		head + `"type":"DELETE",` + times + types + `"data":` + first + `,"old":null}`: {Before: one},
	} {
		c.TSO, c.Table = tso, table
		assert.JSONEq(t, want, string(Row(c, table.Columns, false, now)))
	}
	extended := Row(tidb.Change{TSO: tso, Table: table, After: one}, table.Columns[:1], true, now)
	assert.JSONEq(t, head+`"type":"INSERT",`+times+`"sqlType":{"id":-5},"mysqlType":{"id":"bigint unsigned"},`+
		`"data":[{"id":"1"}],"old":null,"_tidb":{"commitTs":463267587686400000}}`, string(extended))
	assert.JSONEq(t, `{"id":0,"database":"","table":"","pkNames":null,"isDdl":false,"type":"TIDB_WATERMARK",`+times+
		`"sqlType":null,"mysqlType":null,"data":null,"old":null,"_tidb":{"watermarkTs":463267587686400000}}`,
		string(Watermark(tso, now)))
}
