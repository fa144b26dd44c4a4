package vpcaccess

import (
	"fmt"
	"maps"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/access"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/args"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// VpcAccessResult is the result of one of the VPCs.
//
//describe:like VpcAccess
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

//nolint:gochecknoinits // Pulumi's SDK knows output types by registration, as those of generated code.
func init() { pulumi.RegisterOutputType(VpcAccessResultArrayOutput{}) }

// A List are the VPCs of a PrivateLink.
type List struct {
	link *children.Maker
	vpcs []*builder
	// access is the new access that the VPCs share.
	access access.Access
}

// NewList declares the children of a PrivateLink that the resources of its VPCs are children of, and checks each VPC,
// before anything is created.
func NewList(link *children.Maker, known Known) (*List, error) {
	list, entries := &List{link: link}, link.In.Objects("vpcAccess")
	if len(entries) == 0 {
		return list, nil
	}
	account, err := lookUpAccount(link)
	if err != nil {
		return nil, fmt.Errorf("vpcAccess: %w", err)
	}
	for _, in := range entries {
		name, result := link.Name+"-"+nameOf(in), &VpcAccess{}
		err := link.Ctx.RegisterComponentResourceV2(Type, name, in.Inputs(), result, pulumi.Parent(link.Self))
		if err != nil {
			return nil, err
		}
		self := lookup.Component{Ctx: link.Ctx, Self: result}
		vpc := &builder{
			Maker:  children.Maker{Component: self, Name: name, In: link.In, Timeouts: link.Timeouts},
			result: result, in: in, networkID: link.In.Text("network.id"),
		}
		if err := vpc.preflight(account, known); err != nil {
			return nil, err
		}
		list.vpcs = append(list.vpcs, vpc)
	}
	return list, nil
}

// Transient are problems that stop the creation of a network. It costs money from the first hour, even while a VPC
// cannot reach it yet.
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
			p.Add(vpc.in.List("subnetIds").Path, rules.AnySubnetInZones(vpc.vpc.subnets, zones))
		}
	}
}

// Create creates the access of each of the VPCs to the network.
func (l *List) Create(network access.Network) (results VpcAccessResultArrayOutput, err error) {
	all := pulumi.MapArray{}
	for _, vpc := range l.vpcs {
		access, err := l.accessFor(vpc, network)
		if err != nil {
			return results, err
		}
		if err := vpc.steps(network, access); err != nil {
			return results, err
		}
		outputs := vpc.result.outputs()
		if err := l.link.Ctx.RegisterResourceOutputs(vpc.result, maps.Clone(outputs)); err != nil {
			return results, err
		}
		outputs["name"] = pulumi.String(nameOf(vpc.in))
		all = append(all, outputs)
	}
	return all.ToMapArrayOutput().ApplyT(resultsOf).(VpcAccessResultArrayOutput), nil
}

// Access is the new access that the VPCs share. All of them are in one AWS account.
func (l *List) Access() access.Access { return l.access }

// accessFor is the existing access of a VPC, or the one that the others share, which the first of them creates.
func (l *List) accessFor(vpc *builder, network access.Network) (access.Access, error) {
	if !vpc.in.Given("privateLinkAccess.id") && l.access.Made != nil {
		return l.access, nil
	}
	var name args.Text
	for _, other := range l.vpcs {
		if name = other.in.Text("privateLinkAccess.displayName"); name.Given {
			break
		}
	}
	made, err := access.New(l.link, vpc.request(network, l.link.Name+"-vpc-access", name, l.link.Name+"-vpc"))
	if made.Made != nil {
		l.access = made
	}
	return made, err
}

// outputs are what Pulumi keeps of a VpcAccess that is part of a PrivateLink.
func (v *VpcAccess) outputs() pulumi.Map {
	outputs, fields := pulumi.Map{}, reflect.ValueOf(v).Elem()
	for i := range fields.NumField() {
		// The field without a name is the resource itself, which Pulumi's SDK changes meanwhile.
		if name := fields.Type().Field(i).Tag.Get("pulumi"); name != "" {
			outputs[name], _ = fields.Field(i).Interface().(pulumi.Output)
		}
	}
	return outputs
}

// resultsOf are the outputs of the VPCs as the PrivateLink lists them.
func resultsOf(outputs []map[string]any) []VpcAccessResult {
	results := make([]VpcAccessResult, len(outputs))
	for i, of := range outputs {
		fields := reflect.ValueOf(&results[i]).Elem()
		for j := range fields.NumField() {
			fields.Field(j).Set(reflect.ValueOf(of[fields.Type().Field(j).Tag.Get("pulumi")]))
		}
	}
	return results
}
