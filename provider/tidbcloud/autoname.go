package tidbcloud

import (
	"context"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

const (
	longestName  = 64
	randomDigits = 7
)

var randomEnd = regexp.MustCompile(`^[0-9a-f]{7}$`)

type seedKey struct{}

// WithSeed sets of what the names that are chosen in a context are a function. Without one they are random.
func WithSeed(ctx context.Context, seed []byte) context.Context {
	return context.WithValue(ctx, seedKey{}, seed)
}

func seedOf(ctx context.Context) []byte {
	seed, _ := ctx.Value(seedKey{}).([]byte)
	return seed
}

// autoname keeps the name that was chosen before, and chooses one the first time. When the
// engine replaces a resource it asks without old inputs, so that the new one gets another name. The engine's seed is
// the same in a plan that is saved and in the update that follows it, which must not differ.
func autoname(logicalName string, seed []byte, oldInputs property.Map) (*string, error) {
	if old := oldInputs.Get("displayName"); old.IsString() {
		return optional(old.AsString()), nil
	}
	name, err := resource.NewUniqueName(seed, autonamePrefix(logicalName), randomDigits, longestName, nil)
	return &name, err
}

func autonamePrefix(logicalName string) string {
	if room := longestName - randomDigits - 1; len(logicalName) > room {
		logicalName = strings.ToValidUTF8(logicalName[:room], "") // without the half of a letter
	}
	return logicalName + "-"
}

// isAutoname tells whether a name is one that could have been chosen for a resource.
func isAutoname(name, logicalName string) bool {
	end, ok := strings.CutPrefix(name, autonamePrefix(logicalName))
	return ok && randomEnd.MatchString(end)
}
