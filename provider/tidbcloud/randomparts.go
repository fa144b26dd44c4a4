package tidbcloud

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"lukechampine.com/frand"
)

// A randomPart is a part of a name that another run would choose otherwise.
type randomPart struct {
	from, to int
	charset  string
}

const (
	digits  = "0123456789"
	letters = "abcdefghijklmnopqrstuvwxyz"

	// shortestRandom is how many characters must agree before it is no coincidence.
	shortestRandom = 3
)

// A randomKind is an expression of a pattern of pulumi:autonaming, such as ${hex(4)}.
type randomKind struct {
	charset string
	// fill returns the characters that an expression of n characters stands for.
	fill func(random *frand.RNG, n int) string
}

// randomKinds are in the order in which Pulumi fills them in.
var randomKinds = []randomKind{
	{digits + "abcdef", func(random *frand.RNG, n int) string {
		b := make([]byte, n/2+1)
		_, _ = random.Read(b) // never fails
		return hex.EncodeToString(b)[:n]
	}},
	{letters + digits, fillFrom(letters + digits)},
	{letters, fillFrom(letters)},
	{digits, fillFrom(digits)},
	{digits + "abcdef-", func(random *frand.RNG, n int) string {
		b := make([]byte, 16)
		_, _ = random.Read(b) // never fails
		h := hex.EncodeToString(b)
		uuid := strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
		return uuid[:min(n, len(uuid))]
	}},
}

func fillFrom(charset string) func(*frand.RNG, int) string {
	return func(random *frand.RNG, n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = charset[random.Intn(len(charset))]
		}
		return string(b)
	}
}

// randomParts finds what of a name that the engine proposes is random. The engine does not report it; but it sends the
// seed from which its package resource/autonaming fills in a pattern, as generateName does. Where that changes, nothing
// is found.
func randomParts(name string, seed []byte) []randomPart {
	if len(seed) == 0 {
		return nil
	}
	hash := sha256.Sum256(seed)
	// Fill leaves the generator where the next expression begins.
	drawn := []func(*frand.RNG){}
	generator := func() *frand.RNG {
		random := frand.NewCustom(hash[:], 1024, 12)
		for _, draw := range drawn {
			draw(random)
		}
		return random
	}
	var parts []randomPart
	for first := 0; first < len(randomKinds); {
		kind, part := longestPart(name, parts, first, generator)
		if kind < 0 {
			break
		}
		parts = append(parts, part)
		length := part.to - part.from
		drawn = append(drawn, func(random *frand.RNG) { randomKinds[kind].fill(random, length) })
		first = kind
	}
	slices.SortFunc(parts, func(a, b randomPart) int { return a.from - b.from })
	return parts
}

// longestPart finds the longest text in a name, outside of the parts that are known, that an expression of the given
// kind or a later one would give. The kind is negative where there is none.
func longestPart(name string, known []randomPart, first int, generator func() *frand.RNG) (int, randomPart) {
	found, longest := -1, randomPart{}
	for kind := first; kind < len(randomKinds); kind++ {
		// The beginning of what an expression gives does not depend on its length.
		text := randomKinds[kind].fill(generator(), len(name))
		shortest := max(shortestRandom, longest.to-longest.from+1)
		for length := min(len(text), len(name)); length >= shortest; length-- {
			from := strings.Index(name, text[:length])
			part := randomPart{from, from + length, randomKinds[kind].charset}
			overlaps := func(k randomPart) bool { return part.from < k.to && k.from < part.to }
			if from >= 0 && !slices.ContainsFunc(known, overlaps) {
				found, longest = kind, part
				break
			}
		}
	}
	return found, longest
}
