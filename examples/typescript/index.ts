import * as pulumi from "@pulumi/pulumi";
import * as tidbconfluent from "pulumi-tidbconfluent";

const config = new pulumi.Config();
const tidb = config.requireObject<{ clusterId: string }>("tidb");

const orders = new tidbconfluent.PrivateLink("orders", {
    tidbClusterId: tidb.clusterId,
    environmentId: config.require("environmentId"),
    kafkaCluster: { cku: 2 },
});

// What a client of Kafka needs.
export const bootstrapEndpoint = orders.bootstrapEndpoint;
export const restEndpoint = orders.restEndpoint;
export const kafkaClusterId = orders.kafkaClusterId;
// What a changefeed or an import of TiDB Cloud asks for.
export const privateLinkConnectionId = orders.privateLinkConnectionId;
export const attachedDomains = orders.attachedDomains;
// What the two sides agreed on.
export const region = orders.region;
export const tidbAwsAccountId = orders.tidbAwsAccountId;
export const tidbAvailabilityZoneIds = orders.tidbAvailabilityZoneIds;
export const zones = orders.zones;
export const networkId = orders.networkId;
export const dnsDomain = orders.dnsDomain;
export const dnsUniqueName = orders.dnsUniqueName;
export const vpcEndpointServiceName = orders.vpcEndpointServiceName;
export const privateLinkAccessId = orders.privateLinkAccessId;
