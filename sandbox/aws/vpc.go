package aws

import (
	"context"
	"strconv"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/aws/internal/api"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/standin"
)

func vpcKind() *resourceKind {
	kind := &resourceKind{Type: typeOf("aws:ec2/vpc:Vpc", "EC2 VPC", defaultTimeout), Calls: standin.Calls[*session]{
		Create: createVpc, Await: awaitVpc, Read: readVpc, Update: updateVpc, Delete: deleteVpc,
	}}
	kind.Rules = map[string]standin.Rule{
		"cidrBlock":       cidr,
		"instanceTenancy": standin.OneOfTexts("default", "dedicated"),
	}
	kind.Defaults = standin.Values{"enableDnsSupport": property.New(true), "instanceTenancy": property.New("default")}
	return kind
}

var cidr = standin.Matching(`^\d+\.\d+\.\d+\.\d+/\d+$`, "an IPv4 range such as 10.0.0.0/16")

var vpcAttributes = map[string]string{
	"enableDnsSupport":   "EnableDnsSupport",
	"enableDnsHostnames": "EnableDnsHostnames",
}

func createVpc(ctx context.Context, s *session, inputs property.Map) (string, error) {
	return s.client.Create(ctx, "CreateVpc", api.Params{
		"CidrBlock":       standin.TextAt(inputs, "cidrBlock"),
		"InstanceTenancy": standin.TextAt(inputs, "instanceTenancy"),
	}.Tags("vpc", textMap(inputs, tagsAll)))
}

// awaitVpc waits, and then sets the switches, which the creation does not accept.
func awaitVpc(ctx context.Context, s *session, id string, inputs property.Map) error {
	err := standin.Wait{
		What: "EC2 VPC " + id, Every: 5 * time.Second, Limit: 10 * time.Minute,
		Look: func(ctx context.Context) (string, bool, error) {
			vpc, err := s.vpc(ctx, id)
			return vpc.State, vpc.State == "available", err
		},
	}.Until(ctx, 0)
	if err != nil {
		return err
	}
	for _, name := range standin.SortedKeys(vpcAttributes) {
		if given := inputs.Get(name); given.IsBool() {
			if err := s.setVpcAttribute(ctx, id, name, given.AsBool()); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *session) setVpcAttribute(ctx context.Context, id, name string, value bool) error {
	return s.client.EC2(ctx, "ModifyVpcAttribute", api.Params{
		"VpcId": id, vpcAttributes[name] + ".Value": strconv.FormatBool(value),
	})
}

func (s *session) vpc(ctx context.Context, id string) (api.Vpc, error) {
	found, err := s.client.Vpcs(ctx, api.Params{}.List("VpcId", []string{id}))
	return one(found, err, id)
}

func readVpc(ctx context.Context, s *session, id string, known property.Map) (property.Map, error) {
	vpc, err := s.vpc(ctx, id)
	if err != nil {
		return property.Map{}, err
	}
	state := standin.Values{
		"arn":             s.arn(vpc.OwnerID, "vpc", id),
		"cidrBlock":       property.New(vpc.CidrBlock),
		"dhcpOptionsId":   property.New(vpc.DhcpOptionsID),
		"instanceTenancy": property.New(vpc.InstanceTenancy),
		"ownerId":         property.New(vpc.OwnerID),
	}
	for name := range vpcAttributes {
		on, err := s.client.VpcAttribute(ctx, id, name)
		if err != nil {
			return property.Map{}, err
		}
		state[name] = property.New(on)
	}
	if err := s.addVpcParts(ctx, state, id); err != nil {
		return property.Map{}, err
	}
	s.addTags(state, vpc.Tags(), known)
	return property.NewMap(state), nil
}

// addVpcParts adds what comes with a VPC.
func (s *session) addVpcParts(ctx context.Context, state standin.Values, id string) error {
	table, err := s.client.MainRouteTable(ctx, id)
	if err != nil {
		return err
	}
	acl, err := s.client.DefaultNetworkACL(ctx, id)
	if err != nil {
		return err
	}
	group, err := s.defaultGroup(ctx, id)
	if err != nil {
		return err
	}
	// The route table that came with the VPC is the main one unless another one became that, which nothing here does.
	state["mainRouteTableId"], state["defaultRouteTableId"] = property.New(table), property.New(table)
	state["defaultNetworkAclId"], state["defaultSecurityGroupId"] = property.New(acl), property.New(group)
	return nil
}

func (s *session) defaultGroup(ctx context.Context, vpcID string) (string, error) {
	groups, err := s.client.SecurityGroups(ctx, api.Params{}.Filters(
		api.Filter{Name: "vpc-id", Values: []string{vpcID}},
		api.Filter{Name: "group-name", Values: []string{"default"}}))
	if err != nil || len(groups) == 0 {
		return "", err
	}
	return groups[0].ID, nil
}

func updateVpc(ctx context.Context, s *session, id string, u standin.Update) (int, error) {
	var updates []func() (int, error)
	for _, name := range standin.SortedKeys(vpcAttributes) {
		if u.Changed(name) {
			updates = append(updates, func() (int, error) {
				return count(s.setVpcAttribute(ctx, id, name, standin.BoolAt(u.Inputs, name)))
			})
		}
	}
	updates = append(updates, func() (int, error) { return retag(ctx, s, id, u) })
	return steps(updates...)
}

func deleteVpc(ctx context.Context, s *session, id string, _ property.Map) error {
	return ignoreGone(s.client.EC2(ctx, "DeleteVpc", api.Params{"VpcId": id}))
}

func ignoreGone(err error) error {
	if api.IsGone(err) {
		return nil
	}
	return err
}

func subnetKind() *resourceKind {
	kind := &resourceKind{
		Type: typeOf("aws:ec2/subnet:Subnet", "EC2 Subnet", 10*time.Minute),
		Calls: standin.Calls[*session]{
			Create: createSubnet, Await: awaitSubnet, Read: readSubnet, Update: updateSubnet, Delete: deleteSubnet,
		},
	}
	kind.Rules = map[string]standin.Rule{"cidrBlock": cidr}
	kind.Conflicts = [][2]string{{"availabilityZone", "availabilityZoneId"}}
	kind.Defaults = standin.Values{"mapPublicIpOnLaunch": property.New(false)}
	return kind
}

func createSubnet(ctx context.Context, s *session, inputs property.Map) (string, error) {
	params := api.Params{"VpcId": standin.TextAt(inputs, "vpcId"), "CidrBlock": standin.TextAt(inputs, "cidrBlock")}
	for name, parameter := range map[string]string{
		"availabilityZone":   "AvailabilityZone",
		"availabilityZoneId": "AvailabilityZoneId",
	} {
		if given := standin.TextAt(inputs, name); given != "" {
			params[parameter] = given
		}
	}
	return s.client.Create(ctx, "CreateSubnet", params.Tags("subnet", textMap(inputs, tagsAll)))
}

func awaitSubnet(ctx context.Context, s *session, id string, inputs property.Map) error {
	err := standin.Wait{
		What: "EC2 Subnet " + id, Every: 5 * time.Second, Limit: 10 * time.Minute,
		Look: func(ctx context.Context) (string, bool, error) {
			subnet, err := s.subnet(ctx, id)
			return subnet.State, subnet.State == "available", err
		},
	}.Until(ctx, 0)
	if err != nil {
		return err
	}
	return s.setPublicIPs(ctx, id, standin.BoolAt(inputs, "mapPublicIpOnLaunch"))
}

func (s *session) setPublicIPs(ctx context.Context, id string, on bool) error {
	return s.client.EC2(ctx, "ModifySubnetAttribute", api.Params{
		"SubnetId": id, "MapPublicIpOnLaunch.Value": strconv.FormatBool(on),
	})
}

func (s *session) subnet(ctx context.Context, id string) (api.Subnet, error) {
	found, err := s.client.Subnets(ctx, api.Params{}.List("SubnetId", []string{id}))
	return one(found, err, id)
}

func readSubnet(ctx context.Context, s *session, id string, known property.Map) (property.Map, error) {
	subnet, err := s.subnet(ctx, id)
	if err != nil {
		return property.Map{}, err
	}
	state := standin.Values{
		"arn":                 property.New(subnet.Arn),
		"availabilityZone":    property.New(subnet.AvailabilityZone),
		"availabilityZoneId":  property.New(subnet.AvailabilityZoneID),
		"cidrBlock":           property.New(subnet.CidrBlock),
		"mapPublicIpOnLaunch": property.New(subnet.MapPublicIPOnLaunch),
		"ownerId":             property.New(subnet.OwnerID),
		"vpcId":               property.New(subnet.VpcID),
	}
	s.addTags(state, subnet.Tags(), known)
	return property.NewMap(state), nil
}

func updateSubnet(ctx context.Context, s *session, id string, u standin.Update) (int, error) {
	return steps(func() (int, error) {
		if !u.Changed("mapPublicIpOnLaunch") {
			return 0, nil
		}
		return count(s.setPublicIPs(ctx, id, standin.BoolAt(u.Inputs, "mapPublicIpOnLaunch")))
	}, func() (int, error) { return retag(ctx, s, id, u) })
}

func deleteSubnet(ctx context.Context, s *session, id string, _ property.Map) error {
	return ignoreGone(s.client.EC2(ctx, "DeleteSubnet", api.Params{"SubnetId": id}))
}
