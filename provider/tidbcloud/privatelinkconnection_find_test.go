package tidbcloud

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/testkit"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

var reply, replyJSON, replyError = testkit.Reply, testkit.ReplyJSON, testkit.ReplyError

func TestLookUpConnection(t *testing.T) {
	t.Parallel()
	missing := func(w http.ResponseWriter) { replyError(w, 404, 5, "not found") }
	connection := tidbapi.PrivateLinkConnection{PrivateLinkConnectionID: "plc-1"}
	list := func(all ...tidbapi.PrivateLinkConnection) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { replyJSON(w, map[string]any{"privateLinkConnections": all}) }
	}
	there := func(w http.ResponseWriter) { replyJSON(w, connection) }
	forbidden := func(w http.ResponseWriter) { replyError(w, 403, 7, "no") }
	empty := func(w http.ResponseWriter) { reply(w, 200, "null") }
	proxy := func(w http.ResponseWriter) { reply(w, 404, "<html>") }
	type answers = []func(http.ResponseWriter)
	for name, tc := range map[string]struct {
		gets  answers // one after the other, the last one again and again
		list  func(http.ResponseWriter)
		found bool
		want  string
	}{
		"there": {gets: answers{there}, found: true},
		"gone": {
			gets: answers{missing},
			list: list(tidbapi.PrivateLinkConnection{PrivateLinkConnectionID: "plc-2"}),
		},
		"not there for a moment": {gets: answers{missing, there}, list: list(connection), found: true},
		"there and not there": {
			gets: answers{missing}, list: list(connection),
			want: "that connection plc-1 does not exist, but the list of the cluster's connections has it",
		},
		"no list":                    {gets: answers{missing}, list: missing, want: "not found"},
		"unknown to all":             {gets: answers{missing}, list: forbidden, want: "403"},
		"a list that says nothing":   {gets: answers{missing}, list: empty, want: "not the JSON expected"},
		"a proxy's word for nothing": {gets: answers{proxy}, want: "serverlessEndpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/privateLinkConnections") {
					tc.list(w)
					return
				}
				tc.gets[min(asked, len(tc.gets)-1)](w)
				asked++
			}))
			t.Cleanup(server.Close)
			client, err := tidbapi.New(tidbapi.Options{
				PublicKey: t.Name(), PrivateKey: "canary", Endpoint: server.URL, RequestsPerMinute: 60_000_000,
				Backoff: tidbapi.Backoff{Initial: 1, Max: 1},
			})
			require.NoError(t, err)
			ctx := WithTiming(t.Context(), Timing{Settle: 1})
			got, err := connectionList.lookUp(ctx, client, resourceID{"1001", "plc-1"}, tidbapi.IsNotFound)
			if tc.want != "" {
				require.ErrorContains(t, err, tc.want)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tc.found, got != nil)
		})
	}
}
