import pulumi
import pulumi_confluentcloud as confluentcloud
import pulumi_tidbconfluent as tidbconfluent

fresh = confluentcloud.Environment("fresh")
environment = {"id": fresh.id}


def later(value):
    return fresh.id.apply(lambda _: value)


network = confluentcloud.Network(
    "network", cloud="AWS", region="us-east-1", connection_types=["PRIVATELINK"], environment=environment
)
access = confluentcloud.PrivateLinkAccess(
    "access", aws={"account": "111122223333"}, network={"id": network.id}, environment=environment
)
kafka = confluentcloud.KafkaCluster(
    "kafka",
    cloud="AWS",
    region="us-east-1",
    availability="SINGLE_ZONE",
    dedicated={"cku": 1},
    network={"id": network.id},
    environment=environment,
)
made = tidbconfluent.PrivateLink(
    "made",
    tidb_cluster_id=later("{{.EssentialUSEast1}}"),
    environment_id=fresh.id,
    network={
        "display_name": pulumi.Output.concat("network of ", fresh.id),
        "zones": ["use1-az2", later("use1-az1"), "use1-az3"],
    },
    kafka_cluster={"cku": later(1), "availability": later("SINGLE_ZONE"), "deletion_protection": later(False)},
)
existing = tidbconfluent.PrivateLink(
    "existing",
    tidb_cluster_id=later("{{.EssentialUSEast1}}"),
    environment_id=fresh.id,
    network={"id": network.id},
    private_link_access={"id": access.id},
    kafka_cluster={"id": kafka.id},
)

pulumi.export("made", made.bootstrap_endpoint)
pulumi.export("existing", existing.bootstrap_endpoint)
