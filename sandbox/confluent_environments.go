package sandbox

import (
	"net/http"
	"slices"
	"time"
)

type governanceConfig struct {
	Package string `json:"package"`
}

// environmentBody is an environment as clients send it.
type environmentBody struct {
	DisplayName *string           `json:"display_name"`
	Governance  *governanceConfig `json:"stream_governance_config"`
}

// environmentJSON is an environment as it is answered.
type environmentJSON struct {
	APIVersion  string            `json:"api_version"`
	Kind        string            `json:"kind"`
	ID          string            `json:"id"`
	Metadata    objectMeta        `json:"metadata"`
	DisplayName string            `json:"display_name"`
	Governance  *governanceConfig `json:"stream_governance_config,omitempty"`
}

func (api confluent) render(rq *request, e *Environment) environmentJSON {
	body := environmentJSON{
		APIVersion: "org/v2", Kind: "Environment", ID: e.ID, DisplayName: e.DisplayName,
		Metadata: rq.meta(environmentCRN(e.ID), "", e.CreatedAt, e.UpdatedAt),
	}
	// With it the real provider waits for a Schema Registry cluster whenever it creates a Kafka cluster.
	if e.Governance != "" {
		body.Governance = &governanceConfig{e.Governance}
	}
	return body
}

func (api confluent) listEnvironments(rq *request) (answer, *failure) {
	var all []any
	for _, e := range selectFrom(api.state.Environments,
		func(e *Environment) time.Time { return e.CreatedAt },
		func(*Environment) bool { return true }) {
		all = append(all, api.render(rq, e))
	}
	return rq.page("org/v2", "EnvironmentList", all)
}

func (api confluent) createEnvironment(rq *request) (answer, *failure) {
	var body environmentBody
	if failed := decode(rq, &body); failed != nil {
		return answer{}, failed
	}
	if body.DisplayName == nil || *body.DisplayName == "" {
		return answer{}, invalid("display_name is empty: an environment needs one.")
	}
	if failed := checkGovernance(body.Governance); failed != nil {
		return answer{}, failed
	}
	if reached(api.quotas.EnvironmentsPerOrganization, len(api.state.Environments)) {
		return answer{}, overQuota("environments_per_org")
	}
	e := &Environment{
		ID: newID("env", api.state.Environments), DisplayName: *body.DisplayName,
		CreatedAt: rq.now, UpdatedAt: rq.now,
	}
	if body.Governance == nil && !api.forms.WithoutGovernance {
		body.Governance = &governanceConfig{"ESSENTIALS"}
	}
	e.govern(body.Governance)
	api.state.Environments[e.ID] = e
	return answer{http.StatusCreated, api.render(rq, e)}, nil
}

func (api confluent) getEnvironment(rq *request) (answer, *failure) {
	e, failed := api.environment(rq.params["id"])
	if failed != nil {
		return answer{}, failed
	}
	return answer{http.StatusOK, api.render(rq, e)}, nil
}

func (api confluent) updateEnvironment(rq *request) (answer, *failure) {
	e, failed := api.environment(rq.params["id"])
	if failed != nil {
		return answer{}, failed
	}
	var body environmentBody
	if failed := decode(rq, &body); failed != nil {
		return answer{}, failed
	}
	if body.DisplayName != nil && *body.DisplayName == "" {
		return answer{}, invalid("display_name is empty: an environment needs one.")
	}
	if failed := checkGovernance(body.Governance); failed != nil {
		return answer{}, failed
	}
	if body.DisplayName != nil {
		e.DisplayName = *body.DisplayName
	}
	e.govern(body.Governance)
	if len(api.state.kafkaClusters(func(c *KafkaCluster) bool {
		return c.EnvironmentID == e.ID && c.Phase == PhaseProvisioned
	})) > 0 {
		api.startRegistry(e.ID, rq.now)
	}
	e.UpdatedAt = rq.now
	return answer{http.StatusOK, api.render(rq, e)}, nil
}

// deleteEnvironment refuses to delete an environment that is in use. (The real service may delete everything in it.)
func (api confluent) deleteEnvironment(rq *request) (answer, *failure) {
	e, failed := api.environment(rq.params["id"])
	if failed != nil {
		return answer{}, failed
	}
	var inUse []string
	for _, n := range api.state.networks(func(n *Network) bool { return n.EnvironmentID == e.ID }) {
		if n.Phase != PhaseDeprovisioning || api.forms.EnvironmentsWaitForNetworks {
			inUse = append(inUse, n.ID)
		}
	}
	for _, a := range api.state.accesses(func(a *PrivateLinkAccess) bool { return a.EnvironmentID == e.ID }) {
		inUse = append(inUse, a.ID)
	}
	for _, c := range api.state.kafkaClusters(func(c *KafkaCluster) bool { return c.EnvironmentID == e.ID }) {
		inUse = append(inUse, c.ID)
	}
	if len(inUse) > 0 {
		return answer{}, dependents("environment", e.ID, inUse)
	}
	for _, n := range api.state.networks(func(n *Network) bool { return n.EnvironmentID == e.ID }) {
		delete(api.state.Networks, n.ID)
	}
	delete(api.state.Environments, e.ID)
	return answer{status: http.StatusNoContent}, nil
}

func (api confluent) environment(id string) (*Environment, *failure) {
	if e := api.state.Environments[id]; e != nil {
		return e, nil
	}
	return nil, notFound("environment", id)
}

// environmentOf reads the environment query parameter, which every call about
// something in an environment must have.
func (api confluent) environmentOf(rq *request) (string, *failure) {
	id := rq.query.Get("environment")
	if id == "" {
		return "", &failure{
			status: http.StatusBadRequest, code: "invalid_parameter",
			detail: "the query parameter environment is missing.",
		}
	}
	if api.state.Environments[id] == nil {
		return "", forbidden("environment", id)
	}
	return id, nil
}

func (e *Environment) govern(config *governanceConfig) {
	if config == nil {
		return
	}
	e.Governance = config.Package
}

func checkGovernance(config *governanceConfig) *failure {
	if config == nil || slices.Contains([]string{"ESSENTIALS", "ADVANCED"}, config.Package) {
		return nil
	}
	return invalid("stream_governance_config.package is " + quote(config.Package) +
		": it must be ESSENTIALS or ADVANCED.")
}
