package zxcvbn

import "testing"

// TestPasswordStrength has values on both sides of the CLI's threshold: it refuses 80 bits, and 40 bits of at least
// three bits a character. It looks at the first 16 characters.
func TestPasswordStrength(t *testing.T) {
	for password, secret := range map[string]bool{
		"":                 false,
		"changeme":         false,
		"12345678":         false,
		"1234567890123456": false,
		"aaaaaaaaaaaaaaaa": false,
		"true":             false,
		"q7Vx2LmZ9RbT4KwY": true,
		"hunter2hunter2":   true,
		"0f3c9a7be51d8264": true,
		"p4ss-w0rd!":       true,
	} {
		entropy := PasswordStrength(password, nil).Entropy
		each := entropy / float64(max(len(password), 1))
		if got := entropy >= 80 || entropy >= 40 && each >= 3; got != secret {
			t.Errorf("%q: %.1f bits, %.1f a character: looks like a secret: %v, want %v", password, entropy, each, got, secret)
		}
	}
}
