package broker

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Permission allows a principal an operation on resources.
type Permission struct {
	Principal string
	Resource  kmsg.ACLResourceType
	// Name is the name of the resource, * for all or, with Prefix, what its name begins with.
	Name      string
	Prefix    bool
	Operation kmsg.ACLOperation
}

// ClusterName is the name of the resource that is the cluster itself.
const ClusterName = "kafka-cluster"

var everyResource = []kmsg.ACLResourceType{
	kmsg.ACLResourceTypeTopic, kmsg.ACLResourceTypeGroup, kmsg.ACLResourceTypeCluster,
	kmsg.ACLResourceTypeTransactionalId,
}

// Everything allows a principal everything.
func Everything(principal string) []Permission {
	var all []Permission
	for _, resource := range everyResource {
		all = append(all,
			Permission{Principal: principal, Resource: resource, Name: "*", Operation: kmsg.ACLOperationAll})
	}
	return all
}

func insiderACLs() []kfake.ACL {
	var acls []kfake.ACL
	for _, p := range Everything(insider) {
		acls = append(acls, kfake.ACL{
			Resource: p.Resource, Name: p.Name, Pattern: p.pattern(), Operation: p.Operation, Allow: true,
			Host: hostOf(insider),
		})
	}
	return acls
}

func (p Permission) pattern() kmsg.ACLResourcePatternType {
	if p.Prefix {
		return kmsg.ACLResourcePatternTypePrefixed
	}
	return kmsg.ACLResourcePatternTypeLiteral
}

// anyUser is the principal of all ACLs. Their host is the one they apply to.
const anyUser = "User:*"

// sync updates the broker's ACLs.
func (c *Cluster) sync() error {
	wanted := c.opts.Permissions()
	c.mu.Lock()
	defer c.mu.Unlock()
	if slices.Equal(wanted, c.synced) {
		return nil
	}
	create, remove := kmsg.NewPtrCreateACLsRequest(), kmsg.NewPtrDeleteACLsRequest()
	for _, p := range wanted {
		if !slices.Contains(c.synced, p) {
			create.Creations = append(create.Creations, p.creation())
		}
	}
	for _, p := range c.synced {
		if !slices.Contains(wanted, p) {
			remove.Filters = append(remove.Filters, p.filter())
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	created, err := create.RequestWith(ctx, c.admin)
	if err != nil {
		return fmt.Errorf("cannot set permissions: %w", err)
	}
	for _, r := range created.Results {
		if err := kerr.ErrorForCode(r.ErrorCode); err != nil {
			return fmt.Errorf("cannot set a permission: %w", err)
		}
	}
	if _, err := remove.RequestWith(ctx, c.admin); err != nil {
		return fmt.Errorf("cannot remove permissions: %w", err)
	}
	c.synced = slices.Clone(wanted)
	return nil
}

func (p Permission) creation() kmsg.CreateACLsRequestCreation {
	r := kmsg.NewCreateACLsRequestCreation()
	r.ResourceType, r.ResourceName, r.ResourcePatternType = p.Resource, p.Name, p.pattern()
	r.Principal, r.Host = anyUser, hostOf(p.Principal)
	r.Operation, r.PermissionType = p.Operation, kmsg.ACLPermissionTypeAllow
	return r
}

func (p Permission) filter() kmsg.DeleteACLsRequestFilter {
	r := kmsg.NewDeleteACLsRequestFilter()
	name, principal, host := p.Name, anyUser, hostOf(p.Principal)
	r.ResourceType, r.ResourceName, r.ResourcePatternType = p.Resource, &name, p.pattern()
	r.Principal, r.Host = &principal, &host
	r.Operation, r.PermissionType = p.Operation, kmsg.ACLPermissionTypeAllow
	return r
}
