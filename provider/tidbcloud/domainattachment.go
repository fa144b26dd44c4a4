package tidbcloud

import (
	"context"
	"fmt"
	"slices"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
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
	DomainTypeConfluent        DomainType = "CONFLUENT"
	DomainTypeTiDBCloudManaged DomainType = "TIDBCLOUD_MANAGED"
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
			Description: "Domains that TiDB Cloud makes and keeps, `<uniqueName>.<provider>.plc.tidbcloud.com`.",
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
	a.Describe(r, "Domains attached to a private link connection of a TiDB Cloud cluster: all traffic of the cluster's "+
		"dataflow to these domains goes through the connection.\n\n"+
		"The connection must be `ACTIVE`. Creation waits until TiDB Cloud has settled every domain, at most 60 minutes unless "+
		"`customTimeouts` says otherwise.\n\n"+
		"TiDB Cloud has no call that updates an attachment, so every changed input replaces it. The old one goes first: "+
		"a domain cannot be attached twice.\n\n"+
		"Import it with the id `<clusterId>/<privateLinkConnectionId>/<attachDomainId>`.")
}

// Annotate describes the inputs.
func (r *DomainAttachmentArgs) Annotate(a infer.Annotator) {
	a.Describe(&r.ClusterID, "The id of the TiDB Cloud cluster, a number of up to 20 digits, as TiDB Cloud's console and "+
		"API show it.")
	a.Describe(&r.PrivateLinkConnectionID, "The id of the private link connection, `plc-…`. Connections to an AWS endpoint "+
		"service take both types, those to an Alibaba Cloud one only `TIDBCLOUD_MANAGED`.")
	a.Describe(&r.Type, "Whose domains are attached.")
	a.Describe(&r.UniqueName, "The unique name in the domains. For `CONFLUENT`, where it is required: the Confluent network's DNS domain "+
		"without `.aws.confluent.cloud`, of the form `<label>.<region>`, such as `domnprzqrog.us-east-1`. "+
		"Default for `TIDBCLOUD_MANAGED`: a name that TiDB Cloud generates.")
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
	a.Describe(&r.Message, "What TiDB Cloud says of the state; empty when there is nothing to say.")
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
	c.rule(func() error { return rules.PrivateLinkConnectionID.Check(args.PrivateLinkConnectionID) }, "privateLinkConnectionId")
	c.rule(func() error {
		switch {
		case args.Type == DomainTypeConfluent && at(inputs, "uniqueName").IsNull():
			return fmt.Errorf("%s needs uniqueName; give the unique name of the Confluent network, <label>.<region>", args.Type)
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
	r.compare(was.PrivateLinkConnectionID, is.PrivateLinkConnectionID, "privateLinkConnectionId", "privateLinkConnectionId")
	r.compare(string(was.Type), string(is.Type), "type", "type")
	// A generated name is kept until another one is asked for.
	if is.UniqueName != nil || isUnknown(newInputs(ctx), "uniqueName") {
		r.compare(value(was.UniqueName), value(is.UniqueName), "uniqueName", "uniqueName")
	}
	switch {
	case failedDomain(req.State.Domains) != nil:
		r.because("domains")
	case pendingDomain(req.State.Domains) != nil:
		r.unfinished("domains")
	}
	return r.response(true), nil
}

// Create attaches the domains and waits until TiDB Cloud has settled them.
func (DomainAttachment) Create(
	ctx context.Context, req infer.CreateRequest[DomainAttachmentArgs],
) (infer.CreateResponse[DomainAttachmentState], error) {
	state := DomainAttachmentState{DomainAttachmentArgs: req.Inputs, Domains: []Domain{}}
	if req.DryRun {
		if state.UniqueName == nil {
			// TiDB Cloud will generate one: an output without an input of the same value becomes unknown.
			state.UniqueName = new(string)
		}
		return infer.CreateResponse[DomainAttachmentState]{Output: state}, nil
	}
	made, err := attach(ctx, req.Inputs)
	if err != nil {
		return infer.CreateResponse[DomainAttachmentState]{}, fmt.Errorf("attaching %s domains to private link connection %s: %w",
			req.Inputs.Type, req.Inputs.PrivateLinkConnectionID, err)
	}
	state.observe(made)
	err = awaitSettled(ctx, &state)
	id := attachmentID{connectionID{state.ClusterID, state.PrivateLinkConnectionID}, state.AttachDomainID}
	return infer.CreateResponse[DomainAttachmentState]{ID: id.String(), Output: state}, err
}

// attach sends the request. A managed name that was left out comes from a dry run, as TiDB Cloud wants it.
func attach(ctx context.Context, args DomainAttachmentArgs) (*tidbapi.AttachDomain, error) {
	client := clientOf(ctx)
	request := tidbapi.AttachDomain{Type: string(args.Type), UniqueName: value(args.UniqueName)}
	if request.UniqueName == "" {
		dryRun, err := client.AttachDomains(ctx, args.ClusterID, args.PrivateLinkConnectionID, request, true)
		if err != nil {
			return nil, fmt.Errorf("asking for a unique name: %w", err)
		}
		request.UniqueName = dryRun.UniqueName
	}
	return client.AttachDomains(ctx, args.ClusterID, args.PrivateLinkConnectionID, request, false)
}

// observe takes over what TiDB Cloud says of the attachment.
func (s *DomainAttachmentState) observe(a *tidbapi.AttachDomain) {
	s.AttachDomainID = a.AttachDomainID
	s.UniqueName = optional(a.UniqueName)
	s.Domains = make([]Domain, len(a.Domains))
	for i, d := range a.Domains {
		s.Domains[i] = Domain{Name: d.Name, State: d.State, Message: d.Message}
	}
	// The service promises no order, and another order is no change.
	slices.SortFunc(s.Domains, func(a, b Domain) int { return strings.Compare(a.Name, b.Name) })
}

// Update has nothing to send: only a creation that was cut short comes here, to be waited for.
func (DomainAttachment) Update(
	ctx context.Context, req infer.UpdateRequest[DomainAttachmentArgs, DomainAttachmentState],
) (infer.UpdateResponse[DomainAttachmentState], error) {
	state := req.State
	if state.Domains == nil {
		// An empty list comes back as none, which must not be stored: it would be missing when it is read.
		state.Domains = []Domain{}
	}
	if req.DryRun {
		return infer.UpdateResponse[DomainAttachmentState]{Output: state}, nil
	}
	err := awaitSettled(ctx, &state)
	return infer.UpdateResponse[DomainAttachmentState]{Output: state}, err
}

// awaitSettled waits until no domain is on its way any more. Its errors keep the resource in the state.
func awaitSettled(ctx context.Context, s *DomainAttachmentState) error {
	id := attachmentID{connectionID{s.ClusterID, s.PrivateLinkConnectionID}, s.AttachDomainID}
	what := "domain attachment " + s.AttachDomainID
	_, err := tidbapi.Wait(ctx, waitFor(ctx, what), func(ctx context.Context) (struct{}, string, bool, error) {
		if d := failedDomain(s.Domains); d != nil {
			return struct{}{}, d.State, false, fmt.Errorf("domain %s of %s is %s: %s; see that the unique name %s is the one of "+
				"the network behind the connection, then run pulumi up again, which replaces the attachment",
				d.Name, what, d.State, orNone(d.Message), value(s.UniqueName))
		}
		if d := pendingDomain(s.Domains); d == nil {
			return struct{}{}, "", true, nil
		}
		a, err := findAttachment(ctx, id)
		if err == nil && a == nil {
			err = fmt.Errorf("%s is gone from private link connection %s; run pulumi refresh, then pulumi up",
				what, s.PrivateLinkConnectionID)
		}
		if err != nil {
			return struct{}{}, "", false, err
		}
		s.observe(a)
		return struct{}{}, stateOf(s.Domains), pendingDomain(s.Domains) == nil && failedDomain(s.Domains) == nil, nil
	})
	return stillThere(err)
}

// The API does not list the states of a domain. These are the words that TiDB Cloud and gRPC
// services like it use for what is on its way and for what went wrong; all others are settled.
var (
	pendingStates = []string{"CREATING", "PENDING", "ATTACHING", "PROVISIONING", "UPDATING", "IN_PROGRESS"}
	failedStates  = []string{"FAILED", "ERROR", "CREATE_FAILED", "ATTACH_FAILED"}
)

func pendingDomain(domains []Domain) *Domain { return domainIn(domains, pendingStates) }
func failedDomain(domains []Domain) *Domain  { return domainIn(domains, failedStates) }

func domainIn(domains []Domain, states []string) *Domain {
	for i, d := range domains {
		if slices.Contains(states, strings.ToUpper(d.State)) {
			return &domains[i]
		}
	}
	return nil
}

func stateOf(domains []Domain) string {
	if d := pendingDomain(domains); d != nil {
		return d.State
	}
	return "settled"
}

// findAttachment looks an attachment up in its connection; nil says that it is not there.
func findAttachment(ctx context.Context, id attachmentID) (*tidbapi.AttachDomain, error) {
	c, err := getConnection(ctx, id.connectionID)
	if c == nil || err != nil {
		return nil, err
	}
	for i, a := range c.AttachedDomains {
		if a.AttachDomainID == id.attachment {
			return &c.AttachedDomains[i], nil
		}
	}
	return nil, nil
}

// Read fetches the attachment; one that is gone gets no id.
func (DomainAttachment) Read(
	ctx context.Context, req infer.ReadRequest[DomainAttachmentArgs, DomainAttachmentState],
) (infer.ReadResponse[DomainAttachmentArgs, DomainAttachmentState], error) {
	var resp infer.ReadResponse[DomainAttachmentArgs, DomainAttachmentState]
	id, err := parseAttachmentID(req.ID)
	if err != nil {
		return resp, err
	}
	a, err := findAttachment(ctx, id)
	if err != nil {
		return resp, fmt.Errorf("reading domain attachment %s: %w", req.ID, err)
	}
	if a == nil {
		return resp, nil
	}
	resp.ID = id.String()
	resp.State = DomainAttachmentState{DomainAttachmentArgs: DomainAttachmentArgs{
		ClusterID: id.cluster, PrivateLinkConnectionID: id.connection, Type: DomainType(a.Type),
	}}
	resp.State.observe(a)
	resp.Inputs = resp.State.DomainAttachmentArgs
	if resp.Inputs.Type == DomainTypeTiDBCloudManaged && req.Inputs.UniqueName == nil {
		// The name was generated and stays the service's to choose.
		resp.Inputs.UniqueName = nil
	}
	return resp, nil
}

// Delete detaches the domains and waits until they are: a connection with domains cannot be deleted, and a
// domain that is still attached cannot be attached elsewhere.
func (DomainAttachment) Delete(
	ctx context.Context, req infer.DeleteRequest[DomainAttachmentState],
) (infer.DeleteResponse, error) {
	id, err := parseAttachmentID(req.ID)
	if err != nil {
		return infer.DeleteResponse{}, err
	}
	err = clientOf(ctx).DetachDomains(ctx, id.cluster, id.connection, id.attachment)
	missing := tidbapi.IsNotFound(err)
	if err != nil && !missing {
		return infer.DeleteResponse{}, fmt.Errorf("detaching the domains %s: %w", req.ID, err)
	}
	what := "domain attachment " + id.attachment
	_, err = tidbapi.Wait(ctx, waitFor(ctx, what), func(ctx context.Context) (struct{}, string, bool, error) {
		a, err := findAttachment(ctx, id)
		if err == nil && a == nil {
			return struct{}{}, "gone", true, nil
		}
		if err == nil && missing {
			err = notDeleted(req.ID)
		}
		return struct{}{}, "being detached", false, err
	})
	return infer.DeleteResponse{}, err
}

// WireDependencies says that no output of an existing attachment ever turns unknown by an
// update: an update only waits.
func (DomainAttachment) WireDependencies(f infer.FieldSelector, args *DomainAttachmentArgs, state *DomainAttachmentState) {
	f.OutputField(&state.ClusterID).DependsOn(f.InputField(&args.ClusterID))
	f.OutputField(&state.PrivateLinkConnectionID).DependsOn(f.InputField(&args.PrivateLinkConnectionID))
	f.OutputField(&state.Type).DependsOn(f.InputField(&args.Type))
}
