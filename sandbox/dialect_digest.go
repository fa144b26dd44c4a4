package sandbox

import "strings"

// The challenge of the digest authentication in other forms.
const (
	// DigestInLowerCase writes the scheme in lower case.
	DigestInLowerCase Dialect = "digest-in-lower-case"
	// DigestQuoted quotes all values, offers auth-int first, and has spaces.
	DigestQuoted Dialect = "digest-quoted"
	// DigestAfterBearer offers a bearer token in the same header first.
	DigestAfterBearer Dialect = "digest-after-bearer"
	// DigestOnce lets each nonce sign one request only.
	DigestOnce Dialect = "digest-once"
)

func digestDialects() []dialect {
	return []dialect{
		{
			name: DigestInLowerCase, about: "the challenge begins with digest, in lower case",
			challenge: func(text string) string {
				return strings.NewReplacer("Digest ", "digest ", "=MD5", "=md5", "=SHA", "=sha").Replace(text)
			},
		},
		{
			name: DigestQuoted, about: "all values of the challenge are quoted, with spaces between them, and " +
				"auth-int is offered first",
			challenge: func(text string) string {
				return strings.NewReplacer(`=MD5`, `="MD5"`, `=SHA-256`, `="SHA-256"`, `"auth"`, `"auth-int, auth"`,
					`, `, ` ,  `, `=true`, `="true"`).Replace(text)
			},
		},
		{
			name: DigestAfterBearer, about: "the challenge comes after one for a bearer token, in the same header",
			challenge: func(text string) string { return `Bearer realm="tidbcloud", ` + text },
		},
		{
			name: DigestOnce, about: "each nonce is good for one request, and the next challenge does not say that " +
				"it was stale",
			challenge: func(text string) string { return text }, // the verifier does the rest
		},
	}
}
