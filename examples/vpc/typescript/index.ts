import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as tidbconfluent from "pulumi-tidbconfluent";

const config = new pulumi.Config();
const tidb = config.requireObject<{ clusterId: string }>("tidb");
// Three AZ IDs of the region of the TiDB Cloud cluster, for the network as for the subnets.
const azs = config.requireObject<string[]>("zones");

// A private hosted zone needs both of the VPC's DNS settings.
const main = new aws.ec2.Vpc("main", {
    cidrBlock: "10.0.0.0/16",
    enableDnsSupport: true,
    enableDnsHostnames: true,
});
const subnets = azs.map(
    (az, i) =>
        new aws.ec2.Subnet(`subnet${i + 1}`, {
            vpcId: main.id,
            cidrBlock: `10.0.${i + 1}.0/24`,
            availabilityZoneId: az,
        }),
);

const orders = new tidbconfluent.PrivateLink("orders", {
    tidbClusterId: tidb.clusterId,
    environmentId: config.require("environmentId"),
    network: { zones: azs },
    vpcAccess: [
        {
            name: "consumers",
            vpcId: main.id,
            subnetIds: subnets.map((subnet) => subnet.id),
            allowedCidrBlocks: [main.cidrBlock],
            tags: { team: "orders" },
        },
    ],
});

// What a client of Kafka needs, in the VPC as in TiDB Cloud.
export const bootstrapEndpoint = orders.bootstrapEndpoint;
export const privateLinkConnectionId = orders.privateLinkConnectionId;
// What leads there from the VPC.
export const endpointId = orders.vpcAccess[0].endpointId;
export const hostedZoneId = orders.vpcAccess[0].hostedZoneId;
export const securityGroupId = orders.vpcAccess[0].securityGroupId;
export const zones = orders.vpcAccess[0].zones;
export const bootstrapNames = orders.vpcAccess[0].bootstrapNames;
