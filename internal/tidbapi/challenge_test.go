package tidbapi

import (
	"net/http"
	"testing"

	"github.com/icholy/digest"
	"github.com/stretchr/testify/assert"
)

func TestChallengeForms(t *testing.T) {
	t.Parallel()
	plain := &digest.Challenge{Realm: "r", Nonce: "n", QOP: []string{"auth"}, Algorithm: "MD5"}
	for _, tc := range []struct {
		headers []string
		want    *digest.Challenge
	}{
		{[]string{`Digest realm="r", nonce="n", qop="auth", algorithm=MD5`}, plain},
		{[]string{`digest realm="r", nonce="n", qop="auth", algorithm=md5`}, plain},
		{[]string{`DIGEST realm=r,nonce=n,qop=auth,algorithm="MD5"`}, plain},
		{[]string{"Digest\trealm = \"r\" , nonce= \"n\" ,qop =\"AUTH\", algorithm=Md5"}, plain},
		{[]string{`Bearer realm="x", Digest realm="r", nonce="n", qop="auth", algorithm=MD5`}, plain},
		{[]string{`Digest realm="r", nonce="n", qop="auth", algorithm=MD5, Basic realm="x"`}, plain},
		{[]string{`Negotiate abc==`, `Digest realm="r", nonce="n", qop="auth", algorithm=MD5`}, plain},
		{[]string{
			`Digest realm="r", nonce="n", algorithm=SHA-1`,
			`Digest realm="r", nonce="n", qop="auth", algorithm=MD5`,
		}, plain},
		{[]string{`Digest realm="r", nonce="n"`}, &digest.Challenge{Realm: "r", Nonce: "n"}},
		{
			[]string{`Digest realm="a \"b\"", nonce="x+/=", qop="auth-int, auth", algorithm=SHA-256, opaque="o", ` +
				`stale=TRUE`},
			&digest.Challenge{
				Realm: `a "b"`, Nonce: "x+/=", QOP: []string{"auth-int", "auth"}, Algorithm: "SHA-256", Opaque: "o",
				Stale: true,
			},
		},
		{
			[]string{`Digest realm="r", nonce=x+/=, qop=auth`},
			&digest.Challenge{Realm: "r", Nonce: "x+/=", QOP: []string{"auth"}},
		},
		{[]string{`Basic realm="r"`}, nil},
		{[]string{`Digest realm="r"`}, nil},
		{[]string{`realm="r", nonce="n"`}, nil},
		{[]string{``, `,`, `=`, `"`, `Digest nonce="n`}, nil},
	} {
		got := findChallenge(&answer{header: http.Header{"Www-Authenticate": tc.headers}})
		assert.Equal(t, tc.want, got, "%q", tc.headers)
	}
}
