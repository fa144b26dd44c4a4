package sandbox

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"time"
)

// accessCloud is the part of an access that is the cloud's own.
type accessCloud struct {
	Kind         string `json:"kind"`
	Account      string `json:"account,omitempty"`
	Subscription string `json:"subscription,omitempty"`
	Project      string `json:"project,omitempty"`
}

// principal is the account, subscription or project that gets access.
func (c *accessCloud) principal() string {
	return c.Account + c.Subscription + c.Project
}

// accessSpec is the desired state of an access, as it is sent and answered.
type accessSpec struct {
	DisplayName *string      `json:"display_name,omitempty"`
	Cloud       *accessCloud `json:"cloud,omitempty"`
	Environment *reference   `json:"environment,omitempty"`
	Network     *reference   `json:"network,omitempty"`
}

type accessStatus struct {
	Phase        string `json:"phase"`
	ErrorCode    string `json:"error_code,omitempty"`
	ErrorMessage string `json:"error_message,omitempty"`
}

type accessJSON struct {
	APIVersion string       `json:"api_version"`
	Kind       string       `json:"kind"`
	ID         string       `json:"id"`
	Metadata   objectMeta   `json:"metadata"`
	Spec       accessSpec   `json:"spec"`
	Status     accessStatus `json:"status"`
}

// accessKinds are the clouds' names for access, by cloud.
var accessKinds = map[string]string{
	"AWS": "AwsPrivateLinkAccess", "AZURE": "AzurePrivateLinkAccess", "GCP": "GcpPrivateServiceConnectAccess",
}

func (api confluent) renderAccess(rq *request, a *PrivateLinkAccess) accessJSON {
	cloud := &accessCloud{Kind: api.forms.kind(accessKinds["AWS"]), Account: a.Account}
	networkRef := &reference{ID: a.NetworkID}
	name := environmentCRN(a.EnvironmentID) + "/network=" + a.NetworkID + "/private-link-access=" + a.ID
	if n := api.state.Networks[a.NetworkID]; n != nil {
		networkRef = rq.networkReference(n)
		switch n.Cloud {
		case "AZURE":
			cloud = &accessCloud{Kind: api.forms.kind(accessKinds[n.Cloud]), Subscription: a.Account}
		case "GCP":
			cloud = &accessCloud{Kind: api.forms.kind(accessKinds[n.Cloud]), Project: a.Account}
		}
	}
	status := accessStatus{Phase: a.Phase}
	if a.Phase == PhaseFailed {
		status.ErrorCode, status.ErrorMessage = "provisioning_failed", a.ErrorMessage
	}
	return accessJSON{
		APIVersion: "networking/v1", Kind: "PrivateLinkAccess", ID: a.ID, Status: status,
		Metadata: rq.meta(name, a.EnvironmentID, a.CreatedAt, a.UpdatedAt),
		Spec: accessSpec{
			DisplayName: optional(a.DisplayName), Cloud: cloud,
			Environment: rq.environmentReference(a.EnvironmentID), Network: networkRef,
		},
	}
}

func (api confluent) listAccesses(rq *request) (answer, *failure) {
	environment, failed := api.environmentOf(rq)
	if failed != nil {
		return answer{}, failed
	}
	var all []any
	for _, a := range api.state.accesses(func(a *PrivateLinkAccess) bool {
		return a.EnvironmentID == environment && rq.wants("spec.display_name", a.DisplayName) &&
			rq.wants("spec.network", a.NetworkID) && rq.wants("status.phase", a.Phase)
	}) {
		all = append(all, api.renderAccess(rq, a))
	}
	return rq.page("networking/v1", "PrivateLinkAccessList", all)
}

func (api confluent) createAccess(rq *request) (answer, *failure) {
	var body struct{ Spec accessSpec }
	if failed := decode(rq, &body); failed != nil {
		return answer{}, failed
	}
	spec := body.Spec
	if failed := api.checkAccess(&spec); failed != nil {
		return answer{}, failed
	}
	a := &PrivateLinkAccess{
		ID: newID("pla", api.state.PrivateLinkAccesses), EnvironmentID: spec.Environment.ID,
		NetworkID: spec.Network.ID, DisplayName: value(spec.DisplayName), Account: spec.Cloud.principal(),
		Phase: PhaseProvisioning, CreatedAt: rq.now, UpdatedAt: rq.now,
	}
	api.state.PrivateLinkAccesses[a.ID] = a
	fails := take(&api.state.Failing.PrivateLinkAccesses)
	api.after(rq.now, api.times.PrivateLinkAccessCreate, func(at time.Time) {
		switch {
		case a.Phase != PhaseProvisioning:
			return
		case fails:
			a.Phase, a.ErrorMessage = PhaseFailed, "Could not configure the endpoint service"
		default:
			a.Phase = PhaseReady
		}
		a.UpdatedAt = at
	})
	return answer{http.StatusAccepted, api.renderAccess(rq, a)}, nil
}

var awsAccount = regexp.MustCompile(`^\d{12}$`)

// checkAccess reports what is wrong with a new access.
func (api confluent) checkAccess(spec *accessSpec) *failure {
	environment := spec.Environment.id()
	if api.state.Environments[environment] == nil {
		return forbidden("environment", environment)
	}
	n := api.state.Networks[spec.Network.id()]
	if n == nil || n.EnvironmentID != environment {
		return invalid(fmt.Sprintf("spec.network is %s, which is not a network of the environment %s.",
			quote(spec.Network.id()), environment))
	}
	if failed := checkPrincipal(spec.Cloud, n); failed != nil {
		return failed
	}
	if !n.has(connectionPrivateLink) {
		return invalid(fmt.Sprintf("the network %s does not have the connection type PRIVATELINK, it has %s.",
			n.ID, quote(n.ConnectionTypes)))
	}
	if n.Phase != PhaseReady {
		return invalid(fmt.Sprintf("the network %s is %s: it must be READY.", n.ID, n.Phase))
	}
	account := spec.Cloud.principal()
	others := api.state.accesses(func(a *PrivateLinkAccess) bool { return a.NetworkID == n.ID })
	if i := slices.IndexFunc(others, func(a *PrivateLinkAccess) bool { return a.Account == account }); i >= 0 {
		return conflict(fmt.Sprintf("The account %s already has the PrivateLink Access %s to the network %s.",
			account, others[i].ID, n.ID))
	}
	if reached(api.quotas.AccountsPerNetwork, len(others)) {
		return overQuota("private_link_accounts_per_network")
	}
	return nil
}

// checkPrincipal requires an account of the network's cloud.
func checkPrincipal(cloud *accessCloud, n *Network) *failure {
	if cloud == nil || cloud.principal() == "" {
		return invalid("spec.cloud is missing or has no account.")
	}
	if want := accessKinds[n.Cloud]; cloud.Kind != want && cloud.Kind != "networking.v1."+want {
		return invalid(fmt.Sprintf("spec.cloud.kind is %s, but the network %s is on %s: use %s.",
			quote(cloud.Kind), n.ID, n.Cloud, want))
	}
	if n.Cloud == "AWS" && !awsAccount.MatchString(cloud.Account) {
		return invalid("spec.cloud.account is " + quote(cloud.Account) + ": it must have 12 digits.")
	}
	return nil
}

func (api confluent) getAccess(rq *request) (answer, *failure) {
	a, failed := api.access(rq)
	if failed != nil {
		return answer{}, failed
	}
	return answer{http.StatusOK, api.renderAccess(rq, a)}, nil
}

func (api confluent) updateAccess(rq *request) (answer, *failure) {
	a := api.state.PrivateLinkAccesses[rq.params["id"]]
	if a == nil {
		return answer{}, notFound("private link access", rq.params["id"])
	}
	var body struct{ Spec accessSpec }
	if failed := decode(rq, &body); failed != nil {
		return answer{}, failed
	}
	spec := body.Spec
	if failed := sameEnvironment("private link access", a.ID, a.EnvironmentID, spec.Environment); failed != nil {
		return answer{}, failed
	}
	if failed := notLeaving("private link access", a.ID, a.Phase); failed != nil {
		return answer{}, failed
	}
	account := a.Account
	if spec.Cloud != nil {
		account = spec.Cloud.principal()
	}
	if failed := immutable(
		change{"network", a.NetworkID, spec.Network.id()}, change{"cloud.account", a.Account, account},
	); failed != nil {
		return answer{}, failed
	}
	if spec.DisplayName != nil {
		a.DisplayName = *spec.DisplayName
	}
	a.UpdatedAt = rq.now
	return answer{http.StatusOK, api.renderAccess(rq, a)}, nil
}

// deleteAccess begins the deletion. A second request meanwhile is no error.
func (api confluent) deleteAccess(rq *request) (answer, *failure) {
	a, failed := api.access(rq)
	if failed != nil {
		return answer{}, failed
	}
	if a.Phase != PhaseDeprovisioning {
		a.Phase, a.UpdatedAt = PhaseDeprovisioning, rq.now
		api.after(rq.now, api.times.PrivateLinkAccessDelete, func(time.Time) {
			delete(api.state.PrivateLinkAccesses, a.ID)
		})
	}
	return answer{status: http.StatusNoContent}, nil
}

// access is the one the path names, in the environment the query names.
func (api confluent) access(rq *request) (*PrivateLinkAccess, *failure) {
	environment, failed := api.environmentOf(rq)
	if failed != nil {
		return nil, failed
	}
	a := api.state.PrivateLinkAccesses[rq.params["id"]]
	if a == nil || a.EnvironmentID != environment {
		return nil, notFound("private link access", rq.params["id"])
	}
	return a, nil
}
