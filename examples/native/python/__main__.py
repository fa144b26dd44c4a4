import pulumi
import pulumi_tidbconfluent as tidbconfluent

config = pulumi.Config()
tidb = config.require_object("tidb")

tidb_cloud = tidbconfluent.tidbcloud.get_private_link_zones_output(cluster_id=tidb["clusterId"])

queue = tidbconfluent.tidbcloud.PrivateLinkConnection(
    "queue",
    cluster_id=tidb["clusterId"],
    aws_endpoint_service={"name": config.require("endpointServiceName")},
)

queue_domains = tidbconfluent.tidbcloud.DomainAttachment(
    "queueDomains",
    cluster_id=tidb["clusterId"],
    private_link_connection_id=queue.private_link_connection_id,
    type=tidbconfluent.tidbcloud.DomainType.TIDBCLOUD_MANAGED,
)

# What a changefeed of TiDB Cloud asks for.
pulumi.export("privateLinkConnectionId", queue.private_link_connection_id)
# The names by which the cluster reaches the endpoint service.
pulumi.export("domains", queue_domains.domains)
# The account that the endpoint service must authorize, and its AZs.
pulumi.export("tidbAwsAccountId", tidb_cloud.account_id)
pulumi.export("tidbAvailabilityZoneIds", tidb_cloud.availability_zone_ids)
