import * as pulumi from "@pulumi/pulumi";
import * as tidbconfluent from "pulumi-tidbconfluent";

const config = new pulumi.Config();
const tidb = config.requireObject<{ clusterId: string }>("tidb");
const environmentId = config.require("environmentId");

const orders = new tidbconfluent.PrivateLink("orders", {
    tidbClusterId: tidb.clusterId,
    environmentId,
});

const rows = new tidbconfluent.KafkaChangefeed("rows", {
    tidbClusterId: tidb.clusterId,
    environmentId,
    kafkaClusterId: orders.kafkaClusterId,
    privateLinkConnectionId: orders.privateLinkConnectionId,
    tables: ["shop.*"],
    topics: { name: "shop" },
});

// What a client of Kafka needs.
export const bootstrapEndpoint = orders.bootstrapEndpoint;
export const topics = rows.topics;
export const changefeedId = rows.changefeedId;
