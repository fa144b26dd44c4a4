import pulumi
import pulumi_aws as aws
import pulumi_tidbconfluent as tidbconfluent

config = pulumi.Config()
tidb = config.require_object("tidb")
# Three AZ IDs of the region of the TiDB Cloud cluster, for the network as for the subnets.
zones = config.require_object("zones")

# A private hosted zone needs both of the VPC's DNS settings.
main = aws.ec2.Vpc(
    "main",
    cidr_block="10.0.0.0/16",
    enable_dns_support=True,
    enable_dns_hostnames=True,
)
subnets = [
    aws.ec2.Subnet(
        f"subnet{i}",
        vpc_id=main.id,
        cidr_block=f"10.0.{i}.0/24",
        availability_zone_id=zone,
    )
    for i, zone in enumerate(zones, start=1)
]

orders = tidbconfluent.PrivateLink(
    "orders",
    tidb_cluster_id=tidb["clusterId"],
    environment_id=config.require("environmentId"),
    network={"zones": zones},
    vpc_access=[
        {
            "name": "consumers",
            "vpc_id": main.id,
            "subnet_ids": [subnet.id for subnet in subnets],
            "allowed_cidr_blocks": [main.cidr_block],
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
