package e2e

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
)

// vaultProvider encrypts the secrets of the tests' stacks with a key that a Vault server keeps. From a passphrase,
// Pulumi derives a key anew in each command, which takes a processor 0.2 seconds: a quarter of the time of these
// tests. E2E_PASSPHRASE=1 uses a passphrase everywhere, as the weekly workflow does. The tests of how keys are kept,
// of docs/try.md and of the acceptance use one in any case.
const vaultProvider = "hashivault://e2e"

// vault has as much of Vault's API as Pulumi needs: https://developer.hashicorp.com/vault/api-docs/secret/transit.
type vault struct{ cipher.AEAD }

func newVault() (*httptest.Server, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	v := vault{aead}
	routes := http.NewServeMux()
	routes.HandleFunc("PUT /v1/transit/encrypt/e2e", answer(v.encrypt))
	routes.HandleFunc("PUT /v1/transit/decrypt/e2e", answer(v.decrypt))
	return httptest.NewServer(routes), nil
}

type transit struct {
	Plaintext  []byte `json:"plaintext,omitempty"`
	Ciphertext string `json:"ciphertext,omitempty"`
}

func answer(of func(transit) (transit, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var asked transit
		err := json.NewDecoder(r.Body).Decode(&asked)
		var answered transit
		if err == nil {
			answered, err = of(asked)
		}
		if err != nil {
			http.Error(w, `{"errors": ["`+err.Error()+`"]}`, http.StatusBadRequest)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"data": answered})
	}
}

const vaultPrefix = "vault:v1:"

func (v vault) encrypt(asked transit) (transit, error) {
	sealed, err := json.Marshal(v.Seal(nil, nil, asked.Plaintext, nil))
	return transit{Ciphertext: vaultPrefix + strings.Trim(string(sealed), `"`)}, err
}

func (v vault) decrypt(asked transit) (transit, error) {
	encoded, ok := strings.CutPrefix(asked.Ciphertext, vaultPrefix)
	if !ok {
		return transit{}, errors.New("it was not encrypted here")
	}
	var sealed []byte
	if err := json.Unmarshal([]byte(`"`+encoded+`"`), &sealed); err != nil {
		return transit{}, err
	}
	opened, err := v.Open(nil, nil, sealed, nil)
	return transit{Plaintext: opened}, err
}

// unwrapped asks the Vault server for the key of a stack's secrets.
func unwrapped(ctx context.Context, key []byte) ([]byte, error) {
	var data struct{ Data transit }
	asked, err := json.Marshal(transit{Ciphertext: string(key)})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, tools.vault.URL+"/v1/transit/decrypt/e2e",
		bytes.NewReader(asked))
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	err = json.NewDecoder(response.Body).Decode(&data)
	return data.Data.Plaintext, err
}
