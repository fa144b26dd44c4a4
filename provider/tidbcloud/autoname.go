package tidbcloud

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
	"github.com/tidbconfluent/pulumi-tidbconfluent/provider/internal/shim"
)

const (
	longestName  = 64
	randomDigits = 7
)

var randomEnd = regexp.MustCompile(`^[0-9a-f]{7}$`)

var (
	errNamingDisabled = errors.New("is required: pulumi:autonaming of the stack configuration disables automatic " +
		"names; set a name (connection.displayName of a PrivateLink)")
	errNamingEmpty = errors.New("pulumi:autonaming of the stack configuration results in an empty name; change its " +
		"pattern, or set a name (connection.displayName of a PrivateLink)")
)

// checkDisplayName rejects the unreadable name of a program.
func checkDisplayName(name string) error {
	if name == "" {
		return errors.New("is empty; set a name, or leave it out for an automatic one")
	}
	return checkName(name)
}

func checkName(name string) error {
	if strings.ContainsFunc(name, unicode.IsControl) {
		return fmt.Errorf("%q has a control character, such as a line feed; use a name without one", name)
	}
	return nil
}

// autoname keeps the name that was chosen before, and chooses one the first time. When the engine replaces a resource
// it sends no old inputs, so the new one gets another name.
func autoname(ctx context.Context, logicalName string, oldInputs property.Map) (*string, error) {
	if old := oldInputs.Get("displayName"); old.IsString() {
		return optional(old.AsString()), nil
	}
	chosen, err := chooseName(ctx, logicalName)
	if err != nil {
		return nil, err
	}
	if err := checkName(chosen.name); err != nil {
		return nil, fmt.Errorf("the automatic name %w (connection.displayName of a PrivateLink)", err)
	}
	seenOf(ctx).chose(shim.RequestOf(ctx).URN, chosen)
	return &chosen.name, nil
}

func chooseName(ctx context.Context, logicalName string) (chosenName, error) {
	naming := shim.NamingOf(ctx)
	switch {
	case naming.Disabled:
		return chosenName{}, errNamingDisabled
	case naming.Configured && naming.Proposed == "":
		return chosenName{}, errNamingEmpty
	case naming.Configured:
		return chosenName{naming.Proposed, randomParts(naming.Proposed, naming.Seed)}, nil
	}
	name, err := resource.NewUniqueName(naming.Seed, autonamePrefix(logicalName), randomDigits, longestName, nil)
	return chosenName{name: name}, err
}

// autonamePrefix is the logical name with a dash. A long one is cut, and its hash distinguishes it from names with the
// same beginning.
func autonamePrefix(logicalName string) string {
	const room = longestName - randomDigits - 1
	if len(logicalName) > room {
		logicalName = rules.ShortName(logicalName, logicalName, room)
	}
	return logicalName + "-"
}

// isAutoname reports whether a name is one that could have been chosen for a resource where nothing is configured.
func isAutoname(name, logicalName string) bool {
	end, ok := strings.CutPrefix(name, autonamePrefix(logicalName))
	return ok && randomEnd.MatchString(end)
}

// couldBeNamed returns whether another run could have chosen a name for the resource with the planned name.
func couldBeNamed(ctx context.Context, logicalName, planned string) func(name string) bool {
	chosen, isChosen := seenOf(ctx).chosen(shim.RequestOf(ctx).URN, planned)
	return func(name string) bool {
		return rules.IsSameName(planned, name) || isChosen && chosen.sameResource(name, logicalName) ||
			isAutoname(planned, logicalName) && isAutoname(name, logicalName)
	}
}

// A chosenName is a name that no program set, with its random parts.
type chosenName struct {
	name   string
	random []randomPart
}

// sameResource reports whether another run, also one with another pulumi:autonaming, could have chosen another name for
// the same resource.
func (c chosenName) sameResource(name, logicalName string) bool {
	return name == c.name || name == logicalName || isAutoname(name, logicalName) || c.differsAtRandom(name)
}

// differsAtRandom reports whether another name differs in its random parts only.
func (c chosenName) differsAtRandom(name string) bool {
	if len(c.random) == 0 || len(name) != len(c.name) {
		return false
	}
	at := 0
	for _, part := range c.random {
		if name[at:part.from] != c.name[at:part.from] || strings.Trim(name[part.from:part.to], part.charset) != "" {
			return false
		}
		at = part.to
	}
	return name[at:] == c.name[at:]
}
