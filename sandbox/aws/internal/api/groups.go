package api

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// SecurityGroup is a security group.
type SecurityGroup struct {
	Tagged
	ID          string       `xml:"groupId"`
	Name        string       `xml:"groupName"`
	Description string       `xml:"groupDescription"`
	OwnerID     string       `xml:"ownerId"`
	VpcID       string       `xml:"vpcId"`
	Ingress     []Permission `xml:"ipPermissions>item"`
	Egress      []Permission `xml:"ipPermissionsEgress>item"`
}

// Permission is traffic that a security group allows, from or to several sources.
type Permission struct {
	Protocol string `xml:"ipProtocol"`
	// FromPort and ToPort are left out for all protocols.
	FromPort *int `xml:"fromPort"`
	ToPort   *int `xml:"toPort"`
	IPv4     []struct {
		Cidr        string `xml:"cidrIp"`
		Description string `xml:"description"`
	} `xml:"ipRanges>item"`
	IPv6 []struct {
		Cidr        string `xml:"cidrIpv6"`
		Description string `xml:"description"`
	} `xml:"ipv6Ranges>item"`
	Groups []struct {
		ID          string `xml:"groupId"`
		Description string `xml:"description"`
	} `xml:"groups>item"`
	PrefixLists []struct {
		ID          string `xml:"prefixListId"`
		Description string `xml:"description"`
	} `xml:"prefixListIds>item"`
}

// Source is how a rule names its source.
type Source string

// The sources, under the names that a permission's parameters have.
const (
	IPv4       Source = "IpRanges.%d.CidrIp"
	IPv6       Source = "Ipv6Ranges.%d.CidrIpv6"
	Group      Source = "Groups.%d.GroupId"
	PrefixList Source = "PrefixListIds.%d.PrefixListId"
)

// Rule allows one source.
type Rule struct {
	Protocol    string
	From, To    int
	Source      Source
	Value       string
	Description string
}

// Rules splits permissions into rules.
func Rules(permissions []Permission) []Rule {
	var rules []Rule
	for _, permission := range permissions {
		rule := Rule{Protocol: permission.Protocol, From: port(permission.FromPort), To: port(permission.ToPort)}
		add := func(source Source, value, description string) {
			rule.Source, rule.Value, rule.Description = source, value, description
			rules = append(rules, rule)
		}
		for _, r := range permission.IPv4 {
			add(IPv4, r.Cidr, r.Description)
		}
		for _, r := range permission.IPv6 {
			add(IPv6, r.Cidr, r.Description)
		}
		for _, r := range permission.Groups {
			add(Group, r.ID, r.Description)
		}
		for _, r := range permission.PrefixLists {
			add(PrefixList, r.ID, r.Description)
		}
	}
	return rules
}

// port is 0 where all protocols are meant: some answers leave the ports out then, others have -1.
func port(p *int) int {
	if p == nil || *p < 0 {
		return 0
	}
	return *p
}

// Permissions adds rules as permissions.
func (p Params) Permissions(rules []Rule) Params {
	for i, rule := range rules {
		prefix := fmt.Sprintf("IpPermissions.%d.", i+1)
		p[prefix+"IpProtocol"] = rule.Protocol
		if rule.Protocol != "-1" {
			p[prefix+"FromPort"], p[prefix+"ToPort"] = strconv.Itoa(rule.From), strconv.Itoa(rule.To)
		}
		p[prefix+fmt.Sprintf(string(rule.Source), 1)] = rule.Value
		if rule.Description != "" {
			list, _, _ := strings.Cut(string(rule.Source), ".")
			p[prefix+list+".1.Description"] = rule.Description
		}
	}
	return p
}

// SecurityGroups are those that match.
func (c *Client) SecurityGroups(ctx context.Context, params Params) ([]SecurityGroup, error) {
	var out struct {
		Items []SecurityGroup `xml:"securityGroupInfo>item"`
	}
	err := c.query(ctx, EC2, "DescribeSecurityGroups", params, &out)
	return out.Items, err
}

// SecurityGroupRule is a rule with an ID of its own.
type SecurityGroupRule struct {
	Tagged
	ID           string `xml:"securityGroupRuleId"`
	GroupID      string `xml:"groupId"`
	OwnerID      string `xml:"groupOwnerId"`
	IsEgress     bool   `xml:"isEgress"`
	Protocol     string `xml:"ipProtocol"`
	FromPort     *int   `xml:"fromPort"`
	ToPort       *int   `xml:"toPort"`
	CidrIPv4     string `xml:"cidrIpv4"`
	CidrIPv6     string `xml:"cidrIpv6"`
	PrefixListID string `xml:"prefixListId"`
	Referenced   string `xml:"referencedGroupInfo>groupId"`
	Description  string `xml:"description"`
}

// SecurityGroupRules are those that match.
func (c *Client) SecurityGroupRules(ctx context.Context, params Params) ([]SecurityGroupRule, error) {
	var out struct {
		Items []SecurityGroupRule `xml:"securityGroupRuleSet>item"`
	}
	err := c.query(ctx, EC2, "DescribeSecurityGroupRules", params, &out)
	return out.Items, err
}
