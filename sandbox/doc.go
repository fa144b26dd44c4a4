// Package sandbox runs Confluent Cloud's and TiDB Cloud's REST APIs on
// loopback, as far as private links need them: no account, no network, no bill.
//
//	                      ┌────────────────────── Server ──────────────────────┐
//	Confluent's provider ─┤ Confluent Cloud   environments, networks,          │
//	(HTTP basic)          │                   PrivateLink Accesses, clusters,  │
//	                      │                   service accounts, API keys, roles│
//	                      │        ▲                                           │
//	                      │        │ one world: state, clock, events           │
//	                      │        ▼                                           │
//	TiDB Cloud's clients ─┤ TiDB Cloud        clusters, private link           │
//	(HTTP digest)         │                   connections, attached domains,   │
//	                      │                   changefeeds                      │
//	                      │        │ rows, as messages in Canal-JSON           │
//	                      │        ▼                                           │
//	           consumers ─┤ Kafka             one for each Dedicated cluster,   │
//	                      │                   as soon as a client connects     │
//	                      └────────────────────────────────────────────────────┘
//
// Both services share one state, so that a private link connection in TiDB
// Cloud only becomes ACTIVE when the Confluent network behind its endpoint
// service has a PrivateLink Access for TiDB Cloud's account, and FAILED
// otherwise. Everything takes time, as in [Profile], and what depends on
// something else keeps it from being deleted.
//
// Rows flow: [Server.Commit] and [Server.Generate] change rows of a TiDB
// cluster, its changefeeds write them to Kafka, and [Server.Messages] and
// [Server.Follow] read them there. A changefeed connects as TiDB Cloud would:
// it knows only what the API has, resolves names that are in
// attached domains alone, verifies TLS, signs in with an API key, and may do
// what the roles of the key's owner allow. What is wrong shows in its state.
//
// Start a server with [Start], or in a test with package sandboxtest. It begins with a few environments and TiDB
// clusters, which [Seed] names. Tests look at [Server.Calls], [Server.Events] and [Server.Difference], change things
// without their client with [Server.Update] and make calls fail with [Server.Inject].
//
// Where it is not known what the real services do, the sandbox decides for the
// stricter of the possibilities:
//
//   - A network or an environment in use is not deleted (409), and what is still
//     being deleted counts as in use.
//   - A private link connection with attached domains is not deleted (400).
//     Detaching takes time too.
//   - A private link connection created before the account's access is READY
//     fails, and stays failed.
//   - Domains can be attached once to each connection; two connections of a
//     cluster can have the same, except in the dialect unique-domains.
//   - TiDB Cloud refuses to delete, detach, start or stop something once more while that
//     lasts (400); Confluent Cloud does not.
//   - Requests count against a key's limit in the minute before, wherever it begins,
//     and so does the challenge that the key signs.
//   - The domains of a private link connection that a changefeed uses are not detached (400).
//   - TiDB Cloud refuses fields that a call does not take, read-only ones among them.
//   - The API knows an API key or a role binding at once. The Kafka brokers know
//     it only when it is READY.
//   - A role can be bound only at the levels it is meant for, to a principal, an
//     environment and a cluster that exist, and once.
//   - Deleting a service account deletes its API keys and role bindings, and
//     deleting a Kafka cluster deletes its API keys.
//   - A private link connection that a changefeed uses is not deleted (400).
//   - Starting, stopping and deleting a changefeed take time, in which its state
//     stays as it was. It is edited only while it is PAUSED, and in a whole.
//   - An answer never has a password, and has the defaults of what was left out.
//   - A changefeed that cannot write is WARNING, and RUNNING_FAILED after some
//     time; a new one is CREATE_FAILED. Some changes are written twice.
//
// [ChangefeedOptions] chooses the other possibilities.
package sandbox
