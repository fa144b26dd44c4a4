import pulumi
import pulumi_tidbconfluent as tidbconfluent

config = pulumi.Config()
vpc = config.require_object("vpc")

consumers = tidbconfluent.VpcAccess(
    "consumers",
    environment_id=config.require("environmentId"),
    network_id=config.require("networkId"),
    vpc_id=vpc["id"],
    subnet_ids=vpc["subnetIds"],
    allowed_cidr_blocks=["10.0.0.0/16"],
)

pulumi.export("endpointId", consumers.endpoint_id)
pulumi.export("zones", consumers.zones)
pulumi.export("bootstrapNames", consumers.bootstrap_names)
