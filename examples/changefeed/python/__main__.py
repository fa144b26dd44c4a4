import pulumi
import pulumi_tidbconfluent as tidbconfluent

config = pulumi.Config()
tidb = config.require_object("tidb")
environment_id = config.require("environmentId")

orders = tidbconfluent.PrivateLink(
    "orders",
    tidb_cluster_id=tidb["clusterId"],
    environment_id=environment_id,
)

rows = tidbconfluent.KafkaChangefeed(
    "rows",
    tidb_cluster_id=tidb["clusterId"],
    environment_id=environment_id,
    kafka_cluster_id=orders.kafka_cluster_id,
    private_link_connection_id=orders.private_link_connection_id,
    tables=["shop.*"],
    topics={"name": "shop"},
)

# What a client of Kafka needs.
pulumi.export("bootstrapEndpoint", orders.bootstrap_endpoint)
pulumi.export("topics", rows.topics)
pulumi.export("changefeedId", rows.changefeed_id)
