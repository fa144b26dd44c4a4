// Package component is PrivateLink: one Pulumi resource that gives a TiDB Cloud Essential cluster a private path to a
// Confluent Cloud Dedicated Kafka cluster on AWS.
//
// It follows TiDB Cloud's documentation, "Connect to Confluent Cloud via a Private Link Connection", which describes
// the same steps for a person in two web consoles. Begin with NewPrivateLink and its steps, in privatelink.go. Each
// step has a file:
//
//	Prerequisites   look up TiDB Cloud's AWS account and AZs                            prerequisites.go
//	                look up and check existing parts                                    in the file of each step
//	Step 1          a Confluent network of the type PRIVATELINK     <name>-network      network.go
//	Step 2          a PrivateLink Access for TiDB Cloud's account   <name>-access       access.go
//	Step 3          a Dedicated Kafka cluster in the network        <name>-kafka        kafka.go
//	Step 4          a private link connection in TiDB Cloud         <name>-connection   connection.go
//	                with the Confluent domains attached to it       <name>-domains      connection.go
//
// Inputs are in args.go and check.go. names.go warns of other resources of the same names, and ready.go reports what
// an earlier run left unfinished.
//
// The children wait for each other as far as the services need it and no further:
//
//	network ─┬─ Kafka cluster
//	         └─ PrivateLink Access ── connection ── domains
package component
