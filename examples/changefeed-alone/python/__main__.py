import pulumi
import pulumi_tidbconfluent as tidbconfluent

config = pulumi.Config()
tidb = config.require_object("tidb")

rows = tidbconfluent.tidbcloud.Changefeed(
    "rows",
    cluster_id=tidb["clusterId"],
    kafka={
        "network": {
            "private_link": {
                "private_link_connection_id": config.require("privateLinkConnectionId"),
                "port": 9092,
            },
        },
        "authentication": {
            "auth_type": "SASL_PLAIN",
            "username": config.require("kafkaKey"),
            "password": config.require_secret("kafkaSecret"),
            "enable_tls": True,
            "server_name": config.require("kafkaHost"),
        },
        "topic_partition_config": {"default_topic": "shop"},
    },
    filter={"filter_rule": ["shop.*"]},
)

pulumi.export("changefeedId", rows.changefeed_id)
pulumi.export("state", rows.state)
