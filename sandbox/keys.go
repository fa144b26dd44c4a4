package sandbox

import (
	"crypto/sha256"
	"crypto/subtle"
	"sync"
)

// keyring holds the API keys the services accept.
type keyring struct {
	mu        sync.Mutex
	confluent map[string]string
	tidbCloud map[string]string
}

// AddCredentials makes both services accept further keys, as during a rotation. Empty fields add nothing.
func (s *Server) AddCredentials(c Credentials) { s.keys.add(c) }

// RevokeCredentials makes both services refuse keys from now on. Only the names of the keys matter.
func (s *Server) RevokeCredentials(c Credentials) {
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	delete(s.keys.confluent, c.CloudAPIKey)
	delete(s.keys.tidbCloud, c.PublicKey)
}

func (k *keyring) add(c Credentials) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.confluent == nil {
		k.confluent, k.tidbCloud = map[string]string{}, map[string]string{}
	}
	if c.CloudAPIKey != "" {
		k.confluent[c.CloudAPIKey] = c.CloudAPISecret
	}
	if c.PublicKey != "" {
		k.tidbCloud[c.PublicKey] = c.PrivateKey
	}
}

func (k *keyring) confluentKey(key, secret string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	want, known := k.confluent[key]
	got, expected := sha256.Sum256([]byte(secret)), sha256.Sum256([]byte(want))
	return known && subtle.ConstantTimeCompare(got[:], expected[:]) == 1
}

func (k *keyring) privateKey(publicKey string) (string, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	private, known := k.tidbCloud[publicKey]
	return private, known
}
