import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import * as tidbconfluent from "pulumi-tidbconfluent";

const config = new pulumi.Config();
const transforms = config.require("transforms");
const described: pulumi.ResourceTransform = ({ type, props, opts }) => {
    if (type === "confluentcloud:index/serviceAccount:ServiceAccount") {
        props["description"] = "transformed";
    }
    return { props, opts };
};
if (transforms === "stack") {
    pulumi.runtime.registerResourceTransform(described);
}
const fresh = new confluentcloud.Environment("fresh", {}, { transforms: transforms === "parent" ? [described] : [] });
const options = {
    parent: transforms === "parent" ? fresh : undefined,
    transforms: transforms === "component" ? [described] : [],
};
const existing = {
    tidbClusterId: "{{.EssentialUSEast1}}",
    environmentId: "{{.EnvironmentID}}",
    kafkaClusterId: "lkc-9mz5yq",
    privateLinkConnectionId: "plc-a7bq2mxw",
};

const rows = new tidbconfluent.KafkaChangefeed("rows", {
    ...existing,
    tables: ["shop.orders", fresh.id.apply(() => "test.*")],
    topics: { prefix: pulumi.interpolate`${fresh.id}.`, separator: "-", partitions: 6 },
    displayName: config.requireSecret("displayName"),
}, options);
new tidbconfluent.KafkaChangefeed("others", {
    ...existing,
    kafkaClusterId: fresh.id.apply(() => "lkc-9mz5yq"),
    credentials: { apiKey: "EXISTINGKEY00001", apiSecret: config.requireSecret("kafkaSecret") },
    paused: fresh.id.apply(() => true),
}, options);

export const topics = rows.topics;
