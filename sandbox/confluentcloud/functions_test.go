package confluentcloud_test

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

func (s *stack) invoke(name string, args map[string]any) (property.Map, error) {
	s.t.Helper()
	resp, err := s.Invoke(p.InvokeRequest{Token: function(name), Args: properties(args)})
	require.Empty(s.t, resp.Failures)
	return resp.Return, err
}

func function(name string) tokens.Type {
	return tokens.Type("confluentcloud:index/" + name + ":" + name)
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	env := s.sandbox.Seed().EnvironmentID
	net := s.create(networkType, networkArgs(env))
	access := s.create(accessType, accessArgs(env, net.id))
	cluster := s.create(clusterType, clusterArgs(env, net.id, 2))

	inList := func(m property.Map, name, key string) string {
		require.Equal(t, 1, m.Get(name).AsArray().Len(), name)
		return m.Get(name).AsArray().Get(0).AsMap().Get(key).AsString()
	}
	for name, r := range map[string]res{"getNetwork": net, "getPrivateLinkAccess": access, "getKafkaCluster": cluster} {
		byID, err := s.invoke(name, map[string]any{"id": r.id, "environment": ref(env)})
		require.NoError(t, err)
		assert.Equal(t, r.id, byID.Get("id").AsString())
		byName, err := s.invoke(name, map[string]any{
			"displayName": r.state.Get("displayName").AsString(), "environment": ref(env),
		})
		require.NoError(t, err)
		assert.Equal(t, byID, byName)
		switch name {
		case "getNetwork":
			assert.Equal(t, net.state.Get("dnsDomain"), byID.Get("dnsDomain"))
			assert.Equal(t, "PRIVATE", inList(byID, "dnsConfigs", "resolution"))
			assert.Contains(t, inList(byID, "aws", "privateLinkEndpointService"), "vpce-svc-")
		case "getPrivateLinkAccess":
			assert.Equal(t, "123456789012", inList(byID, "aws", "account"))
			assert.Equal(t, net.id, inList(byID, "networks", "id"))
			assert.Equal(t, 0, byID.Get("gcps").AsArray().Len())
		case "getKafkaCluster":
			assert.Equal(t, net.id, inList(byID, "networks", "id"))
			assert.InDelta(t, 2, byID.Get("dedicated").AsMap().Get("cku").AsNumber(), 0)
			assert.Equal(t, 0, byID.Get("basics").AsArray().Len())
			assert.Empty(t, inList(byID, "byokKeys", "id"))
		}
	}
	all, err := s.invoke("getKafkaClusters", map[string]any{"environment": ref(env)})
	require.NoError(t, err)
	byID, err := s.invoke("getKafkaCluster", map[string]any{"id": cluster.id, "environment": ref(env)})
	require.NoError(t, err)
	require.Equal(t, 1, all.Get("clusters").AsArray().Len())
	assert.Equal(t, byID, all.Get("clusters").AsArray().Get(0).AsMap())
	assert.Equal(t, env, id(all, "environment"))

	found, err := s.invoke("getEnvironment", map[string]any{"id": env})
	require.NoError(t, err)
	again, err := s.invoke("getEnvironment", map[string]any{"displayName": found.Get("displayName").AsString()})
	require.NoError(t, err)
	assert.Equal(t, found, again)
}

func TestFunctionErrors(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	env := s.sandbox.Seed().EnvironmentID
	s.sandbox.Update(func(state *sandbox.State) {
		for _, n := range []string{"1", "2"} {
			state.Networks["n-"+n] = &sandbox.Network{DisplayName: "twice"}
			state.PrivateLinkAccesses["pla-"+n] = &sandbox.PrivateLinkAccess{DisplayName: "twice", NetworkID: "n-" + n}
			state.KafkaClusters["lkc-"+n] = &sandbox.KafkaCluster{DisplayName: "twice", NetworkID: "n-" + n}
		}
	})

	_, err := s.invoke("getNetwork", map[string]any{"id": "n-none", "environment": ref(env)})
	require.ErrorContains(t, err, `error reading Network "n-none"`)
	for name, words := range map[string][2]string{
		"getNetwork":           {"Network", "Networks"},
		"getPrivateLinkAccess": {"Private Link Access", "Private Link Access"},
		"getKafkaCluster":      {"Kafka Cluster", "Kafka Clusters"},
	} {
		_, err = s.invoke(name, map[string]any{"displayName": "unknown", "environment": ref(env)})
		require.ErrorContains(t, err,
			": 1 error occurred:\n\t* error reading "+words[0]+": "+words[0]+
				` with "display_name"="unknown" was not found`+"\n")
		_, err = s.invoke(name, map[string]any{"displayName": "twice", "environment": ref(env)})
		require.ErrorContains(t, err,
			"\t* error reading "+words[0]+": there are multiple "+words[1]+` with "display_name"="twice"`+"\n")
	}
	_, err = s.invoke("getEnvironment", map[string]any{"displayName": "unknown"})
	require.ErrorContains(t, err, `error reading Environment: Environment with "display_name"="unknown" was not found`)

	for reason, args := range map[string]map[string]any{
		"neither is given":       {"environment": ref(env)},
		"both are given":         {"environment": ref(env), "id": "n-1", "displayName": "x"},
		"required and not given": {"id": "n-1"},
		"no such property":       {"id": "n-1", "environment": ref(env), "name": "x"},
	} {
		resp, err := s.Invoke(p.InvokeRequest{Token: function("getNetwork"), Args: properties(args)})
		require.NoError(t, err)
		if assert.Len(t, resp.Failures, 1, reason) {
			assert.Contains(t, resp.Failures[0].Reason, reason)
		}
	}
}
