import pulumi
import pulumi_tidbconfluent as tidbconfluent

config = pulumi.Config()
tidb = config.require_object("tidb")
vpc = config.require_object("vpc")

orders = tidbconfluent.PrivateLink(
    "orders",
    tidb_cluster_id=tidb["clusterId"],
    environment_id=config.require("environmentId"),
    vpc_access=[
        {
            "name": "consumers",
            "vpc_id": vpc["id"],
            "subnet_ids": vpc["subnetIds"],
            "allowed_cidr_blocks": vpc["clients"],
            "tags": {"team": "orders"},
        }
    ],
)

# What a client of Kafka needs, in the VPC as in TiDB Cloud.
pulumi.export("bootstrapEndpoint", orders.bootstrap_endpoint)
pulumi.export("privateLinkConnectionId", orders.private_link_connection_id)
# What leads there from the VPC.
pulumi.export("endpointId", orders.vpc_access[0].endpoint_id)
pulumi.export("hostedZoneId", orders.vpc_access[0].hosted_zone_id)
pulumi.export("securityGroupId", orders.vpc_access[0].security_group_id)
pulumi.export("zones", orders.vpc_access[0].zones)
pulumi.export("bootstrapNames", orders.vpc_access[0].bootstrap_names)
