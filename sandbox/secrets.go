package sandbox

import (
	"bytes"
	"encoding/json"
	"slices"
)

// secretFields are the fields of requests that hold secrets.
var secretFields = []string{"password", "secretAccessKey"}

// hiddenSecret takes a secret's place in the call log.
const hiddenSecret = "(hidden)"

// withoutSecrets is a request's body as the call log keeps it.
func withoutSecrets(body []byte) []byte {
	if !slices.ContainsFunc(secretFields, func(field string) bool { return bytes.Contains(body, []byte(field)) }) {
		return body
	}
	if !json.Valid(body) {
		return []byte(hiddenSecret)
	}
	return editJSON(body, func(object map[string]any) {
		for _, field := range secretFields {
			if secret, ok := object[field].(string); ok && secret != "" {
				object[field] = hiddenSecret
			}
		}
	})
}
