package vpcaccess

import (
	"fmt"
	"reflect"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// VpcAccessResult is what one of a PrivateLink's VPCs led to: its name and the outputs of a VpcAccess.
type VpcAccessResult struct {
	// The name of the VPC among those of the list.
	Name      string `pulumi:"name"`
	AccountId string `pulumi:"accountId"`
	Region    string `pulumi:"region"`
	// The id of the PrivateLink Access, `pla-…`, which VPCs of the list may share.
	PrivateLinkAccessId string            `pulumi:"privateLinkAccessId"`
	SecurityGroupId     string            `pulumi:"securityGroupId"`
	EndpointId          string            `pulumi:"endpointId"`
	HostedZoneId        string            `pulumi:"hostedZoneId"`
	Zones               []string          `pulumi:"zones"`
	BootstrapNames      map[string]string `pulumi:"bootstrapNames"`
}

// VpcAccessResultArrayOutput is the output of the same order as the input.
type VpcAccessResultArrayOutput struct{ *pulumi.OutputState }

// ElementType is the type of the value.
func (VpcAccessResultArrayOutput) ElementType() reflect.Type {
	return reflect.TypeFor[[]VpcAccessResult]()
}

type vpcAccessResultOutput struct{ *pulumi.OutputState }

// ElementType is the type of the value.
func (vpcAccessResultOutput) ElementType() reflect.Type { return reflect.TypeFor[VpcAccessResult]() }

//nolint:gochecknoinits // Pulumi's SDK knows output types by registration, as those of generated code.
func init() {
	pulumi.RegisterOutputType(VpcAccessResultArrayOutput{})
	pulumi.RegisterOutputType(vpcAccessResultOutput{})
}

// A List are the VPCs of a PrivateLink.
type List struct {
	link *children.Maker
	vpcs []*builder
	// access is the new access that the VPCs share.
	access access.Access
}

// NewList declares the children of a PrivateLink that the resources of its VPCs are children of, and checks each VPC,
// before anything is created.
func NewList(link *children.Maker, entries []VpcAccessEntry, known Known) (*List, error) {
	list := &List{link: link}
	if len(entries) == 0 {
		return list, nil
	}
	account, err := lookUpAccount(link)
	if err != nil {
		return nil, fmt.Errorf("vpcAccess: %w", err)
	}
	for i, in := range link.In.Objects("vpcAccess") {
		name, result := link.Name+"-"+nameOf(in), &VpcAccess{}
		inputs, parent := in.Inputs(&entries[i]), pulumi.Parent(link.Self)
		if err := link.Ctx.RegisterComponentResourceV2(Type, name, inputs, result, parent); err != nil {
			return nil, err
		}
		vpc := &builder{
			Maker:  children.Maker{Ctx: link.Ctx, Name: name, Self: result, In: link.In, Timeouts: link.Timeouts},
			result: result, in: in, networkID: link.In.Text("network.id"),
		}
		if err := vpc.preflight(account, known); err != nil {
			return nil, err
		}
		list.vpcs = append(list.vpcs, vpc)
	}
	return list, nil
}

// Transient are problems that stop the creation of a network. It costs money from the first hour, also when a VPC that
// is to reach it cannot yet.
func (l *List) Transient() (p args.Problems) {
	for _, vpc := range l.vpcs {
		p = append(p, vpc.Transient...)
	}
	return p
}

// CheckZones checks the zones of a network that does not exist yet against each VPC's subnets.
func (l *List) CheckZones(p *args.Problems, zones []string) {
	for _, vpc := range l.vpcs {
		if len(vpc.vpc.subnets) > 0 {
			p.Add(vpc.in.Path()+"subnetIds", rules.AnySubnetInZones(vpc.vpc.subnets, zones))
		}
	}
}

// Create gives each of the VPCs access to the network.
func (l *List) Create(network Network) (VpcAccessResultArrayOutput, error) {
	results := []any{}
	for _, vpc := range l.vpcs {
		access, err := l.accessFor(vpc, network)
		if err != nil {
			return VpcAccessResultArrayOutput{}, err
		}
		if err := vpc.steps(network, access); err != nil {
			return VpcAccessResultArrayOutput{}, err
		}
		if err := l.link.Ctx.RegisterResourceOutputs(vpc.result, vpc.result.outputs()); err != nil {
			return VpcAccessResultArrayOutput{}, err
		}
		results = append(results, vpc.result.summary(nameOf(vpc.in)))
	}
	return pulumi.All(results...).ApplyT(func(all []any) []VpcAccessResult {
		list := make([]VpcAccessResult, len(all))
		for i := range all {
			list[i], _ = all[i].(VpcAccessResult)
		}
		return list
	}).(VpcAccessResultArrayOutput), nil
}

// Access is the new access that the VPCs share. All of them are in one AWS account.
func (l *List) Access() access.Access { return l.access }

// accessFor is the existing access of a VPC, or the one that the others share, which the first of them makes.
func (l *List) accessFor(vpc *builder, network Network) (access.Access, error) {
	if vpc.in.Given("privateLinkAccess.id") {
		return vpc.access(network)
	}
	if l.access.Made != nil {
		return l.access, nil
	}
	var name args.Text
	for _, other := range l.vpcs {
		if name = other.in.Text("privateLinkAccess.displayName"); name.Given {
			break
		}
	}
	made, err := access.New(l.link, access.Request{
		Path: vpc.in.Path() + "privateLinkAccess", Name: l.link.Name + "-vpc-access",
		DisplayName: name.Or(l.link.Name + "-vpc"), Named: name.Given,
		Environment: l.link.In.Text("environmentId").Output(), NetworkID: network.ID, NetworkName: network.Name,
		Owner: accountOwner, AccountID: vpc.vpc.accountID,
	})
	l.access = made
	return made, err
}

// outputs are what Pulumi keeps of a VpcAccess that is part of a PrivateLink.
func (v *VpcAccess) outputs() pulumi.Map {
	return pulumi.Map{
		"accountId": v.AccountId, "region": v.Region, "privateLinkAccessId": v.PrivateLinkAccessId,
		"securityGroupId": v.SecurityGroupId, "endpointId": v.EndpointId, "hostedZoneId": v.HostedZoneId,
		"zones": v.Zones, "bootstrapNames": v.BootstrapNames,
	}
}

// summary are the outputs as the PrivateLink lists them.
func (v *VpcAccess) summary(name string) pulumi.Output {
	return pulumi.All(
		v.AccountId, v.Region, v.PrivateLinkAccessId, v.SecurityGroupId, v.EndpointId, v.HostedZoneId, v.Zones,
		v.BootstrapNames,
	).ApplyT(func(o []any) VpcAccessResult {
		text := func(i int) string { s, _ := o[i].(string); return s }
		zones, _ := o[6].([]string)
		names, _ := o[7].(map[string]string)
		return VpcAccessResult{
			Name: name, AccountId: text(0), Region: text(1), PrivateLinkAccessId: text(2), SecurityGroupId: text(3),
			EndpointId: text(4), HostedZoneId: text(5), Zones: zones, BootstrapNames: names,
		}
	})
}

// Annotate describes the outputs.
func (r *VpcAccessResult) Annotate(d infer.Annotator) {
	docs.Describe(d, r, "What one of the VPCs led to.", "VpcAccess")
}
