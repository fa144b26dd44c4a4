package standin

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// verbatim is an error that the real provider shows as it is, without the operation.
type verbatim struct{ error }

func (v verbatim) Unwrap() error { return v.error }

// Verbatim keeps an error of a call as it is.
func Verbatim(err error) error {
	if err == nil {
		return nil
	}
	return verbatim{err}
}

// about adds the operation to an error, unless the error names it.
func about(err error, format string, args ...any) error {
	var v verbatim
	if errors.As(err, &v) {
		return v.error
	}
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err)
}

// creating names a resource that was refused.
func (k *Type) creating(inputs property.Map) string {
	if k.Quoted == nil {
		return k.Label
	}
	return fmt.Sprintf("%s %q", k.Label, k.Quoted(inputs))
}

// Listed is an error as every provider that is bridged from Terraform lists it.
func Listed(err error) error {
	return fmt.Errorf("1 error occurred:\n\t* %w\n\n", err) //nolint:revive // its line ends
}

// During is what a bridged provider was doing when an error occurred.
func During(what string, subject any, err error) error {
	return fmt.Errorf("%s %s: %w", what, subject, Listed(err))
}
