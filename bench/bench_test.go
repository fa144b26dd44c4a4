package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// TestPartsThatWaitRunTogether: the parts that need the processors begin after them.
func TestPartsThatWaitRunTogether(t *testing.T) {
	t.Parallel()
	b := &bench{report: newReport()}
	meet := make(chan struct{})
	waits := func(name string, do func()) part {
		return part{name, func(b *bench, _ context.Context) error {
			do()
			b.add(figure{part: name})
			return nil
		}, true}
	}
	works := part{"works", func(b *bench, _ context.Context) error {
		assert.Len(t, b.figures, 2, "it runs alone")
		b.add(figure{part: "works"})
		return nil
	}, false}
	require.NoError(t, b.runParts(t.Context(), []part{
		works, waits("one", func() { meet <- struct{}{} }), waits("other", func() { <-meet }),
	}))
	assert.Len(t, b.figures, 3)
}

// TestAPartThatFailsEndsTheOthers: an error shows at once, not after eleven minutes.
func TestAPartThatFailsEndsTheOthers(t *testing.T) {
	t.Parallel()
	long := part{"long", func(_ *bench, ctx context.Context) error {
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Second):
			t.Error("it goes on")
		}
		return ctx.Err()
	}, true}
	fails := part{"fails", func(*bench, context.Context) error { return errors.New("no disk") }, true}
	never := part{"never", func(*bench, context.Context) error { t.Error("it began"); return nil }, false}
	assert.EqualError(t, (&bench{report: newReport()}).runParts(t.Context(), []part{long, fails, never}), "no disk")
}

func TestChoose(t *testing.T) {
	t.Parallel()
	all, err := choose("")
	require.NoError(t, err)
	assert.Len(t, all, len(parts))
	some, err := choose("limit,calls")
	require.NoError(t, err)
	assert.Equal(t, []string{"limit", "calls"}, []string{some[0].name, some[1].name})
	_, err = choose("limit,profile")
	assert.EqualError(t, err, "there is no part profile")
}

func TestMostInAMinute(t *testing.T) {
	t.Parallel()
	began := time.Now()
	var calls []sandbox.Call
	for _, second := range []float64{0, 30, 60, 60, 200} {
		calls = append(calls, sandbox.Call{Time: began.Add(time.Duration(second * float64(time.Second)))})
	}
	assert.Equal(t, 3, mostInAMinute(calls), "the first is a whole minute before the last of them")
	assert.Equal(t, 0, mostInAMinute(nil))
}

// TestFiguresOfOnePartAreOneTable: parts that run in parallel add to the report in any order.
func TestFiguresOfOnePartAreOneTable(t *testing.T) {
	t.Parallel()
	r := newReport()
	r.add(figure{"Plugin", "start", 13, 10, "ms", 1.2, ""}, figure{"Growth", "up", 1, 0, "", 0, ""},
		figure{"Plugin", "memory", 30, 40, "MB", 1, ""})
	assert.Contains(t, r.markdown(), "## Plugin\n\n| figure | measured | against | ratio | goal | | |\n"+
		"|---|---|---|---|---|---|---|\n"+
		"| start | 13 ms | 10 | 1.30 | ≤ 1.20 | **missed** |  |\n"+
		"| memory | 30 MB | 40 | 0.75 | ≤ 1 | met |  |\n\n## Growth\n")
}
