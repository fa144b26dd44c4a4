package api

import (
	"errors"
	"fmt"
)

func checkEnvironment(e *Environment) error {
	if e.ID == "" {
		return errors.New("the answer holds an environment without id")
	}
	return nil
}

func checkNetwork(n *Network) error {
	switch {
	case n.ID == "" || n.Spec == nil:
		return incomplete("network", n.ID, "id or spec")
	case n.Status == nil || n.Status.Cloud == nil:
		return incomplete("network", n.ID, "status.cloud")
	}
	return nil
}

func checkAccess(a *PrivateLinkAccess) error {
	switch {
	case a.ID == "" || a.Spec == nil || a.Status == nil:
		return incomplete("PrivateLink Access", a.ID, "id, spec or status")
	case a.Spec.Cloud == nil:
		return incomplete("PrivateLink Access", a.ID, "spec.cloud")
	}
	return nil
}

func checkCluster(c *KafkaCluster) error {
	switch {
	case c.ID == "" || c.Spec == nil || c.Status == nil:
		return incomplete("Kafka cluster", c.ID, "id, spec or status")
	case c.Spec.Config == nil:
		return incomplete("Kafka cluster", c.ID, "spec.config")
	}
	return nil
}

func checkAccount(a *ServiceAccount) error {
	if a.ID == "" {
		return errors.New("the answer holds a service account without id")
	}
	return nil
}

func checkKey(k *Key) error {
	switch {
	case k.ID == "" || k.Spec == nil:
		return incomplete("API key", k.ID, "id or spec")
	case k.Spec.Owner == nil || k.Spec.Resource == nil:
		return incomplete("API key", k.ID, "spec.owner or spec.resource")
	}
	return nil
}

func checkBinding(b *RoleBinding) error {
	if b.ID == "" {
		return errors.New("the answer holds a role binding without id")
	}
	return nil
}

func incomplete(what, id, missing string) error {
	return fmt.Errorf("the answer holds %s %q without %s, which makes the real provider panic", what, id, missing)
}
