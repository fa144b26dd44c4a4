// Package canal writes changes in TiCDC's protocol Canal-JSON.
package canal

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/tidb"
)

// Message is a message in Canal-JSON, with all of its documented fields.
type Message struct {
	ID        int                  `json:"id"`
	Database  string               `json:"database"`
	Table     string               `json:"table"`
	PKNames   []string             `json:"pkNames"`
	IsDDL     bool                 `json:"isDdl"`
	Type      string               `json:"type"`
	ES        int64                `json:"es"`
	TS        int64                `json:"ts"`
	SQL       string               `json:"sql"`
	SQLType   map[string]int       `json:"sqlType"`
	MySQLType map[string]string    `json:"mysqlType"`
	Data      []map[string]*string `json:"data"`
	Old       []map[string]*string `json:"old"`
	TiDB      *Extension           `json:"_tidb,omitempty"`
}

// Extension is what TiDB adds.
type Extension struct {
	CommitTS    uint64 `json:"commitTs,omitempty"`
	WatermarkTS uint64 `json:"watermarkTs,omitempty"`
}

// Row is the message of a change. Columns are the ones that it has; extended adds the extension.
func Row(c tidb.Change, columns []tidb.Column, extended bool, now time.Time) []byte {
	m := Message{
		Database: c.Table.Database, Table: c.Table.Name, PKNames: c.Table.HandleKey(), Type: c.Kind(),
		ES: tidb.Time(c.TSO).UnixMilli(), TS: now.UnixMilli(), SQLType: map[string]int{},
		MySQLType: map[string]string{},
	}
	shown := c.After
	if shown == nil {
		shown = c.Before
	}
	for _, column := range columns {
		m.SQLType[column.Name] = sqlType(column, shown[column.Name])
		m.MySQLType[column.Name] = column.BaseType()
	}
	m.Data = []map[string]*string{values(shown, columns)}
	if c.Before != nil && c.After != nil {
		m.Old = []map[string]*string{values(c.Before, columns)}
	}
	if extended {
		m.TiDB = &Extension{CommitTS: c.TSO}
	}
	return encode(m)
}

// Watermark means that every change up to a TSO was sent.
func Watermark(tso uint64, now time.Time) []byte {
	return encode(Message{
		Type: "TIDB_WATERMARK", ES: tidb.Time(tso).UnixMilli(), TS: now.UnixMilli(), TiDB: &Extension{WatermarkTS: tso},
	})
}

func encode(m Message) []byte {
	encoded, err := json.Marshal(m)
	if err != nil {
		panic(fmt.Sprintf("sandbox: cannot encode a message: %v", err)) // all types are ours
	}
	return encoded
}

func values(r tidb.Row, columns []tidb.Column) map[string]*string {
	all := map[string]*string{}
	for _, c := range columns {
		all[c.Name] = nil
		if value, set := r[c.Name]; set {
			all[c.Name] = &value
		}
	}
	return all
}

// sqlTypes are the types of JDBC.
var sqlTypes = map[string]int{
	"tinyint": -6, "smallint": 5, "mediumint": 4, "int": 4, "integer": 4, "bigint": -5, "float": 7, "double": 8,
	"decimal": 3,
	"bit":     -7, "bool": -6, "boolean": -6, "year": 12, "date": 91, "time": 92, "datetime": 93, "timestamp": 93,
	"char":    1,
	"varchar": 12, "tinytext": 2005, "text": 2005, "mediumtext": 2005, "longtext": 2005, "binary": 2004,
	"varbinary": 2004,
	"tinyblob":  2004, "blob": 2004, "mediumblob": 2004, "longblob": 2004, "json": 12, "enum": 4, "set": -7,
}

// wider is the type of an unsigned value that is too large for the signed type, and the bits of that.
var wider = map[string]struct{ sqlType, bits int }{
	"tinyint": {5, 8}, "smallint": {4, 16}, "int": {-5, 32}, "bigint": {3, 64},
}

func sqlType(c tidb.Column, value string) int {
	base, unsigned := strings.CutSuffix(c.BaseType(), " unsigned")
	if w, known := wider[base]; known && unsigned {
		if _, err := strconv.ParseInt(value, 10, w.bits); err != nil && value != "" {
			return w.sqlType
		}
	}
	if t, known := sqlTypes[base]; known {
		return t
	}
	return 12
}
