package vpcaccess

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// check rejects inputs that are wrong whatever the services answer. It reports all of them at once.
func check(in *args.Set) error {
	var p args.Problems
	in.Text("environmentId").Check(&p, rules.EnvironmentID.Check)
	in.Text("networkId").Check(&p, rules.NetworkID.Check)
	in.Map("zonalSubdomains").Check(&p, rules.ZonalSubdomains)
	in.Text("vpcEndpointServiceName").Check(&p, func(name string) error {
		_, err := rules.RegionOfEndpointService(name)
		return err
	})
	in.Text("dnsDomain").Check(&p, func(domain string) error {
		_, err := rules.UniqueName(domain)
		return err
	})
	checkNetwork(&p, in)
	checkVpc(&p, in)
	return p.Err()
}

// checkNetwork rejects half of what describes the network, and descriptions of two different ones.
func checkNetwork(p *args.Problems, in *args.Set) {
	var given, missing []string
	for _, path := range []string{"dnsDomain", "zonalSubdomains", "vpcEndpointServiceName"} {
		if in.Given(path) {
			given = append(given, path)
		} else {
			missing = append(missing, path)
		}
	}
	if len(given) > 0 && len(missing) > 0 {
		p.Add(given[0], fmt.Errorf("%s set without %s; set all three, or none to look them up",
			strings.Join(given, ", "), strings.Join(missing, ", ")))
	}
	domain, subdomains, service := in.Text("dnsDomain"), in.Map("zonalSubdomains"), in.Text("vpcEndpointServiceName")
	if len(*p) == 0 && domain.Known && subdomains.Known && service.Known {
		p.Add("dnsDomain", rules.SameNetwork(domain.Plain, subdomains.Plain, service.Plain))
	}
}

// checkVpc checks the inputs about a VPC.
func checkVpc(p *args.Problems, in *args.Set) {
	in.Text("vpcId").Check(p, rules.VPCID.Check)
	in.List("subnetIds").Check(p, rules.SubnetIDs)
	in.List("allowedCidrBlocks").Check(p, rules.Each(rules.CIDRBlock))
	in.List("allowedSecurityGroupIds").Check(p, rules.Each(rules.SecurityGroupID.Check))
	in.Map("tags").Check(p, rules.Tags)
	in.Text("privateLinkAccess.id").Check(p, rules.PrivateLinkAccessID.Check)
	in.Text("privateLinkAccess.displayName").Check(p, rules.DisplayName)
	in.CheckExisting(p, "privateLinkAccess")
}

var entryName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)

// defaultEntryName is the default name of a VPC of a PrivateLink: most have one VPC.
const defaultEntryName = "vpc"

func nameOf(entry *args.Set) string { return entry.Text("name").PlainOr(defaultEntryName) }

// CheckList checks the VPCs of a PrivateLink, and rejects those that conflict with each other. in are the inputs of the
// PrivateLink.
func CheckList(p *args.Problems, in *args.Set) {
	entries := in.Objects("vpcAccess")
	names, vpcs := map[string]*args.Set{}, map[string]*args.Set{}
	for _, entry := range entries {
		checkVpc(p, entry)
		name, path := nameOf(entry), entry.Text("name").Path
		if !entryName.MatchString(name) {
			p.Add(path, fmt.Errorf("%q is not a name for a VPC; use letters, digits, - and _, such as consumers", name))
		}
		if other, ok := names[name]; ok {
			p.Add(path, fmt.Errorf("%s is also the name of %s; use a different name for each VPC of the list",
				name, other.Path()))
		}
		names[name] = entry
		id := entry.Text("vpcId")
		if other, ok := vpcs[id.Plain]; ok && id.Known {
			p.Add(id.Path, fmt.Errorf("%s is also the VPC of %s, and can have only one private hosted zone for the "+
				"network's domain; list all of its subnets there, and leave this one out", id.Plain, other.Path()))
		}
		vpcs[id.Plain] = entry
		entry.Text("privateLinkAccess.id").CheckOnNetwork(p, in.Text("network.id"))
	}
	checkSharedName(p, entries)
	checkSharedAccess(p, entries)
}

// checkSharedName rejects two names of the access that the VPCs share.
func checkSharedName(p *args.Problems, entries []*args.Set) {
	var other args.Text
	var by string
	for _, entry := range entries {
		name := entry.Text("privateLinkAccess.displayName")
		if !name.Given {
			continue
		}
		if other.Known && name.Known && other.Plain != name.Plain {
			p.Add(name.Path, fmt.Errorf("is %s, but %s has %s, and both share one PrivateLink Access; use the same, "+
				"or leave one out", name.Plain, by, other.Plain))
		}
		other, by = name, entry.Path()
	}
}

// checkSharedAccess rejects a new access next to an existing one: all of the VPCs are in one AWS account.
func checkSharedAccess(p *args.Problems, entries []*args.Set) {
	existing := slices.IndexFunc(entries, func(entry *args.Set) bool { return entry.Given("privateLinkAccess.id") })
	if existing < 0 {
		return
	}
	other := entries[existing]
	for _, entry := range entries {
		if id := entry.Text("privateLinkAccess.id"); !id.Given {
			p.Add(id.Path, fmt.Errorf("is not set, but %s has %s, and an AWS account has one PrivateLink Access to a "+
				"network; use the same ID", other.Path(), other.Text("privateLinkAccess.id").Show()))
		}
	}
}
