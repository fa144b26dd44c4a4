import pulumi
import pulumi_confluentcloud as confluentcloud
import pulumi_tidbconfluent as tidbconfluent

config = pulumi.Config()
transforms = config.get_bool("transforms")


def unchanged(args):
    return pulumi.ResourceTransformResult(args.props, args.opts)


if transforms:
    pulumi.runtime.register_resource_transform(unchanged)
fresh = confluentcloud.Environment(
    "fresh", opts=pulumi.ResourceOptions(transforms=[unchanged] if transforms else [])
)
options = pulumi.ResourceOptions(parent=fresh, transforms=[unchanged]) if transforms else pulumi.ResourceOptions()
clients = config.require_object("clients")
consumers = config.require_object("consumers")

orders = tidbconfluent.PrivateLink(
    "orders",
    tidb_cluster_id="{{.EssentialUSEast1}}",
    environment_id=fresh.id,
    network={"display_name": pulumi.Output.concat("network of ", fresh.id)},
    connection={"display_name": config.require_secret("connection")},
    vpc_access=[
        {
            "name": "clients",
            "vpc_id": fresh.id.apply(lambda _: clients["vpcId"]),
            "subnet_ids": clients["subnetIds"],
            "allowed_cidr_blocks": ["10.0.0.0/16"],
            "tags": {"environment": fresh.id},
        }
    ],
    opts=options,
)
payments = tidbconfluent.PrivateLink(
    "payments",
    tidb_cluster_id="{{.EssentialUSEast1B}}",
    environment_id=orders.environment_id,
    network={"id": orders.network_id},
    private_link_access={"id": orders.private_link_access_id},
    kafka_cluster={"id": orders.kafka_cluster_id},
    opts=options,
)
tidbconfluent.VpcAccess(
    "reports",
    environment_id=orders.environment_id,
    network_id=orders.network_id,
    dns_domain=orders.dns_domain,
    zonal_subdomains=orders.zonal_subdomains,
    vpc_endpoint_service_name=orders.vpc_endpoint_service_name,
    vpc_id=consumers["vpcId"],
    subnet_ids=consumers["subnetIds"],
    private_link_access={"id": orders.vpc_access.apply(lambda all: all[0].private_link_access_id if all else None)},
    opts=options,
)

pulumi.export("shared", payments.bootstrap_endpoint)
