package component

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// vpcInputs are what is known now of a VPC's inputs.
type vpcInputs struct {
	// path comes before the names of the inputs in messages.
	path string

	vpcID, accessID, accessName     input[string]
	subnetIDs, cidrBlocks, groupIDs input[[]string]
	tags                            input[map[string]string]
}

// vpcInputsOf returns the inputs of a VPC.
func vpcInputsOf(read *args.Set, path string) *vpcInputs {
	list := func(name string) input[[]string] {
		in := of[[]string](read, path+name)
		in.value = ordered(in.value)
		return in
	}
	return &vpcInputs{
		path: path, vpcID: of[string](read, path+"vpcId"), tags: of[map[string]string](read, path+"tags"),
		accessID: of[string](read, path+"privateLinkAccess.id"), accessName: of[string](read, path+"privateLinkAccess.displayName"),
		subnetIDs: list("subnetIds"), cidrBlocks: list("allowedCidrBlocks"), groupIDs: list("allowedSecurityGroupIds"),
	}
}

// check refuses, without asking any service, what can only be wrong.
func (in *vpcInputs) check(p *problems) {
	ruled(p, in.path+"vpcId", in.vpcID, rules.VPCID.Check)
	ruled(p, in.path+"subnetIds", in.subnetIDs, rules.SubnetIDs)
	ruled(p, in.path+"allowedCidrBlocks", in.cidrBlocks, rules.Each(rules.CIDRBlock))
	ruled(p, in.path+"allowedSecurityGroupIds", in.groupIDs, rules.Each(rules.SecurityGroupID.Check))
	ruled(p, in.path+"tags", in.tags, rules.Tags)
	ruled(p, in.path+"privateLinkAccess.id", in.accessID, rules.PrivateLinkAccessID.Check)
	ruled(p, in.path+"privateLinkAccess.displayName", in.accessName, notEmpty)
	if in.accessID.given && in.accessName.given {
		p.add(in.path+"privateLinkAccess.id", givenBeside(in.accessID, "displayName"))
	}
}

// secrets are the values of secret inputs.
func (in *vpcInputs) secrets() []string {
	secrets := secretsOf(in.vpcID, in.accessID, in.accessName)
	for _, list := range []input[[]string]{in.subnetIDs, in.cidrBlocks, in.groupIDs} {
		if list.secret {
			secrets = append(secrets, list.value...)
		}
	}
	if in.tags.secret {
		secrets = append(secrets, sortedKeys(in.tags.value)...)
	}
	return secrets
}

// vpcAccessInputs are what is known now of the inputs of a VpcAccess.
type vpcAccessInputs struct {
	read *args.Set
	*vpcInputs
	environmentID, networkID, dnsDomain, endpointService input[string]
	zonalSubdomains                                      input[map[string]string]
}

// readVpcAccess waits for the inputs of a VpcAccess.
func readVpcAccess(ctx *pulumi.Context, access *VpcAccessArgs, opts ...pulumi.ResourceOption) (*vpcAccessInputs, error) {
	read, err := args.Read(ctx, access, opts...)
	return &vpcAccessInputs{
		read:          read,
		vpcInputs:     vpcInputsOf(read, ""),
		environmentID: of[string](read, "environmentId"), networkID: of[string](read, "networkId"),
		dnsDomain: of[string](read, "dnsDomain"), zonalSubdomains: of[map[string]string](read, "zonalSubdomains"),
		endpointService: of[string](read, "vpcEndpointServiceName"),
	}, err
}

// check refuses, without asking any service, what can only be wrong. It names everything at once.
func (in *vpcAccessInputs) check() error {
	var p problems
	ruled(&p, "environmentId", in.environmentID, rules.EnvironmentID.Check)
	ruled(&p, "networkId", in.networkID, rules.NetworkID.Check)
	ruled(&p, "zonalSubdomains", in.zonalSubdomains, rules.ZonalSubdomains)
	ruled(&p, "vpcEndpointServiceName", in.endpointService, func(name string) error {
		_, err := rules.RegionOfEndpointService(name)
		return err
	})
	ruled(&p, "dnsDomain", in.dnsDomain, func(domain string) error {
		_, err := rules.UniqueName(domain)
		return err
	})
	in.checkNetwork(&p)
	in.vpcInputs.check(&p)
	return p.err()
}

// checkNetwork refuses half of what is to be known of the network, and what is said of two different ones.
func (in *vpcAccessInputs) checkNetwork(p *problems) {
	var given, missing []string
	for _, i := range []struct {
		name  string
		given bool
	}{
		{"dnsDomain", in.dnsDomain.given},
		{"zonalSubdomains", in.zonalSubdomains.given},
		{"vpcEndpointServiceName", in.endpointService.given},
	} {
		if i.given {
			given = append(given, i.name)
		} else {
			missing = append(missing, i.name)
		}
	}
	if len(given) > 0 && len(missing) > 0 {
		p.add(given[0], fmt.Errorf("%s given without %s; give all three, or none of them to have them looked up",
			strings.Join(given, ", "), strings.Join(missing, ", ")))
	}
	if len(*p) == 0 && in.dnsDomain.known && in.zonalSubdomains.known && in.endpointService.known {
		p.add("dnsDomain", rules.SameNetwork(in.dnsDomain.value, in.zonalSubdomains.value, in.endpointService.value))
	}
}

// networkGiven says that nothing of the network has to be looked up.
func (in *vpcAccessInputs) networkGiven() bool { return in.dnsDomain.given }

// redact takes the values of secret inputs out of a message.
func (in *vpcAccessInputs) redact(err error) error {
	secrets := append(in.secrets(), secretsOf(in.environmentID, in.networkID, in.dnsDomain, in.endpointService)...)
	if in.zonalSubdomains.secret {
		for _, zone := range sortedKeys(in.zonalSubdomains.value) {
			secrets = append(secrets, in.zonalSubdomains.value[zone])
		}
	}
	return redacted(err, secrets)
}

var entryName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)

// checkEntries refuses VPCs of a PrivateLink that get in each other's way.
func (in *inputs) checkEntries(p *problems) {
	taken, vpcs := map[string]string{}, map[string]string{}
	var named *vpcInputs
	for i, entry := range in.vpcs {
		entry.check(p)
		name := in.vpcNames[i]
		if !entryName.MatchString(name) {
			p.add(entry.path+"name", fmt.Errorf("%q is not a name for a VPC; give letters, digits, - and _, such as consumers", name))
		}
		if other, ok := taken[name]; ok {
			p.add(entry.path+"name", fmt.Errorf("%s is the name of %s too; give each VPC of the list a name of its own",
				name, strings.TrimSuffix(other, ".")))
		}
		taken[name] = entry.path
		if other, ok := vpcs[entry.vpcID.value]; ok && entry.vpcID.known {
			p.add(entry.path+"vpcId", fmt.Errorf("%s is the VPC of %s too, and can have one private hosted zone for the network's domain; "+
				"give all of its subnets there, and leave this one out", entry.vpcID.value, strings.TrimSuffix(other, ".")))
		}
		vpcs[entry.vpcID.value] = entry.path
		if entry.accessID.given && !in.networkID.given {
			p.add(entry.path+"privateLinkAccess.id", onNewNetwork(entry.accessID))
		}
		if !entry.accessName.given {
			continue
		}
		if named != nil && named.accessName.known && entry.accessName.known && named.accessName.value != entry.accessName.value {
			p.add(entry.path+"privateLinkAccess.displayName", fmt.Errorf("%s is given, but %s gives %s, and both share one PrivateLink Access; "+
				"give the same, or leave one out", entry.accessName.value, strings.TrimSuffix(named.path, "."), named.accessName.value))
		}
		named = entry
	}
	in.checkSharedAccess(p)
}

// checkSharedAccess refuses to make an access beside one that is brought: all of the VPCs are in one AWS account.
func (in *inputs) checkSharedAccess(p *problems) {
	brings := slices.IndexFunc(in.vpcs, func(entry *vpcInputs) bool { return entry.accessID.given })
	if brings < 0 {
		return
	}
	for _, entry := range in.vpcs {
		if !entry.accessID.given {
			p.add(entry.path+"privateLinkAccess.id", fmt.Errorf("it is missing, but %s brings %s, and an AWS account has one "+
				"PrivateLink Access to a network; give the same id", strings.TrimSuffix(in.vpcs[brings].path, "."), in.vpcs[brings].accessID.show()))
		}
	}
}
