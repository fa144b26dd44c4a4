package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const troubleshooting = "docs/troubleshooting.md"

// A row explains messages that have the same advice.
type row struct {
	messages []string
	advice   string
}

// rowOfMessages is a row whose first cell has messages, each in backquotes.
var rowOfMessages = regexp.MustCompile("^\\| (`[^`]+`(?:<br>`[^`]+`)*) \\|(.*)\\|$")

// rows are those of the page that explain messages.
func rows(page string) []row {
	var all []row
	for line := range strings.Lines(page) {
		m := rowOfMessages.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		messages := strings.Split(strings.Trim(m[1], "`"), "`<br>`")
		all = append(all, row{messages: messages, advice: strings.TrimSpace(m[2])})
	}
	return all
}

// explainedMessages are the messages that the page explains.
func explainedMessages(page string) []string {
	var all []string
	for _, r := range rows(page) {
		all = append(all, r.messages...)
	}
	return all
}

// TestRows: each message has one place, and advice there.
func TestRows(t *testing.T) {
	t.Parallel()
	page := read(t, troubleshooting)
	seen := map[string]bool{}
	for _, r := range rows(page) {
		assert.NotEmpty(t, r.advice, "%s: write in the second column what to do about: %s", troubleshooting,
			r.messages[0])
		for _, message := range r.messages {
			assert.False(t, seen[message], "%s explains this twice: %s", troubleshooting, message)
			seen[message] = true
		}
	}
	hasNew := strings.Contains(page, newMessages)
	assert.False(t, hasNew,
		"move the new rows to the section where a reader looks for them")
	for line := range strings.Lines(page) {
		isRow := strings.HasPrefix(line, "| `")
		assert.True(t, !isRow || rowOfMessages.MatchString(strings.TrimSpace(line)), "this row cannot be read: %s",
			line)
	}
}

// newMessages is the heading below which update puts messages that are like none on the page.
const newMessages = "\n## New messages\n"

// update writes the missing messages into the page: in the place of an outdated one that is like it, or at its end.
func update(page string, missing, outdated []string) string {
	outdated = slices.Clone(outdated)
	var added strings.Builder
	for _, message := range missing {
		text := placeholders(message)
		like := slices.MaxFunc(append(outdated, ""), func(a, b string) int {
			return int(1000*similarity(a, text)) - int(1000*similarity(b, text))
		})
		if similarity(like, text) < 0.5 {
			added.WriteString("| `" + text + "` | |\n")
			continue
		}
		if !property.MatchString(text) {
			text = property.FindString(like) + text
		}
		page = strings.ReplaceAll(page, "`"+like+"`", "`"+text+"`")
		outdated = slices.DeleteFunc(outdated, func(s string) bool { return s == like })
	}
	if added.Len() == 0 {
		return page
	}
	return strings.TrimRight(page, "\n") + "\n" + newMessages + "\n| message | what to do |\n|---|---|\n" +
		added.String()
}

// placeholders is a message as the page shows it: without its advice, and with … for its values.
func placeholders(message string) string {
	return values.ReplaceAllString(headline(message), "…")
}

// similarity is the share of words that two messages have in common: 1 for all, 0 for none.
func similarity(a, b string) float64 {
	left, right := strings.Fields(a), strings.Fields(b)
	if len(left)+len(right) == 0 {
		return 0
	}
	common := 0
	for _, w := range left {
		if i := slices.Index(right, w); i >= 0 {
			common++
			right = slices.Delete(right, i, i+1)
		}
	}
	return 2 * float64(common) / float64(2*common+len(left)-common+len(right))
}

// save writes a page.
func save(t *testing.T, path, page string) {
	t.Helper()
	file := filepath.Join(root, filepath.FromSlash(path))
	require.NoError(t, os.WriteFile(file, []byte(page), 0o644)) // Documentation is public.
}

// TestUpdate: a message that is worded in another way takes the place of the old one; a new one comes last.
func TestUpdate(t *testing.T) {
	t.Parallel()
	page := "| message | what to do |\n|---|---|\n| `region: … is not an AWS region`<br>`it is empty` | Leave it " +
		"out. |\n"
	missing := []string{"%q is no AWS region", "cluster %s is %s"}
	got := update(page, missing, []string{"region: … is not an AWS region"})
	assert.Equal(t, []row{
		{messages: []string{"region: … is no AWS region", "it is empty"}, advice: "Leave it out."},
		{messages: []string{"cluster … is …"}},
	}, rows(got))
	assert.Contains(t, got, newMessages)
	assert.Equal(t, page, update(page, nil, []string{"it is empty"}))
}
