package sandbox

import (
	"fmt"
	"net/http"
	"unicode/utf8"
)

// Limits of the texts of a service account.
const (
	maxAccountName        = 64
	maxAccountDescription = 128
)

// accountBody is a service account as clients send it.
type accountBody struct {
	DisplayName *string `json:"display_name"`
	Description *string `json:"description"`
}

// accountJSON is a service account as it is answered.
type accountJSON struct {
	APIVersion  string     `json:"api_version"`
	Kind        string     `json:"kind"`
	ID          string     `json:"id"`
	Metadata    objectMeta `json:"metadata"`
	DisplayName string     `json:"display_name"`
	Description string     `json:"description"`
}

func (api confluent) renderAccount(rq *request, a *ServiceAccount) accountJSON {
	return accountJSON{
		APIVersion: iamVersion, Kind: "ServiceAccount", ID: a.ID, DisplayName: a.DisplayName,
		Description: a.Description,
		Metadata:    rq.meta("crn://confluent.cloud/service-account="+a.ID, "", a.CreatedAt, a.UpdatedAt),
	}
}

const iamVersion = "iam/v2"

// listAccounts filters by exact names; several are alternatives.
func (api confluent) listAccounts(rq *request) (answer, *failure) {
	var all []any
	for _, a := range api.state.serviceAccounts(func(a *ServiceAccount) bool {
		return rq.wants("display_name", a.DisplayName)
	}) {
		all = append(all, api.renderAccount(rq, a))
	}
	return rq.page(iamVersion, "ServiceAccountList", all)
}

func (api confluent) createAccount(rq *request) (answer, *failure) {
	var body accountBody
	if failed := decode(rq, &body); failed != nil {
		return answer{}, failed
	}
	a := &ServiceAccount{ID: newID("sa", api.state.ServiceAccounts), CreatedAt: rq.now, UpdatedAt: rq.now}
	if body.DisplayName == nil {
		return answer{}, invalid("display_name is missing: a service account needs one.")
	}
	if failed := api.changeAccount(a, body); failed != nil {
		return answer{}, failed
	}
	if reached(api.quotas.ServiceAccountsPerOrganization, len(api.state.ServiceAccounts)) {
		return answer{}, overQuota("service_accounts_per_org")
	}
	api.state.ServiceAccounts[a.ID] = a
	return answer{http.StatusCreated, api.renderAccount(rq, a)}, nil
}

func (api confluent) getAccount(rq *request) (answer, *failure) {
	a, failed := api.account(rq.params["id"])
	if failed != nil {
		return answer{}, failed
	}
	return answer{http.StatusOK, api.renderAccount(rq, a)}, nil
}

func (api confluent) updateAccount(rq *request) (answer, *failure) {
	a, failed := api.account(rq.params["id"])
	if failed != nil {
		return answer{}, failed
	}
	var body accountBody
	if failed := decode(rq, &body); failed != nil {
		return answer{}, failed
	}
	if failed := api.changeAccount(a, body); failed != nil {
		return answer{}, failed
	}
	a.UpdatedAt = rq.now
	return answer{http.StatusOK, api.renderAccount(rq, a)}, nil
}

// changeAccount sets the texts that were sent. A name can be used once in an organization.
func (api confluent) changeAccount(a *ServiceAccount, body accountBody) *failure {
	if name := body.DisplayName; name != nil {
		if *name == "" {
			return invalid("display_name is empty: a service account needs one.")
		}
		if failed := tooLong("display_name", *name, maxAccountName); failed != nil {
			return failed
		}
		if len(api.state.serviceAccounts(func(other *ServiceAccount) bool {
			return other.ID != a.ID && other.DisplayName == *name
		})) > 0 {
			return conflict("Service name is already in use.")
		}
	}
	if failed := tooLong("description", value(body.Description), maxAccountDescription); failed != nil {
		return failed
	}
	if body.DisplayName != nil {
		a.DisplayName = *body.DisplayName
	}
	if body.Description != nil {
		a.Description = *body.Description
	}
	return nil
}

func tooLong(field, text string, limit int) *failure {
	if length := utf8.RuneCountInString(text); length > limit {
		return invalid(fmt.Sprintf("%s has %d characters: at most %d are allowed.", field, length, limit))
	}
	return nil
}

// deleteAccount also deletes the account's keys and roles.
func (api confluent) deleteAccount(rq *request) (answer, *failure) {
	a, failed := api.account(rq.params["id"])
	if failed != nil {
		return answer{}, failed
	}
	api.state.dropKeys(func(k *APIKey) bool { return k.OwnerID == a.ID })
	for _, b := range api.state.roleBindings(func(b *RoleBinding) bool { return b.Principal == a.Principal() }) {
		delete(api.state.RoleBindings, b.ID)
	}
	delete(api.state.ServiceAccounts, a.ID)
	return answer{status: http.StatusNoContent}, nil
}

func (api confluent) account(id string) (*ServiceAccount, *failure) {
	if a := api.state.ServiceAccounts[id]; a != nil {
		return a, nil
	}
	return nil, &failure{
		status: http.StatusNotFound, code: "service_account_not_found", detail: "Service Account Not Found",
	}
}
