package testkit

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// Reply answers as TiDB Cloud does, with a body in JSON.
func Reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

// ReplyJSON answers with a value.
func ReplyJSON(w http.ResponseWriter, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	Reply(w, http.StatusOK, string(body))
}

// ReplyError answers with an error of TiDB Cloud.
func ReplyError(w http.ResponseWriter, status, code int, message string) {
	Reply(w, status, fmt.Sprintf(`{"code":%d,"message":%q,"details":[]}`, code, message))
}
