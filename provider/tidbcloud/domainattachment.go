package tidbcloud

import (
	"context"
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
)

// DomainAttachment attaches a provider's domains to a private link connection.
type DomainAttachment struct{}

// DomainAttachmentArgs are its inputs.
type DomainAttachmentArgs struct {
	ClusterID               string     `pulumi:"clusterId"`
	PrivateLinkConnectionID string     `pulumi:"privateLinkConnectionId"`
	Type                    DomainType `pulumi:"type"`
	UniqueName              *string    `pulumi:"uniqueName,optional"`
}

// DomainAttachmentState is what Pulumi keeps of it.
type DomainAttachmentState struct {
	DomainAttachmentArgs

	AttachDomainID string   `pulumi:"attachDomainId"`
	Domains        []Domain `pulumi:"domains"`
}

// Domain is one of the attached domains.
type Domain struct {
	Name    string `pulumi:"name"`
	State   string `pulumi:"state"`
	Message string `pulumi:"message"`
}

// DomainType is whose domains are attached.
type DomainType string

// The providers of domains that TiDB Cloud's API knows.
const (
	DomainTypeConfluent        DomainType = tidbapi.DomainTypeConfluent
	DomainTypeTiDBCloudManaged DomainType = tidbapi.DomainTypeTiDBCloudManaged
)

// Values lists the providers.
func (DomainType) Values() []infer.EnumValue[DomainType] {
	return []infer.EnumValue[DomainType]{
		{
			Name: "Confluent", Value: DomainTypeConfluent,
			Description: "The domains of a Confluent Cloud network, `<uniqueName>.<provider>.confluent.cloud`.",
		},
		{
			Name: "TidbcloudManaged", Value: DomainTypeTiDBCloudManaged,
			Description: "Domains that TiDB Cloud creates and keeps, `<uniqueName>.<provider>.plc.tidbcloud.com`.",
		},
	}
}

var (
	_ infer.CustomCheck[DomainAttachmentArgs]                                 = DomainAttachment{}
	_ infer.CustomDiff[DomainAttachmentArgs, DomainAttachmentState]           = DomainAttachment{}
	_ infer.CustomCreate[DomainAttachmentArgs, DomainAttachmentState]         = DomainAttachment{}
	_ infer.CustomRead[DomainAttachmentArgs, DomainAttachmentState]           = DomainAttachment{}
	_ infer.CustomUpdate[DomainAttachmentArgs, DomainAttachmentState]         = DomainAttachment{}
	_ infer.CustomDelete[DomainAttachmentState]                               = DomainAttachment{}
	_ infer.ExplicitDependencies[DomainAttachmentArgs, DomainAttachmentState] = DomainAttachment{}
)

// Annotate describes the resource.
func (r *DomainAttachment) Annotate(a infer.Annotator) {
	a.Describe(r, "Domains attached to a private link connection of a TiDB Cloud cluster: all traffic of the "+
		"cluster's dataflow to these domains goes through the connection.\n\n"+
		"The connection must be `ACTIVE`. Creation waits until TiDB Cloud has attached or refused every domain, at "+
		"most 60 minutes unless `customTimeouts` sets another time.\n\n"+
		"TiDB Cloud has no call that updates an attachment, so every changed input replaces it. The old one goes "+
		"first: a domain cannot be attached twice.\n\n"+
		"Import it with the id `<clusterId>/<privateLinkConnectionId>/<attachDomainId>`.")
}

// Annotate describes the inputs.
func (r *DomainAttachmentArgs) Annotate(a infer.Annotator) {
	a.Describe(&r.ClusterID, "The id of the TiDB Cloud cluster, a number of up to 20 digits, as TiDB Cloud's console "+
		"and API show it.")
	a.Describe(&r.PrivateLinkConnectionID, "The id of the private link connection, `plc-…`. Connections to an AWS "+
		"endpoint service take both types, those to an Alibaba Cloud one only `TIDBCLOUD_MANAGED`.")
	a.Describe(&r.Type, "Whose domains are attached.")
	a.Describe(&r.UniqueName, "The unique name in the domains. For `CONFLUENT`, where it is required: the Confluent "+
		"network's DNS domain without `.aws.confluent.cloud`, of the form `<label>.<region>`, such as "+
		"`domnprzqrog.us-east-1`. Default for `TIDBCLOUD_MANAGED`: a name that TiDB Cloud generates.")
}

// Annotate describes the outputs.
func (s *DomainAttachmentState) Annotate(a infer.Annotator) {
	a.Describe(&s.AttachDomainID, "The id of the attachment.")
	a.Describe(&s.Domains, "The attached domains, wildcards such as `*.domnprzqrog.us-east-1.aws.confluent.cloud`.")
}

// Annotate describes a domain.
func (r *Domain) Annotate(a infer.Annotator) {
	a.Describe(r, "A domain attached to a private link connection.")
	a.Describe(&r.Name, "The domain, usually a wildcard.")
	a.Describe(&r.State, "The state of the domain as TiDB Cloud reports it; the API does not list the possible states.")
	a.Describe(&r.Message, "What TiDB Cloud reports about the state; may be empty.")
}

// Check refuses what TiDB Cloud would refuse.
func (DomainAttachment) Check(
	ctx context.Context, req infer.CheckRequest,
) (infer.CheckResponse[DomainAttachmentArgs], error) {
	args, failures, err := infer.DefaultCheck[DomainAttachmentArgs](ctx, req.NewInputs)
	if err == nil && len(failures) == 0 {
		failures = checkAttachment(req.NewInputs, args)
	}
	return infer.CheckResponse[DomainAttachmentArgs]{Inputs: args, Failures: failures}, err
}

func checkAttachment(inputs property.Map, args DomainAttachmentArgs) []p.CheckFailure {
	c := checker{inputs: inputs}
	c.rule(func() error { return rules.TiDBClusterID.Check(args.ClusterID) }, "clusterId")
	c.rule(func() error { return rules.PrivateLinkConnectionID.Check(args.PrivateLinkConnectionID) },
		"privateLinkConnectionId")
	c.rule(func() error {
		switch {
		case args.Type == DomainTypeConfluent && at(inputs, "uniqueName").IsNull():
			return fmt.Errorf("%s needs uniqueName; give the unique name of the Confluent network, "+
				"<label>.<region>", args.Type)
		case args.Type != DomainTypeConfluent && args.Type != DomainTypeTiDBCloudManaged:
			return fmt.Errorf("%q is not one of %s, %s; use one of these",
				args.Type, DomainTypeConfluent, DomainTypeTiDBCloudManaged)
		}
		return nil
	}, "type")
	if args.Type == DomainTypeConfluent {
		c.rule(func() error { return rules.CheckUniqueName(value(args.UniqueName)) }, "uniqueName")
	}
	return c.failures
}

// Diff replaces for every change, the old attachment first: TiDB Cloud cannot update one, and
// attaches a domain only once.
func (DomainAttachment) Diff(
	ctx context.Context, req infer.DiffRequest[DomainAttachmentArgs, DomainAttachmentState],
) (infer.DiffResponse, error) {
	was, is := req.State.DomainAttachmentArgs, req.Inputs
	r := newReplacement(ctx)
	r.compare(was.ClusterID, is.ClusterID, "clusterId", "clusterId")
	r.compare(was.PrivateLinkConnectionID, is.PrivateLinkConnectionID,
		"privateLinkConnectionId", "privateLinkConnectionId")
	r.compare(string(was.Type), string(is.Type), "type", "type")
	// A generated name is kept until another one is asked for.
	if is.UniqueName != nil || isUnknown(shim.NewInputsOf(ctx), "uniqueName") {
		r.compare(value(was.UniqueName), value(is.UniqueName), "uniqueName", "uniqueName")
	}
	_, _, asked := parseUnconfirmedAttachment(req.ID)
	switch {
	case asked:
		r.because("attachDomainId")
	case failedDomain(req.State.Domains) != nil, leavingDomain(req.State.Domains) != nil:
		r.because("domains")
	case pendingDomain(req.State.Domains) != nil:
		r.unfinished("domains")
	}
	return r.response(true), nil
}

// WireDependencies says that no output of an existing attachment ever turns unknown by an
// update: an update only waits.
func (DomainAttachment) WireDependencies(
	f infer.FieldSelector, args *DomainAttachmentArgs, state *DomainAttachmentState,
) {
	f.OutputField(&state.ClusterID).DependsOn(f.InputField(&args.ClusterID))
	f.OutputField(&state.PrivateLinkConnectionID).DependsOn(f.InputField(&args.PrivateLinkConnectionID))
	f.OutputField(&state.Type).DependsOn(f.InputField(&args.Type))
}
