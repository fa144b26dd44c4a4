package component_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/mockcloud"
)

const (
	networkType    = mockcloud.NetworkType
	accessType     = mockcloud.AccessType
	kafkaType      = mockcloud.KafkaType
	connectionType = mockcloud.ConnectionType
	domainsType    = mockcloud.DomainsType
	service        = mockcloud.Service
	domain         = mockcloud.Domain
	linkURN        = mockcloud.LinkURN
	tidbAccount    = mockcloud.TiDBAccount
	ownAccount     = mockcloud.OwnAccount
	severalOf      = mockcloud.SeveralOf
	getNetwork     = mockcloud.GetNetwork
	getKafka       = mockcloud.GetKafka
	getKafkas      = mockcloud.GetKafkas
	getAccess      = mockcloud.GetAccess
)

type object = mockcloud.Object

// world is what the mocked services answer.
type world struct{ *mockcloud.World }

func newWorld() *world { return &world{mockcloud.New()} }

// accessArgs are an access to an existing network for the VPC, with what each test changes.
func accessArgs(change func(*vpcaccess.VpcAccessArgs)) vpcaccess.VpcAccessArgs {
	args := vpcaccess.VpcAccessArgs{
		EnvironmentId: pulumi.String("env-1"), NetworkId: pulumi.String("n-1"), VpcId: pulumi.String("vpc-1"),
		SubnetIds:         pulumi.ToStringArray([]string{"subnet-2", "subnet-1"}),
		AllowedCidrBlocks: pulumi.ToStringArray([]string{"10.0.0.0/16"}),
	}
	if change != nil {
		change(&args)
	}
	return args
}

func unknownList() pulumi.StringArrayOutput {
	return pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) []string { return nil }).(pulumi.StringArrayOutput)
}
