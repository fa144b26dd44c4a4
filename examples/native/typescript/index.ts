import * as pulumi from "@pulumi/pulumi";
import * as tidbconfluent from "pulumi-tidbconfluent";

const config = new pulumi.Config();
const tidb = config.requireObject<{ clusterId: string }>("tidb");

const tidbCloud = tidbconfluent.tidbcloud.getPrivateLinkZonesOutput({ clusterId: tidb.clusterId });

const queue = new tidbconfluent.tidbcloud.PrivateLinkConnection("queue", {
    clusterId: tidb.clusterId,
    awsEndpointService: { name: config.require("endpointServiceName") },
});

const queueDomains = new tidbconfluent.tidbcloud.DomainAttachment("queueDomains", {
    clusterId: tidb.clusterId,
    privateLinkConnectionId: queue.privateLinkConnectionId,
    type: tidbconfluent.tidbcloud.DomainType.TidbcloudManaged,
});

// What a changefeed of TiDB Cloud asks for.
export const privateLinkConnectionId = queue.privateLinkConnectionId;
// The names by which the cluster reaches the endpoint service.
export const domains = queueDomains.domains;
// The account that the endpoint service must authorize, and its AZs.
export const tidbAwsAccountId = tidbCloud.accountId;
export const tidbAvailabilityZoneIds = tidbCloud.availabilityZoneIds;
