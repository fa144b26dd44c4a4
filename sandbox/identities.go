package sandbox

import "time"

// ServiceAccount is a Confluent Cloud service account.
type ServiceAccount struct {
	ID          string
	DisplayName string
	Description string
	CreatedAt   time.Time `json:"-"`
	UpdatedAt   time.Time `json:"-"`
}

// Principal is the name of the service account in role bindings and ACLs.
func (a *ServiceAccount) Principal() string { return userPrefix + a.ID }

// APIKey is an API key of a Kafka cluster, or a Cloud API key.
//
// A broker accepts the ID as the user name and the secret as the password as soon as the key is READY.
type APIKey struct {
	ID string
	// Secret is in the answer to the creation alone, and in nothing that a server reports.
	Secret      string `json:"-"`
	DisplayName string
	Description string
	// OwnerID is the service account.
	OwnerID string
	// ClusterID is the Kafka cluster, empty for a Cloud API key.
	ClusterID string
	// Phase is PROVISIONING until the key has reached the brokers, then READY.
	Phase     string
	CreatedAt time.Time `json:"-"`
	UpdatedAt time.Time `json:"-"`
}

// Principal is the name of the key's owner in role bindings and ACLs.
func (k *APIKey) Principal() string { return userPrefix + k.OwnerID }

// RoleBinding binds a principal to a role on what its pattern matches.
type RoleBinding struct {
	ID string
	// Principal is User: and the ID of a service account.
	Principal string
	RoleName  string
	// CRNPattern is as the client wrote it; Pattern reads it.
	CRNPattern string
	// Phase is PROVISIONING until the role has reached the brokers, then READY.
	Phase     string
	CreatedAt time.Time `json:"-"`
}

// Pattern is what the binding applies to. It is the zero value for a CRN pattern that the service would refuse.
func (b *RoleBinding) Pattern() CRNPattern {
	pattern, err := ParseCRNPattern(b.CRNPattern)
	if err != nil {
		return CRNPattern{}
	}
	return pattern
}

const userPrefix = "User:"

// KafkaKey is the key that a Kafka cluster accepts under this ID, or nil.
func (s *State) KafkaKey(clusterID, keyID string) *APIKey {
	key := s.APIKeys[keyID]
	if key == nil || clusterID == "" || key.ClusterID != clusterID || key.Phase != PhaseReady {
		return nil
	}
	return key
}

// RolesOf are the role bindings of a principal that are READY, oldest first.
func (s *State) RolesOf(principal string) []*RoleBinding {
	return s.roleBindings(func(b *RoleBinding) bool { return b.Principal == principal && b.Phase == PhaseReady })
}

func (s *State) serviceAccounts(fits func(*ServiceAccount) bool) []*ServiceAccount {
	return selectFrom(s.ServiceAccounts, func(a *ServiceAccount) time.Time { return a.CreatedAt }, fits)
}

func (s *State) apiKeys(fits func(*APIKey) bool) []*APIKey {
	return selectFrom(s.APIKeys, func(k *APIKey) time.Time { return k.CreatedAt }, fits)
}

func (s *State) roleBindings(fits func(*RoleBinding) bool) []*RoleBinding {
	return selectFrom(s.RoleBindings, func(b *RoleBinding) time.Time { return b.CreatedAt }, fits)
}

// APIKeys returns all API keys with their secrets, oldest first.
func (s *Server) APIKeys() []APIKey {
	var keys []APIKey
	s.world.look(func(time.Time) {
		for _, key := range s.world.state.apiKeys(func(*APIKey) bool { return true }) {
			keys = append(keys, *key)
		}
	})
	return keys
}

// RoleBindings returns the role bindings of a principal such as "User:sa-4k7qzp", oldest first.
func (s *Server) RoleBindings(principal string) []RoleBinding {
	var bindings []RoleBinding
	s.world.look(func(time.Time) {
		for _, b := range s.world.state.roleBindings(func(b *RoleBinding) bool { return b.Principal == principal }) {
			bindings = append(bindings, *b)
		}
	})
	return bindings
}

func (s *State) completeIdentities(now time.Time) {
	for id, a := range s.ServiceAccounts {
		a.ID = id
		a.DisplayName = orDefault(a.DisplayName, id)
		a.CreatedAt = orDefault(a.CreatedAt, now)
		a.UpdatedAt = orDefault(a.UpdatedAt, a.CreatedAt)
	}
	for id, k := range s.APIKeys {
		k.ID = id
		if k.Secret == "" {
			k.Secret = newAPISecret()
		}
		k.Phase = orDefault(k.Phase, PhaseReady)
		k.CreatedAt = orDefault(k.CreatedAt, now)
		k.UpdatedAt = orDefault(k.UpdatedAt, k.CreatedAt)
	}
	for id, b := range s.RoleBindings {
		b.ID = id
		b.Phase = orDefault(b.Phase, PhaseReady)
		b.CreatedAt = orDefault(b.CreatedAt, now)
	}
}

// dropKeys deletes the API keys that fit.
func (s *State) dropKeys(fits func(*APIKey) bool) {
	for _, key := range s.apiKeys(fits) {
		delete(s.APIKeys, key.ID)
	}
}
