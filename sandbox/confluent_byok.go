package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// BYOKKey is a self-managed encryption key that Confluent Cloud knows.
type BYOKKey struct {
	ID          string
	DisplayName string
	// Cloud is AWS, AZURE or GCP, and Name the cloud's own name of the key.
	Cloud string
	Name  string
	// Validation is VALID, INITIALIZING or INVALID, and Message why.
	Validation string
	Message    string
	CreatedAt  time.Time `json:"-"`
}

func (k *BYOKKey) complete(now time.Time) {
	k.Cloud = orDefault(k.Cloud, "AWS")
	k.Name = orDefault(k.Name, "arn:aws:kms:us-east-1:"+confluentAccount+":key/"+resourceSuffix(k.ID))
	k.Validation = orDefault(k.Validation, "VALID")
	k.CreatedAt = orDefault(k.CreatedAt, now)
}

func (api confluent) renderBYOKKey(rq *request, k *BYOKKey) map[string]any {
	cloud := strings.ToUpper(k.Cloud[:1]) + strings.ToLower(k.Cloud[1:])
	key := map[string]any{"kind": cloud + "Key", "key_id": k.Name}
	if k.Cloud == "AWS" {
		key = map[string]any{"kind": "AwsKey", "key_arn": k.Name, "roles": []string{}}
	}
	state := "AVAILABLE"
	if len(api.state.kafkaClusters(func(c *KafkaCluster) bool { return c.BYOKKeyID == k.ID })) > 0 {
		state = "IN_USE"
	}
	validation := map[string]any{"phase": k.Validation, "since": k.CreatedAt.UTC()}
	if k.Message != "" {
		validation["message"] = k.Message
	}
	return map[string]any{
		"api_version": "byok/v1", "kind": "Key", "id": k.ID, "display_name": k.DisplayName,
		"metadata": rq.meta(crn("/key="+k.ID), "", k.CreatedAt, k.CreatedAt),
		"key":      key, "provider": k.Cloud, "state": state, "validation": validation,
	}
}

func (api confluent) listBYOKKeys(rq *request) (answer, *failure) {
	var all []any
	for _, k := range selectFrom(api.state.BYOKKeys, func(k *BYOKKey) time.Time { return k.CreatedAt },
		func(k *BYOKKey) bool { return rq.wants("provider", k.Cloud) }) {
		all = append(all, api.renderBYOKKey(rq, k))
	}
	return rq.page("byok/v1", "KeyList", all)
}

func (api confluent) getBYOKKey(rq *request) (answer, *failure) {
	k := api.state.BYOKKeys[rq.params["id"]]
	if k == nil {
		return answer{}, notFound("self-managed key", rq.params["id"])
	}
	return answer{http.StatusOK, api.renderBYOKKey(rq, k)}, nil
}

// checkBYOK requires a key that Confluent Cloud knows, may use, and finds in the cluster's cloud.
func (api confluent) checkBYOK(spec *clusterSpec) *failure {
	if spec.BYOK == nil {
		return nil
	}
	k := api.state.BYOKKeys[spec.BYOK.ID]
	switch {
	case k == nil:
		return invalid(
			fmt.Sprintf("spec.byok is %s, which is not a self-managed key of the organization.", quote(spec.BYOK.ID)))
	case k.Cloud != spec.Cloud:
		return invalid(
			fmt.Sprintf("the self-managed key %s is on %s, but the cluster is wanted on %s.", k.ID, k.Cloud,
				spec.Cloud))
	case k.Validation != "VALID":
		return invalid(fmt.Sprintf("the self-managed key %s is %s: it must be VALID.", k.ID, k.Validation))
	}
	return nil
}
