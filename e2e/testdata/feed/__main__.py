import pulumi
import pulumi_confluentcloud as confluentcloud
import pulumi_tidbconfluent as tidbconfluent

config = pulumi.Config()
transforms = config.require("transforms")


def described(args):
    if args.type_ == "confluentcloud:index/serviceAccount:ServiceAccount":
        args.props["description"] = "transformed"
    return pulumi.ResourceTransformResult(args.props, args.opts)


if transforms == "stack":
    pulumi.runtime.register_resource_transform(described)
fresh = confluentcloud.Environment(
    "fresh", opts=pulumi.ResourceOptions(transforms=[described] if transforms == "parent" else [])
)
options = pulumi.ResourceOptions(
    parent=fresh if transforms == "parent" else None, transforms=[described] if transforms == "component" else []
)

rows = tidbconfluent.KafkaChangefeed(
    "rows",
    tidb_cluster_id="{{.EssentialUSEast1}}",
    environment_id="{{.EnvironmentID}}",
    kafka_cluster_id="lkc-9mz5yq",
    private_link_connection_id="plc-a7bq2mxw",
    tables=["shop.orders", fresh.id.apply(lambda _: "test.*")],
    topics={"prefix": pulumi.Output.concat(fresh.id, "."), "separator": "-", "partitions": 6},
    display_name=config.require_secret("displayName"),
    opts=options,
)
tidbconfluent.KafkaChangefeed(
    "others",
    tidb_cluster_id="{{.EssentialUSEast1}}",
    environment_id="{{.EnvironmentID}}",
    kafka_cluster_id=fresh.id.apply(lambda _: "lkc-9mz5yq"),
    private_link_connection_id="plc-a7bq2mxw",
    credentials={"api_key": "EXISTINGKEY00001", "api_secret": config.require_secret("kafkaSecret")},
    paused=fresh.id.apply(lambda _: True),
    opts=options,
)

pulumi.export("topics", rows.topics)
