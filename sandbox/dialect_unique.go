package sandbox

import "fmt"

// Kinds of resources of which a cluster may have one.
const (
	// UniqueServices refuses a second connection of a cluster to an endpoint service.
	UniqueServices Dialect = "unique-services"
	// UniqueNames refuses a second connection, or a second changefeed, of a cluster with the same display name.
	UniqueNames Dialect = "unique-names"
	// UniqueDomains refuses to attach domains to a second connection of a cluster.
	UniqueDomains Dialect = "unique-domains"
)

func uniqueDialects() []dialect {
	return []dialect{
		{
			name:  UniqueServices,
			about: "a second connection of a cluster to an endpoint service is refused: 409 ALREADY_EXISTS",
			refuse: func(s *speech, op operation, rq *request) (*answer, *failure) {
				sent, ok := sentConnection(op, rq)
				if !ok || sent.AWSEndpointService == nil {
					return nil, nil
				}
				name := sent.AWSEndpointService.Name
				return nil, s.taken(rq, func(c *PrivateLinkConnection) bool { return c.EndpointService == name },
					"a private link connection to the endpoint service "+name)
			},
		},
		{
			name:  UniqueNames,
			about: "a second connection or changefeed of a cluster with the same name is refused: 409 ALREADY_EXISTS",
			refuse: func(s *speech, op operation, rq *request) (*answer, *failure) {
				if sent, ok := sentConnection(op, rq); ok {
					name := sent.DisplayName
					return nil, s.taken(rq, func(c *PrivateLinkConnection) bool { return c.DisplayName == name },
						"a private link connection "+quote(name))
				}
				return nil, s.takenByChangefeed(op, rq)
			},
		},
		{
			name:  UniqueDomains,
			about: "the domains of one connection are refused for a second one of the cluster: 409 ALREADY_EXISTS",
			refuse: func(s *speech, op operation, rq *request) (*answer, *failure) {
				var body struct {
					AttachDomain attachDomainBody `json:"attachDomain"`
				}
				if op != opAttachDomains || decodeProto(rq, &body, protoDecoder{tolerant: true}) != nil {
					return nil, nil
				}
				kind, name := body.AttachDomain.Type, body.AttachDomain.UniqueName
				return nil, s.taken(rq, func(c *PrivateLinkConnection) bool { return c.hasDomains(kind, name) },
					"an attachment of the domains of "+name)
			},
		},
	}
}

// sentConnection is the connection that a request asks to create.
func sentConnection(op operation, rq *request) (connectionBody, bool) {
	var body struct {
		PrivateLinkConnection connectionBody `json:"privateLinkConnection"`
	}
	ok := op == opCreateConnection && decodeProto(rq, &body, protoDecoder{tolerant: true}) == nil
	return body.PrivateLinkConnection, ok
}

// taken refuses what fits a connection of the cluster already. A connection that is being deleted counts.
func (s *speech) taken(rq *request, fits func(*PrivateLinkConnection) bool, what string) *failure {
	cluster := rq.params["clusterId"]
	others := s.world.state.connections(func(c *PrivateLinkConnection) bool {
		return c.ClusterID == cluster && fits(c)
	})
	if len(others) == 0 {
		return nil
	}
	s.used()
	return alreadyExists(fmt.Sprintf("%s already exists in the cluster %s: %s", what, cluster, others[0].ID))
}

func (s *speech) takenByChangefeed(op operation, rq *request) *failure {
	var body struct {
		DisplayName string `json:"displayName"`
	}
	if op != opCreateChangefeed || decodeProto(rq, &body, protoDecoder{tolerant: true}) != nil {
		return nil
	}
	cluster := rq.params["clusterId"]
	others := s.world.state.changefeeds(func(c *Changefeed) bool {
		return c.ClusterID == cluster && c.State != StateDeleted && c.DisplayName == body.DisplayName
	})
	if len(others) == 0 {
		return nil
	}
	s.used()
	return alreadyExists(fmt.Sprintf("a changefeed %s already exists in the cluster %s: %s", quote(body.DisplayName),
		cluster, others[0].ID))
}
