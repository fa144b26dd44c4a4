package api

import (
	"context"
	"fmt"
	"strings"
)

// Tag of a resource.
type Tag struct {
	Key   string `xml:"key"`
	Value string `xml:"value"`
}

// Tagged is a resource with tags.
type Tagged struct {
	TagSet []Tag `xml:"tagSet>item"`
}

// Tags are the tags by key, without those of AWS itself.
func (t Tagged) Tags() map[string]string {
	tags := map[string]string{}
	for _, tag := range t.TagSet {
		if !strings.HasPrefix(tag.Key, "aws:") {
			tags[tag.Key] = tag.Value
		}
	}
	return tags
}

// Vpc is a VPC.
type Vpc struct {
	Tagged
	ID              string `xml:"vpcId"`
	CidrBlock       string `xml:"cidrBlock"`
	DhcpOptionsID   string `xml:"dhcpOptionsId"`
	InstanceTenancy string `xml:"instanceTenancy"`
	OwnerID         string `xml:"ownerId"`
	State           string `xml:"state"`
	IsDefault       bool   `xml:"isDefault"`
	Associations    []struct {
		ID        string `xml:"associationId"`
		CidrBlock string `xml:"cidrBlock"`
		State     string `xml:"cidrBlockState>state"`
	} `xml:"cidrBlockAssociationSet>item"`
}

// Subnet of a VPC.
type Subnet struct {
	Tagged
	ID                  string `xml:"subnetId"`
	Arn                 string `xml:"subnetArn"`
	VpcID               string `xml:"vpcId"`
	CidrBlock           string `xml:"cidrBlock"`
	AvailabilityZone    string `xml:"availabilityZone"`
	AvailabilityZoneID  string `xml:"availabilityZoneId"`
	OwnerID             string `xml:"ownerId"`
	State               string `xml:"state"`
	AvailableIPs        int    `xml:"availableIpAddressCount"`
	DefaultForAz        bool   `xml:"defaultForAz"`
	MapPublicIPOnLaunch bool   `xml:"mapPublicIpOnLaunch"`
}

// VpcEndpoint is a VPC endpoint.
type VpcEndpoint struct {
	Tagged
	ID                  string     `xml:"vpcEndpointId"`
	Type                string     `xml:"vpcEndpointType"`
	VpcID               string     `xml:"vpcId"`
	ServiceName         string     `xml:"serviceName"`
	State               string     `xml:"state"`
	Policy              string     `xml:"policyDocument"`
	OwnerID             string     `xml:"ownerId"`
	IPAddressType       string     `xml:"ipAddressType"`
	RouteTableIDs       []string   `xml:"routeTableIdSet>item"`
	SubnetIDs           []string   `xml:"subnetIdSet>item"`
	Groups              []string   `xml:"groupSet>item>groupId"`
	NetworkInterfaceIDs []string   `xml:"networkInterfaceIdSet>item"`
	PrivateDNSEnabled   bool       `xml:"privateDnsEnabled"`
	RequesterManaged    bool       `xml:"requesterManaged"`
	DNSEntries          []DNSEntry `xml:"dnsEntrySet>item"`
}

// DNSEntry is a name of a VPC endpoint.
type DNSEntry struct {
	Name         string `xml:"dnsName"`
	HostedZoneID string `xml:"hostedZoneId"`
}

// AvailabilityZone of a region.
type AvailabilityZone struct {
	Name      string `xml:"zoneName"`
	ID        string `xml:"zoneId"`
	GroupName string `xml:"groupName"`
	State     string `xml:"zoneState"`
	Type      string `xml:"zoneType"`
}

// CallerIdentity is the identity of the caller.
type CallerIdentity struct {
	Account string `xml:"GetCallerIdentityResult>Account"`
	Arn     string `xml:"GetCallerIdentityResult>Arn"`
	UserID  string `xml:"GetCallerIdentityResult>UserId"`
}

// CallerIdentity asks for the identity of the caller.
func (c *Client) CallerIdentity(ctx context.Context) (CallerIdentity, error) {
	var out CallerIdentity
	err := c.query(ctx, STS, "GetCallerIdentity", nil, &out)
	return out, err
}

// EC2 calls an operation of EC2 of which only the success matters.
func (c *Client) EC2(ctx context.Context, operation string, params Params) error {
	return c.query(ctx, EC2, operation, params, nil)
}

// Create calls an operation of EC2 and returns the ID of what it created. Each operation has another name for it.
func (c *Client) Create(ctx context.Context, operation string, params Params) (string, error) {
	var out struct {
		Vpc         string `xml:"vpc>vpcId"`
		Subnet      string `xml:"subnet>subnetId"`
		VpcEndpoint string `xml:"vpcEndpoint>vpcEndpointId"`
		Group       string `xml:"groupId"`
		Rule        string `xml:"securityGroupRuleSet>item>securityGroupRuleId"`
	}
	if err := c.query(ctx, EC2, operation, params, &out); err != nil {
		return "", err
	}
	id := out.Vpc + out.Subnet + out.VpcEndpoint + out.Group + out.Rule
	if id == "" {
		return "", NotFound{"the ID in the answer of " + operation}
	}
	return id, nil
}

// Vpcs are those that match.
func (c *Client) Vpcs(ctx context.Context, params Params) ([]Vpc, error) {
	var out struct {
		Items []Vpc `xml:"vpcSet>item"`
	}
	err := c.query(ctx, EC2, "DescribeVpcs", params, &out)
	return out.Items, err
}

// VpcAttribute is one of a VPC's switches, such as enableDnsSupport.
func (c *Client) VpcAttribute(ctx context.Context, id, attribute string) (bool, error) {
	var out struct {
		Support   bool `xml:"enableDnsSupport>value"`
		Hostnames bool `xml:"enableDnsHostnames>value"`
	}
	err := c.query(ctx, EC2, "DescribeVpcAttribute", Params{"VpcId": id, "Attribute": attribute}, &out)
	return out.Support || out.Hostnames, err
}

// Subnets are those that match.
func (c *Client) Subnets(ctx context.Context, params Params) ([]Subnet, error) {
	var out struct {
		Items []Subnet `xml:"subnetSet>item"`
	}
	err := c.query(ctx, EC2, "DescribeSubnets", params, &out)
	return out.Items, err
}

// VpcEndpoints are those that match and are not deleted: a deleted one is listed for a while.
func (c *Client) VpcEndpoints(ctx context.Context, params Params) ([]VpcEndpoint, error) {
	var out struct {
		Items []VpcEndpoint `xml:"vpcEndpointSet>item"`
	}
	if err := c.query(ctx, EC2, "DescribeVpcEndpoints", params, &out); err != nil {
		return nil, err
	}
	var found []VpcEndpoint
	for _, endpoint := range out.Items {
		if !strings.EqualFold(endpoint.State, "deleted") {
			found = append(found, endpoint)
		}
	}
	return found, nil
}

// AvailabilityZones are those of the region that match.
func (c *Client) AvailabilityZones(ctx context.Context, params Params) ([]AvailabilityZone, error) {
	var out struct {
		Items []AvailabilityZone `xml:"availabilityZoneInfo>item"`
	}
	err := c.query(ctx, EC2, "DescribeAvailabilityZones", params, &out)
	return out.Items, err
}

// MainRouteTable is the ID of a VPC's main route table, empty for none.
func (c *Client) MainRouteTable(ctx context.Context, vpcID string) (string, error) {
	var out struct {
		IDs []string `xml:"routeTableSet>item>routeTableId"`
	}
	params := Params{}.Filters(Filter{"vpc-id", []string{vpcID}}, Filter{"association.main", []string{"true"}})
	err := c.query(ctx, EC2, "DescribeRouteTables", params, &out)
	return first(out.IDs, err)
}

// DefaultNetworkACL is the ID of a VPC's default network ACL, empty for none.
func (c *Client) DefaultNetworkACL(ctx context.Context, vpcID string) (string, error) {
	var out struct {
		IDs []string `xml:"networkAclSet>item>networkAclId"`
	}
	params := Params{}.Filters(Filter{"vpc-id", []string{vpcID}}, Filter{"default", []string{"true"}})
	err := c.query(ctx, EC2, "DescribeNetworkAcls", params, &out)
	return first(out.IDs, err)
}

func first(ids []string, err error) (string, error) {
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// SetTags adds tags to a resource of EC2 and removes others.
func (c *Client) SetTags(ctx context.Context, id string, add map[string]string, remove []string) error {
	if len(remove) > 0 {
		params := Params{"ResourceId.1": id}
		for i, key := range remove {
			params[fmt.Sprintf("Tag.%d.Key", i+1)] = key
		}
		if err := c.EC2(ctx, "DeleteTags", params); err != nil {
			return err
		}
	}
	if len(add) == 0 {
		return nil
	}
	return c.EC2(ctx, "CreateTags", Params{"ResourceId.1": id}.tagList("Tag", add))
}
