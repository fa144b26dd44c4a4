package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// confluent is the Confluent Cloud API.
type confluent struct{ *world }

func newConfluent(s *Server) *service {
	sv := &service{
		name: ServiceConfluent, server: s, world: s.world,
		authenticate: func(r *http.Request) (string, int, *failure) {
			key, refused := basicAuth(s, r)
			return key, 0, refused
		},
		errorBody:   s.opts.ConfluentForms.errorBody,
		limiter:     newLimiter(s.opts.ConfluentMaxRequestsPerMinute, s.opts.Clock),
		limitPrefix: "X-Ratelimit", requestIDHeader: "X-Request-Id",
		newRequestID: func() string { return randomString(hexDigits, 32) },
	}
	api := confluent{s.world}
	objects := func(path string, list, create, get, update, remove handler) {
		sv.router.add("GET", path, list)
		sv.router.add("POST", path, create)
		sv.router.add("GET", path+"/{id}", get)
		if update != nil {
			sv.router.add("PATCH", path+"/{id}", update)
		}
		sv.router.add("DELETE", path+"/{id}", remove)
	}
	objects("/org/v2/environments", api.listEnvironments, api.createEnvironment,
		api.getEnvironment, api.updateEnvironment, api.deleteEnvironment)
	objects("/networking/v1/networks", api.listNetworks, api.createNetwork,
		api.getNetwork, api.updateNetwork, api.deleteNetwork)
	objects("/networking/v1/private-link-accesses", api.listAccesses, api.createAccess,
		api.getAccess, api.updateAccess, api.deleteAccess)
	objects("/cmk/v2/clusters", api.listClusters, api.createCluster,
		api.getCluster, api.updateCluster, api.deleteCluster)
	objects("/iam/v2/service-accounts", api.listAccounts, api.createAccount,
		api.getAccount, api.updateAccount, api.deleteAccount)
	objects("/iam/v2/api-keys", api.listKeys, api.createKey, api.getKey, api.updateKey, api.deleteKey)
	objects("/iam/v2/role-bindings", api.listBindings, api.createBinding, api.getBinding, nil, api.deleteBinding)
	sv.router.add("GET", "/srcm/v3/clusters", api.listSchemaRegistries)
	sv.router.add("GET", "/byok/v1/keys", api.listBYOKKeys)
	sv.router.add("GET", "/byok/v1/keys/{id}", api.getBYOKKey)
	return sv
}

// basicAuth admits requests with a Cloud API key.
func basicAuth(s *Server, r *http.Request) (string, *failure) {
	key, secret, given := r.BasicAuth()
	if given && (s.keys.confluentKey(key, secret) || s.world.cloudKey(key, secret)) {
		return key, nil
	}
	return "", s.opts.ConfluentForms.unauthenticated(given)
}

// Failures in Confluent's words.

func invalid(detail string) *failure {
	return &failure{status: http.StatusBadRequest, code: "invalid_configuration", detail: detail}
}

func conflict(detail string) *failure {
	return &failure{status: http.StatusConflict, code: "resource_conflict", detail: detail}
}

func overQuota(name string) *failure {
	return &failure{
		status: http.StatusPaymentRequired, code: "quota_exceeded",
		detail: "The request would exceed the quota: " + name,
	}
}

func notFound(what, id string) *failure {
	return &failure{
		status: http.StatusNotFound, code: "resource_not_found",
		detail: "The " + what + " " + id + " was not found.",
	}
}

// forbidden is Confluent's answer about an unknown Kafka cluster, and about an
// unknown environment in the body or the query.
func forbidden(what, id string) *failure {
	return &failure{
		status: http.StatusForbidden, code: "forbidden_access",
		detail: "Access to the " + what + " " + id + " is forbidden, or it does not exist.",
	}
}

// decode reads a JSON body. Keys that it does not know are ignored.
func decode(rq *request, into any) *failure {
	if err := json.Unmarshal(rq.body, into); err != nil {
		return &failure{
			status: http.StatusBadRequest, code: "bad_request",
			rpcCode: rpcInvalidArgument, detail: "the body is not what is expected: " + err.Error(),
		}
	}
	return nil
}

// objectMeta is the metadata of one object.
type objectMeta struct {
	Self         string    `json:"self"`
	ResourceName string    `json:"resource_name"`
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
}

// listMeta is the metadata of a listing. Next is left out of the last page: the
// real provider does not survive a null.
type listMeta struct {
	First     string `json:"first"`
	Next      string `json:"next,omitempty"`
	TotalSize int    `json:"total_size"`
}

type list struct {
	APIVersion string   `json:"api_version"`
	Kind       string   `json:"kind"`
	Metadata   listMeta `json:"metadata"`
	Data       []any    `json:"data"`
}

// reference points at another object. Clients send empty strings for what only
// the service knows.
type reference struct {
	ID           string `json:"id"`
	Environment  string `json:"environment,omitempty"`
	Related      string `json:"related"`
	ResourceName string `json:"resource_name"`
}

func (r *reference) id() string {
	if r == nil {
		return ""
	}
	return r.ID
}

// crn is the unique name of a resource in Confluent Cloud.
func crn(path string) string {
	return "crn://confluent.cloud/organization=" + organizationID + path
}

func environmentCRN(id string) string { return crn("/environment=" + id) }

func (rq *request) link(path string) string {
	return rq.url.Scheme + "://" + rq.url.Host + path
}

func (rq *request) environmentReference(id string) *reference {
	return &reference{ID: id, Related: rq.link("/org/v2/environments/" + id), ResourceName: environmentCRN(id)}
}

func (rq *request) networkReference(n *Network) *reference {
	return &reference{
		ID: n.ID, Environment: n.EnvironmentID,
		Related: rq.link("/networking/v1/networks/" + n.ID), ResourceName: networkCRN(n),
	}
}

func (rq *request) meta(resourceName, environment string, created, updated time.Time) objectMeta {
	path := rq.url.Path
	if id := resourceID(resourceName); rq.params["id"] == "" && id != "" {
		path += "/" + id
	}
	if environment != "" {
		path += "?environment=" + environment
	}
	return objectMeta{
		Self: rq.link(path), ResourceName: resourceName,
		CreatedAt: created.UTC(), UpdatedAt: updated.UTC(),
	}
}

// page is one page of a listing of all objects.
func (rq *request) page(apiVersion, kind string, all []any) (answer, *failure) {
	limit := pageLimit(apiVersion)
	size, failed := rq.number("page_size", 10, limit+1)
	if failed != nil {
		return answer{}, failed
	}
	if size > limit {
		return answer{}, &failure{
			status: http.StatusBadRequest, code: "invalid_parameter",
			detail: fmt.Sprintf("page_size is %s: it must be %d at most.", quote(rq.query.Get("page_size")), limit),
		}
	}
	start, failed := rq.pageStart("page_token", len(all))
	if failed != nil {
		return answer{}, failed
	}
	end := min(start+size, len(all))
	meta := listMeta{First: rq.pageLink(""), TotalSize: len(all)}
	if end < len(all) {
		meta.Next = rq.pageLink(rq.pageToken(end))
	}
	return answer{http.StatusOK, list{apiVersion, kind, meta, nonNil(all)[start:end]}}, nil
}

// pageLimit is how many objects a page may have.
func pageLimit(apiVersion string) int {
	if apiVersion == "networking/v1" {
		return 1000
	}
	return 100
}

func (rq *request) pageLink(token string) string {
	query := url.Values{}
	for name, values := range rq.query {
		query[name] = values
	}
	query.Del("page_token")
	if token != "" {
		query.Set("page_token", token)
	}
	link := *rq.url
	link.RawQuery = query.Encode()
	return link.String()
}

// number reads a positive number from the query, at most limit.
func (rq *request) number(name string, fallback, limit int) (int, *failure) {
	text := rq.query.Get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, &failure{
			status: http.StatusBadRequest, code: "invalid_parameter", rpcCode: rpcInvalidArgument,
			detail: name + " is " + strconv.Quote(text) + ": it must be a number that is not negative.",
		}
	}
	return min(orDefault(n, fallback), limit), nil
}

// A page token is the number of objects before the page, in disguise. It is valid only for its own listing.
func (rq *request) pageToken(start int) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(start) + "|" + rq.listing()))
}

// listing identifies the list of a request, without its page.
func (rq *request) listing() string {
	filters := maps.Clone(rq.query)
	for _, name := range []string{"page_size", "page_token", "pageSize", "pageToken", "skip"} {
		filters.Del(name)
	}
	sum := sha256.Sum256([]byte(rq.url.Path + "?" + filters.Encode()))
	return hex.EncodeToString(sum[:8])
}

func (rq *request) pageStart(name string, total int) (int, *failure) {
	token := rq.query.Get(name)
	if token == "" {
		return 0, nil
	}
	decoded, err := base64.RawURLEncoding.DecodeString(token)
	position, listing, _ := strings.Cut(string(decoded), "|")
	if err == nil && listing == rq.listing() {
		var start int
		start, err = strconv.Atoi(position)
		if err == nil && start >= 0 {
			return min(start, total), nil
		}
	}
	return 0, &failure{
		status: http.StatusBadRequest, code: "invalid_page_token", rpcCode: rpcInvalidArgument,
		detail: name + " is not one that was given out for this list.",
	}
}
