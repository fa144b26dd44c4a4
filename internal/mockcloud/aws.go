package mockcloud

import (
	"errors"
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/component/vpcaccess"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
)

// AWS is an AWS account with a VPC, as the mocked provider shows it.
type AWS struct {
	Account, Region string
	// VPC is vpc-1 and, with another id, vpc-3.
	VPC Object
	// Subnets are the AZ IDs of the subnets, by id. AZ names differ between accounts.
	Subnets map[string]string
	VPCOf   map[string]string
	// Zone is the private hosted zone for the domain that the VPC has.
	Zone string
	// EndpointState is the state that an endpoint gets.
	EndpointState string
	// Unconfigured means that the provider's configuration is unknown.
	Unconfigured bool
}

func newAWS() AWS {
	return AWS{
		Account: "444455556666", Region: "us-east-1",
		VPC: Object{"enableDnsSupport": true, "enableDnsHostnames": true},
		Subnets: map[string]string{
			"subnet-1": "use1-az6", "subnet-2": "use1-az4", "subnet-3": "use1-az5", "subnet-4": "use1-az2",
			"subnet-5":  "use1-az6",
			"subnet-31": "use1-az6", "subnet-34": "use1-az2",
		},
		VPCOf: map[string]string{"subnet-31": "vpc-3", "subnet-34": "vpc-3"}, EndpointState: "available",
	}
}

var zoneNames = map[string]string{
	"use1-az1": "us-east-1a", "use1-az2": "us-east-1b", "use1-az4": "us-east-1d",
	"use1-az5": "us-east-1e", "use1-az6": "us-east-1f",
}

// call answers a function of the aws provider.
func (a *AWS) call(args pulumi.MockCallArgs) (Object, error) {
	if a.Unconfigured {
		return Object{}, nil
	}
	text := func(key resource.PropertyKey) string { return args.Args[key].StringValue() }
	switch args.Token {
	case "aws:index/getCallerIdentity:getCallerIdentity":
		return Object{"id": a.Account, "accountId": a.Account, "arn": "arn", "userId": "user"}, nil
	case "aws:index/getRegion:getRegion":
		return Object{"id": a.Region, "name": a.Region, "description": "", "endpoint": ""}, nil
	case "aws:ec2/getVpc:getVpc":
		vpc := maps.Clone(a.VPC)
		if vpc["id"] = text("id"); vpc["id"] != "vpc-1" && vpc["id"] != "vpc-3" {
			return nil, errors.New("invoking aws:ec2/getVpc:getVpc: 1 error occurred:\n\t* no matching EC2 VPC " +
				"found\n\n")
		}
		return vpc, nil
	case "aws:ec2/getSubnet:getSubnet":
		id := text("id")
		zone, ok := a.Subnets[id]
		if !ok {
			return nil, errors.New("no matching EC2 Subnet found")
		}
		vpc := "vpc-1"
		if other, ok := a.VPCOf[id]; ok {
			vpc = other
		}
		return Object{"id": id, "vpcId": vpc, "availabilityZoneId": zone, "availabilityZone": zoneNames[zone]}, nil
	case "aws:route53/getZone:getZone":
		if a.Zone == "" || text("name") != Domain || text("vpcId") != "vpc-1" || !args.Args["privateZone"].BoolValue() {
			return nil, errors.New("1 error occurred: no matching Route 53 Hosted Zone found")
		}
		return Object{"id": a.Zone, "zoneId": a.Zone, "name": text("name")}, nil
	}
	return nil, errors.New("no answer to " + args.Token)
}

// VpcAccessArgs are the inputs of a VpcAccess to an existing network for the VPC, with a test's changes.
func VpcAccessArgs(change func(*vpcaccess.VpcAccessArgs)) vpcaccess.VpcAccessArgs {
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

// UnknownText is a text that is not known yet.
func UnknownText() pulumi.StringPtrOutput {
	return lookup.Unknown[pulumi.StringPtrOutput, *string](nil)
}

// UnknownList is a list that is not known yet.
func UnknownList() pulumi.StringArrayOutput {
	return lookup.Unknown[pulumi.StringArrayOutput, []string](nil)
}

// A recorder notes what is logged next to the resources.
type recorder struct {
	pulumi.Log
	w *World
}

func (r recorder) note(severity, message string) error {
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	r.w.Logged = append(r.w.Logged, severity+": "+message)
	return nil
}

// Info notes a message.
func (r recorder) Info(message string, _ *pulumi.LogArgs) error { return r.note("info", message) }

// Warn notes a warning.
func (r recorder) Warn(message string, _ *pulumi.LogArgs) error { return r.note("warning", message) }
