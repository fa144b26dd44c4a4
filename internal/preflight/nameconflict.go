package preflight

import (
	"slices"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
)

// WarnOfConflict reports what the planned resource would be a copy of.
func WarnOfConflict(m *children.Maker, p Planned, environment, name, id string) {
	m.Warn("the %s %q exists in environment %s already (%s), and another of that name is planned; if a run that "+
		"was interrupted left it behind, or a refresh lost it, take it over first: %s; if it belongs to something else, all "+
		"is well; if it is being replaced, %s", p.Name, name, environment, id, p.ImportCommand(m, environment, id), p.Loss)
}

// WarnOfReplacement reports what cannot become what is planned. What an interrupted run left behind is as the program
// wants it, as a rule; what is replaced is not, unless it is replaced on demand.
func WarnOfReplacement(m *children.Maker, of Kind, environment, name, id string, differs []string) {
	m.Warn("the %s %q in environment %s (%s) cannot become what is wanted: %s; if it belongs to something else, all is "+
		"well; if it is the one of this link, it is being replaced, and %s; to keep it, leave that as it is",
		of.Name, name, environment, id, strings.Join(differs, " and "), of.Loss)
}

// AnID stands in a command for an ID that Confluent's provider does not report.
const AnID = "ID"

// WarnOfSeveral reports that several have the name of the planned resource.
func WarnOfSeveral(m *children.Maker, p Planned, environment, name string, ids []string) {
	which, id := "", AnID
	if len(ids) > 0 {
		which, id = " ("+strings.Join(ids, ", ")+")", ids[0]
	}
	m.Warn("environment %s has several %ss %q already%s, and another of that name is planned; to see them: %s; "+
		"if a run that was interrupted left one behind, or a refresh lost it, take it over first, by its id: %s; "+
		"delete those that nothing uses: %s; if all of them belong to something else, give another %s",
		environment, p.Name, name, which, p.Command("list", "--environment", environment),
		p.ImportCommand(m, environment, id), p.Price, p.Input)
}

// WarnOfDuplicates reports what else has the name of an existing resource of the link.
func WarnOfDuplicates(m *children.Maker, of Kind, environment, name, id string, found Matches) {
	ids := found.IDs()
	others := slices.DeleteFunc(slices.Clone(ids), func(other string) bool { return other == id })
	which, other := strings.Join(others, ", "), AnID
	switch {
	case found.Several:
		which = "at least one more, which this shows: " + of.Command("list", "--environment", environment)
	case len(others) == 0 || !slices.Contains(ids, id):
		return
	default:
		other = others[0]
	}
	m.Warn("environment %s has more than one %s %q: %s, which is the link's, and %s; Confluent's provider repeats a "+
		"creation whose answer was lost, so the other one may have been created with it; it is in no state, and %s; if nothing "+
		"uses it, delete it: %s; if it belongs to something else, give this link another %s",
		environment, of.Name, name, id, which, of.Price,
		of.Command("delete", other, "--environment", environment), of.Input)
}
