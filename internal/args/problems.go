package args

import (
	"errors"
	"fmt"
	"strings"
)

// Problems collects everything that is wrong with the inputs, so that the user can correct it in one go.
type Problems []string

// Add adds a problem of a property, if there is one.
func (p *Problems) Add(property string, err error) {
	if err != nil {
		*p = append(*p, fmt.Sprintf("%s: %s", property, err))
	}
}

// Err returns all problems as one error, or nil.
func (p Problems) Err() error {
	switch len(p) {
	case 0:
		return nil
	case 1:
		return errors.New(p[0])
	default:
		return fmt.Errorf("%d inputs are wrong:\n  - %s", len(p), strings.Join(p, "\n  - "))
	}
}
