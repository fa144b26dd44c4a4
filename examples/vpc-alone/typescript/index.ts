import * as pulumi from "@pulumi/pulumi";
import * as tidbconfluent from "pulumi-tidbconfluent";

const config = new pulumi.Config();
const vpc = config.requireObject<{ id: string; subnetIds: string[] }>("vpc");

const consumers = new tidbconfluent.VpcAccess("consumers", {
    environmentId: config.require("environmentId"),
    networkId: config.require("networkId"),
    vpcId: vpc.id,
    subnetIds: vpc.subnetIds,
    allowedCidrBlocks: ["10.0.0.0/16"],
});

export const endpointId = consumers.endpointId;
export const zones = consumers.zones;
export const bootstrapNames = consumers.bootstrapNames;
