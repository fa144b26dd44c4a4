import pulumi
import pulumi_confluentcloud as confluentcloud
import pulumi_tidbconfluent as tidbconfluent

config = pulumi.Config()


def transform(child, key):
    def transformed(args):
        if args.type_ == child:
            args.props[key] = "transformed"
        return pulumi.ResourceTransformResult(args.props, args.opts)

    return transformed


pulumi.runtime.register_resource_transform(
    transform("confluentcloud:index/serviceAccount:ServiceAccount", "description")
)
fresh = confluentcloud.Environment(
    "fresh",
    opts=pulumi.ResourceOptions(transforms=[transform("confluentcloud:index/apiKey:ApiKey", "description")]),
)
options = pulumi.ResourceOptions(
    parent=fresh, transforms=[transform("confluentcloud:index/apiKey:ApiKey", "displayName")]
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
