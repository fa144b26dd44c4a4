package tidbcloud

import (
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

// autoname keeps the name that was chosen before, and chooses one the first time. When the
// engine replaces a resource it asks without old inputs, so that the new one gets another name.
func autoname(logicalName string, oldInputs property.Map) (*string, error) {
	if old := oldInputs.Get("displayName"); old.IsString() {
		return optional(old.AsString()), nil
	}
	name, err := resource.NewUniqueHex(autonamePrefix(logicalName), randomDigits, longestName)
	return &name, err
}

func autonamePrefix(logicalName string) string {
	if room := longestName - randomDigits - 1; len(logicalName) > room {
		logicalName = logicalName[:room]
	}
	return logicalName + "-"
}

// isAutoname tells whether a name is one that could have been chosen for a resource.
func isAutoname(name, logicalName string) bool {
	end, ok := strings.CutPrefix(name, autonamePrefix(logicalName))
	return ok && randomEnd.MatchString(end)
}
