package tidbcloud

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/resource/autonaming"
)

// A randomPart is a part of a name for which another run would choose other characters.
type randomPart struct {
	from, to int
	charset  string
}

const (
	digits  = "0123456789"
	letters = "abcdefghijklmnopqrstuvwxyz"

	// shortestRandom is how many characters must agree to rule out a coincidence.
	shortestRandom = 3

	// anyURN is the URN of a resource; its name is in none of the patterns here.
	anyURN = "urn:pulumi:stack::project::package:module:Type::name"
)

// A randomExpression is one that a pattern of pulumi:autonaming may have, for N characters of a charset.
type randomExpression struct{ form, charset string }

func (e randomExpression) of(characters int) string {
	return strings.Replace(e.form, "N", strconv.Itoa(characters), 1)
}

// randomExpressions are in the order in which Pulumi fills them in.
var randomExpressions = []randomExpression{
	{"${hex(N)}", digits + "abcdef"},
	{"${alphanum(N)}", letters + digits},
	{"${string(N)}", letters},
	{"${num(N)}", digits},
	{"${uuid}", digits + "abcdef-"},
}

// randomParts finds the random parts of a name that the engine proposes. The engine sends neither these nor the
// pattern, but it sends the seed with which it fills in the pattern.
func randomParts(name string, seed []byte) []randomPart {
	if len(seed) == 0 {
		return nil
	}
	fill := func(pattern string) string {
		options, _ := (&autonaming.Pattern{Pattern: pattern}).AutonamingForResource(anyURN, seed)
		return options.ProposedName
	}
	var parts []randomPart
	known := "" // the expressions of the parts
	for first := 0; first < len(randomExpressions); {
		found, part := longestPart(name, parts, first, func(expression string) string {
			return strings.TrimPrefix(fill(known+expression), fill(known))
		})
		if found < 0 {
			break
		}
		parts = append(parts, part)
		known += randomExpressions[found].of(part.to - part.from)
		first = found
	}
	slices.SortFunc(parts, func(a, b randomPart) int { return a.from - b.from })
	return parts
}

// longestPart finds the longest text in a name, outside of the known parts, that one of the expressions, from the first
// one on, may have filled in. The index of the expression is negative where there is none.
func longestPart(name string, known []randomPart, first int, fill func(expression string) string) (int, randomPart) {
	found, longest := -1, randomPart{}
	for i := first; i < len(randomExpressions); i++ {
		// The beginning of a text does not depend on its length.
		text := fill(randomExpressions[i].of(len(name)))
		shortest := max(shortestRandom, longest.to-longest.from+1)
		for length := min(len(text), len(name)); length >= shortest; length-- {
			from := strings.Index(name, text[:length])
			part := randomPart{from, from + length, randomExpressions[i].charset}
			overlaps := func(k randomPart) bool { return part.from < k.to && k.from < part.to }
			if from >= 0 && !slices.ContainsFunc(known, overlaps) {
				found, longest = i, part
				break
			}
		}
	}
	return found, longest
}
