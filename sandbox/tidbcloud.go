package sandbox

import (
	"net/http"
	"slices"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/digest"
)

// tidbCloud is the TiDB Cloud API, with the projects of its IAM API.
type tidbCloud struct {
	*world
	server *Server
}

// Numbers of failures, as gRPC has them.
const (
	rpcInvalidArgument    = 3
	rpcNotFound           = 5
	rpcAlreadyExists      = 6
	rpcPermissionDenied   = 7
	rpcResourceExhausted  = 8
	rpcFailedPrecondition = 9
	rpcAborted            = 10
	rpcUnimplemented      = 12
	rpcInternal           = 13
	rpcUnavailable        = 14
	rpcUnauthenticated    = 16
)

func newTiDBCloud(s *Server) (*service, error) {
	verifier, err := digest.New(digest.Options{
		Realm: "tidbcloud", Algorithm: s.opts.Digest.Algorithm, QOP: s.opts.Digest.QOP,
		NonceLifetime: s.opts.Digest.NonceLifetime, Clock: s.opts.Clock, Password: s.keys.privateKey,
		Once: s.world.speech.speaks(DigestOnce), Spell: s.world.speech.challenge,
	})
	if err != nil {
		return nil, err
	}
	sv := &service{
		name: ServiceTiDBCloud, server: s, world: s.world,
		authenticate: func(r *http.Request) (string, int, *failure) { return digestAuth(verifier, r) },
		stale:        func() *failure { return challenged(verifier, "the nonce has expired", true) },
		errorBody: func(f *failure, requestID string) any {
			return s.world.speech.said(f, tidbCloudError(f, requestID))
		},
		limiter:     newLimiter(max(s.opts.MaxRequestsPerMinute, 0), s.opts.Clock),
		limitPrefix: "X-Ratelimit", limitSuffix: "-Minute", requestIDHeader: "X-Debug-Trace-Id",
		newRequestID: randomUUID,
	}
	api := tidbCloud{world: s.world, server: s}
	const (
		clusters    = "/v1beta1/clusters"
		connections = clusters + "/{clusterId}/privateLinkConnections"
	)
	sv.router.add("GET", "/v1beta1/projects", api.listProjects)
	sv.router.add("GET", "/v1beta1/regions", api.listRegions)
	add := func(method, path string, op operation, handle handler) {
		sv.router.add(method, path, s.world.speech.speaking(op, handle))
	}
	add("GET", clusters, opListClusters, api.listClusters)
	add("GET", clusters+"/{clusterId}", opGetCluster, api.getCluster)
	add("GET", connections+":getAvailabilityZones", opGetZones, api.getAvailabilityZones)
	add("GET", connections, opListConnections, api.listConnections)
	add("POST", connections, opCreateConnection, api.createConnection)
	add("GET", connections+"/{id}", opGetConnection, api.getConnection)
	add("DELETE", connections+"/{id}", opDeleteConnection, api.deleteConnection)
	add("POST", connections+"/{id}:attachDomains", opAttachDomains, api.attachDomains)
	add("POST", connections+"/{id}:detachDomains", opDetachDomains, api.detachDomains)
	api.addChangefeeds(add)
	return sv, nil
}

// digestAuth admits requests that are signed with an API key. Whether challenges count against its limit is not
// published; here they do, as soon as the key signs with them.
func digestAuth(verifier *digest.Verifier, r *http.Request) (key string, before int, refused *failure) {
	user, wrong := verifier.Verify(r)
	switch {
	case wrong != nil:
		return "", 0, challenged(verifier, wrong.Reason, wrong.Stale)
	case user.First:
		return user.Name, 1, nil
	}
	return user.Name, 0, nil
}

func challenged(verifier *digest.Verifier, reason string, stale bool) *failure {
	return &failure{
		status: http.StatusUnauthorized, detail: reason,
		header: http.Header{"Www-Authenticate": {verifier.Challenge(stale)}},
	}
}

// rpcCodes are the default numbers of a status.
var rpcCodes = map[int]int{
	http.StatusBadRequest: rpcInvalidArgument, http.StatusUnauthorized: rpcUnauthenticated,
	http.StatusForbidden: rpcPermissionDenied, http.StatusNotFound: rpcNotFound,
	http.StatusConflict: rpcAlreadyExists, http.StatusTooManyRequests: rpcResourceExhausted,
	http.StatusMethodNotAllowed: rpcUnimplemented, http.StatusRequestEntityTooLarge: rpcInvalidArgument,
	http.StatusServiceUnavailable: rpcUnavailable,
}

func tidbCloudError(f *failure, _ string) any {
	return map[string]any{"code": f.grpcCode(), "message": f.detail, "details": []any{}}
}

// grpcCode is the failure's number, as gRPC has it.
func (f *failure) grpcCode() int {
	return orDefault(f.rpcCode, orDefault(rpcCodes[f.status], rpcInternal))
}

// Failures in TiDB Cloud's words.

func invalidArgument(message string) *failure {
	return &failure{status: http.StatusBadRequest, rpcCode: rpcInvalidArgument, detail: message}
}

// failedPrecondition is for a valid request that the present state does not allow.
func failedPrecondition(message string) *failure {
	return &failure{status: http.StatusBadRequest, rpcCode: rpcFailedPrecondition, detail: message}
}

func alreadyExists(message string) *failure {
	return &failure{status: http.StatusConflict, rpcCode: rpcAlreadyExists, detail: message}
}

func unknown(what, id string) *failure {
	return &failure{
		status: http.StatusNotFound, rpcCode: rpcNotFound, detail: what + " " + quote(id) + " not found",
	}
}

// word requires a parameter of the query to be one of some words, or to be absent.
func (rq *request) word(name string, words ...string) *failure {
	if text := rq.query.Get(name); text != "" && !slices.Contains(words, text) {
		return invalidArgument(name + " is " + quote(text) + ": it must be one of " + strings.Join(words, ", "))
	}
	return nil
}

// Sizes of the pages of a listing.
const (
	defaultPageSize = 10
	maxPageSize     = 100
)

// window is the part of a listing that a request asks for, and the token of the
// next one.
func (rq *request) window(total int) (start, end int, next string, failed *failure) {
	size, failed := rq.number("pageSize", defaultPageSize, maxPageSize)
	if failed != nil {
		return 0, 0, "", failed
	}
	if start, failed = rq.pageStart("pageToken", total); failed != nil {
		return 0, 0, "", failed
	}
	skip, failed := rq.number("skip", 0, total)
	if failed != nil {
		return 0, 0, "", failed
	}
	if !rq.query.Has("pageToken") {
		start = skip
	}
	end = min(start+size, total)
	if end < total {
		next = rq.pageToken(end)
	}
	return start, end, next, nil
}
