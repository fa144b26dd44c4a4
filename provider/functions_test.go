package provider_test

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGetCluster(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	call := func(id string) (property.Map, error) {
		resp, err := server.Invoke(p.InvokeRequest{
			Token: "tidbconfluent:tidbcloud:getCluster", Args: object(map[string]any{"clusterId": id}),
		})
		return resp.Return, err
	}
	seed := box.Seed()
	tests := []struct{ id, plan, state, provider, region string }{
		{seed.EssentialUSEast1, "ESSENTIAL", "ACTIVE", "aws", "us-east-1"},
		{seed.EssentialUSWest2, "ESSENTIAL", "ACTIVE", "aws", "us-west-2"},
		{seed.Starter, "STARTER", "ACTIVE", "aws", "us-east-1"},
		{seed.Paused, "ESSENTIAL", "PAUSED", "aws", "us-east-1"},
		{seed.AlibabaCloud, "ESSENTIAL", "ACTIVE", "alicloud", "ap-southeast-1"},
	}
	for _, test := range tests {
		got, err := call(test.id)
		require.NoError(t, err)
		assert.Equal(t, test.id, got.Get("clusterId").AsString())
		assert.Equal(t, test.plan, got.Get("clusterPlan").AsString())
		assert.Equal(t, test.state, got.Get("state").AsString())
		assert.Equal(t, test.provider, got.Get("cloudProvider").AsString())
		assert.Equal(t, test.region, got.Get("region").AsString())
		assert.Equal(t, test.provider+"-"+test.region, got.Get("regionId").AsString())
		assert.NotEmpty(t, got.Get("displayName").AsString())
	}
	_, err := call("10000000000000000001")
	require.ErrorContains(t, err, "looking up TiDB Cloud cluster 10000000000000000001")
	_, err = call("../../etc")
	require.ErrorContains(t, err, `clusterId: "../../etc" is not a TiDB Cloud cluster ID`)
}

func TestGetPrivateLinkZones(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	resp, err := server.Invoke(p.InvokeRequest{
		Token: "tidbconfluent:tidbcloud:getPrivateLinkZones",
		Args:  object(map[string]any{"clusterId": box.Seed().EssentialUSEast1}),
	})
	require.NoError(t, err)
	assert.Regexp(t, `^\d{12}$`, resp.Return.Get("accountId").AsString())
	assert.Equal(t, 3, resp.Return.Get("availabilityZoneIds").AsArray().Len())
}

func TestGetPrivateLinkConnection(t *testing.T) {
	t.Parallel()
	server, box := linked(t)
	_, connection := create(t, server, connectionType, connectionInputs(box.Seed().EssentialUSEast1))
	_, attached := create(t, server, attachmentType, attachmentInputs(connection.Properties))
	call := func(id property.Value) (property.Map, error) {
		resp, err := server.Invoke(p.InvokeRequest{
			Token: "tidbconfluent:tidbcloud:getPrivateLinkConnection",
			Args:  object(map[string]any{"clusterId": box.Seed().EssentialUSEast1}).Set("privateLinkConnectionId", id),
		})
		return resp.Return, err
	}
	got, err := call(connection.Properties.Get("privateLinkConnectionId"))
	require.NoError(t, err)
	for _, same := range []string{"displayName", "type", "state", "endpointId", "availabilityZoneIds", "createTime"} {
		assert.Equal(t, connection.Properties.Get(same), got.Get(same), same)
	}
	assert.Equal(t, serviceName, got.Get("endpointServiceName").AsString())
	domains := got.Get("attachedDomains").AsArray().Get(0).AsMap()
	for _, same := range []string{"attachDomainId", "type", "uniqueName", "domains"} {
		assert.Equal(t, attached.Properties.Get(same), domains.Get(same), same)
	}
	_, err = call(property.New("plc-none"))
	require.ErrorContains(t, err, "looking up private link connection")
}
