package emulator

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox"
	"github.com/tidbconfluent/pulumi-tidbconfluent/sandbox/sandboxtest"
)

func TestOnlyAnAdmittedAccountReachesANetwork(t *testing.T) {
	t.Parallel()
	const service = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
	server := sandboxtest.New(t)
	access := &sandbox.PrivateLinkAccess{
		ID: "pla-1", NetworkID: "n-1", Account: "111122223333",
		Phase: sandbox.PhaseProvisioning,
	}
	server.Update(func(s *sandbox.State) {
		s.Networks["n-1"] = &sandbox.Network{
			ID: "n-1", Cloud: "AWS", Region: "us-east-1", EndpointService: service, Phase: sandbox.PhaseReady,
		}
		s.PrivateLinkAccesses["pla-1"] = access
	})
	assert.False(t, admitted(server, "111122223333", service), "the access is not ready")
	server.Update(func(s *sandbox.State) { s.PrivateLinkAccesses["pla-1"].Phase = sandbox.PhaseReady })
	assert.True(t, admitted(server, "111122223333", service))
	assert.False(t, admitted(server, "444455556666", service), "another account")
	assert.False(t, admitted(server, "111122223333", service+"1"), "another service")
}

func TestAccountRecordsAndRefuses(t *testing.T) {
	t.Parallel()
	passed := 0
	a := &Account{}
	handler := a.recorded(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed++ }))
	call := func(method, path, form string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, path, strings.NewReader(form))
		if form != "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	call("POST", "/", "Action=DescribeVpcs")
	call("POST", "/", "Action=GetCallerIdentity")
	call("POST", "/", "Action=CreateVpc&CidrBlock=10.0.0.0%2F16")
	call("GET", "/2013-04-01/hostedzone", "")
	call("DELETE", "/2013-04-01/hostedzone/Z1", "")
	assert.Equal(t, []string{"CreateVpc", "DELETE /2013-04-01/hostedzone/Z1"}, a.Calls())
	assert.Equal(t, 5, passed)

	a.Refuse(func(operation string, parameters url.Values) *Refusal {
		if operation == "CreateVpc" && parameters.Get("CidrBlock") == "10.1.0.0/16" {
			return &Refusal{Code: "VpcLimitExceeded", Message: "too many"}
		}
		return nil
	})
	refused := call("POST", "/", "Action=CreateVpc&CidrBlock=10.1.0.0%2F16")
	assert.Equal(t, http.StatusBadRequest, refused.Code)
	assert.Contains(t, refused.Body.String(), "<Code>VpcLimitExceeded</Code><Message>too many</Message>")
	call("POST", "/", "Action=CreateVpc&CidrBlock=10.2.0.0%2F16")
	assert.Len(t, a.Calls(), 3, "what is refused changes nothing")
	assert.Equal(t, 6, passed)
}

func TestAccountPassesOneRequestAtATime(t *testing.T) {
	t.Parallel()
	var inside, together atomic.Int32
	handler := (&Account{}).recorded(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if inside.Add(1) > 1 {
			together.Add(1)
		}
		time.Sleep(time.Millisecond)
		inside.Add(-1)
	}))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			request := httptest.NewRequest(http.MethodPost, "/2013-04-01/hostedzone/Z1/rrset", nil)
			handler.ServeHTTP(httptest.NewRecorder(), request)
		})
	}
	group.Wait()
	assert.Zero(t, together.Load())
}
