package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// speaking is a linked server that speaks dialects, which take a minute.
func speaking(t *testing.T, dialects ...sandbox.Dialect) *linked {
	t.Helper()
	times := minutes()
	times.Lag = time.Minute
	f := newFixture(t, sandbox.Options{
		Dialects: dialects, Times: times, Changefeeds: sandbox.ChangefeedOptions{StatesOnly: true},
	})
	network := f.readyNetwork()
	l := &linked{
		fixture: f, network: network.text("id"), service: network.text("status.cloud.private_link_endpoint_service"),
		uniqueName: strings.TrimSuffix(network.text("status.dns_domain"), ".aws.confluent.cloud"),
	}
	l.access = f.readyAccess(l.network)
	return l
}

func (l *linked) established() *linked {
	path := connections(l.Seed().EssentialUSEast1)
	l.tidb("POST", path, connectionRequest(l.Seed().EssentialUSEast1, l.service))
	// The dialect may spell the id in another way, or leave it out.
	l.Update(func(s *sandbox.State) {
		for id := range s.PrivateLinkConnections {
			l.connection = path + "/" + id
		}
	})
	l.clock.advance(4 * time.Minute)
	return l
}

func TestDialectsAreNamed(t *testing.T) {
	t.Parallel()
	seen := map[sandbox.Dialect]bool{}
	for _, d := range sandbox.Dialects() {
		assert.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*$`, d)
		assert.NotEmpty(t, d.About(), d)
		assert.False(t, seen[d], "%s is there twice", d)
		seen[d] = true
	}
	parsed, err := sandbox.ParseDialects(" late-get, busy-aborted ,")
	require.NoError(t, err)
	assert.Equal(t, []sandbox.Dialect{sandbox.LateGet, sandbox.BusyAborted}, parsed)
	_, err = sandbox.ParseDialects("late-get,klingon")
	require.ErrorContains(t, err, `unknown dialect "klingon": use some of [late-get`)
	_, err = sandbox.Start(sandbox.Options{Dialects: []sandbox.Dialect{"klingon"}})
	require.ErrorContains(t, err, "klingon")
}

func TestLateDialects(t *testing.T) {
	t.Parallel()
	l := speaking(t, sandbox.LateGet, sandbox.LateList, sandbox.LateChanges)
	l.connection = l.connect(l.service)
	list := connections(l.Seed().EssentialUSEast1)
	assert.Equal(t, http.StatusNotFound, l.tidb("GET", l.connection, nil).status)
	assert.Equal(t, http.StatusNotFound, l.tidb("DELETE", l.connection, nil).status)
	assert.Empty(t, l.tidb("GET", list, nil).list("privateLinkConnections"))
	l.clock.advance(time.Minute)
	assert.Equal(t, http.StatusOK, l.tidb("GET", l.connection, nil).status)
	assert.Len(t, l.tidb("GET", list, nil).list("privateLinkConnections"), 1)
	for d, n := range l.DialectUses() {
		assert.Equal(t, 1, n, d)
	}

	l = speaking(t, sandbox.LateAttachments, sandbox.LateStates, sandbox.LateDomains).established()
	require.Empty(t, l.attach(l.uniqueName).list("domains"))
	assert.Empty(t, l.tidb("GET", l.connection, nil).list("attachedDomains"))
	l.clock.advance(time.Minute)
	assert.NotEmpty(t, l.tidb("GET", l.connection, nil).list("attachedDomains.0.domains"))
}

func TestBusyDialects(t *testing.T) {
	t.Parallel()
	for dialect, want := range map[sandbox.Dialect][2]int{
		sandbox.BusyAborted: {409, 10}, sandbox.BusyPrecondition: {400, 9}, sandbox.BusyConflict: {409, 9},
		sandbox.BusyTerse: {400, 9}, sandbox.BusyLocked: {423, 14}, sandbox.BusyTooEarly: {425, 14},
		sandbox.BusyUnavailable: {503, 14},
	} {
		l := speaking(t, dialect)
		path, body := connections(l.Seed().EssentialUSEast1), connectionRequest(l.Seed().EssentialUSEast1, l.service)
		for range 2 { // each creation is refused for a minute
			for range 2 {
				refused := l.tidb("POST", path, body)
				assert.Equal(t, want[0], refused.status, dialect)
				assert.InDelta(t, want[1], refused.at("code"), 0, dialect)
			}
			l.clock.advance(time.Minute)
			assert.Equal(t, http.StatusOK, l.tidb("POST", path, body).status, dialect)
		}
		assert.Equal(t, http.StatusOK, l.tidb("GET", path, nil).status, "reading is never refused")
	}
}

func TestLingeringDialects(t *testing.T) {
	t.Parallel()
	l := speaking(t, sandbox.LingeringDomains, sandbox.LingeringNames).established()
	id := l.attach(l.uniqueName).text("attachDomainId")
	l.clock.advance(time.Minute)
	require.Equal(t, http.StatusOK, l.tidb("POST", l.connection+":detachDomains", object{"attachDomainId": id}).status)
	l.clock.advance(time.Minute)
	assert.Empty(t, l.tidb("GET", l.connection, nil).list("attachedDomains"))
	assert.Equal(t, http.StatusBadRequest, l.tidb("DELETE", l.connection, nil).status)
	assert.Equal(t, http.StatusConflict, l.attach(l.uniqueName).status)
	l.clock.advance(time.Minute)
	assert.Equal(t, http.StatusOK, l.tidb("DELETE", l.connection, nil).status)
}

func TestGoneDialects(t *testing.T) {
	t.Parallel()
	for dialect, want := range map[sandbox.Dialect]int{
		sandbox.GoneForbidden: 403, sandbox.GoneBadRequest: 400, sandbox.GoneForGood: 410, sandbox.GoneDeleted: 200,
	} {
		l := speaking(t, dialect).established()
		require.Equal(t, http.StatusOK, l.tidb("DELETE", l.connection, nil).status)
		l.clock.advance(4 * time.Minute)
		gone := l.tidb("GET", l.connection, nil)
		assert.Equal(t, want, gone.status, dialect)
		listed := l.tidb("GET", connections(l.Seed().EssentialUSEast1), nil).list("privateLinkConnections")
		if dialect == sandbox.GoneDeleted {
			assert.Equal(t, "DELETED", gone.text("state"))
			assert.Len(t, listed, 1)
			continue
		}
		assert.Empty(t, listed)
	}
}

func TestErrorDialects(t *testing.T) {
	t.Parallel()
	for dialect, want := range map[sandbox.Dialect]object{
		sandbox.ErrorsAsWords: {"code": "NOT_FOUND", "message": `cluster "1" not found`},
		sandbox.ErrorsInEnvelope: {
			"error": object{"code": 404., "status": "NOT_FOUND", "message": `cluster "1" not found`},
		},
		sandbox.ErrorsWithOwnCodes:       {"code": 49900004., "message": `cluster "1" not found`},
		sandbox.ErrorsWithOwnCodesAsText: {"code": "49900004", "message": `cluster "1" not found`},
	} {
		missing := newFixture(t, sandbox.Options{Dialects: []sandbox.Dialect{dialect}}).tidb("GET",
			"/v1beta1/clusters/1", nil)
		assert.Equal(t, http.StatusNotFound, missing.status)
		assert.Equal(t, want, missing.body, dialect)
	}
}

// Each of the spellings, and each of the other forms, of one answer.
func TestSpellingDialects(t *testing.T) {
	t.Parallel()
	tests := map[sandbox.Dialect]func(*linked){
		sandbox.NumericIDs: func(l *linked) {
			assert.IsType(l.t, 1., l.tidb("GET", l.connection, nil).at("clusterId"))
			assert.IsType(l.t, 1., l.attach(l.uniqueName).at("attachDomainId"))
		},
		sandbox.NumbersAsText: func(l *linked) {
			assert.Equal(l.t, "1", l.tidb("GET", connections(l.Seed().EssentialUSEast1), nil).at("totalSize"))
		},
		sandbox.LowerCaseWords: func(l *linked) {
			assert.Equal(l.t, "active", l.tidb("GET", l.connection, nil).text("state"))
			assert.Equal(l.t, "essential",
				l.tidb("GET", "/v1beta1/clusters/"+l.Seed().EssentialUSEast1+"?view=FULL", nil).text("servicePlan"))
		},
		sandbox.PrefixedWords: func(l *linked) {
			assert.Equal(l.t, "STATE_ACTIVE", l.tidb("GET", l.connection, nil).text("state"))
		},
		sandbox.SnakeCase: func(l *linked) {
			assert.NotEmpty(l.t, l.tidb("GET", l.connection, nil).text("aws_endpoint_service.endpoint_id"))
		},
		sandbox.Envelopes: func(l *linked) {
			assert.Equal(l.t, "ACTIVE", l.tidb("GET", l.connection, nil).text("privateLinkConnection.state"))
		},
		sandbox.RegionNameOnly: func(l *linked) {
			cluster := l.tidb("GET", "/v1beta1/clusters/"+l.Seed().EssentialUSEast1, nil)
			assert.Equal(l.t, object{"name": "regions/aws-us-east-1", "displayName": "N. Virginia (us-east-1)"},
				cluster.at("region"))
		},
		sandbox.AbridgedLists: func(l *linked) {
			assert.Len(l.t, l.tidb("GET", connections(l.Seed().EssentialUSEast1), nil).at("privateLinkConnections.0"),
				3)
		},
		sandbox.NoContent: func(l *linked) {
			assert.Equal(l.t, http.StatusNoContent, l.tidb("DELETE", l.connection, nil).status)
		},
	}
	for dialect, check := range tests {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			check(speaking(t, dialect).established())
		})
	}
}

func TestDigestDialects(t *testing.T) {
	t.Parallel()
	challenge := func(d sandbox.Dialect) string {
		f := newFixture(t, sandbox.Options{Dialects: []sandbox.Dialect{d}})
		return send(t, newRequest(t, "GET", f.TiDBCloudURL()+"/v1beta1/clusters", nil)).header.Get("Www-Authenticate")
	}
	assert.Regexp(t, `^digest realm="tidbcloud", nonce="\w+", opaque="\w+", qop="auth", algorithm=md5$`,
		challenge(sandbox.DigestInLowerCase))
	assert.Regexp(t,
		`^Digest realm="tidbcloud" ,  nonce="\w+" ,  opaque="\w+" ,  qop="auth-int, auth" ,  algorithm="MD5"$`,
		challenge(sandbox.DigestQuoted))
	assert.Regexp(t, `^Bearer realm="tidbcloud", Digest realm=`, challenge(sandbox.DigestAfterBearer))
	// The fixture takes a fresh nonce for each request; one that was used is refused, and not called stale.
	f := newFixture(t, sandbox.Options{Dialects: []sandbox.Dialect{sandbox.DigestOnce}})
	first := challengeOf(t, f)
	assert.Equal(t, http.StatusOK, signedWith(t, f, first).status)
	again := signedWith(t, f, first)
	assert.Equal(t, http.StatusUnauthorized, again.status)
	assert.NotContains(t, again.header.Get("Www-Authenticate"), "stale")
}

func challengeOf(t *testing.T, f *fixture) string {
	t.Helper()
	return send(t, newRequest(t, "GET", f.TiDBCloudURL()+"/v1beta1/clusters", nil)).header.Get("Www-Authenticate")
}

func signedWith(t *testing.T, f *fixture, challenge string) reply {
	t.Helper()
	r := newRequest(t, "GET", f.TiDBCloudURL()+"/v1beta1/clusters", nil)
	r.Header.Set("Authorization", signDigest(f.Credentials(), r, challenge))
	return send(t, r)
}

// A cluster has one connection, or one changefeed, of a kind. Another cluster has its own.
func TestUniqueDialects(t *testing.T) {
	t.Parallel()
	l := speaking(t, sandbox.UniqueServices).established()
	named := func(cluster, name string) object {
		return object{"privateLinkConnection": object{
			"awsEndpointService": object{"name": l.service}, "clusterId": cluster, "displayName": name,
			"type": "AWS_ENDPOINT_SERVICE",
		}}
	}
	first, second := l.Seed().EssentialUSEast1, l.Seed().EssentialUSEast1B
	assert.Equal(t, http.StatusConflict, l.tidb("POST", connections(first), named(first, "y")).status)
	assert.Equal(t, http.StatusOK, l.tidb("POST", connections(second), named(second, "y")).status)

	l = speaking(t, sandbox.UniqueNames).established()
	assert.Equal(t, http.StatusConflict, l.tidb("POST", connections(first), named(first, "x")).status)
	assert.Equal(t, http.StatusOK, l.tidb("POST", connections(first), named(first, "y")).status)
	assert.Equal(t, http.StatusOK, l.tidb("POST", connections(second), named(second, "x")).status)

	l = speaking(t, sandbox.UniqueDomains).established()
	domains := object{"attachDomain": object{"type": "CONFLUENT", "uniqueName": l.uniqueName}}
	other := l.connect(l.service)
	l.clock.advance(4 * time.Minute)
	assert.Equal(t, http.StatusOK, l.tidb("POST", other+":attachDomains", domains).status)
	assert.Equal(t, http.StatusConflict, l.tidb("POST", l.connection+":attachDomains", domains).status)

	f, created := feedingIn(t, sandbox.UniqueNames)
	require.NotEmpty(t, created.text("changefeedId"))
	assert.Equal(t, http.StatusConflict, f.tidb("POST", f.path, changefeedRequest(f.plc)).status)
	assert.Equal(t, http.StatusOK,
		f.tidb("POST", f.path, with(changefeedRequest(f.plc), "another", "displayName")).status)
}

func TestStaleReads(t *testing.T) {
	t.Parallel()
	l := speaking(t, sandbox.StaleReads).established()
	require.Equal(t, http.StatusOK, l.tidb("DELETE", l.connection, nil).status)
	states := map[string]int{}
	for range 4 {
		states[l.tidb("GET", l.connection, nil).text("state")]++
	}
	assert.Equal(t, map[string]int{"ACTIVE": 2, "DELETING": 2}, states)
	l.clock.advance(4 * time.Minute)
	assert.Equal(t, http.StatusNotFound, l.tidb("GET", l.connection, nil).status)
}
