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

const matrixDocument = `# What a preview says

<!-- Written by ` + "`UPDATE=1 go test ./e2e -run TestPreviewMatrixDocument`" + ` from e2e/matrix_test.go. -->

For every input, every kind of change, and every resource: what ` + "`pulumi preview`" + ` says, with the properties that cause it.
Nothing else changes, and what a preview says is what ` + "`pulumi up`" + ` then does: a test holds each line against Pulumi's
engine and against the calls that reach the services.

- **·** the resource stays as it is, **–** there is none, because it was brought by its ` + "`id`" + ` before and after.
- **replace**: a new one is made, then the old one goes; attached domains and Kafka clusters go first, since a domain is
  attached only once, and Confluent's provider frees a name before it gives it again.
- **not known yet**: the input is an output of a resource that does not exist, or changes, so that a preview has to say what
  *could* happen. When the value turns out to be the old one, the update does nothing.
- The component itself shows each change of its inputs (` + "`preview --diff`" + `), and no change of one input makes an output
  unknown that does not come from a resource that is made anew.
- What TiDB Cloud reports later (other AZs, fewer than three) changes nothing for a network that exists.
`

// document is the matrices as a page of the documentation.
func document() string {
	var page strings.Builder
	page.WriteString(matrixDocument)
	headings := map[string]string{
		"network": "Network", "access": "PrivateLink Access", "kafka": "Kafka cluster", "connection": "Connection", "domains": "Domains",
		"sg": "Security group", "endpoint": "Endpoint", "zone": "Hosted zone", "record": "Record `*`",
		"record-use1-az1": "`*.use1-az1`", "record-use1-az2": "`*.use1-az2`", "record-use1-az6": "`*.use1-az6`",
	}
	for _, m := range append(slices.Clone(matrices), vpcMatrix) {
		fmt.Fprintf(&page, "\n## %s\n\n| input | change |", m.title)
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
	part := map[string]string{"network": "network: {id:", "access": "privateLinkAccess: {id:", "kafka": "kafkaCluster: {id:"}[resource]
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

// TestPreviewMatrixDocument: the page of the documentation is the matrix that is tested.
func TestPreviewMatrixDocument(t *testing.T) {
	t.Parallel()
	file := filepath.Join("..", "docs", "preview-matrix.md")
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(file, []byte(document()), 0o600))
	}
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, document(), string(written), "run UPDATE=1 go test ./e2e -run TestPreviewMatrixDocument")
}
