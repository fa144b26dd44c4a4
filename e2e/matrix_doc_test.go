package e2e

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// matrixHeading begins the generated part of the page, which is its last.
const matrixHeading = "\n## What a preview shows\n"

const matrixIntroduction = matrixHeading + `
<!-- UPDATE=1 go test ./e2e -run TestPreviewMatrixDocument writes the rest of this page from e2e/matrix_test.go. -->

What ` + "`pulumi preview`" + ` shows for each change of an input, and ` + "`pulumi up`" + ` then does. A table has the
changes that reach several resources, and the properties that cause them, unless the input itself does. The list below
it has the rest: an object stands for everything in it, and an input for each of its changes that no other line names.

- **·**: the resource stays as it is. **–**: there is none, since the ` + "`id`" + ` of an existing one is set.
- **replace** creates a new resource, then deletes the old one. Attached domains and Kafka clusters are deleted first: a
  domain can be attached only once, and Confluent's provider frees a name before it uses it again.
- **not known yet**: the input is an output of a resource that does not exist or changes. A preview shows what *could*
  happen. If the value turns out to be the old one, the update does nothing.
- The component itself shows each change of its inputs (` + "`preview --diff`" + `). Only outputs of a new
  resource, or of an input that is not known yet, become unknown.
- What TiDB Cloud reports later (other AZs, fewer than three) changes nothing for a network that exists.
`

// document is the matrices as the last part of the reference page.
func document() string {
	var page strings.Builder
	page.WriteString(matrixIntroduction)
	headings := map[string]string{
		"network": "Network", "access": "PrivateLink Access", "kafka": "Kafka cluster", "connection": "Connection",
		"domains": "Domains",
		"sg":      "Security group", "endpoint": "Endpoint", "zone": "Hosted zone", "record": "Record `*`",
		"record-use1-az1": "`*.use1-az1`", "record-use1-az2": "`*.use1-az2`", "record-use1-az6": "`*.use1-az6`",
		"account": "Service account", "role": "Role binding", "key": "API key", "changefeed": "Changefeed",
	}
	for _, m := range slices.Concat(matrices, []matrix{vpcMatrix}, feedMatrices) {
		fmt.Fprintf(&page, "\n### %s\n\n", m.title)
		m.table(&page, headings)
		m.lists(&page, headings)
	}
	return page.String()
}

// table writes the changes that reach several resources, if there are any.
func (m matrix) table(page *strings.Builder, headings map[string]string) {
	rows := m.documentRows(func(c change) string {
		if c.single(m.resources) != "" {
			return ""
		}
		cells := ""
		for _, resource := range m.resources {
			cells += " " + c.cell(resource) + " |"
		}
		return cells
	})
	if len(rows) == 0 {
		return
	}
	page.WriteString("| input | change |")
	for _, resource := range m.resources {
		fmt.Fprintf(page, " %s |", headings[resource])
	}
	fmt.Fprintf(page, " |\n|---|---|%s---|\n", strings.Repeat("---|", len(m.resources)))
	for _, r := range rows {
		kinds := strings.Join(unique(r.kinds), ", ")
		fmt.Fprintf(page, "| `%s` | %s |%s %s |\n", r.input, kinds, r.effect, r.notes())
	}
	page.WriteString("\n")
}

// lists writes the changes that reach one resource or none: a list for each resource and action.
func (m matrix) lists(page *strings.Builder, headings map[string]string) {
	lists := map[string][]*documentRow{}
	each := matrix{resources: m.resources}
	for _, c := range m.changes {
		for input := range strings.SplitSeq(c.input, ", ") {
			c.input = input
			each.changes = append(each.changes, c)
		}
	}
	tabled := each.documentRows(func(c change) string {
		if c.single(m.resources) != "" {
			return ""
		}
		return "several"
	})
	for _, r := range each.documentRows(func(c change) string { return c.single(m.resources) }) {
		lists[r.effect] = append(lists[r.effect], r)
	}
	effects := slices.Sorted(maps.Keys(lists))
	if i := slices.Index(effects, unchanged); i >= 0 {
		effects = append(slices.Delete(effects, i, i+1), unchanged) // last
	}
	for _, effect := range effects {
		action, resource, _ := strings.Cut(effect, " ")
		if heading := headings[resource]; heading != "" && len(m.resources) > 1 {
			action += ", " + heading + " alone"
		}
		elsewhere := slices.Clone(tabled)
		for other, listed := range lists {
			if other != effect && other != unchanged {
				elsewhere = append(elsewhere, listed...)
			}
		}
		entries := brief(lists[effect], elsewhere)
		if effect == unchanged {
			entries = grouped(lists[effect])
		}
		text := wrapped("- **" + action + "**: " + strings.Join(entries, "; ") + ".")
		page.WriteString(strings.ReplaceAll(text, "\n", "\n  ") + "\n")
	}
}

// brief are the entries of a list of changes with one effect. An object stands for its inputs where all of them have
// this effect. An input is without the kinds of its changes where it has no other effect.
func brief(rows, elsewhere []*documentRow) []string {
	var entries []string
	for _, r := range rows {
		objects := strings.Split(r.input, ".")
		for depth := range objects {
			object := strings.Join(objects[:depth+1], ".")
			if !anyWithin(elsewhere, object) {
				if object != r.input || len(rowsWithin(rows, object)) > 1 {
					entries = append(entries, "`"+object+"`")
				} else {
					entries = append(entries, "`"+r.input+"`"+r.remarks())
				}
				break
			}
			if object == r.input {
				entries = append(entries, "`"+r.input+"` "+r.changes())
			}
		}
	}
	slices.Sort(entries)
	return slices.Compact(entries)
}

// rowsWithin are the rows of an input and of what is in it.
func rowsWithin(rows []*documentRow, object string) []*documentRow {
	var found []*documentRow
	for _, r := range rows {
		if r.input == object || strings.HasPrefix(r.input, object+".") {
			found = append(found, r)
		}
	}
	return found
}

func anyWithin(rows []*documentRow, object string) bool { return len(rowsWithin(rows, object)) > 0 }

// grouped are the entries of a list in which inputs with the same changes share an entry.
func grouped(rows []*documentRow) []string {
	inputs := map[string][]string{}
	for _, r := range rows {
		inputs[r.changes()] = append(inputs[r.changes()], "`"+r.input+"`")
	}
	var entries []string
	for changes, all := range inputs {
		slices.Sort(all)
		entries = append(entries, strings.Join(all, ", ")+" "+changes)
	}
	slices.Sort(entries)
	return entries
}

// unchanged is the effect of a change that no resource shows.
const unchanged = "unchanged"

// single is the effect of a change that reaches one resource or none: the action and the resource. It is empty for
// another change.
func (c change) single(resources []string) string {
	effect := unchanged
	for _, resource := range resources {
		action, _, _ := strings.Cut(c.want[resource], " ")
		switch {
		case action == "":
		case effect == unchanged:
			effect = action + " " + resource
		default:
			return ""
		}
	}
	return effect
}

// A documentRow is the changes of an input that have the same effect.
type documentRow struct {
	input, effect string
	kinds         []string
	note          []string
}

// documentRows are the changes of a matrix that have an effect, in the order of the first of each row.
func (m matrix) documentRows(effectOf func(change) string) []*documentRow {
	var all []*documentRow
	for _, c := range m.changes {
		effect := effectOf(c)
		if effect == "" {
			continue
		}
		i := slices.IndexFunc(all, func(r *documentRow) bool { return r.input == c.input && r.effect == effect })
		if i < 0 {
			i, all = len(all), append(all, &documentRow{input: c.input, effect: effect})
		}
		all[i].kinds, all[i].note = append(all[i].kinds, c.kind), append(all[i].note, c.note)
	}
	return all
}

// notes are the notes of a row, each with the kind of change that it is about if the row has several.
func (r *documentRow) notes() string {
	var all []string
	for i, note := range r.note {
		switch {
		case note == "":
		case len(r.kinds) > 1:
			all = append(all, "*"+r.kinds[i]+"*: "+note)
		default:
			all = append(all, note)
		}
	}
	return strings.Join(all, " ")
}

// changes are the kinds of changes of a row, each followed by its note.
func (r *documentRow) changes() string {
	var all []string
	for i, kind := range r.kinds {
		if note := strings.TrimSuffix(r.note[i], "."); note != "" {
			kind += " (" + strings.ToLower(note[:1]) + note[1:] + ")"
		}
		all = append(all, kind)
	}
	return strings.Join(unique(all), ", ")
}

// remarks are the notes of a row, with the kinds of changes that they are about.
func (r *documentRow) remarks() string {
	var all []string
	for i, note := range r.note {
		if note = strings.TrimSuffix(note, "."); note != "" {
			all = append(all, r.kinds[i]+": "+strings.ToLower(note[:1])+note[1:])
		}
	}
	if len(all) == 0 {
		return ""
	}
	return " (" + strings.Join(all, ", ") + ")"
}

// unique leaves out repetitions.
func unique(all []string) []string {
	var found []string
	for _, s := range all {
		if !slices.Contains(found, s) {
			found = append(found, s)
		}
	}
	return found
}

// wrapped breaks a text into lines that are as wide as the documentation is.
func wrapped(text string) string {
	const widest = 118 // and two columns for the indentation of a list
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line+" "+word) > widest {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return strings.Join(append(lines, line), "\n")
}

// cell is what a change does to a resource.
func (c change) cell(resource string) string {
	part := map[string]string{
		"network": "network: {id:", "access": "privateLinkAccess: {id:",
		"kafka": "kafkaCluster: {id:",
	}[resource]
	action, causes, _ := strings.Cut(c.want[resource], " ")
	switch {
	case action == "" && part != "" && strings.Contains(c.before, part) && strings.Contains(c.after, part):
		return "–"
	case action == "":
		return "·"
	case action == "replace":
		action = "**replace**"
	}
	named := strings.Fields(causes)
	if inputs := strings.Split(c.input, ", "); slices.Equal(slices.Sorted(slices.Values(inputs)), named) {
		named = nil // the row has them already
	}
	for _, cause := range named {
		action += " `" + cause + "`"
	}
	return action
}

// TestPreviewMatrixDocument: the reference page ends in the matrix that is tested.
func TestPreviewMatrixDocument(t *testing.T) {
	t.Parallel()
	file := filepath.Join("..", "docs", "reference.md")
	page, err := os.ReadFile(file)
	require.NoError(t, err)
	byHand, _, ok := strings.Cut(string(page), matrixHeading)
	require.True(t, ok, "%s has no heading %q", file, matrixHeading)
	if os.Getenv("UPDATE") != "" {
		page = []byte(byHand + document())
		require.NoError(t, os.WriteFile(file, page, 0o600))
	}
	assert.Equal(t, byHand+document(), string(page), "run UPDATE=1 go test ./e2e -run TestPreviewMatrixDocument")
}
