package sandbox

import (
	"crypto/rand"
	"fmt"
	"math/big"
)

const (
	lowerLetters      = "abcdefghijklmnopqrstuvwxyz"
	digits            = "0123456789"
	hexDigits         = digits + "abcdef"
	lowerAlphanumeric = digits + lowerLetters
	upperAlphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + digits
	mixedAlphanumeric = upperAlphanumeric + lowerLetters
	// lowerBase32 is the alphabet of the unique names TiDB Cloud generates.
	lowerBase32 = lowerLetters + "234567"
)

func randomString(alphabet string, length int) string {
	text := make([]byte, length)
	for i := range text {
		// crypto/rand never fails on the supported platforms.
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet))))
		if err != nil {
			panic(fmt.Sprintf("sandbox: no random numbers: %v", err))
		}
		text[i] = alphabet[n.Int64()]
	}
	return string(text)
}

func randomUUID() string {
	s := randomString(hexDigits, 32)
	return fmt.Sprintf("%s-%s-4%s-a%s-%s", s[:8], s[8:12], s[13:16], s[17:20], s[20:])
}

// newID creates an id such as "lkc-x4k9zq" that taken does not know yet.
func newID[V any](prefix string, taken map[string]V) string {
	for {
		id := prefix + "-" + randomString(lowerAlphanumeric, 6)
		if _, used := taken[id]; !used {
			return id
		}
	}
}
