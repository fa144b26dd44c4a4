// Package zxcvbn stands in for the two zxcvbn-go packages that the Pulumi CLI imports.
//
// The CLI asks them one question: does a configuration value look like a secret? To answer it, they parse their
// dictionaries whenever the CLI starts, which is 40 % of the CPU time of a start. The tests start the CLI thousands of
// times. This package has no dictionaries: it takes words for random letters, and so overestimates the entropy.
// The CLI then refuses some plain values that a released CLI accepts, and none the other way round.
package zxcvbn

import (
	"math"
	"unicode"
)

// MinEntropyMatch is the estimate for one password. The packages that it replaces report more, which the CLI ignores.
type MinEntropyMatch struct {
	// Entropy is in bits.
	Entropy float64
}

// classes are the kinds of characters that a random value is made of, and how many of each kind there are.
var classes = []struct {
	has   func(rune) bool
	count float64
}{
	{unicode.IsLower, 26},
	{unicode.IsUpper, 26},
	{unicode.IsDigit, 10},
	{func(r rune) bool { return !unicode.IsLower(r) && !unicode.IsUpper(r) && !unicode.IsDigit(r) }, 33},
}

// PasswordStrength estimates the entropy of a password: each character is one of the alphabet that the password uses,
// except one that repeats or continues the step before it, as in "aaa" or "4321", which adds a single bit.
func PasswordStrength(password string, _ []string) MinEntropyMatch {
	characters := []rune(password)
	alphabet := 0.0
	for _, class := range classes {
		for _, r := range characters {
			if class.has(r) {
				alphabet += class.count
				break
			}
		}
	}
	entropy := 0.0
	for i, r := range characters {
		if i >= 2 && follows(characters[i-2], characters[i-1], r) {
			entropy++
			continue
		}
		entropy += math.Log2(alphabet)
	}
	return MinEntropyMatch{Entropy: entropy}
}

// follows reports whether three characters are one run: equal, or each one more, or each one less, than the last.
func follows(a, b, c rune) bool {
	step := c - b
	return step == b-a && step >= -1 && step <= 1
}
