import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import * as tidbconfluent from "pulumi-tidbconfluent";

const config = new pulumi.Config();
const transforms = config.getBoolean("transforms");
const unchanged: pulumi.ResourceTransform = ({ props, opts }) => ({ props, opts });
if (transforms) {
    pulumi.runtime.registerResourceTransform(unchanged);
}
const fresh = new confluentcloud.Environment("fresh", {}, { transforms: transforms ? [unchanged] : [] });
const options = transforms ? { parent: fresh, transforms: [unchanged] } : {};
interface Vpc { vpcId: string, subnetIds: string[] }
const clients = config.requireObject<Vpc>("clients");
const consumers = config.requireObject<Vpc>("consumers");

const orders = new tidbconfluent.PrivateLink("orders", {
    tidbClusterId: "{{.EssentialUSEast1}}",
    environmentId: fresh.id,
    network: { displayName: pulumi.interpolate`network of ${fresh.id}` },
    connection: { displayName: config.requireSecret("connection") },
    vpcAccess: [{
        name: "clients",
        vpcId: fresh.id.apply(() => clients.vpcId),
        subnetIds: clients.subnetIds,
        allowedCidrBlocks: ["10.0.0.0/16"],
        tags: { environment: fresh.id },
    }],
}, options);
const payments = new tidbconfluent.PrivateLink("payments", {
    tidbClusterId: "{{.EssentialUSEast1B}}",
    environmentId: orders.environmentId,
    network: { id: orders.networkId },
    privateLinkAccess: { id: orders.privateLinkAccessId },
    kafkaCluster: { id: orders.kafkaClusterId },
}, options);
new tidbconfluent.VpcAccess("reports", {
    environmentId: orders.environmentId,
    networkId: orders.networkId,
    dnsDomain: orders.dnsDomain,
    zonalSubdomains: orders.zonalSubdomains,
    vpcEndpointServiceName: orders.vpcEndpointServiceName,
    vpcId: consumers.vpcId,
    subnetIds: consumers.subnetIds,
    privateLinkAccess: { id: orders.vpcAccess.apply((all) => all?.[0]?.privateLinkAccessId as string) },
}, options);

export const shared = payments.bootstrapEndpoint;
