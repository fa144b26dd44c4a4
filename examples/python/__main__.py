import pulumi
import pulumi_tidbconfluent as tidbconfluent

config = pulumi.Config()
tidb = config.require_object("tidb")

orders = tidbconfluent.PrivateLink(
    "orders",
    tidb_cluster_id=tidb["clusterId"],
    environment_id=config.require("environmentId"),
    kafka_cluster={"cku": 2},
)

# What a client of Kafka needs.
pulumi.export("bootstrapEndpoint", orders.bootstrap_endpoint)
pulumi.export("restEndpoint", orders.rest_endpoint)
pulumi.export("kafkaClusterId", orders.kafka_cluster_id)
# What a changefeed or an import of TiDB Cloud asks for.
pulumi.export("privateLinkConnectionId", orders.private_link_connection_id)
pulumi.export("attachedDomains", orders.attached_domains)
# What the two sides agreed on.
pulumi.export("region", orders.region)
pulumi.export("tidbAwsAccountId", orders.tidb_aws_account_id)
pulumi.export("tidbAvailabilityZoneIds", orders.tidb_availability_zone_ids)
pulumi.export("zones", orders.zones)
pulumi.export("networkId", orders.network_id)
pulumi.export("dnsDomain", orders.dns_domain)
pulumi.export("dnsUniqueName", orders.dns_unique_name)
pulumi.export("vpcEndpointServiceName", orders.vpc_endpoint_service_name)
pulumi.export("privateLinkAccessId", orders.private_link_access_id)
