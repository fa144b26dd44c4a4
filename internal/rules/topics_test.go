package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

func TestChangefeedRegions(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"us-east-1": "", "ap-east-1": "", "eu-west-1": "refused",
		"mx-central-1": "outdated",
	} {
		outdated, err := rules.ChangefeedRegion(region)
		assert.Equal(t, want == "", err == nil, region)
		assert.Equal(t, want == "outdated", outdated, region)
		if err != nil {
			assert.ErrorContains(t, err,
				region+", but TiDB Cloud has changefeeds of Essential clusters only in ap-east-1, ")
		}
	}
}

func TestTopics(t *testing.T) {
	t.Parallel()
	one := rules.Topics{Name: "orders"}
	assert.Equal(t, []string{"orders", "orders"}, []string{one.Default(), one.Pattern()})
	require.NoError(t, one.Check())
	several := rules.Topics{Dispatch: rules.DispatchByTable, Prefix: "shop.", Separator: "_", Suffix: "-v1"}
	assert.Equal(t, []string{"shop.default-v1", "shop.*"}, []string{several.Default(), several.Pattern()})
	require.NoError(t, several.Check())
	several.Prefix = strings.Repeat("p", 240)
	require.ErrorContains(t, several.Check(), "topic names of 250 characters or more, but Kafka accepts at most 249")
	several.Prefix = strings.Repeat("p", 239)
	require.NoError(t, several.Check())
	assert.Equal(t, "crn://x/cloud-cluster=lkc-1/kafka=lkc-1/topic=shop.*",
		rules.TopicCRN("crn://x/cloud-cluster=lkc-1", "lkc-1", "shop.*"))
}

func TestPartitions(t *testing.T) {
	t.Parallel()
	for _, good := range [][2]int{{1, 0}, {3, 2}, {60, 2}, {30, 1}, {9999, 0}} {
		require.NoError(t, rules.Partitions(good[0], good[1]), good)
	}
	for want, bad := range map[string][2]int{
		"0 is too low": {0, 2}, "-1 is too low": {-1, 0},
		"61 is too high: TiDB Cloud allows 10 for each broker, and a cluster of 2 CKU has 6 brokers; use 60": {
			61, 2,
		},
	} {
		require.ErrorContains(t, rules.Partitions(bad[0], bad[1]), want)
	}
	require.NoError(t, rules.ReplicationFactorRule(3))
	for _, bad := range []int{0, 1, 2, 4} {
		require.ErrorContains(t, rules.ReplicationFactorRule(bad), "Confluent Cloud accepts only 3")
	}
}

func TestServerNames(t *testing.T) {
	t.Parallel()
	domains := []string{
		"*.dom1.us-east-1.aws.confluent.cloud", "*.use1-az1.dom1.us-east-1.aws.confluent.cloud",
		"kafka.example.org",
	}
	for _, good := range []string{
		"lkc-1.dom1.us-east-1.aws.confluent.cloud",
		"LKC-1.Dom1.us-east-1.aws.confluent.cloud", "kafka.example.org",
	} {
		require.NoError(t, rules.ServerName(good, domains), good)
	}
	for _, bad := range []string{
		"lkc-1.dom2.us-east-1.aws.confluent.cloud", "lkc-1-dom1.us-east-1.aws.glb.confluent.cloud",
		"dom1.us-east-1.aws.confluent.cloud",
		"x.kafka.example.org", "lkc-1.evildom1.us-east-1.aws.confluent.cloud",
	} {
		require.ErrorContains(t, rules.ServerName(bad, domains),
			"the Kafka cluster is at "+bad+", which none of the attached domains covers (*.dom1", bad)
	}
	require.ErrorContains(t, rules.ServerName("lkc-1.dom1", nil), "(none)")
}

func TestWriterWords(t *testing.T) {
	t.Parallel()
	require.NoError(t, rules.Dispatch("BY_TABLE"))
	require.ErrorContains(t, rules.Dispatch("ONE_TOPIC"), "BY_TABLE, BY_DATABASE")
	require.NoError(t, rules.WriterRole("CloudClusterAdmin"))
	require.ErrorContains(t, rules.WriterRole("DeveloperRead"), "ResourceOwner, CloudClusterAdmin")
}
