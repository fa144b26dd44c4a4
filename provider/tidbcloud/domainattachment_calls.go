package tidbcloud

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-go-provider/infer"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/tidbapi"
)

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
	connection := connectionID{state.ClusterID, state.PrivateLinkConnectionID}
	doing := fmt.Sprintf("attaching %s domains to private link connection %s", req.Inputs.Type, connection.connection)
	made, err := change[*tidbapi.AttachDomain]{
		doing:   doing,
		send:    func(ctx context.Context) (*tidbapi.AttachDomain, error) { return attach(ctx, &state) },
		refusal: refusalOfAttachment(connection),
	}.accepted(ctx)
	if err != nil {
		return notCreated(state, connection.String(), fmt.Errorf("%s: %w", doing, err))
	}
	state.observe(made)
	err = awaitSettled(ctx, &state, newGrace(ctx, true))
	return infer.CreateResponse[DomainAttachmentState]{
		ID: attachmentID{connection, state.AttachDomainID}.String(), Output: state,
	}, err
}

// attach attaches the domains. A managed name that was left out comes from a dry run, as TiDB Cloud wants it.
func attach(ctx context.Context, s *DomainAttachmentState) (*tidbapi.AttachDomain, error) {
	request := tidbapi.AttachDomain{Type: string(s.Type), UniqueName: value(s.UniqueName)}
	if request.UniqueName == "" {
		dryRun, err := clientOf(ctx).ValidateDomains(ctx, s.ClusterID, s.PrivateLinkConnectionID, request)
		if err != nil {
			return nil, fmt.Errorf("asking for a unique name: %w", err)
		}
		if dryRun.UniqueName == "" {
			// Without one, an attachment whose answer is lost would not be recognized.
			return nil, errors.New("TiDB Cloud has given no unique name; give uniqueName, or ask TiDB Cloud's support")
		}
		s.UniqueName = &dryRun.UniqueName
	}
	return attachmentCreation(ctx, s.DomainAttachmentArgs).Create(ctx)
}

// refusalOfAttachment says what a refusal to attach domains to a connection means. That the connection is not found
// passes, if it is there: it may be new.
func refusalOfAttachment(id connectionID) func(context.Context, error) tidbapi.Refusal {
	refusal := afterRemovals(id.cluster)
	return func(ctx context.Context, err error) tidbapi.Refusal {
		if !tidbapi.IsNotFound(err) {
			return refusal(ctx, err)
		}
		if c, lookErr := getConnection(ctx, id); c == nil || lookErr != nil {
			return tidbapi.Final
		}
		return tidbapi.Unclear
	}
}

// observe takes over what TiDB Cloud reports. A name that the service leaves out, or writes as a whole
// domain, stays as it was.
func (s *DomainAttachmentState) observe(a *tidbapi.AttachDomain) {
	s.AttachDomainID = a.AttachDomainID
	if a.UniqueName != "" && !a.HasUniqueName(value(s.UniqueName)) {
		s.UniqueName = optional(a.UniqueName)
	}
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
	if isUnconfirmed(req.ID) {
		return infer.UpdateResponse[DomainAttachmentState]{Output: state}, errNotReplaced
	}
	ctx, cancel := budget(ctx)
	defer cancel()
	err := awaitSettled(ctx, &state, newGrace(ctx, state.isYoung()))
	return infer.UpdateResponse[DomainAttachmentState]{Output: state}, err
}

// isYoung reports whether the attachment was never seen finished, so that TiDB Cloud may not show it yet.
func (s *DomainAttachmentState) isYoung() bool {
	return s.AttachDomainID != "" && (len(s.Domains) == 0 || pendingDomain(s.Domains) != nil)
}

// awaitSettled waits until TiDB Cloud shows the attachment, and no domain is on its way any more. Its errors keep the
// resource in the state.
func awaitSettled(ctx context.Context, s *DomainAttachmentState, missing grace) error {
	id := attachmentID{connectionID{s.ClusterID, s.PrivateLinkConnectionID}, s.AttachDomainID}
	what := "domain attachment " + s.AttachDomainID
	if err := s.problem(what); err != nil {
		return stillThere(err)
	}
	return stillThere(awaitAttachment(ctx, id, waitFor(ctx, what), func(
		a *tidbapi.AttachDomain, err error,
	) (string, bool, error) {
		if err != nil {
			return "", false, err
		}
		if a == nil && !missing.over() {
			return notShown, false, nil
		}
		if a == nil {
			s.vanish()
			return "", false, fmt.Errorf("%s is gone from private link connection %s; run pulumi up again, which "+
				"attaches "+
				"the domains anew; if the connection is gone too, run pulumi refresh "+
				"first", what, s.PrivateLinkConnectionID)
		}
		s.observe(a)
		if len(s.Domains) == 0 && !missing.over() {
			return "without domains yet", false, nil
		}
		err = s.problem(what)
		return stateOf(s.Domains), s.settled(), err
	}))
}

// problem says what is wrong with a domain that no waiting helps.
func (s *DomainAttachmentState) problem(what string) error {
	d := failedDomain(s.Domains)
	if d == nil {
		d = leavingDomain(s.Domains)
	}
	if d == nil {
		return nil
	}
	return fmt.Errorf("domain %s of %s is %s: %s; see that the unique name %s is the one of "+
		"the network behind the connection, then run pulumi up again, which replaces the attachment",
		d.Name, what, d.State, orNone(d.Message), value(s.UniqueName))
}

func (s *DomainAttachmentState) settled() bool { return pendingDomain(s.Domains) == nil }

// vanish notes that the attachment is not there any more, so that the next update replaces it.
func (s *DomainAttachmentState) vanish() {
	for i := range s.Domains {
		s.Domains[i].State = leavingStates[0]
	}
}

// The API does not list the states of a domain. These are the words that TiDB Cloud and gRPC services like it use for
// what is on its way in, for what went wrong, and for what is on its way out; all others are settled.
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

func stateOf(domains []Domain) string {
	if d := pendingDomain(domains); d != nil {
		return withMessage(d.State, d.Message)
	}
	return "settled"
}

// Read fetches the attachment; one that is gone gets no id.
func (DomainAttachment) Read(
	ctx context.Context, req infer.ReadRequest[DomainAttachmentArgs, DomainAttachmentState],
) (infer.ReadResponse[DomainAttachmentArgs, DomainAttachmentState], error) {
	var resp infer.ReadResponse[DomainAttachmentArgs, DomainAttachmentState]
	id, a, err := readAttachment(ctx, req)
	if a == nil || err != nil {
		return resp, err
	}
	resp.ID = id.String()
	resp.State = DomainAttachmentState{DomainAttachmentArgs: DomainAttachmentArgs{
		ClusterID: id.cluster, PrivateLinkConnectionID: id.connection,
		Type: DomainType(a.Type), UniqueName: req.State.UniqueName,
	}}
	if a.Type == "" {
		resp.State.Type = req.State.Type
	}
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
	if u, connection, ok := parseUnconfirmedAttachment(req.ID); ok {
		a, err := searchAttachment(ctx, u, connection, req.State.DomainAttachmentArgs)
		if a == nil || err != nil {
			return infer.DeleteResponse{}, err
		}
		req.ID = attachmentID{connection, a.AttachDomainID}.String()
	}
	id, err := parseAttachmentID(req.ID)
	if err != nil {
		return infer.DeleteResponse{}, err
	}
	ctx, cancel := budget(ctx)
	defer cancel()
	return infer.DeleteResponse{}, detach(ctx, id, req.State.isYoung())
}

func detach(ctx context.Context, id attachmentID, young bool) error {
	doing := fmt.Sprintf("detaching the domains %s", id)
	gone, err := removal[tidbapi.AttachDomain]{
		doing: doing,
		send: func(ctx context.Context) error {
			return clientOf(ctx).DetachDomains(ctx, id.cluster, id.connection, id.attachment)
		},
		look:    func(ctx context.Context) (*tidbapi.AttachDomain, error) { return findAttachment(ctx, id) },
		leaving: isLeaving,
		young:   young,
	}.accepted(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if !gone {
		err = awaitDetached(ctx, id)
	}
	if err == nil {
		seenOf(ctx).noteRemoval(id.cluster)
	}
	return err
}

// awaitDetached waits until domains that are being detached are gone from their connection.
func awaitDetached(ctx context.Context, id attachmentID) error {
	what := "domain attachment " + id.attachment
	options := waitFor(ctx, what)
	options.Advice = keepDeleting
	leaving := false
	return awaitAttachment(ctx, id, options, func(a *tidbapi.AttachDomain, err error) (string, bool, error) {
		switch {
		case err != nil:
			return "", false, err
		case a == nil:
			return "gone", true, nil
		case leaving && !isLeaving(a):
			return "", false, deletionFailed(what, "attached", "")
		}
		leaving = isLeaving(a)
		return "being detached", false, nil
	})
}

// isLeaving reports whether an attachment is on its way out.
func isLeaving(a *tidbapi.AttachDomain) bool {
	var s DomainAttachmentState
	s.observe(a)
	return leavingDomain(s.Domains) != nil
}
