package tidbcloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/once"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/tidbcloud/internal/wait"
)

// Check rejects what TiDB Cloud would reject.
func (DomainAttachment) Check(
	ctx context.Context, req infer.CheckRequest,
) (infer.CheckResponse[DomainAttachmentArgs], error) {
	return check(ctx, req, nil, (*checker).attachment)
}

func (c *checker) attachment(args DomainAttachmentArgs) {
	c.rule("clusterId", rules.TiDBClusterID.Check(args.ClusterID))
	c.rule("privateLinkConnectionId", rules.PrivateLinkConnectionID.Check(args.PrivateLinkConnectionID))
	switch {
	case args.Type == DomainTypeConfluent && !c.has("uniqueName"):
		c.rule("type", fmt.Errorf("%s needs uniqueName; set the unique name of the Confluent network, "+
			"<label>.<region>", args.Type))
	case args.Type == DomainTypeConfluent:
		c.rule("uniqueName", rules.CheckUniqueName(value(args.UniqueName)))
	case args.Type != DomainTypeTiDBCloudManaged:
		c.rule("type", fmt.Errorf("%q is not one of %s, %s; use one of these",
			args.Type, DomainTypeConfluent, DomainTypeTiDBCloudManaged))
	}
}

// Diff replaces for every change, the old attachment first: TiDB Cloud cannot update one, and attaches a domain only
// once.
func (DomainAttachment) Diff(
	ctx context.Context, req infer.DiffRequest[DomainAttachmentArgs, DomainAttachmentState],
) (infer.DiffResponse, error) {
	was, is := req.State.DomainAttachmentArgs, req.Inputs
	d := newDifference(ctx)
	d.replace("clusterId", was.ClusterID, is.ClusterID)
	d.replace("privateLinkConnectionId", was.PrivateLinkConnectionID, is.PrivateLinkConnectionID)
	d.replace("type", was.Type, is.Type)
	// A generated name is kept until another one is asked for.
	if is.UniqueName != nil || isUnknown(d.inputs, "uniqueName") {
		d.replace("uniqueName", value(was.UniqueName), value(is.UniqueName))
	}
	_, unconfirmed := attachments.unconfirmed(req.ID)
	switch {
	case unconfirmed:
		d.because("attachDomainId")
	case failedDomain(req.State.Domains) != nil, leavingDomain(req.State.Domains) != nil:
		d.because("domains")
	case pendingDomain(req.State.Domains) != nil:
		d.unfinished("domains")
	}
	return d.response(true), nil
}

// WireDependencies keeps the outputs of an existing attachment known: an update only waits.
func (DomainAttachment) WireDependencies(
	f infer.FieldSelector, args *DomainAttachmentArgs, state *DomainAttachmentState,
) {
	wire(f, args, &state.DomainAttachmentArgs, "UniqueName")
}

// attachments are the attachments in TiDB Cloud.
var attachments = kind[tidbapi.AttachDomain]{
	source: attachmentSource{},
	what:   "domain attachment", deleting: "detaching the domains",
	form: "<clusterId>/<privateLinkConnectionId>/<attachDomainId>", nested: true,
	own: rules.AttachDomainID, id: func(a tidbapi.AttachDomain) string { return a.AttachDomainID },
	remove: func(ctx context.Context, id resourceID) error {
		connection := id.connection()
		return clientOf(ctx).DetachDomains(ctx, connection.within, connection.own, id.own)
	},
	state: func(a *tidbapi.AttachDomain) (string, string) {
		if isLeaving(a) {
			return "being detached", ""
		}
		return "attached", ""
	},
	leaving: isLeaving,
}

// attachmentSource shows attachments as part of their connection.
type attachmentSource struct{}

func (attachmentSource) find(
	ctx context.Context, id resourceID, _ func(error) bool,
) (*tidbapi.AttachDomain, error) {
	return attachedTo(id)(connectionList.find(ctx, id.connection(), tidbapi.IsNotFound))
}

func (attachmentSource) existing(ctx context.Context, within string) ([]tidbapi.AttachDomain, error) {
	c, err := connectionList.find(ctx, resourceID{within: within}.connection(), tidbapi.IsNotFound)
	if c == nil || err != nil {
		return nil, err
	}
	return c.AttachedDomains, nil
}

func (attachmentSource) await(
	ctx context.Context, id resourceID, options wait.Options, _ func(error) bool, judge judge[*tidbapi.AttachDomain],
) error {
	client, connection := clientOf(ctx), id.connection()
	get := func(ctx context.Context) (*tidbapi.PrivateLinkConnection, error) {
		return client.GetPrivateLinkConnection(ctx, connection.within, connection.own)
	}
	return wait.Shared(ctx, watchesOf(ctx), options, "attachments to "+id.within, get,
		func(ctx context.Context, c *tidbapi.PrivateLinkConnection, err error) (string, bool, error) {
			if tidbapi.IsNotFound(err) {
				c, err = connectionList.find(ctx, connection, tidbapi.IsNotFound)
			}
			return judge(attachedTo(id)(c, err))
		})
}

// attachedTo returns an attachment of a connection, or nil.
func attachedTo(id resourceID) func(*tidbapi.PrivateLinkConnection, error) (*tidbapi.AttachDomain, error) {
	return func(c *tidbapi.PrivateLinkConnection, err error) (*tidbapi.AttachDomain, error) {
		if c == nil || err != nil {
			return nil, err
		}
		return c.AttachedDomain(id.own), nil
	}
}

// attachmentCreation is the creation of a planned attachment, whose unique name is known.
func attachmentCreation(ctx context.Context, args DomainAttachmentArgs) once.Creation[tidbapi.AttachDomain] {
	of, wanted := args.connection(), tidbapi.AttachDomain{Type: string(args.Type), UniqueName: value(args.UniqueName)}
	isLike := func(a tidbapi.AttachDomain) bool { return a.IsLike(wanted) }
	return attachments.creation(ctx, of.String(), once.Creation[tidbapi.AttachDomain]{
		What: fmt.Sprintf("attachment of %s domains %q to private link connection %s",
			wanted.Type, wanted.UniqueName, of.own),
		Uniqueness: key(of.within, of.own, wanted.Type, wanted.UniqueName),
		Post: func(ctx context.Context) (*tidbapi.AttachDomain, error) {
			return clientOf(ctx).AttachDomains(ctx, of.within, of.own, wanted)
		},
		List: func(ctx context.Context) ([]tidbapi.AttachDomain, error) {
			c, err := connectionList.lookUp(ctx, clientOf(ctx), of, tidbapi.IsNotFound)
			if c == nil && err == nil {
				err = fmt.Errorf("cluster %s has no private link connection %s; check the IDs", of.within, of.own)
			}
			if err != nil {
				return nil, err
			}
			return c.AttachedDomains, nil
		},
		IsResult: isLike,
		Orphans: once.OrphanCheck[tidbapi.AttachDomain]{
			Matches:   isLike,
			InputsKey: func(a tidbapi.AttachDomain) string { return key(of.within, of.own, a.Type, a.UniqueName) },
			Describe: func(_ tidbapi.AttachDomain, id string) string {
				return fmt.Sprintf("domain attachment %q of the same type and unique name", id)
			},
			InState: "it must be deleted first: set the option deleteBeforeReplace of the resource, or an alias if " +
				"it was renamed or moved",
			Elsewhere: "one attachment of these domains to the connection is enough",
		},
	})
}

func (args DomainAttachmentArgs) connection() resourceID {
	return resourceID{args.ClusterID, args.PrivateLinkConnectionID}
}

func (s *DomainAttachmentState) id() resourceID {
	return resourceID{s.connection().String(), s.AttachDomainID}
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
	ctx, cancel := budget(ctx)
	defer cancel()
	connection := state.connection()
	doing := fmt.Sprintf("attaching %s domains to private link connection %s", req.Inputs.Type, connection.own)
	created, err := untilAccepted(ctx, doing, func(
		ctx context.Context,
	) (*tidbapi.AttachDomain, tidbapi.Refusal, error) {
		created, err := attach(ctx, &state)
		return created, refusalOfAttachment(ctx, connection, err), err
	})
	if err != nil {
		return notCreated(state, connection.String(), fmt.Errorf("%s: %w", doing, err))
	}
	state.observe(created)
	err = state.await(ctx, true)
	return infer.CreateResponse[DomainAttachmentState]{ID: state.id().String(), Output: state}, err
}

// attach attaches the domains. A managed name that was left out comes from a dry run, as TiDB Cloud requires.
func attach(ctx context.Context, s *DomainAttachmentState) (*tidbapi.AttachDomain, error) {
	request := tidbapi.AttachDomain{Type: string(s.Type), UniqueName: value(s.UniqueName)}
	if request.UniqueName == "" {
		dryRun, err := clientOf(ctx).ValidateDomains(ctx, s.ClusterID, s.PrivateLinkConnectionID, request)
		if err != nil {
			return nil, fmt.Errorf("requesting a unique name: %w", err)
		}
		if dryRun.UniqueName == "" {
			// Without a name, an attachment whose answer is lost could not be recognized.
			return nil, errors.New("TiDB Cloud returned no unique name; set uniqueName, or ask TiDB Cloud's support")
		}
		s.UniqueName = &dryRun.UniqueName
	}
	return attachmentCreation(ctx, s.DomainAttachmentArgs).Create(ctx)
}

// refusalOfAttachment classifies a refusal to attach domains. "Not found" is transient for a connection that exists: it
// may be new.
func refusalOfAttachment(ctx context.Context, id resourceID, err error) tidbapi.Refusal {
	if !tidbapi.IsNotFound(err) {
		return refusalOfCreation(ctx, id.within, err)
	}
	if c, lookErr := connectionList.find(ctx, id, tidbapi.IsNotFound); c == nil || lookErr != nil {
		return tidbapi.Final
	}
	return tidbapi.Unclear
}

// observe stores what TiDB Cloud reports. A name that the service leaves out, or writes as a whole domain, stays as it
// was.
func (s *DomainAttachmentState) observe(a *tidbapi.AttachDomain) {
	s.AttachDomainID = a.AttachDomainID
	if a.UniqueName != "" && !a.HasUniqueName(value(s.UniqueName)) {
		s.UniqueName = optional(a.UniqueName)
	}
	s.Domains = make([]Domain, len(a.Domains))
	for i, d := range a.Domains {
		s.Domains[i] = Domain{Name: d.Name, State: d.State, Message: d.Message}
	}
	// The service does not define an order, so another order is no change.
	slices.SortFunc(s.Domains, func(a, b Domain) int { return strings.Compare(a.Name, b.Name) })
}

// Update has nothing to send: it only continues the wait of an interrupted creation.
func (DomainAttachment) Update(
	ctx context.Context, req infer.UpdateRequest[DomainAttachmentArgs, DomainAttachmentState],
) (infer.UpdateResponse[DomainAttachmentState], error) {
	state := req.State
	if state.Domains == nil {
		// The engine returns an empty list as null, which must not be stored: a later read would miss it.
		state.Domains = []Domain{}
	}
	if req.DryRun {
		return infer.UpdateResponse[DomainAttachmentState]{Output: state}, nil
	}
	if _, ok := attachments.unconfirmed(req.ID); ok {
		return infer.UpdateResponse[DomainAttachmentState]{Output: state}, errNotReplaced
	}
	ctx, cancel := budget(ctx)
	defer cancel()
	err := state.await(ctx, state.isYoung())
	return infer.UpdateResponse[DomainAttachmentState]{Output: state}, err
}

// isYoung reports whether the attachment was never seen finished. TiDB Cloud may not show it yet.
func (s *DomainAttachmentState) isYoung() bool {
	return s.AttachDomainID != "" && (len(s.Domains) == 0 || pendingDomain(s.Domains) != nil)
}

// await waits until TiDB Cloud shows the attachment, and no domain is pending any more. Its errors keep the resource in
// the state.
func (s *DomainAttachmentState) await(ctx context.Context, young bool) error {
	what := attachments.name(s.id())
	if err := s.problem(what); err != nil {
		return stillThere(err)
	}
	missing := newGrace(ctx, young)
	gone := func() error {
		s.vanish()
		return fmt.Errorf("%s is gone from private link connection %s; run pulumi up again, which attaches the "+
			"domains again; if the connection is gone too, run pulumi refresh first", what, s.PrivateLinkConnectionID)
	}
	return stillThere(attachments.awaitReady(ctx, s.id(), waitFor(ctx, what), missing, gone, func(
		a *tidbapi.AttachDomain,
	) (string, bool, error) {
		s.observe(a)
		if len(s.Domains) == 0 && !missing.over() {
			return "without domains yet", false, nil
		}
		if d := pendingDomain(s.Domains); d != nil {
			return withMessage(d.State, d.Message), false, s.problem(what)
		}
		return "settled", true, s.problem(what)
	}))
}

// problem returns what is wrong with a domain, if waiting does not help.
func (s *DomainAttachmentState) problem(what string) error {
	d := failedDomain(s.Domains)
	if d == nil {
		d = leavingDomain(s.Domains)
	}
	if d == nil {
		return nil
	}
	return fmt.Errorf("domain %s of %s is %s: %s; check that the unique name %s is that of the network behind the "+
		"connection, then run pulumi up again, which replaces the attachment",
		d.Name, what, d.State, orNone(d.Message), value(s.UniqueName))
}

// vanish notes that the attachment is gone, so that the next update replaces it.
func (s *DomainAttachmentState) vanish() {
	for i := range s.Domains {
		s.Domains[i].State = leavingStates[0]
	}
}

// The API does not list the states of a domain. These are the words of TiDB Cloud and similar gRPC services for
// creation, failure and deletion. All other states are final.
var (
	pendingStates = []string{
		"CREATING", "PENDING", "ATTACHING", "PROVISIONING", "UPDATING", "IN_PROGRESS", "PROCESSING", "INITIALIZING",
		"VALIDATING", "VERIFYING", "CONFIGURING", "WAITING", "PENDING_ACCEPTANCE",
		"PENDING_VALIDATION", "PENDING_CREATE",
	}
	failedStates  = []string{"FAILED", "ERROR", "CREATE_FAILED", "ATTACH_FAILED", "REJECTED"}
	leavingStates = []string{"DELETING", "DETACHING", "REMOVING"}
)

func pendingDomain(domains []Domain) *Domain { return domainIn(domains, pendingStates) }
func failedDomain(domains []Domain) *Domain  { return domainIn(domains, failedStates) }
func leavingDomain(domains []Domain) *Domain { return domainIn(domains, leavingStates) }

func domainIn(domains []Domain, states []string) *Domain {
	for i, d := range domains {
		if slices.Contains(states, tidbapi.PlainState(d.State)) {
			return &domains[i]
		}
	}
	return nil
}

// Read fetches the attachment; one that is gone gets no ID.
func (DomainAttachment) Read(
	ctx context.Context, req infer.ReadRequest[DomainAttachmentArgs, DomainAttachmentState],
) (resp infer.ReadResponse[DomainAttachmentArgs, DomainAttachmentState], err error) {
	creation := attachmentCreation(ctx, req.State.DomainAttachmentArgs)
	id, a, err := attachments.read(ctx, req.ID, req.State.ClusterID == "", req.State.isYoung(), creation)
	if a == nil || err != nil {
		return resp, err
	}
	resp.ID = id.String()
	resp.State.DomainAttachmentArgs = DomainAttachmentArgs{
		ClusterID: id.cluster(), PrivateLinkConnectionID: id.connection().own,
		Type: DomainType(cmp.Or(a.Type, string(req.State.Type))), UniqueName: req.State.UniqueName,
	}
	resp.State.observe(a)
	resp.Inputs = resp.State.DomainAttachmentArgs
	if resp.Inputs.Type == DomainTypeTiDBCloudManaged && req.Inputs.UniqueName == nil {
		resp.Inputs.UniqueName = nil // it was generated, so the input stays unset
	}
	return resp, nil
}

// Delete detaches the domains and waits until they are: a connection with domains cannot be deleted, and a domain that
// is still attached cannot be attached elsewhere.
func (DomainAttachment) Delete(
	ctx context.Context, req infer.DeleteRequest[DomainAttachmentState],
) (resp infer.DeleteResponse, err error) {
	ctx, cancel := budget(ctx)
	defer cancel()
	creation := attachmentCreation(ctx, req.State.DomainAttachmentArgs)
	return resp, attachments.deleteOf(ctx, req.ID, req.State.isYoung(), creation)
}

// isLeaving reports whether an attachment is being deleted.
func isLeaving(a *tidbapi.AttachDomain) bool {
	var s DomainAttachmentState
	s.observe(a)
	return leavingDomain(s.Domains) != nil
}
