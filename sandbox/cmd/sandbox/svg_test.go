package main

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/sandboxtest"
)

// drawn are the elements of a picture.
type drawn struct {
	XMLName xml.Name
	Title   string `xml:"title"`
	Steps   string `xml:"desc"`
	Style   string `xml:"style"`
	Groups  []struct {
		Label struct {
			Kind string `xml:",chardata"`
			Name string `xml:"tspan"`
		} `xml:"text"`
		Rects []struct {
			Class string  `xml:"class,attr"`
			X     float64 `xml:"x,attr"`
			Width float64 `xml:"width,attr"`
		} `xml:"rect"`
	} `xml:"g"`
	Lines []struct {
		Y1 float64 `xml:"y1,attr"`
		Y2 float64 `xml:"y2,attr"`
	} `xml:"line"`
	Ticks []struct {
		Class string `xml:"class,attr"`
		Text  string `xml:",chardata"`
	} `xml:"text"`
}

func parseSVG(t *testing.T, content string) drawn {
	t.Helper()
	var d drawn
	require.NoError(t, xml.Unmarshal([]byte(content), &d))
	assert.Equal(t, xml.Name{Space: "http://www.w3.org/2000/svg", Local: "svg"}, d.XMLName)
	assert.Contains(t, d.Style, "prefers-color-scheme: dark")
	for _, line := range d.Lines {
		assert.Greater(t, line.Y2, line.Y1+svgRow/2, "each line of the grid crosses the rows")
	}
	return d
}

func TestSVG(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(seconds float64, kind, name, state string) sandbox.Event {
		return sandbox.Event{
			Time: start.Add(time.Duration(seconds * float64(time.Second))), Kind: kind, ID: kind, DisplayName: name,
			State: state,
		}
	}
	var svg strings.Builder
	require.NoError(t, printSVG(&svg, []sandbox.Event{
		at(0, "Network", "a <b> & \"c\"", "PROVISIONING"), at(10, "Network", "a <b> & \"c\"", "READY"),
		at(10, "KafkaCluster", strings.Repeat("ö", 60), "PROVISIONING"),
		at(10, "PrivateLinkAccess", "x", "PROVISIONING"),
		at(10, "PrivateLinkAccess", "x", "READY"), at(60, "KafkaCluster", strings.Repeat("ö", 60), "FAILED"),
		at(70, "Network", "a <b> & \"c\"", "DEPROVISIONING"), at(80, "Network", "a <b> & \"c\"", "DELETED"),
	}, 1.0/60))
	d := parseSVG(t, svg.String())
	require.Len(t, d.Groups, 3)
	assert.Equal(t, "1. Network at 0 min, 2. Kafka cluster at 10 min, 3. PrivateLink Access at 10 min", d.Steps)
	assert.Equal(t, `a <b> & "c"`, d.Groups[0].Label.Name)
	assert.Equal(t, strings.Repeat("ö", 23)+"…", d.Groups[1].Label.Name)
	var classes [][]string
	for _, group := range d.Groups {
		var row []string
		for i, rect := range group.Rects {
			row = append(row, rect.Class)
			assert.GreaterOrEqual(t, rect.Width, float64(svgNarrowest), "each state shows")
			assert.LessOrEqual(t, rect.X+rect.Width, float64(svgWidth))
			if i > 0 {
				assert.GreaterOrEqual(t, rect.X, group.Rects[i-1].X+group.Rects[i-1].Width-0.11,
					"no state hides another")
			}
		}
		classes = append(classes, row)
	}
	assert.Equal(t, [][]string{{"wait", "use", "gone"}, {"wait", "fail"}, {"wait", "use"}}, classes)
	var ticks []string
	for _, text := range d.Ticks {
		if text.Class == "tick" {
			ticks = append(ticks, text.Text)
		}
	}
	assert.Equal(t, []string{"0 min", "10 min", "20 min", "30 min", "40 min", "50 min", "60 min", "70 min", "80 min"},
		ticks)
}

func TestSVGOfARun(t *testing.T) {
	t.Parallel()
	server := sandboxtest.New(t)
	empty, _, err := command(t, "timeline", "--svg", "--url", server.ConfluentURL())
	require.NoError(t, err)
	assert.Contains(t, empty, "Nothing")
	server.Update(func(s *sandbox.State) { s.Networks["n-aaaaaa"] = &sandbox.Network{DisplayName: "net"} })
	one, _, err := command(t, "timeline", "--svg", "--url", server.ConfluentURL())
	require.NoError(t, err)
	assert.Len(t, parseSVG(t, one).Groups, 1, "a single event, which takes no time, is drawn")
	_, _, err = command(t, "timeline", "--svg", "--scale", "0", "--url", server.ConfluentURL())
	assert.ErrorContains(t, err, "--scale 0")
}

// TestPictureOfTheREADME: make demo draws it, with PICTURE, in the order that the services demand.
func TestPictureOfTheREADME(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "timeline.svg"))
	require.NoError(t, err)
	d := parseSVG(t, string(content))
	begins, usable := map[string]float64{}, map[string]float64{}
	for i, group := range d.Groups {
		kind := strings.TrimSpace(strings.TrimLeft(group.Label.Kind, "0123456789"))
		begins[kind] = group.Rects[0].X
		last := group.Rects[len(group.Rects)-1]
		assert.Equal(t, "use", last.Class, kind)
		usable[kind] = last.X
		if i > 0 {
			assert.GreaterOrEqual(t, group.Rects[0].X, d.Groups[i-1].Rects[0].X, kind)
		}
	}
	for later, earlier := range map[string]string{
		"Kafka cluster": "Network", "PrivateLink Access": "Network",
		"Private link connection": "PrivateLink Access", "Attached domain": "Private link connection",
	} {
		require.Contains(t, begins, later)
		assert.GreaterOrEqual(t, begins[later], usable[earlier]-svgNarrowest, "%s begins when %s is usable", later,
			earlier)
	}
	assert.Less(t, begins["Private link connection"], usable["Kafka cluster"], "the connection does not wait for the "+
		"Kafka cluster")
}
