package sandbox

import (
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/internal/broker"
)

var (
	ownTopic = []kmsg.ACLOperation{
		kmsg.ACLOperationCreate, kmsg.ACLOperationDelete, kmsg.ACLOperationRead, kmsg.ACLOperationWrite,
		kmsg.ACLOperationDescribe, kmsg.ACLOperationDescribeConfigs, kmsg.ACLOperationAlter,
		kmsg.ACLOperationAlterConfigs,
	}
	everything = []kmsg.ACLOperation{kmsg.ACLOperationAll}

	// resourceRoles are the roles on resources of a cluster, and what they allow on each kind of them.
	resourceRoles = map[string]map[string][]kmsg.ACLOperation{
		"ResourceOwner": {
			resourceTopic: ownTopic, resourceGroup: everything, resourceTransaction: everything,
			resourceCluster: everything,
		},
		"DeveloperRead": {
			resourceTopic: {kmsg.ACLOperationRead, kmsg.ACLOperationDescribe}, resourceGroup: {kmsg.ACLOperationRead},
		},
		"DeveloperWrite": {
			resourceTopic:       {kmsg.ACLOperationWrite, kmsg.ACLOperationDescribe},
			resourceTransaction: {kmsg.ACLOperationWrite},
			resourceCluster:     {kmsg.ACLOperationIdempotentWrite},
		},
		"DeveloperManage": {
			resourceTopic: {
				kmsg.ACLOperationCreate, kmsg.ACLOperationDelete, kmsg.ACLOperationDescribe,
				kmsg.ACLOperationDescribeConfigs, kmsg.ACLOperationAlter, kmsg.ACLOperationAlterConfigs,
			},
			resourceGroup: {kmsg.ACLOperationDelete, kmsg.ACLOperationDescribe},
			resourceCluster: {
				kmsg.ACLOperationCreate, kmsg.ACLOperationDescribe, kmsg.ACLOperationDescribeConfigs,
				kmsg.ACLOperationAlterConfigs,
			},
		},
	}
	// adminRoles allow everything in the clusters that they are bound to.
	adminRoles = map[string]bool{"OrganizationAdmin": true, "EnvironmentAdmin": true, "CloudClusterAdmin": true}
)

// Kinds of resources of a cluster, as CRN patterns name them.
const (
	resourceTopic       = "topic"
	resourceGroup       = "group"
	resourceTransaction = "transactional-id"
	resourceCluster     = "cluster"
)

var aclResources = map[string]kmsg.ACLResourceType{
	resourceTopic: kmsg.ACLResourceTypeTopic, resourceGroup: kmsg.ACLResourceTypeGroup,
	resourceTransaction: kmsg.ACLResourceTypeTransactionalId, resourceCluster: kmsg.ACLResourceTypeCluster,
}

// kafkaPermissions are what the role bindings allow on a cluster.
func (s *State) kafkaPermissions(c *KafkaCluster) []broker.Permission {
	permissions := []broker.Permission{}
	for _, b := range s.roleBindings(func(b *RoleBinding) bool { return b.Phase == PhaseReady }) {
		permissions = append(permissions, b.permissions(c)...)
	}
	return permissions
}

// permissions are what a binding allows on a cluster.
func (b *RoleBinding) permissions(c *KafkaCluster) []broker.Permission {
	p := b.Pattern()
	if p.EnvironmentID != "" && p.EnvironmentID != c.EnvironmentID || p.ClusterID != "" && p.ClusterID != c.ID {
		return nil
	}
	if p.Kind == "" {
		if b.CRNPattern != "" && adminRoles[b.RoleName] {
			return broker.Everything(b.Principal)
		}
		return nil
	}
	operations := resourceRoles[b.RoleName][p.Kind]
	if len(operations) == 0 {
		return nil
	}
	// Any role on a resource allows to see the cluster.
	permissions := []broker.Permission{{
		Principal: b.Principal, Resource: kmsg.ACLResourceTypeCluster, Name: broker.ClusterName,
		Operation: kmsg.ACLOperationDescribe,
	}}
	granted := broker.Permission{Principal: b.Principal, Resource: aclResources[p.Kind], Name: p.Name, Prefix: p.Prefix}
	switch {
	case p.Kind == resourceCluster:
		granted.Name, granted.Prefix = broker.ClusterName, false
	case p.Name == "" && p.Prefix:
		granted.Name, granted.Prefix = "*", false // every one
	}
	for _, granted.Operation = range operations {
		permissions = append(permissions, granted)
	}
	return permissions
}
