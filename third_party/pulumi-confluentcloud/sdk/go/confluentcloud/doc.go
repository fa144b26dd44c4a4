// The parts of Pulumi's confluentcloud package that a private link to TiDB Cloud, and a Kafka writer beyond it, are made of: environments, networks, PrivateLink Access, Kafka clusters, service accounts, API keys and role bindings. Tokens, names and types are those of version 2.79.0.
package confluentcloud
