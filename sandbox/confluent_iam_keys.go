package sandbox

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// keySpec is the specification of an API key, as clients send it and as it is answered.
type keySpec struct {
	DisplayName *string       `json:"display_name,omitempty"`
	Description *string       `json:"description,omitempty"`
	Owner       *keyReference `json:"owner,omitempty"`
	Resource    *keyReference `json:"resource,omitempty"`
	// Secret is empty in every answer but that to the creation.
	Secret string `json:"secret"`
}

// keyReference is the owner or the resource of an API key. Clients send no API version.
type keyReference struct {
	ID           string `json:"id"`
	APIVersion   string `json:"api_version"`
	Kind         string `json:"kind"`
	Related      string `json:"related"`
	ResourceName string `json:"resource_name"`
}

type keyJSON struct {
	APIVersion string     `json:"api_version"`
	Kind       string     `json:"kind"`
	ID         string     `json:"id"`
	Metadata   objectMeta `json:"metadata"`
	Spec       keySpec    `json:"spec"`
}

const (
	kindServiceAccount = "ServiceAccount"
	kindCluster        = "Cluster"
)

func (api confluent) renderKey(rq *request, k *APIKey) keyJSON {
	account := crn("/service-account=" + k.OwnerID)
	owner := &keyReference{
		ID: k.OwnerID, APIVersion: iamVersion, Kind: kindServiceAccount,
		Related: rq.link("/iam/v2/service-accounts/" + k.OwnerID), ResourceName: account,
	}
	resource := &keyReference{
		ID: "cloud", APIVersion: iamVersion, Kind: "Cloud", Related: "cloud", ResourceName: "cloud",
	}
	if k.ClusterID != "" {
		resource = &keyReference{
			ID: k.ClusterID, APIVersion: "cmk/v2", Kind: kindCluster,
			Related: rq.link("/cmk/v2/clusters/" + k.ClusterID), ResourceName: crn("/cluster=" + k.ClusterID),
		}
	}
	return keyJSON{
		APIVersion: iamVersion, Kind: "ApiKey", ID: k.ID,
		Metadata: rq.meta(account+"/api-key="+k.ID, "", k.CreatedAt, k.UpdatedAt),
		Spec: keySpec{
			DisplayName: &k.DisplayName, Description: &k.Description, Owner: owner, Resource: resource,
		},
	}
}

func (api confluent) listKeys(rq *request) (answer, *failure) {
	var all []any
	for _, k := range api.state.apiKeys(func(k *APIKey) bool {
		return rq.wants("spec.owner", k.OwnerID) && rq.wants("spec.resource", k.ClusterID)
	}) {
		all = append(all, api.renderKey(rq, k))
	}
	return rq.page(iamVersion, "ApiKeyList", all)
}

// createKey is the only call that answers a secret.
func (api confluent) createKey(rq *request) (answer, *failure) {
	var body struct{ Spec *keySpec }
	if failed := decode(rq, &body); failed != nil {
		return answer{}, failed
	}
	if failed := api.checkKey(body.Spec); failed != nil {
		return answer{}, failed
	}
	spec := body.Spec
	k := &APIKey{
		ID: newAPIKeyID(api.state.APIKeys), Secret: newAPISecret(), OwnerID: spec.Owner.ID,
		DisplayName: value(spec.DisplayName), Description: value(spec.Description),
		Phase: PhaseProvisioning, CreatedAt: rq.now, UpdatedAt: rq.now,
	}
	if spec.Resource != nil {
		k.ClusterID = spec.Resource.ID
	}
	api.state.APIKeys[k.ID] = k
	api.after(rq.now, api.times.APIKeySync, func(time.Time) { k.Phase = PhaseReady })
	created := api.renderKey(rq, k)
	created.Spec.Secret = k.Secret
	return answer{http.StatusAccepted, created}, nil
}

// checkKey requires an owner and, unless it is a Cloud API key, a Kafka cluster that exist. The sandbox has no other
// resources.
func (api confluent) checkKey(spec *keySpec) *failure {
	switch {
	case spec == nil:
		return invalid("spec is missing.")
	case spec.Owner == nil || spec.Owner.ID == "":
		return invalid("spec.owner is missing: it says whose key it is.")
	}
	if kind := spec.Owner.Kind; kind != "" && kind != kindServiceAccount {
		return invalid("spec.owner.kind is " + quote(kind) + ": the sandbox has service accounts alone.")
	}
	if api.state.ServiceAccounts[spec.Owner.ID] == nil {
		return forbidden("service account", spec.Owner.ID)
	}
	if failed := api.checkKeyResource(spec.Resource); failed != nil {
		return failed
	}
	if reached(api.quotas.APIKeysPerOrganization, len(api.state.APIKeys)) {
		return overQuota("apikeys_per_org")
	}
	return nil
}

func (api confluent) checkKeyResource(resource *keyReference) *failure {
	if resource == nil {
		return nil
	}
	if kind := resource.Kind; kind != "" && kind != kindCluster || !strings.HasPrefix(resource.ID, "lkc-") {
		return invalid(
			fmt.Sprintf("spec.resource is %s %s: the sandbox has Kafka clusters alone.", kind, quote(resource.ID)))
	}
	if cluster := api.state.KafkaClusters[resource.ID]; cluster == nil || cluster.Phase == PhaseDeprovisioning {
		return forbidden("Kafka cluster", resource.ID)
	}
	return nil
}

func (api confluent) getKey(rq *request) (answer, *failure) {
	k, failed := api.key(rq.params["id"])
	if failed != nil {
		return answer{}, failed
	}
	return answer{http.StatusOK, api.renderKey(rq, k)}, nil
}

func (api confluent) updateKey(rq *request) (answer, *failure) {
	k, failed := api.key(rq.params["id"])
	if failed != nil {
		return answer{}, failed
	}
	var body struct{ Spec keySpec }
	if failed := decode(rq, &body); failed != nil {
		return answer{}, failed
	}
	if failed := immutable(
		change{"owner", k.OwnerID, body.Spec.Owner.id()}, change{"resource", k.ClusterID, body.Spec.Resource.id()},
	); failed != nil {
		return answer{}, failed
	}
	if body.Spec.DisplayName != nil {
		k.DisplayName = *body.Spec.DisplayName
	}
	if body.Spec.Description != nil {
		k.Description = *body.Spec.Description
	}
	k.UpdatedAt = rq.now
	return answer{http.StatusOK, api.renderKey(rq, k)}, nil
}

func (r *keyReference) id() string {
	if r == nil {
		return ""
	}
	return r.ID
}

func (api confluent) deleteKey(rq *request) (answer, *failure) {
	k, failed := api.key(rq.params["id"])
	if failed != nil {
		return answer{}, failed
	}
	delete(api.state.APIKeys, k.ID)
	return answer{status: http.StatusNoContent}, nil
}

// key answers 403 for a key that does not exist, as Confluent does.
func (api confluent) key(id string) (*APIKey, *failure) {
	if k := api.state.APIKeys[id]; k != nil {
		return k, nil
	}
	return nil, &failure{status: http.StatusForbidden, code: "forbidden_access", detail: "Forbidden Access"}
}

// cloudKey reports whether the Cloud API key was created by a call and has reached the API. The sandbox allows it
// everything, whatever roles its owner has.
func (w *world) cloudKey(id, secret string) bool {
	valid := false
	w.look(func(time.Time) {
		if k := w.state.APIKeys[id]; k != nil && k.ClusterID == "" && k.Phase == PhaseReady {
			got, want := sha256.Sum256([]byte(secret)), sha256.Sum256([]byte(k.Secret))
			valid = subtle.ConstantTimeCompare(got[:], want[:]) == 1
		}
	})
	return valid
}

func newAPIKeyID(taken map[string]*APIKey) string {
	for {
		id := randomString(upperAlphanumeric, 16)
		if taken[id] == nil {
			return id
		}
	}
}

func newAPISecret() string { return randomString(mixedAlphanumeric+"+/", 64) }
