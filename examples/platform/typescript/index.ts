import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import * as tidbconfluent from "pulumi-tidbconfluent";

const config = new pulumi.Config();
const tidb = config.requireObject<{ orders: string; payments: string }>("tidb");
const environmentId = config.require("environmentId");
const production = config.requireBoolean("production");

// Explicit providers: this stack uses these keys, whatever the environment of who runs it holds.
const tidbcloud = new tidbconfluent.Provider("tidbcloud", {
    publicKey: config.require("tidbcloudPublicKey"),
    privateKey: config.requireSecret("tidbcloudPrivateKey"),
});
const confluent = new confluentcloud.Provider("confluent", {
    cloudApiKey: config.require("confluentApiKey"),
    cloudApiSecret: config.requireSecret("confluentApiSecret"),
    endpoint: config.require("confluentEndpoint"),
});
// The component's own provider by itself: Pulumi's SDK warns of one that is in the list.
const options: pulumi.ComponentResourceOptions = {
    provider: tidbcloud,
    providers: [confluent],
    protect: production,
};

// The first TiDB cluster brings the network, the PrivateLink Access and the Kafka cluster into being.
const orders = new tidbconfluent.PrivateLink(
    "orders",
    {
        tidbClusterId: tidb.orders,
        environmentId,
        network: { displayName: "platform" },
        privateLinkAccess: { displayName: "tidb-cloud" },
        kafkaCluster: {
            displayName: "platform",
            availability: tidbconfluent.Availability.MultiZone,
            cku: config.requireNumber("cku"),
            deletionProtection: production,
        },
    },
    options,
);

// The second one joins them: all that is made for it is its own private link connection.
const payments = new tidbconfluent.PrivateLink(
    "payments",
    {
        tidbClusterId: tidb.payments,
        environmentId,
        network: { id: orders.networkId },
        privateLinkAccess: { id: orders.privateLinkAccessId },
        kafkaCluster: { id: orders.kafkaClusterId },
    },
    options,
);

// The rows of these tables arrive in Kafka, in a topic for each table, such as orders.shop_orders.
const rows = new tidbconfluent.KafkaChangefeed(
    "rows",
    {
        tidbClusterId: tidb.orders,
        environmentId,
        kafkaClusterId: orders.kafkaClusterId,
        privateLinkConnectionId: orders.privateLinkConnectionId,
        tables: ["shop.orders", "shop.customers"],
        topics: { prefix: "orders." },
    },
    options,
);

// What clients of the Kafka cluster need.
export const bootstrapEndpoint = orders.bootstrapEndpoint;
export const restEndpoint = orders.restEndpoint;
export const kafkaClusterId = orders.kafkaClusterId;
export const kafkaClusterCrn = orders.kafkaClusterCrn;
export const topics = rows.topics;
// What more changefeeds of each cluster ask for.
export const privateLinkConnectionIds = {
    orders: orders.privateLinkConnectionId,
    payments: payments.privateLinkConnectionId,
};
