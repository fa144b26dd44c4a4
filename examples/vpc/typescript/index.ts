import * as pulumi from "@pulumi/pulumi";
import * as tidbconfluent from "pulumi-tidbconfluent";

const config = new pulumi.Config();
const tidb = config.requireObject<{ clusterId: string }>("tidb");
const vpc = config.requireObject<{ id: string; subnetIds: string[]; clients: string[] }>("vpc");

const orders = new tidbconfluent.PrivateLink("orders", {
    tidbClusterId: tidb.clusterId,
    environmentId: config.require("environmentId"),
    vpcAccess: [
        {
            name: "consumers",
            vpcId: vpc.id,
            subnetIds: vpc.subnetIds,
            allowedCidrBlocks: vpc.clients,
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
