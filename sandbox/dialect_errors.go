package sandbox

import (
	"fmt"
	"net/http"
	"strings"
)

// Errors in other forms.
const (
	// ErrorsAsWords writes codes as words, such as NOT_FOUND.
	ErrorsAsWords Dialect = "errors-as-words"
	// ErrorsInEnvelope puts code, message and status into an object "error".
	ErrorsInEnvelope Dialect = "errors-in-envelope"
	// ErrorsWithOwnCodes has codes of eight digits, such as 49900004.
	ErrorsWithOwnCodes Dialect = "errors-with-own-codes"
	// ErrorsWithOwnCodesAsText has these codes as strings.
	ErrorsWithOwnCodesAsText Dialect = "errors-with-own-codes-as-text"
	// ErrorsAsText are plain text.
	ErrorsAsText Dialect = "errors-as-text"
)

// rpcWords are the codes in gRPC's words.
var rpcWords = map[int]string{
	rpcInvalidArgument: "INVALID_ARGUMENT", rpcNotFound: "NOT_FOUND", rpcAlreadyExists: "ALREADY_EXISTS",
	rpcPermissionDenied: "PERMISSION_DENIED", rpcResourceExhausted: "RESOURCE_EXHAUSTED",
	rpcFailedPrecondition: "FAILED_PRECONDITION", rpcAborted: "ABORTED", rpcUnimplemented: "UNIMPLEMENTED",
	rpcInternal: "INTERNAL", rpcUnavailable: "UNAVAILABLE", rpcUnauthenticated: "UNAUTHENTICATED",
}

// ownCodes are what TiDB Cloud is known, or taken, to answer with a status.
var ownCodes = map[int]int{
	http.StatusBadRequest: 49900002, http.StatusUnauthorized: 49900001, http.StatusForbidden: 49900003,
	http.StatusNotFound: 49900004, http.StatusConflict: 49900005, http.StatusTooManyRequests: 49900007,
}

func ownCode(f *failure) int { return orDefault(ownCodes[f.status], 49900000+f.status) }

func errorDialects() []dialect {
	return []dialect{
		{
			name: ErrorsAsWords, about: `errors have words for codes: {"code": "NOT_FOUND", …}`,
			errorBody: func(f *failure) any {
				return object{"code": rpcWords[f.grpcCode()], "message": f.detail}
			},
		},
		{
			name:  ErrorsInEnvelope,
			about: `errors are in an envelope: {"error": {"code": 404, "status": "NOT_FOUND", …}}`,
			errorBody: func(f *failure) any {
				return object{"error": object{"code": f.status, "message": f.detail, "status": rpcWords[f.grpcCode()]}}
			},
		},
		{
			name: ErrorsWithOwnCodes, about: `errors have codes of eight digits: {"code": 49900004, …}`,
			errorBody: func(f *failure) any { return object{"code": ownCode(f), "message": f.detail} },
		},
		{
			name: ErrorsWithOwnCodesAsText, about: `errors have codes of eight digits as text: {"code": "49900004", …}`,
			errorBody: func(f *failure) any { return object{"code": fmt.Sprint(ownCode(f)), "message": f.detail} },
		},
		{
			name: ErrorsAsText, about: "errors are plain text",
			errorBody: func(f *failure) any {
				return plainText(strings.ToLower(http.StatusText(f.status)) + ": " + f.detail)
			},
		},
	}
}
