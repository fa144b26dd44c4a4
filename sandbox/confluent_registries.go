package sandbox

import "time"

// startRegistry creates the Schema Registry cluster of an environment with Stream Governance: it is not listed at
// first, then PROVISIONING, then PROVISIONED.
func (w *world) startRegistry(environment string, now time.Time) {
	e, lasts := w.state.Environments[environment], w.times.SchemaRegistryCreate
	if e == nil || e.Governance == "" || e.SchemaRegistryID != "" || lasts < 0 {
		return
	}
	w.after(now, lasts/2, func(at time.Time) {
		if e.SchemaRegistryID != "" {
			return // it came with another Kafka cluster
		}
		e.SchemaRegistryID = "lsrc-" + randomString(lowerAlphanumeric, 6)
		e.SchemaRegistryPhase = PhaseProvisioning
		fails := take(&w.state.Failing.SchemaRegistries)
		w.after(at, lasts-lasts/2, func(time.Time) {
			e.SchemaRegistryPhase = PhaseProvisioned
			if fails {
				e.SchemaRegistryPhase = PhaseFailed
			}
		})
	})
}

// listSchemaRegistries lists the Schema Registry cluster of an environment.
func (api confluent) listSchemaRegistries(rq *request) (answer, *failure) {
	id, failed := api.environmentOf(rq)
	if failed != nil {
		return answer{}, failed
	}
	e := api.state.Environments[id]
	var all []any
	if e.SchemaRegistryID != "" {
		all = append(all, map[string]any{
			"api_version": "srcm/v3", "kind": "Cluster", "id": e.SchemaRegistryID,
			"metadata": rq.meta(environmentCRN(id)+"/schema-registry="+e.SchemaRegistryID, id, e.CreatedAt,
				e.UpdatedAt),
			"spec": map[string]any{
				"display_name": "Stream Governance Package", "package": e.Governance,
				"cloud": "AWS", "region": "us-east-1", "environment": rq.environmentReference(id),
				"http_endpoint": "https://" + e.SchemaRegistryID + ".us-east-1.aws.confluent.cloud",
			},
			"status": map[string]any{"phase": e.SchemaRegistryPhase},
		})
	}
	return rq.page("srcm/v3", "ClusterList", all)
}
