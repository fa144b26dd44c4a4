package main

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-confluentcloud/sdk/v2/go/confluentcloud"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component"
	"github.com/tidbconfluent/pulumi-tidbconfluent/component/changefeed"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/sdk/tidbconfluent/tidbcloud"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider"
)

// privateLink is the part of the SDK's PrivateLink that the programs use. This module must not require the SDK: Pulumi
// would then require the released plugin before it builds the plugin from source.
type privateLink struct {
	pulumi.ResourceState

	KafkaClusterID          pulumi.StringOutput `pulumi:"kafkaClusterId"`
	PrivateLinkConnectionID pulumi.StringOutput `pulumi:"privateLinkConnectionId"`
	BootstrapEndpoint       pulumi.StringOutput `pulumi:"bootstrapEndpoint"`
}

// sdkOptions are the options that the SDKs send with every resource. With others, the component and its children would
// have different default providers, and so two processes of the plugin.
var sdkOptions = pulumi.Composite(pulumi.Version(provider.Version), pulumi.PluginDownloadURL(provider.DownloadURL))

// links specifies which links a program declares.
type links struct {
	environment string
	// clusters are the TiDB Cloud cluster of each link.
	clusters []string
}

func (l links) name(i int) string { return fmt.Sprintf("link%03d", i) }

// components declares each link as a PrivateLink.
func components(l links) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		for i := range l.clusters {
			if _, err := l.link(ctx, i); err != nil {
				return err
			}
		}
		return nil
	}
}

func (l links) link(ctx *pulumi.Context, i int) (*privateLink, error) {
	var link privateLink
	err := ctx.RegisterRemoteComponentResource(component.Type, l.name(i), pulumi.Map{
		"tidbClusterId": pulumi.String(l.clusters[i]), "environmentId": pulumi.String(l.environment),
	}, &link, sdkOptions)
	ctx.Export(l.name(i), link.BootstrapEndpoint)
	return &link, err
}

// feedTopic is the topic that the changefeeds write into.
const feedTopic = "bench"

// feeds declares each link with a KafkaChangefeed.
func feeds(l links) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		for i, cluster := range l.clusters {
			link, err := l.link(ctx, i)
			if err != nil {
				return err
			}
			err = ctx.RegisterRemoteComponentResource(changefeed.Type, l.name(i)+"-rows", pulumi.Map{
				"tidbClusterId": pulumi.String(cluster), "environmentId": pulumi.String(l.environment),
				"kafkaClusterId": link.KafkaClusterID, "privateLinkConnectionId": link.PrivateLinkConnectionID,
				"tables": pulumi.ToStringArray([]string{"shop.orders"}),
				"topics": pulumi.StringMap{"name": pulumi.String(feedTopic)},
			}, &struct{ pulumi.ResourceState }{}, sdkOptions)
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// handWritten declares the same resources one by one, as a program without components does: it looks up TiDB Cloud's
// account, AZs and region for each link.
func handWritten(l links) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		for i, cluster := range l.clusters {
			tidb := tidbcloud.GetClusterOutput(ctx, tidbcloud.GetClusterOutputArgs{ClusterId: pulumi.String(cluster)})
			zones := tidbcloud.GetPrivateLinkZonesOutput(ctx, tidbcloud.GetPrivateLinkZonesOutputArgs{
				ClusterId: pulumi.String(cluster),
			})
			err := declare(ctx, l.name(i), cluster, l.environment, facts{
				region: tidb.Region(), account: zones.AccountId(), zones: zones.AvailabilityZoneIds(),
			})
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// facts are the properties of its TiDB Cloud cluster that a link needs.
type facts struct {
	region, account pulumi.StringInput
	zones           pulumi.StringArrayInput
}

func declare(ctx *pulumi.Context, name, cluster, environment string, tidb facts) error {
	network, err := confluentcloud.NewNetwork(ctx, name+"-network", &confluentcloud.NetworkArgs{
		Cloud: pulumi.String("AWS"), Region: tidb.region,
		ConnectionTypes: pulumi.ToStringArray([]string{"PRIVATELINK"}),
		Environment:     confluentcloud.NetworkEnvironmentArgs{Id: pulumi.String(environment)},
		DisplayName:     pulumi.String(name), Zones: tidb.zones,
		DnsConfig: confluentcloud.NetworkDnsConfigArgs{Resolution: pulumi.String("PRIVATE")},
	})
	if err != nil {
		return err
	}
	access, err := confluentcloud.NewPrivateLinkAccess(ctx, name+"-access", &confluentcloud.PrivateLinkAccessArgs{
		Aws:         confluentcloud.PrivateLinkAccessAwsArgs{Account: tidb.account},
		Network:     confluentcloud.PrivateLinkAccessNetworkArgs{Id: network.ID()},
		Environment: confluentcloud.PrivateLinkAccessEnvironmentArgs{Id: pulumi.String(environment)},
		DisplayName: pulumi.String(name),
	})
	if err != nil {
		return err
	}
	kafka, err := confluentcloud.NewKafkaCluster(ctx, name+"-kafka", &confluentcloud.KafkaClusterArgs{
		Cloud: pulumi.String("AWS"), Region: tidb.region, Availability: pulumi.String("MULTI_ZONE"),
		Dedicated:   confluentcloud.KafkaClusterDedicatedArgs{Cku: pulumi.Int(2)},
		Environment: confluentcloud.KafkaClusterEnvironmentArgs{Id: pulumi.String(environment)},
		Network:     confluentcloud.KafkaClusterNetworkArgs{Id: network.ID()},
		DisplayName: pulumi.String(name),
	})
	if err != nil {
		return err
	}
	ctx.Export(name, kafka.BootstrapEndpoint)
	return attach(ctx, name, cluster, network, access)
}

func attach(
	ctx *pulumi.Context, name, cluster string, network *confluentcloud.Network, access pulumi.Resource,
) error {
	connection, err := tidbcloud.NewPrivateLinkConnection(ctx, name+"-connection", &tidbcloud.PrivateLinkConnectionArgs{
		ClusterId: pulumi.String(cluster),
		AwsEndpointService: tidbcloud.AwsEndpointServiceArgs{
			Name: network.Aws.Index(pulumi.Int(0)).PrivateLinkEndpointService().Elem(),
		},
	}, pulumi.DependsOn([]pulumi.Resource{access}))
	if err != nil {
		return err
	}
	const suffix = ".aws.confluent.cloud"
	//nolint:forcetypeassert // as in every Pulumi program
	uniqueName := network.DnsDomain.ApplyT(func(domain string) string {
		return strings.TrimSuffix(domain, suffix)
	}).(pulumi.StringOutput)
	_, err = tidbcloud.NewDomainAttachment(ctx, name+"-domains", &tidbcloud.DomainAttachmentArgs{
		ClusterId: pulumi.String(cluster), PrivateLinkConnectionId: connection.PrivateLinkConnectionId,
		Type: tidbcloud.DomainTypeConfluent, UniqueName: uniqueName,
	})
	return err
}
