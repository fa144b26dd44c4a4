// A private path from a TiDB Cloud Essential cluster to a Confluent Cloud Dedicated Kafka cluster on AWS, in one resource; and TiDB Cloud's private link connections as resources of their own.
package tidbconfluent
