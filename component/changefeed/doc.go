// Package changefeed is the component KafkaChangefeed: the rows of a TiDB Cloud Essential cluster arrive in a Confluent
// Cloud Kafka cluster, over a private link connection.
//
// Begin with NewKafkaChangefeed and its steps, in changefeed.go:
//
//	Inputs          what users set, and the checks that need no service         args.go, check.go
//	Prerequisites   look up and check both clusters, connection and tables      prerequisites.go
//	Step 1          a service account               <name>-account              credentials.go
//	Step 2          its role on the topics          <name>-role                 credentials.go
//	                its API key                     <name>-key                  credentials.go
//	Step 3          the changefeed                  <name>-changefeed           feed.go
//
// The children wait for each other as far as the services need it and no further:
//
//	account ─┬─ role ─┬─ changefeed
//	         └─ key ──┘
package changefeed
