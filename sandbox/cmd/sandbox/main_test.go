package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/sandboxtest"
)

// command runs the CLI once and returns what it printed.
func command(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	err = run(t.Context(), args, &out, &errs)
	return out.String(), errs.String(), err
}

// serving starts "sandbox serve" and returns the variables of its environment
// file; stop ends it and returns what it printed.
func serving(t *testing.T, args ...string) (variables map[string]string, file string, stop func() string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "sandbox.env")
	ctx, cancel := context.WithCancel(t.Context())
	var out, errs bytes.Buffer
	done := make(chan error, 1)
	go func() { done <- run(ctx, append([]string{"serve", "--env-file", file}, args...), &out, &errs) }()
	var content []byte
	require.Eventually(t, func() bool {
		var err error
		content, err = os.ReadFile(file)
		return err == nil
	}, time.Minute, 5*time.Millisecond, "the environment file does not appear")
	variables = map[string]string{}
	for _, match := range regexp.MustCompile(`(?m)^export (\w+)='(.*)'$`).FindAllStringSubmatch(string(content), -1) {
		variables[match[1]] = match[2]
	}
	return variables, file, func() string {
		cancel()
		require.NoError(t, <-done)
		assert.Empty(t, errs.String())
		return out.String()
	}
}

func TestServe(t *testing.T) {
	t.Parallel()
	variables, file, stop := serving(t)
	info, err := os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	ca, err := os.ReadFile(variables["SANDBOX_CA_FILE"])
	require.NoError(t, err)
	assert.Contains(t, string(ca), "BEGIN CERTIFICATE")
	assert.Equal(t, "1", variables["TF_ACC"])

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
		variables["CONFLUENT_CLOUD_ENDPOINT"]+"/org/v2/environments/"+variables["SANDBOX_ENVIRONMENT_ID"], nil)
	require.NoError(t, err)
	request.SetBasicAuth(variables["CONFLUENT_CLOUD_API_KEY"], variables["CONFLUENT_CLOUD_API_SECRET"])
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusOK, response.StatusCode)

	calls, _, err := command(t, "calls", "--url", variables["SANDBOX_URL"])
	require.NoError(t, err)
	assert.Contains(t, calls, "/org/v2/environments/env-7x3k9q")

	output := stop()
	for _, shown := range []string{
		variables["CONFLUENT_CLOUD_ENDPOINT"], variables["SANDBOX_CONFLUENT_TLS_ENDPOINT"],
		variables["TIDBCLOUD_SERVERLESS_ENDPOINT"], variables["SANDBOX_TIDBCLOUD_TLS_ENDPOINT"],
		variables["SANDBOX_CA_FILE"], variables["SANDBOX_TIDB_CLUSTER_ID"],
	} {
		assert.Contains(t, output, shown)
	}
	for _, secret := range []string{"CONFLUENT_CLOUD_API_SECRET", "TIDBCLOUD_PRIVATE_KEY"} {
		require.NotEmpty(t, variables[secret])
		assert.NotContains(t, output, variables[secret])
	}
	_, err = os.Stat(file)
	assert.ErrorIs(t, err, os.ErrNotExist, "its credentials are good for nothing any more")
	_, _, err = command(t, "diff", "--url", variables["SANDBOX_URL"])
	assert.ErrorContains(t, err, "does not answer")
}

func TestServeAtTheRealPace(t *testing.T) {
	t.Parallel()
	variables, _, stop := serving(t, "--profile", "proportional", "--scale", "1")
	assert.NotContains(t, variables, "TF_ACC")
	stop()
}

func TestServeDialects(t *testing.T) {
	t.Parallel()
	listed, _, err := command(t, "serve", "--dialect", "list")
	require.NoError(t, err)
	for _, d := range sandbox.Dialects() {
		assert.Contains(t, listed, string(d)+" ")
	}
	_, _, err = command(t, "serve", "--dialect", "klingon")
	require.ErrorContains(t, err, "klingon")

	variables, _, stop := serving(t, "--dialect", "errors-as-text,digest-in-lower-case")
	defer stop()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
		variables["TIDBCLOUD_SERVERLESS_ENDPOINT"]+"/v1beta1/clusters", nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Contains(t, response.Header.Get("Content-Type"), "text/plain")
	assert.Contains(t, response.Header.Get("Www-Authenticate"), "digest realm")
}

func TestWrongUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{},
		{"explode"},
		{"serve", "--state", "x"},
		{"serve", "here"},
		{"calls", "--since", "1"},
	} {
		_, stderr, err := command(t, args...)
		assert.ErrorIs(t, err, errUsage, args)
		assert.NotEmpty(t, stderr)
	}
	_, _, err := command(t, "serve", "--profile", "slow")
	assert.ErrorContains(t, err, "slow")
	help, _, err := command(t, "help")
	require.NoError(t, err)
	assert.Contains(t, help, "timeline")
}

// A shell looks for a bare name on PATH, and some look nowhere else.
func TestTheVariablesCanBeRead(t *testing.T) {
	t.Parallel()
	server := sandboxtest.New(t)
	for file, want := range map[string]string{
		"a.env": ". ./a.env\n", "dir/a.env": ". dir/a.env\n",
		"/dir/a.env": ". /dir/a.env\n",
	} {
		var said strings.Builder
		announce(&said, server, file, "ca.pem")
		assert.Contains(t, said.String(), want)
	}
}

func TestAskingNobody(t *testing.T) {
	t.Parallel()
	_, _, err := command(t, "timeline", "--url", "")
	assert.ErrorContains(t, err, "SANDBOX_URL")
	noSandbox := sandboxtest.New(t).ConfluentURL() + "/org/v2"
	_, _, err = command(t, "timeline", "--url", noSandbox)
	assert.ErrorContains(t, err, "no sandbox")
}

func TestDiff(t *testing.T) {
	t.Parallel()
	server := sandboxtest.New(t)
	stdout, _, err := command(t, "diff", "--url", server.ConfluentURL())
	require.NoError(t, err)
	assert.Contains(t, stdout, "as it was")
	server.Update(func(s *sandbox.State) { s.Networks["n-aaaaaa"] = &sandbox.Network{} })
	stdout, _, err = command(t, "diff", "--url", server.ConfluentURL())
	assert.ErrorContains(t, err, "1 difference")
	assert.Equal(t, "network n-aaaaaa was added\n", stdout)
}

func TestTimeline(t *testing.T) {
	t.Parallel()
	server := sandboxtest.New(t)
	empty, _, err := command(t, "timeline", "--url", server.ConfluentURL())
	require.NoError(t, err)
	assert.Contains(t, empty, "Nothing")
	server.Update(func(s *sandbox.State) { s.Networks["n-aaaaaa"] = &sandbox.Network{DisplayName: "net"} })
	stdout, _, err := command(t, "timeline", "--url", server.ConfluentURL())
	require.NoError(t, err)
	assert.Regexp(t, `0\.00 s\s+Network\s+n-aaaaaa\s+net\s+READY`, stdout)
	assert.Contains(t, stdout, "|"+strings.Repeat("█", barWidth)+"|")
}

func TestBars(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(seconds float64, id, state string) sandbox.Event {
		return sandbox.Event{
			Time: start.Add(time.Duration(seconds * float64(time.Second))), Kind: "Network", ID: id, State: state,
		}
	}
	events := []sandbox.Event{
		at(0, "a", "PROVISIONING"), at(16, "a", "READY"), at(16, "b", "CREATING"), at(16.1, "b", "FAILED"),
		at(32, "a", "DEPROVISIONING"), at(48, "a", "DELETED"), at(63, "c", "READY"),
	}
	scale, all := newScale(events), rows(events)
	require.Len(t, all, 3)
	repeat := strings.Repeat
	assert.Equal(t, repeat("▒", 16)+repeat("█", 16)+repeat("░", 16)+repeat(" ", 16), scale.bar(all[0].events))
	assert.Equal(t, repeat(" ", 16)+"▒"+repeat("x", 47), scale.bar(all[1].events), "however short, it shows")
	assert.Equal(t, repeat(" ", 63)+"█", scale.bar(all[2].events))
}

func TestShellQuote(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `'it'\''s $HOME'`, shellQuote("it's $HOME"))
}
