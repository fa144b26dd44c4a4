package docs_test

import (
	"fmt"
	"go/ast"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// undocumented are the messages that the troubleshooting page leaves out, and why.
var undocumented = map[string]string{
	"decoding the schema: %w": "it appears only when this package is built",

	// Of the calls themselves: what goes into them was checked before.
	"cannot encode the body of %s %s: %w":                                    "every body can be encoded",
	"cannot build the API path %s: %w":                                       "every path can be built",
	"cannot build the request %s %s: %w":                                     "every request can be built",
	"%q cannot be part of an API path: use the ID that TiDB Cloud shows":     "the check of the ids comes first",
	"the %s is empty: use the ID that TiDB Cloud shows":                      "the check of the ids comes first",
	"requestsPerMinute is %d: use a positive number, or leave it out for %d": "the configuration is checked first",

	"%q is not a TiDB Cloud attach domain ID; use the ID that the service shows, such as " +
		"attach-abc123": "its words are left out",

	"%q is not %s; use the ID that the service shows, such as %s": "the page has the message of each kind of id",

	"the table filter rule %q is wrong: %w": "the sandbox says it",

	// Of a service that behaves as TiDB Cloud does not.
	"cannot sign %s %s: %w": "only a challenge of another form leads to it",
	"the list of %s does not end: the service offers more after %d pages": "only a list without an end leads to it",
	"the list of %s is too long: the service sent more than %d": "only a service that sends larger pages than " +
		"asked for leads to it",
}

// TestEveryMessageIsExplained: the troubleshooting page has each message that a user can get from this package. With
// UPDATE=1 it writes those that are missing into the page, so that only the advice is to be written.
func TestEveryMessageIsExplained(t *testing.T) {
	t.Parallel()
	page := read(t, troubleshooting)
	explained := explainedMessages(page)
	source := userMessages(t)
	var missing []string
	for _, message := range source {
		pattern := shown(headline(message))
		found := pattern == nil || slices.ContainsFunc(explained, pattern.MatchString)
		_, left := undocumented[message]
		assert.False(t, found && left, "this is explained, and need not be among the undocumented: %s", message)
		if !found && !left {
			missing = append(missing, message)
		}
	}
	for message := range undocumented {
		assert.True(t, slices.Contains(source, message), "no longer in the source: %s", message)
	}
	if os.Getenv("UPDATE") != "" && len(missing) > 0 {
		save(t, troubleshooting, update(page, missing, outdated(t, explained)))
	}
	assert.Empty(t, missing, "run UPDATE=1 go test ./docs, then write the advice in %s", troubleshooting)
}

// TestMessagesAreFound: the messages of each of the forms that the source has are among those that must be explained.
func TestMessagesAreFound(t *testing.T) {
	t.Parallel()
	source := userMessages(t)
	for _, message := range []string{
		"%q is not one of %s; use one of these",
		"is empty; set a name, or leave it out for the default name",
		"the network has no VPC endpoint service; check that it is a PRIVATELINK network and READY",
		"%v is not a number of requests; use 1 or more, or leave it out for %d",
		"%q is not a Confluent Kafka cluster ID; use the ID that the service shows, such as lkc-abc123",
		"redirects are not followed; check serverlessEndpoint (TIDBCLOUD_SERVERLESS_ENDPOINT)",
		"%s is still %s after %s: %s; %s",
		"serverlessEndpoint is not an address with a scheme and a host: %v",
	} {
		assert.True(t, slices.Contains(source, message), "not found: %s", message)
	}
	pattern := shown("%s is in region %s: %w")
	require.NotNil(t, pattern)
	assert.True(t, pattern.MatchString("network.id: … is in region …: …"))
	assert.False(t, pattern.MatchString("network.id: … is in the region …: …"))
	assert.Nil(t, shown("network.zones: %w"))
	assert.False(t, shown("its name is empty").MatchString("its name is empty; give one"))
	assert.Equal(t, "region: %q is not an AWS region", headline("region: %q is not an AWS region; give one; or two"))
	assert.Equal(t, "%s: it is empty; give one", headline("%s: it is empty; give one"))
	assert.Equal(t, "looking up the region: %w; check it", headline("looking up the region: %w; check it"))
}

// fewestLetters is how many letters identify a message.
const fewestLetters = 12

// headline is what the page has of a message: what is wrong, without the advice after the first semicolon, which is in
// front of the reader. It has enough letters to identify the message, and does not end in the text of another one.
func headline(message string) string {
	message, _, _ = strings.Cut(message, "\n")
	for end := range len(message) {
		if !strings.HasPrefix(message[end:], "; ") {
			continue
		}
		own := values.ReplaceAllString(property.ReplaceAllString(message[:end], ""), "…")
		if len(letters.FindAllString(own, -1)) >= fewestLetters && !strings.HasSuffix(own, ": …") {
			return message[:end]
		}
	}
	return message
}

// values are one or more verbs.
var values = regexp.MustCompile(verb.String() + "(?: " + verb.String() + ")*")

// shown is what a line of the page looks like that has a message, with or without a property or a cause in front. It is
// nil for a message that only passes another one on.
func shown(message string) *regexp.Regexp {
	// A list follows the first line.
	message, _, _ = strings.Cut(message, "\n")
	own := message
	if m := property.FindString(message); m != "" {
		own = message[len(m):]
	}
	if !letters.MatchString(values.ReplaceAllString(own, "")) {
		return nil
	}
	pieces := values.Split(message, -1)
	for i, piece := range pieces {
		pieces[i] = regexp.QuoteMeta(piece)
	}
	return regexp.MustCompile(`(?:^|\W)` + strings.Join(pieces, ".+") + "$")
}

// userMessages are the formats of the messages of this package.
func userMessages(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{}
	for _, dir := range []string{"component", "provider", "internal"} {
		sources(t, filepath.Join(root, dir), func(file *ast.File) {
			if file.Name.Name == "mockcloud" {
				return // what services answer in tests
			}
			for _, declaration := range file.Decls {
				f, _ := declaration.(*ast.FuncDecl)
				// What these two return is shown as it is.
				speaks := f != nil && (f.Name.Name == "Error" || f.Name.Name == "advice")
				ast.Inspect(declaration, func(node ast.Node) bool {
					if message, ok := messageOf(node, speaks); ok && message != "" {
						found[message] = true
					}
					return true
				})
			}
		})
	}
	return slices.Sorted(maps.Keys(found))
}

// messageOf is the message that a node of the source has, if it has one of its own.
func messageOf(node ast.Node, speaks bool) (string, bool) {
	switch n := node.(type) {
	case *ast.CallExpr:
		switch name := called(n); {
		case name == "fmt.Errorf", name == "errors.New", speaks && name == "fmt.Sprintf":
			return format(n.Args[0])
		case speaks && name == "fmt.Fprintf":
			return format(n.Args[1])
		case name == "newID": // the kinds of ids have one format and a name each
			what, _ := constant(n.Args[0])
			example, _ := constant(n.Args[1])
			return fmt.Sprintf("%%q is not %s; use the ID that the service shows, such as %s", what, example), true
		}
	case *ast.KeyValueExpr:
		// The reason of a failed check.
		call, ok := n.Value.(*ast.CallExpr)
		if key, isName := n.Key.(*ast.Ident); ok && isName && key.Name == "Reason" && called(call) == "fmt.Sprintf" {
			return format(call.Args[0])
		}
	case *ast.ReturnStmt:
		if speaks && len(n.Results) == 1 {
			return format(n.Results[0])
		}
	}
	return "", false
}

// called is the name of the function that is called, with its package if it is of another one.
func called(call *ast.CallExpr) string {
	if own, ok := call.Fun.(*ast.Ident); ok {
		return own.Name
	}
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	of, _ := selector.X.(*ast.Ident)
	if of == nil {
		return ""
	}
	return of.Name + "." + selector.Sel.Name
}

// format is a text in which whatever is not constant is a verb. There is none where nothing is constant.
func format(expression ast.Expr) (string, bool) {
	if text, ok := constant(expression); ok {
		return text, true
	}
	sum, ok := expression.(*ast.BinaryExpr)
	if !ok {
		return "", false
	}
	left, leftOK := format(sum.X)
	right, rightOK := format(sum.Y)
	if !leftOK {
		left = "%v"
	}
	if !rightOK {
		right = "%v"
	}
	return left + right, leftOK || rightOK
}
