import * as confluentcloud from "@pulumi/confluentcloud";
import * as pulumi from "@pulumi/pulumi";
import * as tidbconfluent from "pulumi-tidbconfluent";

const fresh = new confluentcloud.Environment("fresh");
const later = <T>(value: T): pulumi.Output<T> => fresh.id.apply(() => value);
const environment = { id: fresh.id };

const network = new confluentcloud.Network("network", {
    cloud: "AWS", region: "us-east-1", connectionTypes: ["PRIVATELINK"], environment,
});
const access = new confluentcloud.PrivateLinkAccess("access", {
    aws: { account: "111122223333" }, network: { id: network.id }, environment,
});
const kafka = new confluentcloud.KafkaCluster("kafka", {
    cloud: "AWS", region: "us-east-1", availability: "SINGLE_ZONE", dedicated: { cku: 1 }, network: { id: network.id }, environment,
});
const made = new tidbconfluent.PrivateLink("made", {
    tidbClusterId: later("{{.EssentialUSEast1}}"),
    environmentId: fresh.id,
    network: {
        displayName: pulumi.interpolate`network of ${fresh.id}`,
        zones: ["use1-az2", later("use1-az1"), "use1-az3"],
    },
    kafkaCluster: { cku: later(1), availability: later("SINGLE_ZONE" as const), deletionProtection: later(false) },
}, {
    transforms: [({ type, props, opts }) => {
        if (type === "confluentcloud:index/kafkaCluster:KafkaCluster") {
            return { props, opts: pulumi.mergeOptions(opts, { ignoreChanges: ["dedicated.cku"] }) };
        }
        return undefined;
    }],
});
const existing = new tidbconfluent.PrivateLink("existing", {
    tidbClusterId: later("{{.EssentialUSEast1}}"),
    environmentId: fresh.id,
    network: { id: network.id },
    privateLinkAccess: { id: access.id },
    kafkaCluster: { id: kafka.id },
});

exports.made = made.bootstrapEndpoint;
exports.existing = existing.bootstrapEndpoint;
