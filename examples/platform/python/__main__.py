import pulumi
import pulumi_confluentcloud as confluentcloud
import pulumi_tidbconfluent as tidbconfluent

config = pulumi.Config()
tidb = config.require_object("tidb")
environment_id = config.require("environmentId")
production = config.require_bool("production")

# Explicit providers: this stack uses these keys, whatever the environment of who runs it holds.
tidbcloud = tidbconfluent.Provider(
    "tidbcloud",
    public_key=config.require("tidbcloudPublicKey"),
    private_key=config.require_secret("tidbcloudPrivateKey"),
)
confluent = confluentcloud.Provider(
    "confluent",
    cloud_api_key=config.require("confluentApiKey"),
    cloud_api_secret=config.require_secret("confluentApiSecret"),
    endpoint=config.require("confluentEndpoint"),
)
options = pulumi.ResourceOptions(provider=tidbcloud, providers=[confluent], protect=production)

# The first TiDB cluster brings the network, the PrivateLink Access and the Kafka cluster into being.
orders = tidbconfluent.PrivateLink(
    "orders",
    tidb_cluster_id=tidb["orders"],
    environment_id=environment_id,
    network={"display_name": "platform"},
    private_link_access={"display_name": "tidb-cloud"},
    kafka_cluster={
        "display_name": "platform",
        "availability": tidbconfluent.Availability.MULTI_ZONE,
        "cku": config.require_int("cku"),
        "deletion_protection": production,
    },
    opts=options,
)

# The second one joins them: all that is made for it is its own private link connection.
payments = tidbconfluent.PrivateLink(
    "payments",
    tidb_cluster_id=tidb["payments"],
    environment_id=environment_id,
    network={"id": orders.network_id},
    private_link_access={"id": orders.private_link_access_id},
    kafka_cluster={"id": orders.kafka_cluster_id},
    opts=options,
)

# The rows of these tables arrive in Kafka, in a topic for each table, such as orders.shop_orders.
rows = tidbconfluent.KafkaChangefeed(
    "rows",
    tidb_cluster_id=tidb["orders"],
    environment_id=environment_id,
    kafka_cluster_id=orders.kafka_cluster_id,
    private_link_connection_id=orders.private_link_connection_id,
    tables=["shop.orders", "shop.customers"],
    topics={"prefix": "orders."},
    opts=options,
)

# What clients of the Kafka cluster need.
pulumi.export("bootstrapEndpoint", orders.bootstrap_endpoint)
pulumi.export("restEndpoint", orders.rest_endpoint)
pulumi.export("kafkaClusterId", orders.kafka_cluster_id)
pulumi.export("kafkaClusterCrn", orders.kafka_cluster_crn)
pulumi.export("topics", rows.topics)
# What more changefeeds of each cluster ask for.
pulumi.export(
    "privateLinkConnectionIds",
    {
        "orders": orders.private_link_connection_id,
        "payments": payments.private_link_connection_id,
    },
)
