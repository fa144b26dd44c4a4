// The parts of Pulumi's confluentcloud package that a private link to TiDB Cloud is made of: environments, networks, PrivateLink Access and Kafka clusters. Tokens, names and types are those of version 2.79.0.
package confluentcloud
