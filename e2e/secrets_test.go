package e2e

import (
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
)

// A secret is a value that must not show, in any of its forms.
type secret struct {
	name  string
	forms map[string]string
}

// newSecret knows the forms that a value takes on its way through headers, addresses, JSON, pages and logs.
func newSecret(name, value string) secret {
	quoted, _ := json.Marshal(value) // a text has a form in JSON
	forms := map[string]string{
		"clear":         value,
		"hex":           hex.EncodeToString([]byte(value)),
		"HEX":           strings.ToUpper(hex.EncodeToString([]byte(value))),
		"an address":    url.QueryEscape(value),
		"a path":        url.PathEscape(value),
		"JSON":          string(quoted[1 : len(quoted)-1]),
		"Go":            strings.Trim(strconv.Quote(value), `"`),
		"HTML":          html.EscapeString(value),
		"bytes of Go":   strings.Trim(fmt.Sprintf("%d", []byte(value)), "[]"),
		"base64 of it":  strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(value)), "="),
		"base64 of URL": strings.TrimRight(base64.URLEncoding.EncodeToString([]byte(value)), "="),
	}
	// Within a longer text base64 shifts: only the groups of three bytes that lie within the value stay.
	for shift := 1; shift < 3; shift++ {
		whole := value[min(len(value), 3-shift):]
		whole = whole[:len(whole)/3*3]
		forms[fmt.Sprintf("base64 shifted by %d", shift)] = base64.StdEncoding.EncodeToString([]byte(whole))
	}
	// A short one could be part of any text.
	maps.DeleteFunc(forms, func(form, shown string) bool { return len(shown) < 8 && form != "clear" })
	return secret{name, forms}
}

// digestHashes are what HTTP digest derives from a key: as good as the key itself for an attacker.
func digestHashes(c sandbox.Credentials) secret {
	text := []byte(c.PublicKey + ":tidbcloud:" + c.PrivateKey)
	one, two := md5.Sum(text), sha256.Sum256(text)
	return secret{"TiDB Cloud's digest of the private key", map[string]string{
		"MD5": hex.EncodeToString(one[:]), "SHA-256": hex.EncodeToString(two[:]),
	}}
}

// secretsOf are the values that must show nowhere.
func secretsOf(c sandbox.Credentials) []secret {
	return []secret{
		newSecret("TiDB Cloud's private key", c.PrivateKey),
		newSecret("Confluent's API secret", c.CloudAPISecret),
		digestHashes(c),
	}
}

// leaks reports which secrets show, where and in which form, but never a secret itself.
func leaks(texts map[string][]byte, secrets ...secret) []string {
	var found []string
	for where, text := range texts {
		for _, s := range secrets {
			for form, value := range s.forms {
				if bytes.Contains(text, []byte(value)) {
					found = append(found, fmt.Sprintf("%s shows in %s, as %s", s.name, where, form))
				}
			}
		}
	}
	slices.Sort(found)
	return found
}

// texts are everything that the stack has printed and stored, and the sandbox's call log.
func (s *stack) texts(root string) map[string][]byte {
	texts := map[string][]byte{"what the command line said": s.transcript.Bytes()}
	for name, record := range map[string]any{"calls": s.sandbox.Calls(), "events": s.sandbox.Events()} {
		encoded, err := json.Marshal(record)
		require.NoError(s.t, err)
		texts["the sandbox's "+name] = encoded
	}
	for _, call := range s.sandbox.Calls() {
		texts["the sandbox's calls"] = append(texts["the sandbox's calls"], call.RequestBody...)
	}
	assert.NoError(s.t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		texts[path] = content
		// Pulumi's own logs are compressed, unless they are encrypted.
		if packed, notPacked := gzip.NewReader(bytes.NewReader(content)); notPacked == nil {
			texts[path+", unpacked"], _ = io.ReadAll(packed) // a truncated one, as far as it goes
		}
		return err
	}))
	return texts
}

// canaries are unmistakable credentials, with characters that change their form.
func canaries(t *testing.T) sandbox.Credentials {
	t.Helper()
	random := strings.ReplaceAll(t.Name(), "/", "-")
	return sandbox.Credentials{
		CloudAPIKey:    "CANARYCONFLUENT" + random,
		CloudAPISecret: "canary+confluent/secret==&<" + random + ">#end",
		PublicKey:      "CANARYTIDB" + random,
		PrivateKey:     "canary+tidb/private==&<" + random + ">#end",
	}
}

// TestLeaksAreFound: secrets are found in each of their forms, also inside another text.
func TestLeaksAreFound(t *testing.T) {
	t.Parallel()
	c := canaries(t)
	all := secretsOf(c)
	forms := 0
	for _, s := range all {
		for form, value := range s.forms {
			forms++
			assert.Contains(t, leaks(map[string][]byte{"a text": []byte("x" + value + "y")}, s),
				s.name+" shows in a text, as "+form)
		}
	}
	assert.Equal(t, 28, forms)
	for where, text := range map[string]string{
		"Basic":    base64.StdEncoding.EncodeToString([]byte(c.CloudAPIKey + ":" + c.CloudAPISecret)),
		"shift 1":  base64.StdEncoding.EncodeToString([]byte("1" + c.PrivateKey)),
		"shift 2":  base64.StdEncoding.EncodeToString([]byte("12" + c.PrivateKey + "34")),
		"JSON":     `{"error": ` + strconv.Quote(c.PrivateKey) + `}`,
		"a header": fmt.Sprintf("%v", map[string][]string{"X-Key": {c.PrivateKey}}),
	} {
		assert.NotEmpty(t, leaks(map[string][]byte{where: []byte(text)}, all...), where)
	}
	assert.Empty(t, leaks(map[string][]byte{"a text": []byte(c.PublicKey + c.CloudAPIKey)}, all...))
}
