// Package component is the product. PrivateLink is one Pulumi resource that gives a TiDB Cloud
// Essential cluster a private path to a Confluent Cloud Dedicated Kafka cluster on AWS.
//
// It does what TiDB Cloud's documentation, "Connect to Confluent Cloud via a Private Link
// Connection", has a person do in two web consoles, in the same steps. Begin with NewPrivateLink and its
// steps, in privatelink.go; each step is in a file of its own:
//
//	Prerequisites   look up TiDB Cloud's AWS account and AZs                            prerequisites.go
//	                look up and check what is brought by its id                         existing.go
//	Step 1          a Confluent network of the type PRIVATELINK     <name>-network      network.go
//	Step 2          a PrivateLink Access for TiDB Cloud's account   <name>-access       access.go
//	Step 3          a Dedicated Kafka cluster in the network        <name>-kafka        kafka.go
//	Step 4          a private link connection in TiDB Cloud         <name>-connection   connection.go
//	                with the Confluent domains attached to it       <name>-domains      connection.go
//
// What users give is in args.go, and read and checked in inputs.go; the rules themselves are in internal/rules.
// The steps share how things are looked up (lookup.go, and share.go, which asks once for many links), which
// options the children get (options.go), and what stops or warns before something is created (creation.go,
// nameconflict.go, duplicates.go, onlyaccess.go).
//
// The children wait for each other as far as the services need it and no further:
//
//	network ─┬─ Kafka cluster
//	         └─ PrivateLink Access ── connection ── domains
//
// The network, the access and the Kafka cluster can each be one that exists, brought by its id.
//
// VpcAccess does the same for Confluent's documentation, "Use AWS PrivateLink for Dedicated Clusters on
// Confluent Cloud": a PrivateLink Access for an AWS account of one's own, an endpoint in a VPC, and a private
// hosted zone. A PrivateLink can have several, which are made beside the Kafka cluster, and share their access.
// Its steps are in vpcaccess.go, and come in the same way from inputs (vpcargs.go, vpcinputs.go) by what can be looked
// up (vpcsurvey.go) to what is made (vpcchildren.go); vpclink.go has what those of a PrivateLink share.
//
// Through the Pulumi plugin, from whatever language, all outputs arrive together, when everything
// is ready. A Go program may also call NewPrivateLink itself, and then has each output as soon as
// it is known; NewPrivateLink returns once the inputs are known and have been checked.
package component
