package tidbapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFind(t *testing.T) {
	t.Parallel()
	missing := func(w http.ResponseWriter) { replyError(w, 404, 5, "not found") }
	connection := existing("plc-1", nil)
	list := func(all ...PrivateLinkConnection) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { replyJSON(w, map[string]any{"privateLinkConnections": all}) }
	}
	for name, tc := range map[string]struct {
		gets  []func(http.ResponseWriter) // one after the other, the last one again and again
		list  func(http.ResponseWriter)
		found bool
		want  string
	}{
		"there":                      {gets: []func(http.ResponseWriter){func(w http.ResponseWriter) { replyJSON(w, connection) }}, found: true},
		"gone":                       {gets: []func(http.ResponseWriter){missing}, list: list(existing("plc-2", nil))},
		"not there for a moment":     {gets: []func(http.ResponseWriter){missing, func(w http.ResponseWriter) { replyJSON(w, connection) }}, list: list(connection), found: true},
		"there and not there":        {gets: []func(http.ResponseWriter){missing}, list: list(connection), want: "the list of the cluster's connections has it"},
		"no list":                    {gets: []func(http.ResponseWriter){missing}, list: missing, want: "not found"},
		"nobody knows":               {gets: []func(http.ResponseWriter){missing}, list: func(w http.ResponseWriter) { replyError(w, 403, 7, "no") }, want: "403"},
		"a list that says nothing":   {gets: []func(http.ResponseWriter){missing}, list: func(w http.ResponseWriter) { reply(w, 200, "null") }, want: "not the JSON expected"},
		"a proxy's word for nothing": {gets: []func(http.ResponseWriter){func(w http.ResponseWriter) { reply(w, 404, "<html>") }}, want: "serverlessEndpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			c := newFake(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/privateLinkConnections") {
					tc.list(w)
					return
				}
				tc.gets[min(asked, len(tc.gets)-1)](w)
				asked++
			}).start(t)
			got, err := c.FindPrivateLinkConnection(t.Context(), "1001", "plc-1", IsNotFound)
			if tc.want != "" {
				require.ErrorContains(t, err, tc.want)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tc.found, got != nil)
		})
	}
}

func TestLookout(t *testing.T) {
	t.Parallel()
	s := &cloud{connections: []PrivateLinkConnection{existing("plc-old", func(p *PrivateLinkConnection) { p.DisplayName = "other" })}}
	c := newFake(s.ServeHTTP).start(t)
	var seen []string
	lookout := Lookout[PrivateLinkConnection]{
		Before: func(all []PrivateLinkConnection) error {
			for _, p := range all {
				seen = append(seen, p.PrivateLinkConnectionID)
			}
			return nil
		},
		Made: func(p PrivateLinkConnection) { seen = append(seen, "made "+p.PrivateLinkConnectionID) },
	}
	_, err := c.CreatePrivateLinkConnection(t.Context(), wanted, lookout)
	require.NoError(t, err)
	assert.Equal(t, []string{"plc-old", "made plc-1"}, seen, "all of them, whatever they look like")

	lookout.Before = func([]PrivateLinkConnection) error { return assert.AnError }
	_, err = c.CreatePrivateLinkConnection(t.Context(), wanted, lookout)
	require.ErrorIs(t, err, assert.AnError)
	assert.Equal(t, 1, s.created, "nothing was asked for")
}
