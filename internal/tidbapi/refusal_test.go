package tidbapi

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// refusedWith is the error of an answer.
func refusedWith(t *testing.T, status int, body string) *Error {
	t.Helper()
	return newError(fuzzRequest(t), &answer{status: status, body: []byte(body), header: http.Header{}})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status int
		body   string
		want   Refusal
	}{
		// Busy, whatever the code.
		{409, `{"code":10,"message":"another operation is in progress"}`, Busy},
		{409, `{"code":10,"message":"x"}`, Busy},
		{400, `{"code":10,"message":"x"}`, Busy},
		{400, `{"code":"ABORTED","message":"x"}`, Busy},
		{400, `{"code":"aborted","message":"x"}`, Busy},
		{400, `{"code":"10","message":"x"}`, Busy},
		{409, `{"error":{"code":409,"status":"ABORTED","message":"x"}}`, Busy},
		{400, `{"error":{"code":"Aborted","message":"x"}}`, Busy},
		{400, `{"errors":[{"code":"ABORTED","message":"x"}]}`, Busy},
		{400, `{"code":9,"message":"the connection is not ready yet"}`, Busy},
		{400, `{"code":"FAILED_PRECONDITION","message":"the connection plc-1 is CREATING: it must be ACTIVE"}`, Busy},
		{400, `{"code":"FailedPrecondition","message":"invalid state: plc-1 is being updated"}`, Busy},
		{400, `{"code":9,"message":"not allowed while the cluster is restoring"}`, Busy},
		{400, `{"code":9,"message":"the cluster is in state RESUMING"}`, Busy},
		{409, `{"code":49900009,"message":"Another request is being processed, please try again later"}`, Busy},
		{400, `{"code":"49900009","message":"operation in progress"}`, Busy},
		{400, `{"code":"OPERATION_IN_PROGRESS","message":"x"}`, Busy},
		{409, `another operation is in progress`, Busy},
		{412, `{"code":9,"message":"wait until the domains are detached"}`, Busy},
		{423, ``, Busy},
		{423, `{"code":3,"message":"invalid"}`, Busy},
		{425, `too early`, Busy},
		{409, `{"code":14,"message":"x"}`, Busy},

		// Unclear: worth some minutes.
		{400, `{"code":9,"message":"the connection has attached domains, detach them first"}`, Unclear},
		{400, `{"code":9,"message":"the cluster is PAUSED: it must be ACTIVE"}`, Unclear},
		{400, `{"code":"FAILED_PRECONDITION"}`, Unclear},
		{400, `please try again later`, Unclear},
		{409, `{"code":49900005,"message":"conflict"}`, Unclear},
		{409, `<html>conflict</html>`, Unclear},
		{409, ``, Unclear},
		{503, `{"code":14,"message":"unavailable"}`, Unclear},

		// Final.
		{400, `{"code":3,"message":"displayName is empty"}`, Final},
		{400, `{"code":"INVALID_ARGUMENT","message":"try again with another name"}`, Final},
		{400, `{"code":49900002,"message":"bad request"}`, Final},
		{400, `{"code":9,"message":"private link connections need an Essential cluster, but the plan of the ` +
			`cluster is Starter"}`, Final},
		{400, `{"code":9,"message":"quota exceeded, try again later"}`, Final},
		{400, `{"code":"FAILED_PRECONDITION","message":"the cluster has 20 connections: that is the limit"}`, Final},
		{400, `{"code":9,"message":"this type is not supported in the region"}`, Final},
		{409, `{"code":6,"message":"exists"}`, Final},
		{409, `{"code":"ALREADY_EXISTS","message":"x"}`, Final},
		{409, `{"code":49900005,"message":"the name already exists"}`, Final},
		{400, `{"code":8,"message":"x"}`, Final},
		{400, `<html>bad request</html>`, Final},
		{401, `{"code":10,"message":"in progress"}`, Final},
		{403, `{"code":10,"message":"in progress"}`, Final},
		{404, `{"code":10,"message":"in progress"}`, Final},
		{429, `{"code":49900007,"message":"try again later"}`, Final},
		{500, `{"code":13,"message":"try again later"}`, Final},
		{501, `{"code":12,"message":"later"}`, Final},
		{400, `{"code":3,"message":"creating an endpoint failed"}`, Final},
	} {
		err := refusedWith(t, tc.status, tc.body)
		assert.Equal(t, tc.want, RefusalOf(fmt.Errorf("wrapped: %w", err)), "%d %s", tc.status, tc.body)
	}
	assert.Equal(t, Final, RefusalOf(nil))
	assert.Equal(t, Final, RefusalOf(errors.New("operation in progress")))
	assert.Equal(t, Final, RefusalOf(noAnswer(t, errors.New("later"))))
}

func TestAbsence(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status         int
		body           string
		notFound, gone bool
	}{
		{404, `{"code":5,"message":"x"}`, true, true},
		{404, `{"code":"NOT_FOUND","message":"x"}`, true, true},
		{404, `{"code":"NotFound"}`, true, true},
		{404, `{"code":"not-found"}`, true, true},
		{404, `{"code":"5"}`, true, true},
		{404, `{"code":404,"message":"x"}`, true, true},
		{404, `{"code":49900004,"message":"x"}`, true, true},
		{404, `{"code":"49900004","message":"x"}`, true, true},
		{404, `{"code":"RESOURCE_MISSING","message":"x"}`, true, true},
		{404, `{"error":{"code":404,"message":"x","status":"NOT_FOUND"}}`, true, true},
		{404, `{"error":{"code":49900004,"message":"x"}}`, true, true},
		{404, `{"errors":[{"code":"not_found","detail":"x"}]}`, true, true},
		{404, `{"status":"NOT_FOUND","message":"x"}`, true, true},
		{410, `{"code":5,"message":"x"}`, true, true},
		{400, `{"code":5,"message":"x"}`, true, true},
		{400, `{"code":3,"message":"private link connection plc-1 not found"}`, true, true},
		{400, `{"code":49900002,"message":"the connection does not exist"}`, true, true},
		// After our own deletion, less is enough.
		{404, `<html>not here</html>`, false, true},
		{404, ``, false, true},
		{404, `{"message":"no Route matched with those values"}`, false, true},
		{404, `{"status":404,"error":"Not Found"}`, false, true},
		{410, ``, false, true},
		{403, `{"code":7,"message":"no"}`, false, true},
		{403, ``, false, true},
		{400, `connection not found`, false, true},
		// This is not about the object.
		{401, `{"code":5,"message":"not found"}`, false, false},
		{400, `{"code":3,"message":"bad"}`, false, false},
		{409, `{"code":5,"message":"not found"}`, false, false},
		{429, `{"code":5,"message":"not found"}`, false, false},
		{500, `{"code":5,"message":"not found"}`, false, false},
	} {
		err := fmt.Errorf("wrapped: %w", refusedWith(t, tc.status, tc.body))
		assert.Equal(t, tc.notFound, IsNotFound(err), "not found: %d %s", tc.status, tc.body)
		assert.Equal(t, tc.gone, IsGone(err), "gone: %d %s", tc.status, tc.body)
	}
	assert.False(t, IsGone(nil))
	assert.False(t, IsGone(noAnswer(t, errors.New("not found"))))
}

func TestErrorForms(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]Error{
		`{"code":5,"message":"m","details":[]}`:                        {Code: 5, Message: "m"},
		`{"code":"5","message":"m"}`:                                   {Code: 5, Message: "m"},
		`{"code":"NOT_FOUND","message":"m"}`:                           {Code: 5, Message: "m"},
		`{"code":"notFound","msg":"m"}`:                                {Code: 5, Message: "m"},
		`{"code":"LINK_BROKEN","message":"m"}`:                         {Code: 2, Message: "LINK_BROKEN: m"},
		`{"code":49900004,"message":"m"}`:                              {Code: 49900004, Message: "m"},
		`{"code":" 49900004 ","message":"m"}`:                          {Code: 49900004, Message: "m"},
		`{"error":{"code":404,"message":"m","status":"NOT_FOUND"}}`:    {Code: 5, Message: "m"},
		`{"code":49900004,"error":{"message":"m","status":"ABORTED"}}`: {Code: 49900004, Message: "m"},
		`{"errors":[{"code":"ABORTED","detail":"m"},{"code":5}]}`:      {Code: 10, Message: "m"},
		`{"error":"not_found","error_description":"m","code":1}`:       {Code: 1, Message: "m"},
		`{"error":"m"}`:                     {Message: "m"},
		`{"message":"m"}`:                   {Message: "m"},
		`{"status":404,"message":"m"}`:      {Message: "m"},
		`{"code":1e99,"message":"m"}`:       {Message: "m"},
		`{"code":[],"message":"m"}`:         {Message: "m"},
		`{"code":"a b c; d","message":"m"}`: {Message: "m"},
		`{"error":{"error":{}}}`:            {Message: `"{\"error\":{\"error\":{}}}"`},
		`[]`:                                {Message: `"[]"`},
	} {
		got := refusedWith(t, 400, body)
		want.StatusCode, want.Method, want.Path = 400, got.Method, got.Path
		require.Equal(t, want, *got, body)
	}
}
