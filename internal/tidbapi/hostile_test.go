package tidbapi

import (
	"fmt"
	"net/http"
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
