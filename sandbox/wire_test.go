package sandbox_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/sandboxtest"
)

func escape(text string) string { return url.QueryEscape(text) }

func TestConfluentPages(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, name := range []string{"a", "b", "c"} {
		f.clock.advance(time.Second)
		require.Equal(t, http.StatusCreated,
			f.confluent("POST", "/org/v2/environments", object{"display_name": name}).status)
	}
	var names []string
	path := "/org/v2/environments?page_size=2"
	for path != "" {
		page := f.confluent("GET", path, nil)
		require.Equal(t, http.StatusOK, page.status, page.message())
		for i := range page.list("data") {
			names = append(names, page.text(fmt.Sprintf("data.%d.display_name", i)))
		}
		assert.InDelta(t, 5, page.at("metadata.total_size"), 0)
		next := page.text("metadata.next")
		if next == "" {
			// The real provider panics on a null.
			assert.NotContains(t, page.at("metadata"), "next")
			break
		}
		link, err := url.Parse(next)
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(next, f.ConfluentURL()))
		path = link.RequestURI()
	}
	assert.Equal(t, []string{"sandbox", "sandbox-2", "a", "b", "c"}, names)
	for _, query := range []string{"page_token=nonsense", "page_size=many", "page_size=-1"} {
		assert.Equal(t, http.StatusBadRequest, f.confluent("GET", "/org/v2/environments?"+query, nil).status, query)
	}
}

func TestTiDBCloudPages(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var ids []string
	token := ""
	for range 4 {
		page := f.tidb("GET", "/v1beta1/clusters?pageSize=3&pageToken="+token, nil)
		require.Equal(t, http.StatusOK, page.status, page.message())
		for i := range page.list("clusters") {
			ids = append(ids, page.text(fmt.Sprintf("clusters.%d.clusterId", i)))
		}
		if token = page.text("nextPageToken"); token == "" {
			break
		}
	}
	assert.Len(t, ids, 8)
	assert.Equal(t, f.Seed().EssentialUSEast1, ids[0])
	assert.Len(t, f.tidb("GET", "/v1beta1/clusters?skip=5", nil).at("clusters"), 3)
	beyond := f.tidb("GET", "/v1beta1/clusters?skip=50", nil)
	assert.Equal(t, http.StatusOK, beyond.status)
	assert.Empty(t, beyond.at("clusters"))
	token = f.tidb("GET", "/v1beta1/clusters?pageSize=3", nil).text("nextPageToken")
	for query, want := range map[string]int{
		"pageToken=x":                     http.StatusBadRequest,
		"pageToken=" + token:              http.StatusOK,
		"pageSize=1000":                   http.StatusOK, // which is taken for 100
		"pageSize=-1":                     http.StatusBadRequest,
		"filter=state&pageToken=" + token: http.StatusBadRequest,
		"filter=" + escape("state=ACTIVE") + "&pageToken=" + token: http.StatusBadRequest,
	} {
		assert.Equal(t, want, f.tidb("GET", "/v1beta1/clusters?"+query, nil).status, query)
	}
}

func TestConfluentFilters(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	network := f.readyNetwork().text("id")
	f.readyAccess(network)
	env := "environment=" + f.Seed().EnvironmentID
	for path, want := range map[string]int{
		"/networking/v1/networks?" + env:                                      1,
		"/networking/v1/networks?" + env + "&spec.display_name=net":           1,
		"/networking/v1/networks?" + env + "&spec.display_name=other":         0,
		"/networking/v1/networks?environment=" + f.Seed().SecondEnvironmentID: 0,
		"/networking/v1/private-link-accesses?" + env:                         1,
		"/networking/v1/private-link-accesses?" + env + "&spec.network=n-1":   0,
		"/cmk/v2/clusters?" + env:                                             0,
	} {
		got := f.confluent("GET", path, nil)
		require.Equal(t, http.StatusOK, got.status, path)
		assert.Len(t, got.at("data"), want, path)
	}
}

func TestUnknownRoutes(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	got := f.confluent("GET", "/iam/v2/users", nil)
	assert.Equal(t, http.StatusNotFound, got.status)
	assert.Equal(t, "404", got.text("errors.0.status"))
	got = f.confluent("PUT", "/org/v2/environments/env-1", nil)
	assert.Equal(t, http.StatusMethodNotAllowed, got.status)
	assert.Equal(t, "DELETE, GET, PATCH", got.header.Get("Allow"))
	got = f.tidb("GET", "/v1beta1/branches", nil)
	assert.Equal(t, http.StatusNotFound, got.status)
	assert.InDelta(t, 5, got.at("code"), 0)
	got = f.tidb("PATCH", connections(f.Seed().EssentialUSEast1)+"/plc-1", nil)
	assert.Equal(t, http.StatusMethodNotAllowed, got.status)
	got = f.tidb("POST", connections(f.Seed().EssentialUSEast1)+"/plc-1:explode", nil)
	assert.Equal(t, http.StatusNotFound, got.status)
}

func TestBodyLimit(t *testing.T) {
	t.Parallel()
	f := newFixture(t, sandbox.Options{MaxBodyBytes: 100})
	got := f.confluent("POST", "/org/v2/environments", object{"display_name": strings.Repeat("x", 100)})
	assert.Equal(t, http.StatusRequestEntityTooLarge, got.status)
	assert.Contains(t, got.message(), "100 bytes")
}

func TestRateLimits(t *testing.T) {
	t.Parallel()
	f := newFixture(t, sandbox.Options{MaxRequestsPerMinute: 4, ConfluentMaxRequestsPerMinute: 1})
	f.clock.advance(time.Hour)
	assert.Equal(t, "2", f.tidb("GET", "/v1beta1/projects", nil).header.Get("X-Ratelimit-Remaining-Minute"),
		"a challenge counts")
	f.clock.advance(20 * time.Second)
	assert.Equal(t, http.StatusOK, f.tidb("GET", "/v1beta1/projects", nil).status)
	refused := f.tidb("GET", "/v1beta1/projects", nil)
	require.Equal(t, http.StatusTooManyRequests, refused.status)
	assert.InDelta(t, 8, refused.at("code"), 0)
	assert.Equal(t, "4", refused.header.Get("X-Ratelimit-Limit-Minute"))
	assert.Equal(t, "0", refused.header.Get("X-Ratelimit-Remaining-Minute"))
	assert.Equal(t, "40", refused.header.Get("X-Ratelimit-Reset"))
	assert.Empty(t, refused.header.Get("Retry-After"))
	f.clock.advance(40 * time.Second)
	assert.Equal(t, http.StatusOK, f.tidb("GET", "/v1beta1/projects", nil).status)
	assert.Equal(t, http.StatusTooManyRequests, f.tidb("GET", "/v1beta1/projects", nil).status,
		"the second 20 s of the first minute count until a minute after them")

	assert.Equal(t, http.StatusOK, f.confluent("GET", "/org/v2/environments", nil).status)
	refused = f.confluent("GET", "/org/v2/environments", nil)
	assert.Equal(t, http.StatusTooManyRequests, refused.status)
	assert.Equal(t, "60", refused.header.Get("Retry-After"))
	assert.Equal(t, "1", refused.header.Get("X-RateLimit-Limit"))
	assert.Equal(t, "rate_limit_exceeded", refused.text("errors.0.code"))
}

func TestDefaultRateLimit(t *testing.T) {
	t.Parallel()
	f := &fixture{t: t, Server: sandboxtest.New(t)}
	assert.Equal(t, "100", f.tidb("GET", "/v1beta1/projects", nil).header.Get("X-Ratelimit-Limit-Minute"))
	assert.Empty(t, f.confluent("GET", "/org/v2/environments", nil).header.Get("X-Ratelimit-Limit"))
}

// Clients that trust the CA, and only those, can use the TLS addresses.
func TestTLS(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(f.CACertificate()))
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	t.Cleanup(client.CloseIdleConnections)
	for _, address := range []string{
		f.ConfluentTLSURL(), f.TiDBCloudTLSURL(), strings.Replace(f.TiDBCloudTLSURL(), "127.0.0.1", "localhost", 1),
	} {
		require.True(t, strings.HasPrefix(address, "https://"))
		resp, err := client.Do(newRequest(t, "GET", address+"/v1beta1/projects", nil))
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, http.StatusUnauthorized, resp.StatusCode)
	}
	_, err := http.DefaultClient.Do(newRequest(t, "GET", f.TiDBCloudTLSURL(), nil)) //nolint:bodyclose // it has none
	assert.ErrorContains(t, err, "certificate")
}

func TestStartReportsWhatIsWrong(t *testing.T) {
	t.Parallel()
	busy := sandboxtest.New(t)
	for name, opts := range map[string]sandbox.Options{
		"cannot listen":            {TiDBCloudTLSAddress: strings.TrimPrefix(busy.ConfluentURL(), "http://")},
		"unknown profile":          {Profile: "slow"},
		"scale is -1":              {Scale: -1},
		"unknown digest algorithm": {Digest: sandbox.Digest{Algorithm: "MD4"}},
	} {
		server, err := sandbox.Start(opts)
		assert.Nil(t, server)
		assert.ErrorContains(t, err, name)
	}
}

func TestCloseFreesThePorts(t *testing.T) {
	t.Parallel()
	var err error
	for range 10 {
		var server, again *sandbox.Server
		server, err = sandbox.Start(sandbox.Options{})
		require.NoError(t, err)
		address := strings.TrimPrefix(server.TiDBCloudTLSURL(), "https://")
		require.NoError(t, server.Close())
		if again, err = sandbox.Start(sandbox.Options{TiDBCloudTLSAddress: address}); err == nil {
			require.NoError(t, again.Close())
			return
		}
		// Something else on this machine may have taken the port in between, but not each time.
	}
	require.NoError(t, err)
}
