package sandbox

import (
	"strings"
	"time"
)

// complete fills in what [Options.Prepare] or [Server.Update] left out of new resources, so that one line can add one:
// a network needs an environment, a Kafka cluster a network. A resource without a phase or state is finished.
func (s *State) complete(now time.Time) {
	for id, e := range s.Environments {
		e.ID = id
		e.CreatedAt = orDefault(e.CreatedAt, now)
		e.UpdatedAt = orDefault(e.UpdatedAt, e.CreatedAt)
		if e.SchemaRegistryID != "" {
			e.SchemaRegistryPhase = orDefault(e.SchemaRegistryPhase, PhaseProvisioned)
		}
	}
	for id, k := range s.BYOKKeys {
		k.ID = id
		k.complete(now)
	}
	for id, n := range s.Networks {
		n.ID = id
		n.complete(now)
	}
	for id, a := range s.PrivateLinkAccesses {
		a.ID = id
		a.EnvironmentID = orDefault(a.EnvironmentID, seed.EnvironmentID)
		a.Phase = orDefault(a.Phase, PhaseReady)
		a.CreatedAt = orDefault(a.CreatedAt, now)
		a.UpdatedAt = orDefault(a.UpdatedAt, a.CreatedAt)
	}
	for id, c := range s.KafkaClusters {
		c.ID = id
		c.complete(s, now)
	}
	for id, c := range s.TiDBClusters {
		c.ID = id
		c.complete(now)
	}
	for id, c := range s.PrivateLinkConnections {
		c.ID = id
		c.complete(s, now)
	}
	s.completeIdentities(now)
	for id, c := range s.Changefeeds {
		c.ID = id
		c.complete(now)
	}
}

func (n *Network) complete(now time.Time) {
	n.EnvironmentID = orDefault(n.EnvironmentID, seed.EnvironmentID)
	n.Cloud = orDefault(n.Cloud, "AWS")
	n.Region = orDefault(n.Region, "us-east-1")
	n.DNSResolution = orDefault(n.DNSResolution, resolutionPrivate)
	if len(n.ConnectionTypes) == 0 {
		n.ConnectionTypes = []string{connectionPrivateLink}
	}
	if len(n.Zones) == 0 && n.Cloud == "AWS" {
		n.Zones = awsRegions[n.Region].tidbZones
	}
	n.CreatedAt = orDefault(n.CreatedAt, now)
	n.UpdatedAt = orDefault(n.UpdatedAt, n.CreatedAt)
	n.Phase = orDefault(n.Phase, PhaseReady)
	if n.Phase == PhaseReady {
		n.provision()
	}
}

// provision adds to a network what it has as soon as it is READY.
func (n *Network) provision() {
	if n.DNSLabel == "" {
		n.DNSLabel = newDNSLabel()
	}
	if n.Cloud != "AWS" {
		return
	}
	if n.VPC == "" {
		n.VPC = "vpc-0" + randomString(hexDigits, 16)
	}
	if n.EndpointService == "" && n.has(connectionPrivateLink) {
		n.EndpointService = "com.amazonaws.vpce." + n.Region + ".vpce-svc-0" + randomString(hexDigits, 16)
	}
}

func (c *KafkaCluster) complete(s *State, now time.Time) {
	c.EnvironmentID = orDefault(c.EnvironmentID, seed.EnvironmentID)
	c.Cloud = orDefault(c.Cloud, "AWS")
	c.Type = orDefault(c.Type, typeDedicated)
	c.Availability = orDefault(c.Availability, "MULTI_ZONE")
	if network := s.Networks[c.NetworkID]; network != nil {
		c.Region = orDefault(c.Region, network.Region)
		if len(c.Zones) == 0 {
			c.Zones = zonesFor(c.Availability, network.Zones)
		}
	}
	c.Region = orDefault(c.Region, "us-east-1")
	if c.Type == typeDedicated {
		c.CKU = orDefault(c.CKU, minimumCKU(c.Availability))
	}
	c.CreatedAt = orDefault(c.CreatedAt, now)
	c.UpdatedAt = orDefault(c.UpdatedAt, c.CreatedAt)
	if c.Phase == "" {
		c.Phase, c.StatusCKU = PhaseProvisioned, c.CKU
	}
}

func (c *TiDBCluster) complete(now time.Time) {
	c.ProjectID = orDefault(c.ProjectID, projectID)
	c.Plan = orDefault(c.Plan, planEssential)
	c.CloudProvider = orDefault(c.CloudProvider, "aws")
	c.Region = orDefault(c.Region, "us-east-1")
	c.State = orDefault(c.State, StateActive)
	c.CreatedAt = orDefault(c.CreatedAt, now)
	if c.Tables == nil {
		c.Tables = seededTables
	}
	if c.CloudProvider != "aws" {
		return
	}
	c.AccountID = orDefault(c.AccountID, awsRegions[c.Region].account)
	if c.AvailabilityZoneIDs == nil {
		c.AvailabilityZoneIDs = awsRegions[c.Region].tidbZones
	}
}

func (c *PrivateLinkConnection) complete(s *State, now time.Time) {
	c.Type = orDefault(c.Type, typeAWSEndpointService)
	c.State = orDefault(c.State, StateActive)
	c.CreatedAt = orDefault(c.CreatedAt, now)
	c.UpdatedAt = orDefault(c.UpdatedAt, c.CreatedAt)
	if c.Type == typeAWSEndpointService && c.ServiceRegion == "" {
		c.ServiceRegion = strings.Split(c.EndpointService+"....", ".")[3]
	}
	if cluster := s.TiDBClusters[c.ClusterID]; cluster != nil && c.State == StateActive {
		c.connect(s, cluster)
	}
	for _, d := range c.Domains {
		if d.ID == "" {
			d.ID = "ad-" + randomString(lowerBase32, 20)
		}
		d.State = orDefault(d.State, StateActive)
		d.CreatedAt = orDefault(d.CreatedAt, now)
	}
}

func (c *Changefeed) complete(now time.Time) {
	c.State = orDefault(c.State, StateRunning)
	c.Sink.Type = orDefault(c.Sink.Type, sinkKafka)
	c.Filter.Mode = orDefault(c.Filter.Mode, modeIgnore)
	if c.Filter.FilterRule == nil {
		c.Filter.FilterRule = []string{"*.*"}
	}
	c.StartPosition.Mode = orDefault(c.StartPosition.Mode, startNow)
	c.CreatedAt = orDefault(c.CreatedAt, now)
	c.UpdatedAt = orDefault(c.UpdatedAt, c.CreatedAt)
	c.Checkpoint = orDefault(c.Checkpoint, tsoOf(c.CreatedAt))
}
