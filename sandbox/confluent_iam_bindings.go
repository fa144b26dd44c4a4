package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// bindingBody is a role binding as clients send it.
type bindingBody struct {
	Principal  string `json:"principal"`
	RoleName   string `json:"role_name"`
	CRNPattern string `json:"crn_pattern"`
}

// bindingJSON is a role binding as it is answered.
type bindingJSON struct {
	APIVersion string     `json:"api_version"`
	Kind       string     `json:"kind"`
	ID         string     `json:"id"`
	Metadata   objectMeta `json:"metadata"`
	bindingBody
}

func (api confluent) renderBinding(rq *request, b *RoleBinding) bindingJSON {
	return bindingJSON{
		APIVersion: iamVersion, Kind: "RoleBinding", ID: b.ID,
		bindingBody: bindingBody{b.Principal, b.RoleName, b.CRNPattern},
		Metadata:    rq.meta(crn("/rolebinding="+b.ID), "", b.CreatedAt, b.CreatedAt),
	}
}

// refusedBinding is a failure in the form of the service for role bindings, which is not the one of the others.
func refusedBinding(status int, message string) *failure {
	return &failure{status: status, raw: map[string]any{"error_code": status*100 + 1, "message": message}}
}

// listBindings needs a part of a CRN pattern; the other filters are exact.
func (api confluent) listBindings(rq *request) (answer, *failure) {
	part := rq.query.Get("crn_pattern")
	if part == "" {
		return answer{}, refusedBinding(http.StatusBadRequest, "the query parameter crn_pattern is missing")
	}
	var all []any
	for _, b := range api.state.roleBindings(func(b *RoleBinding) bool {
		return strings.Contains(b.CRNPattern, part) && rq.wants("principal", b.Principal) &&
			rq.wants("role_name", b.RoleName)
	}) {
		all = append(all, api.renderBinding(rq, b))
	}
	return rq.page(iamVersion, "RoleBindingList", all)
}

func (api confluent) createBinding(rq *request) (answer, *failure) {
	var body bindingBody
	if failed := decode(rq, &body); failed != nil {
		return answer{}, failed
	}
	if failed := api.checkBinding(body); failed != nil {
		return answer{}, failed
	}
	b := &RoleBinding{
		ID: newBindingID(api.state.RoleBindings), Principal: body.Principal, RoleName: body.RoleName,
		CRNPattern: body.CRNPattern, Phase: PhaseProvisioning, CreatedAt: rq.now,
	}
	api.state.RoleBindings[b.ID] = b
	api.after(rq.now, api.times.RoleBindingSync, func(time.Time) { b.Phase = PhaseReady })
	return answer{http.StatusCreated, api.renderBinding(rq, b)}, nil
}

// checkBinding requires a role that can be bound where the pattern points to, and what both name to exist.
func (api confluent) checkBinding(body bindingBody) *failure {
	levels, known := roleLevels[body.RoleName]
	if !known {
		return refusedBinding(http.StatusBadRequest, fmt.Sprintf("role_name %q is not a role", body.RoleName))
	}
	pattern, err := ParseCRNPattern(body.CRNPattern)
	if err != nil {
		return refusedBinding(http.StatusBadRequest, err.Error())
	}
	if !slices.Contains(levels, pattern.level()) {
		return refusedBinding(http.StatusBadRequest, fmt.Sprintf(
			"role_name %s cannot be bound to a pattern of the level %s, only of %s",
			body.RoleName, pattern.level(), strings.Join(levels, ", ")))
	}
	account, isUser := strings.CutPrefix(body.Principal, userPrefix)
	if !isUser || api.state.ServiceAccounts[account] == nil {
		return refusedBinding(http.StatusBadRequest, fmt.Sprintf("principal %q does not exist", body.Principal))
	}
	if environment := pattern.EnvironmentID; environment != "" && api.state.Environments[environment] == nil {
		return refusedBinding(http.StatusForbidden, "Forbidden Access")
	}
	if cluster := api.state.KafkaClusters[pattern.ClusterID]; pattern.ClusterID != "" &&
		(cluster == nil || cluster.EnvironmentID != pattern.EnvironmentID) {
		return refusedBinding(http.StatusForbidden, "Forbidden Access")
	}
	if len(api.state.roleBindings(func(b *RoleBinding) bool {
		return b.Principal == body.Principal && b.RoleName == body.RoleName && b.Pattern() == pattern
	})) > 0 {
		return refusedBinding(http.StatusConflict, "the role binding exists already")
	}
	return nil
}

func (api confluent) getBinding(rq *request) (answer, *failure) {
	b, failed := api.binding(rq.params["id"])
	if failed != nil {
		return answer{}, failed
	}
	return answer{http.StatusOK, api.renderBinding(rq, b)}, nil
}

// deleteBinding answers what it deleted.
func (api confluent) deleteBinding(rq *request) (answer, *failure) {
	b, failed := api.binding(rq.params["id"])
	if failed != nil {
		return answer{}, failed
	}
	deleted := api.renderBinding(rq, b)
	delete(api.state.RoleBindings, b.ID)
	return answer{http.StatusOK, deleted}, nil
}

func (api confluent) binding(id string) (*RoleBinding, *failure) {
	if b := api.state.RoleBindings[id]; b != nil {
		return b, nil
	}
	return nil, refusedBinding(http.StatusForbidden,
		"Either unauthorized to access role binding or role binding does not exist")
}

func newBindingID(taken map[string]*RoleBinding) string {
	for {
		id := "rb-" + randomString(upperAlphanumeric, 5)
		if taken[id] == nil {
			return id
		}
	}
}
