package tidbapi

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLooseAnswers(t *testing.T) {
	t.Parallel()
	cluster := func(body string) Cluster {
		var c Cluster
		require.NoError(t, reader{}.read([]byte(body), &c), body)
		return c
	}
	const id = "10684312905347001938"
	for _, body := range []string{
		`{"clusterId":"` + id + `"}`, `{"clusterId":` + id + `}`, `{"cluster_id":` + id + `}`, `{"ClusterID":"` + id +
			`"}`,
		`{"cluster":{"clusterId":` + id + `}}`, `{"data":{"cluster_id":"` + id + `"},"trace":"x"}`,
		`{"clusterId":1.0684312905347001938e19}`, `{"clusterId":1.0684312905347001938E+19}`,
	} {
		assert.Equal(t, id, cluster(body).ClusterID, body)
	}
	region := Region{RegionID: "aws-us-east-1", CloudProvider: "aws"}
	for _, body := range []string{
		`{"regionId":"aws-us-east-1","cloudProvider":"aws"}`, `{"regionId":"AWS-US-EAST-1","cloudProvider":"AWS"}`,
		`{"name":"regions/aws-us-east-1"}`, `{"name":"regions/aws-us-east-1","cloudProvider":null}`,
		`{"regionId":"us-east-1","cloudProvider":"aws"}`, `{"regionId":"us-east-1","provider":"AWS"}`,
		`{"regionId":"aws-us-east-1"}`, `{"region_id":"aws-us-east-1","cloud_provider":"CLOUD_PROVIDER_AWS"}`,
	} {
		assert.Equal(t, region, cluster(`{"clusterId":"1","region":`+body+`}`).Region, body)
	}
	// Anything else stays an error, or is ignored.
	var c Cluster
	for _, body := range []string{`{"clusterId":{}}`, `{"clusterId":true}`, `[]`, `"x"`, `{"clusterId":"1"} x`, ``} {
		require.Error(t, reader{}.read([]byte(body), &c), body)
	}
	assert.Equal(t, Cluster{}, cluster(`{"a":{"clusterId":"1"},"b":{"clusterId":"2"}}`), "it is not known which")
	assert.Equal(t, "1e999999999", cluster(`{"clusterId":1e999999999}`).ClusterID)
}

func TestLoosePages(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"privateLinkConnections":[{"privateLinkConnectionId":"plc-1"}],"nextPageToken":"2","totalSize":"1"}`,
		`{"private_link_connections":[{"private_link_connection_id":"plc-1"}],"next_page_token":2}`,
		`{"data":{"privateLinkConnections":[{"privateLinkConnectionId":"plc-1"}],"nextPageToken":"2"}}`,
	} {
		var p page
		require.NoError(t, reader{}.read([]byte(body), &p), body)
		assert.Equal(t, "2", p.NextPageToken)
		require.Len(t, p.PrivateLinkConnections, 1, body)
		assert.Equal(t, "plc-1", p.PrivateLinkConnections[0].PrivateLinkConnectionID)
	}
	for _, body := range []string{`{}`, `{"privateLinkConnections":null,"nextPageToken":null}`, `{"totalSize":0}`} {
		var p page
		require.NoError(t, reader{}.read([]byte(body), &p), body)
		assert.Empty(t, p.PrivateLinkConnections)
		assert.Empty(t, p.NextPageToken)
	}
}

func TestSpelling(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"ACTIVE": "ACTIVE", "active": "ACTIVE", "Active": "ACTIVE", "STATE_ACTIVE": "ACTIVE", " active ": "ACTIVE",
		"PRIVATE_LINK_CONNECTION_STATE_ACTIVE": "ACTIVE", "pending-acceptance": "PENDING_ACCEPTANCE",
		"Pending Acceptance": "PENDING_ACCEPTANCE", "NOT_ACTIVE": "NOT_ACTIVE", "INACTIVE": "INACTIVE",
		"Hibernating": "Hibernating", "": "",
	} {
		assert.Equal(t, want, spelled(given, vocabularies["state"]), given)
	}
	assert.True(t, PrivateLinkConnection{State: "available"}.IsActive())
	assert.False(t, PrivateLinkConnection{State: "INACTIVE"}.IsActive())
	for body, want := range map[string]string{
		`{"accountId":12345678901}`:        "012345678901", // a number has no zeros at its beginning
		`{"accountId":"1234567890123456"}`: "1234567890123456",
	} {
		var zones PrivateLinkZones
		require.NoError(t, reader{}.read([]byte(body), &zones))
		assert.Equal(t, want, zones.AccountID)
	}
}
