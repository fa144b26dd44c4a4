package tidbapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Texts in answers of success end in messages and in the state.
func TestTextsOfAnswersAreFitToBeShown(t *testing.T) {
	t.Parallel()
	const bad = "\x1b[31m\x00a\r\n\u202eb"
	long := strings.Repeat("ü", 5000)
	answer := map[string]any{
		"privateLinkConnectionId": "plc-1", "state": bad, "message": "the key " + canaryPrivateKey + " " + bad + long,
		"displayName": "two  spaces" + bad, "type": long, "createTime": bad,
		"awsEndpointService": map[string]any{
			"name": bad, "region": bad, "endpointId": bad,
			"availabilityZoneIds": []string{bad},
		},
		"attachedDomains": []any{map[string]any{
			"attachDomainId": "ad-1", "type": bad, "uniqueName": bad,
			"domains": []any{map[string]any{"name": bad, "state": bad, "message": bad}},
		}},
	}
	c := newFake(func(w http.ResponseWriter, _ *http.Request) { replyJSON(w, answer) }).start(t)
	got, err := c.GetPrivateLinkConnection(t.Context(), "1001", "plc-1")
	require.NoError(t, err)
	all := fmt.Sprintf("%v %v %v", *got, *got.AWSEndpointService, got.AttachedDomains)
	for _, no := range []string{"\x1b", "\x00", "\r", "\n", canaryPrivateKey} {
		assert.NotContains(t, all, no)
	}
	assert.Contains(t, got.DisplayName, "two  spaces", "programs are compared with it")
	assert.Equal(t, "[31m a b", got.State)
	assert.LessOrEqual(t, len([]rune(got.Type)), maxWordLength+1)
	assert.LessOrEqual(t, len([]rune(got.Message)), maxMessageLength+1)

	zones, err := newFake(func(w http.ResponseWriter, _ *http.Request) {
		replyJSON(w, map[string]any{"accountId": bad, "azIds": []string{bad}})
	}).start(t).GetPrivateLinkZones(t.Context(), "1001")
	require.NoError(t, err)
	assert.Equal(t, &PrivateLinkZones{AccountID: "[31m a b", AZIDs: []string{"[31m a b"}}, zones)
}

// Every field that a service fills is cleaned, but for ids, which are compared, and for what a program wrote.
func TestEveryTextIsCleaned(t *testing.T) {
	t.Parallel()
	for _, answer := range []any{
		&Cluster{}, &PrivateLinkZones{}, &PrivateLinkConnection{}, &AttachDomain{}, &Changefeed{}, &SchemaTables{},
	} {
		of := reflect.TypeOf(answer).Elem()
		body, err := json.Marshal(filled(of))
		require.NoError(t, err)
		require.NoError(t, reader{}.read(body, answer))
		for _, path := range dirty(reflect.ValueOf(answer).Elem(), "") {
			ours := strings.HasPrefix(path, ".sink.") || strings.HasPrefix(path, ".filter.")
			assert.True(t, ours || strings.HasSuffix(path, "Id"), "%s%s needs a tag", of.Name(), path)
		}
	}
}

// filled is a value of a type as JSON, with an escape character in each text.
func filled(of reflect.Type) any {
	switch of.Kind() {
	case reflect.String:
		return "a\x1bb"
	case reflect.Pointer:
		return filled(of.Elem())
	case reflect.Slice:
		return []any{filled(of.Elem())}
	case reflect.Struct:
		fields := map[string]any{}
		for i := range of.NumField() {
			fields[jsonName(of.Field(i))] = filled(of.Field(i).Type)
		}
		return fields
	}
	return nil
}

// dirty are the paths of the texts that still have one.
func dirty(v reflect.Value, path string) (all []string) {
	switch v.Kind() {
	case reflect.String:
		if strings.Contains(v.String(), "\x1b") {
			all = append(all, path)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			all = dirty(v.Elem(), path)
		}
	case reflect.Slice:
		for i := range v.Len() {
			all = append(all, dirty(v.Index(i), path)...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			all = append(all, dirty(v.Field(i), path+"."+jsonName(v.Type().Field(i)))...)
		}
	}
	return all
}

// A request that is not answered ends when its time is up, and so does one that is answered without end.
func TestAttemptTimeout(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(http.ResponseWriter){
		"no answer": func(http.ResponseWriter) {},
		"half an answer": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"clusterId":`))
			_ = http.NewResponseController(w).Flush()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := newFake(func(w http.ResponseWriter, r *http.Request) {
				answer(w)
				<-r.Context().Done()
			})
			server := newHTTPServer(t, fake)
			options := fake.options(server)
			options.AttemptTimeout = 50 * time.Millisecond
			options.Backoff.Tries = 2
			_, err := newClient(t, options).GetCluster(t.Context(), "1001")
			require.ErrorContains(t, err, "gave up after 2 tries")
			require.ErrorContains(t, err, "nothing more came within 50ms")
		})
	}
}
