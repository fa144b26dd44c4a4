package rules

import (
	"fmt"
	"slices"
	"strings"
)

// The roles of a service account that writes into topics, as Confluent Cloud spells them.
const (
	ResourceOwner     = "ResourceOwner"
	CloudClusterAdmin = "CloudClusterAdmin"
)

// MaxChangefeeds is how many changefeeds a TiDB Cloud Essential cluster has at most.
const MaxChangefeeds = 10

// ReplicationFactor is the only replication factor that Confluent Cloud accepts.
const ReplicationFactor = 3

// DefaultPartitions is how many partitions a topic gets by default.
const DefaultPartitions = 3

// TiDB Cloud allows this many partitions of a topic for each broker. Confluent Cloud does not publish how many brokers
// a Dedicated cluster has; they have been seen to be three for each CKU.
const (
	partitionsPerBroker = 10
	brokersPerCKU       = 3
)

// changefeedRegions are the AWS regions whose Essential clusters have changefeeds.
var changefeedRegions = []string{
	"ap-east-1", "ap-northeast-1", "ap-southeast-1", "eu-central-1", "us-east-1", "us-west-2",
}

// ChangefeedRegion checks whether TiDB Cloud has changefeeds in a region. The list is as old as this version: outdated
// reports that it does not know the region, so the error is a guess.
func ChangefeedRegion(region string) (outdated bool, err error) {
	if slices.Contains(changefeedRegions, region) {
		return false, nil
	}
	_, known := regionZones[region]
	return !known, fmt.Errorf("is in %s, but TiDB Cloud has changefeeds of Essential clusters only in %s, as far as "+
		"this version knows",
		region, List(changefeedRegions))
}

// Dispatch checks how rows are distributed to several topics.
func Dispatch(value string) error { return OneOf(value, []string{DispatchByTable, DispatchByDatabase}) }

// WriterRole checks the role of the account that writes.
func WriterRole(value string) error { return OneOf(value, []string{ResourceOwner, CloudClusterAdmin}) }

// Topics are the topics of a changefeed.
type Topics struct {
	// Name is the one topic. Without it there are several, whose names have the other parts.
	Name                      string
	Dispatch                  string
	Prefix, Separator, Suffix string
}

// Default is the topic of events that belong to no table, such as a new database. With one topic it is that one.
func (t Topics) Default() string {
	if t.Name != "" {
		return t.Name
	}
	return t.Prefix + "default" + t.Suffix
}

// Pattern is what a role must cover: the name of the topic, or the beginning of the names of all topics and a *.
func (t Topics) Pattern() string {
	if t.Name != "" {
		return t.Name
	}
	return t.Prefix + "*"
}

// Check checks whether the parts leave room for the names of a database and a table.
func (t Topics) Check() error {
	if t.Name != "" {
		return nil
	}
	// The shortest names of a database and a table, and the name of the default topic.
	least := max(len(t.Prefix)+len(t.Separator)+len(t.Suffix)+2, len(t.Default()))
	if least > longestTopic {
		return fmt.Errorf("prefix, separator and suffix result in topic names of %d characters or more, but Kafka "+
			"accepts at most %d; shorten them", least, longestTopic)
	}
	return nil
}

// ReplicationFactorRule checks the replication factor of topics.
func ReplicationFactorRule(factor int) error {
	if factor != ReplicationFactor {
		return fmt.Errorf("%d is not supported: Confluent Cloud accepts only %d; use %d, or leave it out",
			factor, ReplicationFactor, ReplicationFactor)
	}
	return nil
}

// Partitions checks the number of partitions of a topic. Without the number of CKUs of the cluster, it checks only the
// lower limit.
func Partitions(partitions, cku int) error {
	brokers := cku * brokersPerCKU
	most := brokers * partitionsPerBroker
	switch {
	case partitions < 1:
		return fmt.Errorf("%d is too low; use 1 or more", partitions)
	case most > 0 && partitions > most:
		return fmt.Errorf("%d is too high: TiDB Cloud allows %d for each broker, and a cluster of %d CKU has %d "+
			"brokers; use %d or fewer",
			partitions, partitionsPerBroker, cku, brokers, most)
	}
	return nil
}

// ServerName checks whether one of the attached domains of a private link connection covers the host of a Kafka
// cluster.
func ServerName(host string, domains []string) error {
	for _, domain := range domains {
		// In DNS a wildcard stands for any number of labels.
		zone, wildcard := strings.CutPrefix(domain, "*.")
		within := strings.HasSuffix(strings.ToLower(host), "."+strings.ToLower(zone))
		if strings.EqualFold(host, zone) && !wildcard || wildcard && within {
			return nil
		}
	}
	return fmt.Errorf("the Kafka cluster is at %s, which none of the attached domains covers (%s)", host, List(domains))
}

// TopicCRN is the Confluent Resource Name of topics, from that of their cluster.
func TopicCRN(clusterCRN, clusterID, pattern string) string {
	return clusterCRN + "/kafka=" + clusterID + "/topic=" + pattern
}
