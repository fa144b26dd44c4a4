package component

import (
	"fmt"
	"reflect"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

// VpcAccessResult is what one of a PrivateLink's VPCs led to: its name and the outputs of a VpcAccess.
type VpcAccessResult struct {
	Name                string            `pulumi:"name"`
	AccountId           string            `pulumi:"accountId"`
	Region              string            `pulumi:"region"`
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

// surveyedVpcs looks at each of the VPCs that the link is to have, before anything is created.
func (b *builder) surveyedVpcs(tidb tidbCluster, existing existingParts) ([]*vpcBuilder, error) {
	if len(b.args.VpcAccess) == 0 {
		return nil, nil
	}
	account, err := b.awsAccount()
	if err != nil {
		return nil, fmt.Errorf("vpcAccess: %w", err)
	}
	known := knownNetwork{
		what: "TiDB Cloud cluster " + tidb.knownID, region: tidb.knownRegion,
		domain: existing.knownNetwork.DnsDomain, zones: existing.knownNetwork.Zones,
	}
	var vpcs []*vpcBuilder
	for i := range b.args.VpcAccess {
		vpc, err := b.newVpc(&b.args.VpcAccess[i], b.in.vpcs[i])
		if err != nil {
			return nil, err
		}
		if err := vpc.survey(account, known, b.in.environmentID); err != nil {
			return nil, err
		}
		vpcs = append(vpcs, vpc)
	}
	return vpcs, nil
}

// newVpc declares the child that one of the VPCs' resources are children of.
func (b *builder) newVpc(entry *VpcAccessEntry, in *vpcInputs) (*vpcBuilder, error) {
	name, result := b.name+"-"+entry.name(), &VpcAccess{}
	err := b.ctx.RegisterComponentResourceV2(VpcAccessType, name, b.in.read.InputsAt(in.path, entry), result, pulumi.Parent(b.link))
	return &vpcBuilder{
		maker:  maker{ctx: b.ctx, name: name, self: result, timeouts: b.timeouts, redact: b.redact},
		result: result, args: entry.vpc(), in: in,
		environment: b.args.EnvironmentId, networkPath: "network.id", networkID: b.in.networkID,
	}, err
}

// inZonesOfAll checks the zones of a network that is yet to be made against each VPC's subnets.
func inZonesOfAll(p *problems, vpcs []*vpcBuilder, zones []string) {
	for _, b := range vpcs {
		if len(b.vpc.subnets) > 0 {
			p.add(b.in.path+"subnetIds", rules.AnySubnetInZones(b.vpc.subnets, zones))
		}
	}
}

// vpcAccess gives each of the VPCs access to the network. All of them are in one AWS account, so they share one
// PrivateLink Access.
func (b *builder) vpcAccess(vpcs []*vpcBuilder, network network) (VpcAccessResultArrayOutput, error) {
	results := []any{}
	var shared *access
	for i, vpc := range vpcs {
		access, err := b.accessFor(vpc, vpcs, network, &shared)
		if err != nil {
			return VpcAccessResultArrayOutput{}, err
		}
		if err := vpc.steps(network, access); err != nil {
			return VpcAccessResultArrayOutput{}, err
		}
		if err := b.ctx.RegisterResourceOutputs(vpc.result, vpc.result.outputs()); err != nil {
			return VpcAccessResultArrayOutput{}, err
		}
		results = append(results, vpc.result.summary(b.in.vpcNames[i]))
	}
	return pulumi.All(results...).ApplyT(func(all []any) []VpcAccessResult {
		list := make([]VpcAccessResult, len(all))
		for i := range all {
			list[i], _ = all[i].(VpcAccessResult)
		}
		return list
	}).(VpcAccessResultArrayOutput), nil
}

// accessFor is the access that a VPC brought, or the one that the others share, which the first of them makes.
func (b *builder) accessFor(vpc *vpcBuilder, all []*vpcBuilder, network network, shared **access) (access, error) {
	if vpc.in.accessID.given {
		return vpc.access(network)
	}
	if *shared != nil {
		return **shared, nil
	}
	var displayName pulumi.StringPtrInput = pulumi.String(b.name + "-vpc")
	named := false
	for _, other := range all {
		if other.in.accessName.given {
			displayName, named = other.args.access.DisplayName, true
			break
		}
	}
	made, err := b.newAccess(grant{
		path: vpc.in.path + "privateLinkAccess", name: b.name + "-vpc-access", displayName: displayName, named: named,
		environment: b.args.EnvironmentId, network: network, whose: "the aws provider's", accountID: vpc.vpc.accountID,
	})
	*shared = &made
	return made, err
}

// outputs are what Pulumi keeps of a VpcAccess that is part of a PrivateLink.
func (v *VpcAccess) outputs() pulumi.Map {
	return pulumi.Map{
		"accountId": v.AccountId, "region": v.Region, "privateLinkAccessId": v.PrivateLinkAccessId, "securityGroupId": v.SecurityGroupId,
		"endpointId": v.EndpointId, "hostedZoneId": v.HostedZoneId, "zones": v.Zones, "bootstrapNames": v.BootstrapNames,
	}
}

// summary are the outputs as the PrivateLink lists them.
func (v *VpcAccess) summary(name string) pulumi.Output {
	return pulumi.All(
		v.AccountId, v.Region, v.PrivateLinkAccessId, v.SecurityGroupId, v.EndpointId, v.HostedZoneId, v.Zones, v.BootstrapNames,
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
	d.Describe(r, "What one of the VPCs led to.")
	d.Describe(&r.Name, "The name of the VPC among those of the list.")
	d.Describe(&r.AccountId, accountIDDoc)
	d.Describe(&r.Region, regionDoc)
	d.Describe(&r.PrivateLinkAccessId, "The id of the PrivateLink Access, `pla-…`, which VPCs of the list may share.")
	d.Describe(&r.SecurityGroupId, securityGroupIDDoc)
	d.Describe(&r.EndpointId, endpointIDDoc)
	d.Describe(&r.HostedZoneId, hostedZoneIDDoc)
	d.Describe(&r.Zones, zonesDoc)
	d.Describe(&r.BootstrapNames, bootstrapNamesDoc)
}
