package sandbox_test

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/sandboxtest"
)

// object is a decoded JSON object.
type object = map[string]any

// clock is a clock that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// fixture is a server with a clock of its own and clients for both services.
type fixture struct {
	t *testing.T
	*sandbox.Server
	clock *clock
}

// minutes are durations that are easy to distinguish.
func minutes() sandbox.Times {
	return sandbox.Times{
		NetworkCreate: 10 * time.Minute, NetworkDelete: 3 * time.Minute, SchemaRegistryCreate: 2 * time.Minute,
		PrivateLinkAccessCreate: time.Minute,
		PrivateLinkAccessDelete: 2 * time.Minute, KafkaClusterCreate: 25 * time.Minute,
		KafkaClusterResize: 7 * time.Minute, KafkaClusterDelete: 5 * time.Minute,
		ConnectionCreate: 3 * time.Minute, ConnectionAccept: time.Minute, ConnectionDelete: 4 * time.Minute,
		APIKeySync: 2 * time.Minute, RoleBindingSync: time.Minute, DomainAttach: time.Minute, DomainDetach: time.Minute,
		ChangefeedCreate: 5 * time.Minute, ChangefeedStart: time.Minute, ChangefeedStop: time.Minute,
		ChangefeedDelete: time.Minute,
	}
}

func newFixture(t *testing.T, opts ...sandbox.Options) *fixture {
	t.Helper()
	f := &fixture{t: t, clock: &clock{now: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)}}
	options := append(opts, sandbox.Options{})[0]
	options.Clock = f.clock.Now
	if options.Times == (sandbox.Times{}) {
		options.Times = minutes()
	}
	if options.MaxRequestsPerMinute == 0 {
		options.MaxRequestsPerMinute = -1
	}
	f.Server = sandboxtest.New(t, options)
	return f
}

// reply is an answer with its body decoded.
type reply struct {
	status int
	header http.Header
	body   object
}

// confluent calls Confluent Cloud.
func (f *fixture) confluent(method, path string, body any) reply {
	f.t.Helper()
	r := newRequest(f.t, method, f.ConfluentURL()+path, body)
	r.SetBasicAuth(f.Credentials().CloudAPIKey, f.Credentials().CloudAPISecret)
	return send(f.t, r)
}

// tidb calls TiDB Cloud, including the challenge.
func (f *fixture) tidb(method, path string, body any) reply {
	f.t.Helper()
	challenge := send(f.t, newRequest(f.t, method, f.TiDBCloudURL()+path, body))
	require.Equal(f.t, http.StatusUnauthorized, challenge.status)
	r := newRequest(f.t, method, f.TiDBCloudURL()+path, body)
	r.Header.Set("Authorization", signDigest(f.Credentials(), r, challenge.header.Get("Www-Authenticate")))
	return send(f.t, r)
}

var (
	challengeNonce  = regexp.MustCompile(`nonce="([^"]+)"`)
	challengeOpaque = regexp.MustCompile(`opaque="([^"]+)"`)
)

// signDigest builds the Authorization header of a request (MD5, qop=auth).
func signDigest(c sandbox.Credentials, r *http.Request, challenge string) string {
	hash := func(parts ...string) string {
		sum := md5.Sum([]byte(strings.Join(parts, ":")))
		return hex.EncodeToString(sum[:])
	}
	nonce, uri := challengeNonce.FindStringSubmatch(challenge)[1], r.URL.RequestURI()
	response := hash(hash(c.PublicKey, "tidbcloud", c.PrivateKey), nonce, "00000001", "c", "auth", hash(r.Method, uri))
	return fmt.Sprintf(`Digest username=%q, realm="tidbcloud", nonce=%q, uri=%q, algorithm=MD5, `+
		`cnonce="c", qop=auth, nc=00000001, response=%q, opaque=%q`, c.PublicKey, nonce, uri, response,
		challengeOpaque.FindStringSubmatch(challenge)[1])
}

func newRequest(t *testing.T, method, url string, body any) *http.Request {
	t.Helper()
	encoded, err := json.Marshal(body)
	require.NoError(t, err)
	if body == nil {
		encoded = nil
	}
	r, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(encoded))
	require.NoError(t, err)
	return r
}

func send(t *testing.T, r *http.Request) reply {
	t.Helper()
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	content, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	result := reply{status: resp.StatusCode, header: resp.Header}
	if len(content) > 0 {
		require.Equal(t, "application/json", resp.Header.Get("Content-Type"))
		require.NoError(t, json.Unmarshal(content, &result.body))
	}
	return result
}

// at walks into nested objects and lists: at("spec.zones.0").
func (r reply) at(path string) any {
	var here any = r.body
	for key := range strings.SplitSeq(path, ".") {
		switch value := here.(type) {
		case object:
			here = value[key]
		case []any:
			var i int
			if _, err := fmt.Sscan(key, &i); err != nil || i >= len(value) {
				return nil
			}
			here = value[i]
		default:
			return nil
		}
	}
	return here
}

func (r reply) text(path string) string {
	text, _ := r.at(path).(string)
	return text
}

func (r reply) list(path string) []any {
	list, _ := r.at(path).([]any)
	return list
}

// message is the error message, of either service.
func (r reply) message() string { return r.text("errors.0.detail") + r.text("message") }

// ref is a reference as the real provider sends it.
func ref(id string) object { return object{"id": id, "related": "", "resource_name": ""} }

func networkRequest(environment string, changes object) object {
	spec := object{
		"cloud": "AWS", "region": "us-east-1", "connection_types": []string{"PRIVATELINK"},
		"display_name": "net", "dns_config": object{"resolution": "PRIVATE"},
		"zones": []string{"use1-az1", "use1-az2", "use1-az6"}, "environment": ref(environment),
	}
	for key, value := range changes {
		if spec[key] = value; value == nil {
			delete(spec, key)
		}
	}
	return object{"spec": spec}
}

func accessRequest(environment, network, account string) object {
	return object{"spec": object{
		"cloud":        object{"account": account, "kind": "AwsPrivateLinkAccess"},
		"display_name": "p", "environment": ref(environment), "network": ref(network),
	}}
}

func clusterRequest(environment, network string, changes object) object {
	spec := object{
		"availability": "MULTI_ZONE", "cloud": "AWS", "region": "us-east-1", "display_name": "k",
		"config":      object{"cku": 2, "kind": "Dedicated", "release_priority": "REGULAR"},
		"environment": ref(environment), "network": ref(network),
	}
	for key, value := range changes {
		if spec[key] = value; value == nil {
			delete(spec, key)
		}
	}
	return object{"spec": spec}
}

func connectionRequest(cluster, service string) object {
	return object{"privateLinkConnection": object{
		"awsEndpointService": object{"name": service}, "clusterId": cluster, "displayName": "x",
		"type": "AWS_ENDPOINT_SERVICE",
	}}
}

// readyNetwork creates a network and waits until it is READY.
func (f *fixture) readyNetwork() reply {
	f.t.Helper()
	created := f.confluent("POST", "/networking/v1/networks", networkRequest(f.Seed().EnvironmentID, nil))
	require.Equal(f.t, http.StatusAccepted, created.status, created.message())
	f.clock.advance(10 * time.Minute)
	return f.network(created.text("id"))
}

func (f *fixture) network(id string) reply {
	f.t.Helper()
	return f.confluent("GET", "/networking/v1/networks/"+id+"?environment="+f.Seed().EnvironmentID, nil)
}

// readyAccess creates an access for TiDB Cloud's account and waits for it.
func (f *fixture) readyAccess(network string) string {
	f.t.Helper()
	created := f.confluent("POST", "/networking/v1/private-link-accesses",
		accessRequest(f.Seed().EnvironmentID, network, "111122223333"))
	require.Equal(f.t, http.StatusAccepted, created.status, created.message())
	f.clock.advance(time.Minute)
	return created.text("id")
}

func connections(cluster string) string {
	return "/v1beta1/clusters/" + cluster + "/privateLinkConnections"
}

// connect creates a connection of the first TiDB cluster and returns its path.
func (f *fixture) connect(service string) string {
	f.t.Helper()
	path := connections(f.Seed().EssentialUSEast1)
	created := f.tidb("POST", path, connectionRequest(f.Seed().EssentialUSEast1, service))
	require.Equal(f.t, http.StatusOK, created.status, created.message())
	return path + "/" + created.text("privateLinkConnectionId")
}
