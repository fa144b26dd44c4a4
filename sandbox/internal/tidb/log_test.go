package tidb

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var people = &Table{
	Database: "d", Name: "people", PrimaryKey: []string{"id"},
	Columns: []Column{{Name: "id", Type: "bigint"}, {Name: "name", Type: "varchar(64)", Nullable: true}},
}

func TestCommit(t *testing.T) {
	t.Parallel()
	l, now := NewLog(time.Hour), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	more := l.More()
	require.NoError(t,
		l.Commit(now, Change{Table: people, After: Row{"id": "1"}}, Change{Table: people, After: Row{"id": "2"}}))
	<-more
	fromNow, _ := l.After(TSO(now), now)
	assert.Len(t, fromNow, 2, "a changefeed from now takes what comes in the same millisecond")
	changes, resolved := l.After(0, now)
	require.Len(t, changes, 2)
	assert.Equal(t, changes[0].TSO, changes[1].TSO, "one transaction")
	assert.Equal(t, now, Time(resolved))

	assert.Equal(t, changes[0].TSO, l.Now(now))
	none, _ := l.After(l.Now(now), now)
	assert.Empty(t, none, "what was committed in the same millisecond is before now")

	// The clock stands still, and TSOs grow all the same.
	require.NoError(t, l.Commit(now, Change{Table: people, Before: Row{"id": "1"}, After: Row{"id": "3", "name": "c"}}))
	later, _ := l.After(resolved, now)
	require.Len(t, later, 1)
	assert.Equal(t, "UPDATE", later[0].Kind())
	assert.True(t, later[0].KeyChanged())
	assert.Equal(t, []Row{{"id": "3", "name": "c"}, {"id": "2"}}, l.Rows(people))

	for message, c := range map[string]Change{
		"no row":          {Table: people, Before: Row{"id": "1"}},
		"same key":        {Table: people, After: Row{"id": "2", "name": "b"}},
		"no column age":   {Table: people, After: Row{"id": "9", "age": "1"}},
		"id has no value": {Table: people, After: Row{"name": "x"}},
	} {
		require.ErrorContains(t, l.Commit(now, Change{Table: people, After: Row{"id": "7"}}, c), message)
	}
	assert.Len(t, l.Rows(people), 2, "all or nothing")
	changes, _ = l.After(0, now)
	assert.Len(t, changes, 3)

	require.NoError(t, l.Commit(now.Add(2*time.Hour), Change{Table: people, Before: Row{"id": "2"}}))
	changes, _ = l.After(0, now)
	require.Len(t, changes, 1, "the others are too old")
	assert.Equal(t, "DELETE", changes[0].Kind())
}

func TestKeys(t *testing.T) {
	t.Parallel()
	nullable := Table{
		Columns:    []Column{{Name: "a", Nullable: true}, {Name: "b"}},
		UniqueKeys: []UniqueKey{{Name: "k1", Columns: []string{"a"}}},
	}
	assert.False(t, nullable.HasKey())
	nullable.UniqueKeys = append(nullable.UniqueKeys, UniqueKey{Name: "k2", Columns: []string{"b"}})
	assert.Equal(t, []string{"b"}, nullable.HandleKey())
	assert.Equal(t, []string{"a"}, nullable.Index("k1"))
	assert.Nil(t, nullable.Index("primary"))
	assert.Equal(t, []string{"id"}, people.Index("PRIMARY"))
	assert.Equal(t, "bigint unsigned", (&Column{Type: "bigint(20) unsigned"}).BaseType())
	assert.Equal(t, "varchar", people.Columns[1].BaseType())
}
