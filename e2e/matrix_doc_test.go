package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// matrixHeading begins the generated part of the page, which is its last.
const matrixHeading = "\n## What a preview shows\n"

const matrixIntroduction = matrixHeading + `
<!-- UPDATE=1 go test ./e2e -run TestPreviewMatrixDocument writes the rest of this page from e2e/matrix_test.go. -->

For every input, every kind of change and every resource: what ` + "`pulumi preview`" +
	` shows, and which properties cause it.
Nothing else changes, and ` + "`pulumi up`" +
	` does what the preview shows. A test holds each line against Pulumi's engine and
against the calls that reach the services.

- **·** means that the resource stays as it is. **–** means that there is none: an existing one is given by its ` +
	"`id`" + `.
- **replace** creates a new resource, then deletes the old one. Attached domains and Kafka clusters are deleted first: a
  domain can be attached only once, and Confluent's provider frees a name before it uses it again.
- **not known yet** means that the input is an output of a resource that does not exist or changes. A preview shows what
  *could* happen. When the value turns out to be the old one, the update does nothing.
- The component itself shows each change of its inputs (` + "`preview --diff`" +
	`). A change of one input makes no output
  unknown unless the output comes from a resource that is created anew.
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
		fmt.Fprintf(&page, "\n### %s\n\n| input | change |", m.title)
		for _, resource := range m.resources {
			fmt.Fprintf(&page, " %s |", headings[resource])
		}
		fmt.Fprintf(&page, " |\n|---|---|%s---|\n", strings.Repeat("---|", len(m.resources)))
		for _, c := range m.changes {
			fmt.Fprintf(&page, "| `%s` | %s |", c.input, c.kind)
			for _, resource := range m.resources {
				fmt.Fprintf(&page, " %s |", c.cell(resource))
			}
			fmt.Fprintf(&page, " %s |\n", c.note)
		}
	}
	return page.String()
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
	for _, cause := range strings.Fields(causes) {
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
