import * as pulumi from "@pulumi/pulumi";
import * as tidbconfluent from "pulumi-tidbconfluent";

const config = new pulumi.Config();
const tidb = config.requireObject<{ clusterId: string }>("tidb");

const rows = new tidbconfluent.tidbcloud.Changefeed("rows", {
    clusterId: tidb.clusterId,
    kafka: {
        network: {
            privateLink: { privateLinkConnectionId: config.require("privateLinkConnectionId"), port: 9092 },
        },
        authentication: {
            authType: "SASL_PLAIN",
            username: config.require("kafkaKey"),
            password: config.requireSecret("kafkaSecret"),
            enableTls: true,
            serverName: config.require("kafkaHost"),
        },
        topicPartitionConfig: { defaultTopic: "shop" },
    },
    filter: { filterRule: ["shop.*"] },
});

export const changefeedId = rows.changefeedId;
export const state = rows.state;
