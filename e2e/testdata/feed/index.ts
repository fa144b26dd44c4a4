import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import * as tidbconfluent from "pulumi-tidbconfluent";

const config = new pulumi.Config();
const transform = (child: string, property: string): pulumi.ResourceTransform => ({ type, props, opts }) => {
    if (type === child) {
        props[property] = "transformed";
    }
    return { props, opts };
};
pulumi.runtime.registerResourceTransform(
    transform("confluentcloud:index/serviceAccount:ServiceAccount", "description"));
const fresh = new confluentcloud.Environment("fresh", {},
    { transforms: [transform("confluentcloud:index/apiKey:ApiKey", "description")] });
const options = {
    parent: fresh,
    transforms: [transform("confluentcloud:index/apiKey:ApiKey", "displayName")],
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
