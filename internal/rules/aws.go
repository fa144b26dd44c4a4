package rules

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// The identifiers of AWS that users type.
var (
	VPCID    = newID("the ID of a VPC", "vpc-0a1b2c3d4e5f67890", `^vpc-[0-9a-f]+$`)
	SubnetID = newID("the ID of a subnet", "subnet-0a1b2c3d4e5f67890", `^subnet-[0-9a-f]+$`)
	// A security group of a peered VPC in another account has that account's number in front.
	SecurityGroupID = newID("the ID of a security group", "sg-0a1b2c3d4e5f67890", `^([0-9]{12}/)?sg-[0-9a-f]+$`)
)

// Each returns the rule for a list that applies a rule to each element.
func Each(rule func(string) error) func([]string) error {
	return func(values []string) error {
		for _, value := range values {
			if err := rule(value); err != nil {
				return err
			}
		}
		return nil
	}
}

// CIDRBlock checks a block of IPv4 or IPv6 addresses, as AWS takes it.
func CIDRBlock(value string) error {
	block, err := netip.ParsePrefix(value)
	if err != nil {
		return fmt.Errorf("%q is not a CIDR block; use one such as 10.0.0.0/16, or 10.0.0.7/32 for a single "+
			"address", value)
	}
	if masked := block.Masked(); masked != block {
		return fmt.Errorf("%s is not the first address of its CIDR block; use %s", value, masked)
	}
	return nil
}

// OpenBlocks returns the CIDR blocks that contain every address.
func OpenBlocks(blocks []string) []string {
	return slices.DeleteFunc(slices.Clone(blocks), func(value string) bool {
		block, err := netip.ParsePrefix(value)
		return err != nil || block.Bits() > 0
	})
}

// IsIPv6 reports whether a CIDR block is of IPv6.
func IsIPv6(block string) bool { return strings.Contains(block, ":") }

// SubnetIDs checks the subnets of an endpoint.
func SubnetIDs(ids []string) error {
	if len(ids) == 0 {
		return errors.New("is empty; use a subnet in each of the network's AZs that has clients")
	}
	return Each(SubnetID.Check)(ids)
}

// Tags checks the keys of tags for AWS resources.
func Tags(tags map[string]string) error {
	for _, key := range sortedKeys(tags) {
		if strings.HasPrefix(strings.ToLower(key), "aws:") {
			return fmt.Errorf("%q begins with aws:, which AWS reserves; use another key for the tag", key)
		}
	}
	return nil
}

// A Subnet has the properties that decide whether an endpoint can have a network interface in it.
type Subnet struct {
	ID, VPCID string
	// Zone is the AZ ID, which means the same zone everywhere; ZoneName is its name in the account.
	Zone, ZoneName string
}

// SubnetsOf checks that all subnets are in one VPC.
func SubnetsOf(vpcID string, subnets []Subnet) error {
	for _, s := range subnets {
		if s.VPCID != vpcID {
			return fmt.Errorf("subnet %s is in VPC %s, but vpcId is %s; use subnets of that VPC", s.ID, s.VPCID, vpcID)
		}
	}
	return nil
}

// OneSubnetPerZone checks that no two subnets are in one zone: an endpoint has one network interface in each.
func OneSubnetPerZone(subnets []Subnet) error {
	in := map[string]string{}
	for _, s := range subnets {
		if other, taken := in[s.Zone]; taken {
			return fmt.Errorf("subnets %s and %s are both in %s, but an endpoint is in one subnet of an AZ; leave "+
				"one of them out",
				other, s.ID, s.Zone)
		}
		in[s.Zone] = s.ID
	}
	return nil
}

// SubnetsInZones separates the subnets in a network's zones from the others.
func SubnetsInZones(subnets []Subnet, zones []string) (in, others []Subnet) {
	for _, s := range subnets {
		if slices.Contains(zones, s.Zone) {
			in = append(in, s)
		} else {
			others = append(others, s)
		}
	}
	return in, others
}

// AnySubnetInZones checks that at least one subnet is in one of a network's zones.
func AnySubnetInZones(subnets []Subnet, zones []string) error {
	if in, _ := SubnetsInZones(subnets, zones); len(in) > 0 {
		return nil
	}
	return fmt.Errorf("no AZ in common: the subnets are in %s, the network in %s; use subnets in at least one of the "+
		"network's AZs",
		List(ZonesOf(subnets)), List(sortedSet(zones)))
}

// ZonesOf are the AZ IDs of the subnets, in alphabetical order.
func ZonesOf(subnets []Subnet) []string {
	zones := make([]string, len(subnets))
	for i, s := range subnets {
		zones[i] = s.Zone
	}
	return sortedSet(zones)
}
