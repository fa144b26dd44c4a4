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

func adds(name string, do func()) part {
	return part{name: name, run: func(b *bench, _ context.Context) error {
		do()
		b.add(figure{Part: name, Name: name})
		return nil
	}}
}

// TestPartsRunBesideALongOne: what follows a long part does not wait for it, unless it needs to be alone; the figures
// are in the order of the parts.
func TestPartsRunBesideALongOne(t *testing.T) {
	t.Parallel()
	ended, seen := make(chan struct{}), make(chan struct{})
	long := adds("long", func() {
		defer close(ended)
		select {
		case <-seen:
			time.Sleep(20 * time.Millisecond) // for the next part to begin, if it does not wait
		case <-time.After(10 * time.Second):
			t.Error("the next part does not begin")
		}
	})
	long.long = true
	alone := adds("alone", func() {
		select {
		case <-ended:
		default:
			t.Error("the long part still runs")
		}
	})
	alone.alone = true
	b := &bench{report: newReport()}
	require.NoError(t, b.runParts(t.Context(), []part{long, adds("beside", func() { close(seen) }), alone}))
	var names []string
	for _, f := range b.Figures {
		names = append(names, f.Name)
	}
	assert.Equal(t, []string{"long", "beside", "alone"}, names)
}

// TestAPartThatFailsEndsTheOthers: nobody waits for eleven minutes to hear of an error.
func TestAPartThatFailsEndsTheOthers(t *testing.T) {
	t.Parallel()
	long := part{name: "long", long: true, run: func(_ *bench, ctx context.Context) error {
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Second):
			t.Error("nobody ends it")
		}
		return ctx.Err()
	}}
	fails := part{name: "fails", run: func(*bench, context.Context) error { return errors.New("no disk") }}
	never := adds("never", func() { t.Error("it began after another one failed") })
	err := (&bench{report: newReport()}).runParts(t.Context(), []part{long, fails, never})
	assert.EqualError(t, err, "fails: no disk")
}

func TestChoose(t *testing.T) {
	t.Parallel()
	names := func(only string) (names []string) {
		chosen, err := choose(only)
		require.NoError(t, err)
		for _, p := range chosen {
			names = append(names, p.name)
		}
		return names
	}
	assert.NotContains(t, names(""), "profile", "it measures nothing")
	assert.Len(t, names(""), len(parts)-1)
	assert.Equal(t, []string{"limit", "profile"}, names("profile,limit"))
	_, err := choose("limit,profiles")
	assert.EqualError(t, err, "there is no part profiles")
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

// TestFiguresOfOneHeadingStandTogether: parts that end at different times add to the same table.
func TestFiguresOfOneHeadingStandTogether(t *testing.T) {
	t.Parallel()
	r := &report{Figures: []figure{
		{Part: "Plugin", Name: "start", Value: 13, Base: 10, Unit: "ms", Goal: 1.2},
		{Part: "Growth", Name: "up", Value: 1},
		{Part: "Plugin", Name: "memory", Value: 30, Base: 40, Unit: "MB", Goal: 1},
	}}
	assert.Contains(t, r.markdown(), "## Plugin\n\n| figure | measured | against | ratio | goal | | |\n"+
		"|---|---|---|---|---|---|---|\n"+
		"| start | 13 ms | 10 | 1.30 | ≤ 1.20 | **missed** |  |\n| memory | 30 MB | 40 | 0.75 | ≤ 1 | met |  |\n\n## "+
		"Growth\n")
}
