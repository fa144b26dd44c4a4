package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/sandboxtest"
)

// environmentOf is what a user of the sandbox has in the environment.
func environmentOf(server *sandbox.Server) map[string]string {
	c := server.Credentials()
	return map[string]string{
		"TIDBCLOUD_PUBLIC_KEY": c.PublicKey, "TIDBCLOUD_PRIVATE_KEY": c.PrivateKey,
		"TIDBCLOUD_SERVERLESS_ENDPOINT": server.TiDBCloudURL(),
		"CONFLUENT_CLOUD_API_KEY":       c.CloudAPIKey, "CONFLUENT_CLOUD_API_SECRET": c.CloudAPISecret,
		"CONFLUENT_CLOUD_ENDPOINT": server.ConfluentURL(),
	}
}

func probed(t *testing.T, variables map[string]string) string {
	t.Helper()
	text, err := run(t.Context(), func(name string) string { return variables[name] }, 0)
	require.NoError(t, err)
	return text
}

// TestNoDifferences: the sandbox does not differ from itself, whether or not it is empty, and is only read.
func TestNoDifferences(t *testing.T) {
	t.Parallel()
	for name, fill := range map[string]func(*sandbox.State){"a link": prepare, "nothing": nil} {
		server := sandboxtest.New(t, sandbox.Options{Prepare: fill})
		text := probed(t, environmentOf(server))
		assert.Contains(t, text, "## TiDB Cloud: 0 differences", name)
		assert.Contains(t, text, "## Confluent Cloud: 0 differences", name)
		assert.NotContains(t, text, "\n- ", name)
		assert.Equal(t, name == "nothing", strings.Contains(text, "| a network | nothing to look at |"), text)
		calls := server.Calls()
		assert.Greater(t, len(calls), 30, name)
		for _, call := range calls {
			assert.Equal(t, http.MethodGet, call.Method, call.Path)
		}
	}
}

// TestDialects: each difference that reading shows is reported, and no report has a value.
func TestDialects(t *testing.T) {
	t.Parallel()
	for dialect, want := range map[sandbox.Dialect]string{
		sandbox.SnakeCase:       "field private_link_connections (list) is not in the sandbox",
		sandbox.Envelopes:       "field data (object of 3 fields) is not in the sandbox",
		sandbox.NumericIDs:      "clusterId: number; in the sandbox digits as text",
		sandbox.NullLists:       "null; in the sandbox",
		sandbox.NoTotals:        "field totalSize is only in the sandbox",
		sandbox.UpperCaseClouds: "region.cloudProvider: `AWS`",
		sandbox.ErrorsAsWords:   "code: `NOT_FOUND`", sandbox.ErrorsAsText: "(body): not JSON",
		sandbox.ErrorsInEnvelope:   "field error (object",
		sandbox.ErrorsWithOwnCodes: "code: number, a code of another kind",
		sandbox.DigestInLowerCase:  "challenge: digest realm",
		sandbox.DigestAfterBearer:  "challenge: Bearer", sandbox.OtherTimes: "time with a fraction with an offset",
		sandbox.NoServiceRegion: "awsEndpointService.region is only in the sandbox",
		sandbox.OtherWords:      "`AVAILABLE`", sandbox.AbridgedLists: "is only in the sandbox",
	} {
		server := sandboxtest.New(t, sandbox.Options{Prepare: prepare, Dialects: []sandbox.Dialect{dialect}})
		text := probed(t, environmentOf(server))
		assert.Contains(t, text, want, "%s\n%s", dialect, text)
		assert.Contains(t, text, "## Confluent Cloud: 0 differences", dialect)
	}
}

// TestRedaction: whatever the services answer, no value shows: names, ids, keys of labels, words that are none, headers
// of a proxy.
func TestRedaction(t *testing.T) {
	t.Parallel()
	server := sandboxtest.New(t, sandbox.Options{
		Prepare: func(s *sandbox.State) {
			prepare(s)
			s.TiDBClusters[boxCluster].DisplayName = "canary-cluster"
			s.PrivateLinkConnections["plc-probe"].DisplayName = "canary-connection"
			s.PrivateLinkConnections["plc-probe"].Message = "canary-message"
			s.Networks["n-probe"].DisplayName = "canary-network"
		},
		Credentials: sandbox.Credentials{
			CloudAPIKey: "CANARYKEY", CloudAPISecret: "canary-secret", PublicKey: "CANARYPUBLIC",
			PrivateKey: "canary-private",
		},
	})
	for path, edit := range map[string]func(map[string]any){
		"**/clusters/*": func(o map[string]any) {
			o["canary-field"], o["canary1field"] = "x", map[string]any{"canaryChild": 1}
			o["newField"] = map[string]any{"canaryChild": "canary-value", "more": []any{"canary"}}
			o["labels"] = map[string]any{"canary-label": "canary-value"}
			o["state"], o["clusterPlan"] = "CANARY1WORD", "canary word"
			o["servicePlan"] = "CANARYPUBLIC"
			o["highAvailabilityType"] = "NEW_WORD"
		},
		"**/networks/*": func(o map[string]any) {
			o["kind"] = "canaryKind"
			o["metadata"] = map[string]any{"new_user": "canary-value"}
			o["newList"] = []any{map[string]any{"canary": "canary"}}
		},
	} {
		server.Inject(sandbox.Fault{Method: http.MethodGet, Path: path, Edit: edit, Times: -1})
	}
	text := probed(t, environmentOf(server))
	assert.NotContains(t, text, "canary")
	assert.NotContains(t, text, "CANARY")
	assert.Contains(t, text, "field newField (object of 2 fields) is not in the sandbox")
	assert.Contains(t, text, "`NEW_WORD`")
	assert.Contains(t, text, "another word, not shown")
	assert.Contains(t, text, "(another field)")
}

// TestLastLook: a value that got into the report stops it.
func TestLastLook(t *testing.T) {
	t.Parallel()
	live := &walker{seen: []observation{{"a cluster", &answer{body: []byte(
		`{"displayName":"Canary","labels":{"mine":"x"}}`)}}}}
	all := []*comparison{{live: live, box: &walker{}}}
	require.NoError(t, checkLeaks("nothing", "", []string{"key-1"}, all))
	for _, text := range []string{"the canary", "Key-1", "MINE"} {
		require.ErrorIs(t, checkLeaks(text, "", []string{"key-1"}, all), errLeak)
	}
	require.NoError(t, checkLeaks("the canary", "a canary", nil, all))
}

// TestReadOnly: nothing but GET leaves the program.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	reached := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	t.Cleanup(server.Close)
	client := http.Client{Transport: readOnly{http.DefaultTransport}}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		req, err := http.NewRequestWithContext(t.Context(), method, server.URL, nil)
		require.NoError(t, err)
		_, err = client.Do(req) //nolint:bodyclose // there is none
		require.ErrorContains(t, err, "the probe sends no "+method)
	}
	assert.False(t, reached)
}

func TestKeys(t *testing.T) {
	t.Parallel()
	server := sandboxtest.New(t)
	failed := func(change map[string]string, want string) {
		t.Helper()
		variables := environmentOf(server)
		for name, value := range change {
			variables[name] = value
		}
		_, err := run(t.Context(), func(name string) string { return variables[name] }, 0)
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), "canary")
	}
	failed(map[string]string{"TIDBCLOUD_PRIVATE_KEY": "canary\n"}, "TiDB Cloud answers 401; check "+
		"TIDBCLOUD_PUBLIC_KEY and "+
		"TIDBCLOUD_PRIVATE_KEY; TIDBCLOUD_PRIVATE_KEY ends in a line feed")
	failed(map[string]string{"CONFLUENT_CLOUD_API_SECRET": "canary"}, "Confluent Cloud answers 401; check "+
		"CONFLUENT_CLOUD_API_KEY")
	failed(map[string]string{"TIDBCLOUD_PRIVATE_KEY": "", "CONFLUENT_CLOUD_API_KEY": ""}, "there is no key: set")
	failed(map[string]string{"TIDBCLOUD_SERVERLESS_ENDPOINT": "http://canary.example.com"},
		"TIDBCLOUD_SERVERLESS_ENDPOINT is neither")
	assert.NotContains(t, probed(t, map[string]string{
		"TIDBCLOUD_PUBLIC_KEY":          server.Credentials().PublicKey,
		"TIDBCLOUD_PRIVATE_KEY":         server.Credentials().PrivateKey,
		"TIDBCLOUD_SERVERLESS_ENDPOINT": server.TiDBCloudURL(),
	}), "Confluent Cloud:")
}
