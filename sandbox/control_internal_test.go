package sandbox

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestControlEndpointsAnswerLoopbackOnly(t *testing.T) {
	t.Parallel()
	server, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	handler := server.controlled(http.NotFoundHandler())
	for remote, want := range map[string]int{
		"127.0.0.1:1": http.StatusOK, "[::1]:1": http.StatusOK,
		"192.0.2.7:1": http.StatusForbidden, "nowhere": http.StatusForbidden,
	} {
		request := httptest.NewRequest(http.MethodGet, EventsPath, nil)
		request.RemoteAddr = remote
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		assert.Equal(t, want, recorder.Code, remote)
	}
}
