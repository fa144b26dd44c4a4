// Package zxcvbn is the other package of this name that the Pulumi CLI imports, for `pulumi env`. A directory can
// replace one module only.
package zxcvbn

import "github.com/nbutton23/zxcvbn-go"

// PasswordStrength estimates the entropy of a password.
func PasswordStrength(password string, userInputs []string) zxcvbn.MinEntropyMatch {
	return zxcvbn.PasswordStrength(password, userInputs)
}
