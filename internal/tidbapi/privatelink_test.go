package tidbapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const connectionJSON = `{"privateLinkConnectionId":"plc-1","clusterId":"1001","displayName":"kafka","state":"ACTIVE",
	"type":"AWS_ENDPOINT_SERVICE","message":"","createTime":"2026-01-01T00:00:00Z","updateTime":null,
	"awsEndpointService":{"name":"com.amazonaws.vpce.us-east-1.vpce-svc-1","region":"us-east-1","endpointId":"vpce-1",
	"availabilityZoneIds":["use1-az1"]},"attachedDomains":[{"attachDomainId":"ad-1","clusterId":"1001",
	"privateLinkConnectionId":"plc-1","type":"CONFLUENT","uniqueName":"domnprzqrog.us-east-1","createdBy":"me",
	"domains":[{"name":"*.domnprzqrog.us-east-1.aws.confluent.cloud","state":"ACTIVE","message":"m"}],
	"createTime":"2026-01-02T00:00:00Z"}]}`

var connection = PrivateLinkConnection{
	PrivateLinkConnectionID: "plc-1", ClusterID: "1001", DisplayName: "kafka",
	Type: ConnectionTypeAWSEndpointService, State: ConnectionStateActive, CreateTime: "2026-01-01T00:00:00Z",
	AWSEndpointService: &EndpointService{
		Name: "com.amazonaws.vpce.us-east-1.vpce-svc-1", Region: "us-east-1", EndpointID: "vpce-1",
		AvailabilityZoneIDs: []string{"use1-az1"},
	},
	AttachedDomains: []AttachDomain{{
		AttachDomainID: "ad-1", ClusterID: "1001", PrivateLinkConnectionID: "plc-1", Type: DomainTypeConfluent,
		UniqueName: "domnprzqrog.us-east-1", CreateTime: "2026-01-02T00:00:00Z",
		Domains: []Domain{{Name: "*.domnprzqrog.us-east-1.aws.confluent.cloud", State: "ACTIVE", Message: "m"}},
	}},
}

func TestGetPrivateLinkZones(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK, `{"accountId":"123456789012","azIds":["use1-az6","use1-az1"]}`))
	zones, err := fake.start(t).GetPrivateLinkZones(t.Context(), "1001")
	require.NoError(t, err)
	assert.Equal(t, &PrivateLinkZones{AccountID: "123456789012", AZIDs: []string{"use1-az6", "use1-az1"}}, zones)
	assert.Equal(t, []string{"GET /v1beta1/clusters/1001/privateLinkConnections:getAvailabilityZones"}, fake.calls())
}

func TestGetPrivateLinkConnection(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK, connectionJSON))
	got, err := fake.start(t).GetPrivateLinkConnection(t.Context(), "1001", "plc-1")
	require.NoError(t, err)
	assert.Equal(t, &connection, got)
	assert.Equal(t, []string{"GET /v1beta1/clusters/1001/privateLinkConnections/plc-1"}, fake.calls())
}

func TestListPrivateLinkConnectionsReadsAllPages(t *testing.T) {
	t.Parallel()
	// totalSize is an int64, which protobuf's JSON writes as a string; both forms are in use.
	pages := map[string]string{
		"":    `{"privateLinkConnections":[{"privateLinkConnectionId":"plc-1"}],"nextPageToken":"a&b","totalSize":3}`,
		"a&b": `{"privateLinkConnections":[{"privateLinkConnectionId":"plc-2"}],"nextPageToken":"c","totalSize":"3"}`,
		// A list that has changed meanwhile repeats what was at the end of the page before.
		"c": `{"privateLinkConnections":[{"privateLinkConnectionId":"plc-2"},{"privateLinkConnectionId":"plc-3"}],` +
			`"nextPageToken":"","totalSize":null}`,
	}
	fake := newFake(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "100", r.URL.Query().Get("pageSize"))
		reply(w, http.StatusOK, pages[r.URL.Query().Get("pageToken")])
	})
	all, err := fake.start(t).ListPrivateLinkConnections(t.Context(), "1001")
	require.NoError(t, err)
	var ids []string
	for _, c := range all {
		ids = append(ids, c.PrivateLinkConnectionID)
	}
	assert.Equal(t, []string{"plc-1", "plc-2", "plc-3"}, ids)
}

func TestListWithoutConnections(t *testing.T) {
	t.Parallel()
	all, err := newFake(always(http.StatusOK, `{}`)).start(t).ListPrivateLinkConnections(t.Context(), "1001")
	require.NoError(t, err)
	assert.Empty(t, all)
}

func TestEndlessListEnds(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK, `{"privateLinkConnections":[],"nextPageToken":"again"}`))
	_, err := fake.start(t).ListPrivateLinkConnections(t.Context(), "1001")
	require.ErrorContains(t, err, "does not end")
	assert.Len(t, fake.calls(), maxPages)
}

func TestListWithHugePagesEnds(t *testing.T) {
	t.Parallel()
	page := `{"privateLinkConnections":[` + strings.Repeat("{},", maxItems/2) + `{}],"nextPageToken":"again"}`
	fake := newFake(always(http.StatusOK, page))
	_, err := fake.start(t).ListPrivateLinkConnections(t.Context(), "1001")
	require.ErrorContains(t, err, "is too long")
	assert.Len(t, fake.calls(), 2)
}

func TestDelete(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK, connectionJSON))
	require.NoError(t, fake.start(t).DeletePrivateLinkConnection(t.Context(), "1001", "plc-1"))
	assert.Equal(t, []string{"DELETE /v1beta1/clusters/1001/privateLinkConnections/plc-1"}, fake.calls())
}

func TestDetach(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK, `{}`))
	require.NoError(t, fake.start(t).DetachDomains(t.Context(), "1001", "plc-1", "ad-1"))
	last := fake.all()[fake.count()-1]
	assert.Equal(t, "/v1beta1/clusters/1001/privateLinkConnections/plc-1:detachDomains", last.uri)
	assert.JSONEq(t, `{"attachDomainId":"ad-1"}`, last.body)
	assert.Equal(t, "application/json", last.header.Get("Content-Type"))
}

func TestDryRun(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK,
		`{"type":"TIDBCLOUD_MANAGED","uniqueName":"u","domains":[{"name":"*.use1-az1.u.aws.plc.tidbcloud.com"}]}`))
	got, err := fake.start(t).ValidateDomains(
		t.Context(), "1001", "plc-1", AttachDomain{Type: DomainTypeTiDBCloudManaged})
	require.NoError(t, err)
	assert.Equal(t, &AttachDomain{
		Type: DomainTypeTiDBCloudManaged, UniqueName: "u",
		Domains: []Domain{{Name: "*.use1-az1.u.aws.plc.tidbcloud.com"}},
	}, got)
	assert.Equal(t, []string{"POST /v1beta1/clusters/1001/privateLinkConnections/plc-1:attachDomains"}, fake.calls())
	assert.JSONEq(t, `{"attachDomain":{"type":"TIDBCLOUD_MANAGED","uniqueName":""},"validateOnly":true}`,
		fake.all()[fake.count()-1].body)
}

func TestDryRunIsRepeatedFreely(t *testing.T) {
	t.Parallel()
	fake := newFake(failing(1, http.StatusBadGateway))
	_, err := fake.start(t).ValidateDomains(t.Context(), "1", "plc-1", AttachDomain{Type: DomainTypeConfluent})
	require.NoError(t, err)
	assert.Len(t, fake.calls(), 2)
}

func TestEmptyIDsAreRefused(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK, `{}`))
	c := fake.start(t)
	for want, calls := range map[string][]func(context.Context) error{
		"cluster ID": {
			func(ctx context.Context) error { _, err := c.GetCluster(ctx, ""); return err },
			func(ctx context.Context) error { _, err := c.GetPrivateLinkZones(ctx, ""); return err },
			func(ctx context.Context) error { _, err := c.ListPrivateLinkConnections(ctx, ""); return err },
			func(ctx context.Context) error {
				_, err := c.CreatePrivateLinkConnection(ctx, PrivateLinkConnection{})
				return err
			},
			func(ctx context.Context) error { return c.DeletePrivateLinkConnection(ctx, "", "plc-1") },
		},
		"private link connection ID": {
			func(ctx context.Context) error { _, err := c.GetPrivateLinkConnection(ctx, "1", ""); return err },
			func(ctx context.Context) error { return c.DeletePrivateLinkConnection(ctx, "1", "") },
			func(ctx context.Context) error { return c.DetachDomains(ctx, "1", "", "ad-1") },
			func(ctx context.Context) error {
				_, err := c.ValidateDomains(ctx, "1", "", AttachDomain{})
				return err
			},
		},
		"attach domain ID": {
			func(ctx context.Context) error { return c.DetachDomains(ctx, "1", "plc-1", "") },
		},
	} {
		for _, call := range calls {
			require.ErrorContains(t, call(t.Context()), fmt.Sprintf("the %s is empty", want))
		}
	}
	assert.Zero(t, fake.count())
}

func TestConnectionPredicates(t *testing.T) {
	t.Parallel()
	assert.True(t, PrivateLinkConnection{State: "ACTIVE"}.IsActive())
	assert.True(t, PrivateLinkConnection{State: "FAILED"}.IsFailed())
	assert.True(t, PrivateLinkConnection{State: "DELETING"}.IsDeleting())
	creating := PrivateLinkConnection{State: "CREATING"}
	assert.False(t, creating.IsActive() || creating.IsFailed() || creating.IsDeleting())
	assert.Equal(t, "com.amazonaws.vpce.us-east-1.vpce-svc-1", connection.EndpointServiceName())
	assert.Equal(t, "a", PrivateLinkConnection{
		AlicloudEndpointService: &EndpointService{Name: "a"},
	}.EndpointServiceName())
	assert.Empty(t, creating.EndpointServiceName())
	assert.Equal(t, &connection.AttachedDomains[0], connection.AttachedDomain("ad-1"))
	assert.Nil(t, connection.AttachedDomain("ad-2"))
}

// Answers of success to another question: storing them would empty the state.
func TestAnswersAboutNothingAreRefused(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"privateLinkConnectionId":"plc-2"}`} {
		c := newFake(always(http.StatusOK, body)).start(t)
		_, err := c.GetPrivateLinkConnection(t.Context(), "1", "plc-1")
		assert.ErrorContains(t, err, "/v1beta1/clusters/1/privateLinkConnections/plc-1: it is about", body)
		_, err = c.GetPrivateLinkZones(t.Context(), "1")
		assert.ErrorContains(t, err, "it contains no account", body)
	}
	c := newFake(always(http.StatusOK, " null\n")).start(t)
	_, err := c.ListPrivateLinkConnections(t.Context(), "1")
	assert.ErrorContains(t, err, "is not the JSON expected", "an empty list would be believed")
}

// A proxy's page does not prove a deletion, even with a status of success.
func TestAPageIsNoDeletion(t *testing.T) {
	t.Parallel()
	c := newFake(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<html>sign in</html>"))
	}).start(t)
	assert.ErrorContains(t, c.DeletePrivateLinkConnection(t.Context(), "1", "plc-1"), "serverlessEndpoint")
	assert.ErrorContains(t, c.DetachDomains(t.Context(), "1", "plc-1", "ad-1"), "serverlessEndpoint")
}

var wanted = PrivateLinkConnection{
	ClusterID: "1001", DisplayName: "kafka", Type: ConnectionTypeAWSEndpointService,
	AWSEndpointService: &EndpointService{Name: "com.amazonaws.vpce.us-east-1.vpce-svc-1"},
}

func TestCreateSendsWhatAClientMaySet(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		service func(*PrivateLinkConnection)
		want    string
	}{
		"aws": {
			func(*PrivateLinkConnection) {},
			`"type":"AWS_ENDPOINT_SERVICE","awsEndpointService":{"name":"com.amazonaws.vpce.us-east-1.vpce-svc-1"}`,
		},
		"aws with region": {
			func(p *PrivateLinkConnection) {
				p.AWSEndpointService = &EndpointService{Name: "n", Region: "us-west-2"}
			},
			`"type":"AWS_ENDPOINT_SERVICE","awsEndpointService":{"name":"n","region":"us-west-2"}`,
		},
		"alicloud": {
			func(p *PrivateLinkConnection) {
				p.Type, p.AWSEndpointService = ConnectionTypeAlicloudEndpointService, nil
				p.AlicloudEndpointService = &EndpointService{Name: "n"}
			},
			`"type":"ALICLOUD_ENDPOINT_SERVICE","alicloudEndpointService":{"name":"n"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := newFake(always(http.StatusOK, `{"privateLinkConnectionId":"plc-1","state":"CREATING"}`))
			p := wanted
			tc.service(&p)
			got, err := fake.start(t).CreatePrivateLinkConnection(t.Context(), p)
			require.NoError(t, err)
			assert.Equal(t, "plc-1", got.PrivateLinkConnectionID)
			assert.Equal(t, ConnectionStateCreating, got.State)
			last := fake.all()[fake.count()-1]
			assert.Equal(t, "POST /v1beta1/clusters/1001/privateLinkConnections", last.method+" "+last.uri)
			assert.JSONEq(t,
				`{"privateLinkConnection":{"clusterId":"1001","displayName":"kafka",`+tc.want+`}}`, last.body)
		})
	}
}

func TestAttachSends(t *testing.T) {
	t.Parallel()
	fake := newFake(always(http.StatusOK, `{"attachDomainId":"ad-1"}`))
	_, err := fake.start(t).AttachDomains(t.Context(), "1001", "plc-1",
		AttachDomain{Type: DomainTypeConfluent, UniqueName: "domnprzqrog.us-east-1"})
	require.NoError(t, err)
	last := fake.all()[fake.count()-1]
	assert.Equal(t, "/v1beta1/clusters/1001/privateLinkConnections/plc-1:attachDomains", last.uri)
	assert.JSONEq(t,
		`{"attachDomain":{"type":"CONFLUENT","uniqueName":"domnprzqrog.us-east-1"},"validateOnly":false}`, last.body)
}

// TestCreationsAreNeverRepeated: whatever the answer to a creation, the client asks once, and reports the outcome.
func TestCreationsAreNeverRepeated(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status  int
		body    string
		outcome Outcome
	}{
		{429, `{"code":8}`, Undone},
		{500, `{"code":13}`, Unknown},
		{503, `{"code":14}`, Unknown},
		{400, `{"code":3}`, Refused},
		{200, `{}`, Done},
		{200, `<html>`, Done},
		{200, `{"privateLinkConnectionId":"plc-1/..","attachDomainId":"../a","changefeedId":"a/b"}`, Done},
	} {
		fake := newFake(always(tc.status, tc.body))
		c := fake.start(t)
		for _, create := range []func() error{
			func() error { _, err := c.CreatePrivateLinkConnection(t.Context(), wanted); return err },
			func() error { _, err := c.AttachDomains(t.Context(), "1001", "plc-1", AttachDomain{}); return err },
			func() error {
				_, err := c.CreateChangefeed(t.Context(),
					Changefeed{ClusterID: "1001", Sink: &ChangefeedSink{Kafka: &KafkaSink{}}})
				return err
			},
		} {
			before := len(fake.calls())
			err := create()
			require.Error(t, err, tc.body)
			assert.Equal(t, tc.outcome, OutcomeOf(err), "%v", err)
			assert.Len(t, fake.calls(), before+1)
		}
	}
}

// The unique name of domains of Confluent is read from any of the forms that it may have.
func TestUniqueNameOfDomains(t *testing.T) {
	t.Parallel()
	const name = "domnprzqrog.us-east-1"
	for body, want := range map[string]string{
		`"uniqueName":"domnprzqrog.us-east-1"`:                                              name,
		`"uniqueName":"Domnprzqrog.us-east-1"`:                                              name,
		`"uniqueName":"domnprzqrog.us-east-1.aws.confluent.cloud"`:                          name,
		`"uniqueName":"*.use1-az1.DOMNPRZQROG.us-east-1.aws.confluent.cloud."`:              name,
		`"domains":[{"name":"*.use1-az1.domnprzqrog.us-east-1.aws.confluent.cloud"}]`:       name,
		`"domains":[{"name":"x.y"},{"name":"*.Domnprzqrog.us-east-1.AWS.confluent.cloud"}]`: name,
		`"uniqueName":"x y","domains":[{"name":"*.dom1.us-east-1.aws.confluent.cloud"}]`:    "x y",
		`"domains":[{"name":"*.us-east-1.aws.confluent.cloud"}]`:                            "",
	} {
		var d AttachDomain
		require.NoError(t, reader{}.read([]byte(`{"type":"confluent",`+body+`}`), &d))
		assert.Equal(t, want, d.UniqueName, body)
	}
	var d AttachDomain
	require.NoError(t, reader{}.read([]byte(`{"type":"TIDBCLOUD_MANAGED","uniqueName":"Abc"}`), &d))
	assert.Equal(t, "Abc", d.UniqueName)
}
