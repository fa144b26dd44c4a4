package sandbox

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	domainConfluent = "CONFLUENT"
	domainManaged   = "TIDBCLOUD_MANAGED"
)

type domainJSON struct {
	Name    string `json:"name"`
	State   string `json:"state,omitempty"`
	Message string `json:"message,omitempty"`
}

// attachDomainBody is a set of domains as clients send it.
type attachDomainBody struct {
	Type       string `json:"type"`
	UniqueName string `json:"uniqueName"`
}

// attachDomainJSON is a set of domains as it is answered.
type attachDomainJSON struct {
	AttachDomainID          string       `json:"attachDomainId,omitempty"`
	ClusterID               string       `json:"clusterId,omitempty"`
	PrivateLinkConnectionID string       `json:"privateLinkConnectionId,omitempty"`
	Type                    string       `json:"type"`
	UniqueName              string       `json:"uniqueName"`
	Domains                 []domainJSON `json:"domains"`
	CreatedBy               string       `json:"createdBy,omitempty"`
	CreateTime              *time.Time   `json:"createTime,omitempty"`
}

// render shows a set of domains; one that was only validated has no id and no
// time.
func (d *AttachedDomain) render(c *PrivateLinkConnection) attachDomainJSON {
	body := attachDomainJSON{
		AttachDomainID: d.ID, ClusterID: c.ClusterID, PrivateLinkConnectionID: c.ID, Type: d.Type,
		UniqueName: d.UniqueName, Domains: []domainJSON{},
	}
	if d.ID != "" {
		created := d.CreatedAt.UTC()
		body.CreatedBy, body.CreateTime = "owner@example.com", &created
	}
	for _, name := range d.Names {
		body.Domains = append(body.Domains, domainJSON{name, d.State, d.Message})
	}
	return body
}

func (api tidbCloud) attachDomains(rq *request) (answer, *failure) {
	if _, failed := api.activeCluster(rq); failed != nil {
		return answer{}, failed
	}
	c, failed := api.connection(rq)
	if failed != nil {
		return answer{}, failed
	}
	var body struct {
		AttachDomain *attachDomainBody `json:"attachDomain"`
		ValidateOnly bool              `json:"validateOnly"`
	}
	if failed := decodeProto(rq, &body, protoDecoder{}); failed != nil {
		return answer{}, failed
	}
	if body.AttachDomain == nil {
		return answer{}, invalidArgument("attachDomain is missing")
	}
	d, failed := api.newDomain(c, body.AttachDomain, body.ValidateOnly)
	if failed != nil {
		return answer{}, failed
	}
	if !body.ValidateOnly {
		api.attach(c, d, rq.now)
	}
	return answer{http.StatusOK, d.render(c)}, nil
}

// attach moves a set of domains from CREATING to ACTIVE.
func (api tidbCloud) attach(c *PrivateLinkConnection, d *AttachedDomain, now time.Time) {
	d.ID, d.State, d.CreatedAt = api.speech.newAttachDomainID(), StateCreating, now
	c.Domains = append(c.Domains, d)
	api.after(now, api.times.DomainAttach, func(time.Time) {
		if d.State == StateCreating {
			d.State = StateActive
		}
	})
}

// newDomain creates a set of domains from what a client sent, or reports what is wrong
// with it.
func (api tidbCloud) newDomain(
	c *PrivateLinkConnection, sent *attachDomainBody, validateOnly bool,
) (*AttachedDomain, *failure) {
	if c.State != StateActive {
		return nil, failedPrecondition(fmt.Sprintf(
			"the private link connection %s is %s: domains can be attached when it is ACTIVE", c.ID, c.State))
	}
	d := &AttachedDomain{Type: sent.Type, UniqueName: sent.UniqueName}
	var failed *failure
	switch sent.Type {
	case domainConfluent:
		failed = api.confluentNames(c, d)
	case domainManaged:
		failed = managedNames(c, d, validateOnly)
	default:
		failed = invalidArgument(fmt.Sprintf("attachDomain.type is %s: it must be %s or %s",
			quote(sent.Type), domainConfluent, domainManaged))
	}
	if failed != nil {
		return nil, failed
	}
	if c.hasDomains(d.Type, d.UniqueName) {
		return nil, alreadyExists(fmt.Sprintf(
			"the domains of %s are attached to the private link connection %s already", d.UniqueName, c.ID))
	}
	return d, nil
}

func (c *PrivateLinkConnection) hasDomains(kind, uniqueName string) bool {
	return slices.ContainsFunc(c.Domains, func(d *AttachedDomain) bool {
		return d.Type == kind && d.UniqueName == uniqueName
	})
}

var uniqueNameForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?\.[a-z]{2}(-[a-z]+)+-\d+$`)

// confluentNames requires the unique name of the very network behind the
// connection, and derives the domains of its clusters.
func (api tidbCloud) confluentNames(c *PrivateLinkConnection, d *AttachedDomain) *failure {
	if c.Type != typeAWSEndpointService {
		return invalidArgument(fmt.Sprintf("attachDomain.type is CONFLUENT, which needs a connection of the type %s, "+
			"not %s",
			typeAWSEndpointService, c.Type))
	}
	if !uniqueNameForm.MatchString(d.UniqueName) {
		return invalidArgument(fmt.Sprintf(
			"attachDomain.uniqueName is %s: it must have the form <label>.<region>, for example domnprzqrog.us-east-1",
			quote(d.UniqueName)))
	}
	n := api.state.networkBehind(c.EndpointService)
	if n == nil || n.UniqueName() != d.UniqueName {
		return invalidArgument(fmt.Sprintf(
			"attachDomain.uniqueName is %s, which is not the network behind the endpoint service %s",
			quote(d.UniqueName), c.EndpointService))
	}
	zone := d.UniqueName + ".aws.confluent.cloud"
	d.Names = []string{"*." + zone}
	for _, az := range c.AvailabilityZoneIDs {
		d.Names = append(d.Names, "*."+az+"."+zone)
	}
	return nil
}

var managedNameForm = regexp.MustCompile(`^[a-z2-7]{26}$`)

// managedNames generates the domains that TiDB Cloud chooses itself, and the unique
// name when a dry run asks for one.
func managedNames(c *PrivateLinkConnection, d *AttachedDomain, validateOnly bool) *failure {
	if d.UniqueName == "" && validateOnly {
		d.UniqueName = randomString(lowerBase32, 26)
	}
	if !managedNameForm.MatchString(d.UniqueName) {
		return invalidArgument(fmt.Sprintf(
			"attachDomain.uniqueName is %s: take the one that a call with validateOnly answers", quote(d.UniqueName)))
	}
	if c.Type == typeAlicloudEndpointService {
		d.Names = []string{"*." + d.UniqueName + ".alicloud.plc.tidbcloud.com"}
		return nil
	}
	for _, az := range c.AvailabilityZoneIDs {
		d.Names = append(d.Names, strings.Join([]string{"*", az, d.UniqueName, "aws.plc.tidbcloud.com"}, "."))
	}
	return nil
}

// detachDomains begins to detach a set of domains, once. It is gone from the
// connection, and its name free, when that is over. It is refused while changefeeds use the connection.
func (api tidbCloud) detachDomains(rq *request) (answer, *failure) {
	c, failed := api.connection(rq)
	if failed != nil {
		return answer{}, failed
	}
	var body struct {
		AttachDomainID string `json:"attachDomainId"`
	}
	if failed := decodeProto(rq, &body, protoDecoder{}); failed != nil {
		return answer{}, failed
	}
	if body.AttachDomainID == "" {
		return answer{}, invalidArgument("attachDomainId is missing")
	}
	i := slices.IndexFunc(c.Domains, func(d *AttachedDomain) bool { return d.ID == body.AttachDomainID })
	if i < 0 {
		return answer{}, unknown("attached domain", body.AttachDomainID)
	}
	d := c.Domains[i]
	if d.State == StateDeleting {
		return answer{}, failedPrecondition(fmt.Sprintf("the attached domain %s is %s", d.ID, d.State))
	}
	if users := api.state.users(c.ID); len(users) > 0 {
		return answer{}, failedPrecondition(fmt.Sprintf(
			"the domains of the private link connection %s are in use by changefeeds, delete them first: %s", c.ID,
			strings.Join(users, ", ")))
	}
	d.State = StateDeleting
	api.after(rq.now, api.times.DomainDetach, func(at time.Time) {
		api.speech.detach(c, d, at)
		c.Domains = slices.DeleteFunc(c.Domains, func(other *AttachedDomain) bool { return other == d })
	})
	return answer{http.StatusOK, d.render(c)}, nil
}
