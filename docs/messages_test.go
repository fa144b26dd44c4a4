package docs_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// property is the input that our messages begin with.
var property = regexp.MustCompile(`^([a-z][A-Za-z]*(?:\.[a-z][A-Za-z]*)?): `)

// quoted is a value in quotation marks: an example of what differs.
var quoted = regexp.MustCompile(`"[^"]*"`)

// TestMessages: this package, Confluent's provider, Pulumi or gRPC has each message of the troubleshooting page in its
// source.
func TestMessages(t *testing.T) {
	t.Parallel()
	explained := explainedMessages(read(t, troubleshooting))
	assert.NotEmpty(t, explained)
	for _, message := range outdated(t, explained) {
		t.Errorf("%s explains a message that is in no source: %s", troubleshooting, message)
	}
	source := messages(t)
	for _, no := range []string{"is not a TiDB Cloud cluster identity", "leave regions out", "waiting was stopped"} {
		assert.False(t, source.covers(no), no)
	}
}

// outdated are those of the messages that the source does not have. What is between two … is looked for as it is.
func outdated(t *testing.T, explained []string) []string {
	t.Helper()
	source := messages(t)
	return slices.DeleteFunc(slices.Clone(explained), func(message string) bool {
		text := withoutStatus(message)
		if m := property.FindStringSubmatch(message); m != nil {
			if !source.has(m[1]) {
				return false
			}
			text = message[len(m[0]):]
		}
		for fragment := range strings.SplitSeq(quoted.ReplaceAllString(text, "…"), "…") {
			if !source.covers(fragment) {
				return false
			}
		}
		return true
	})
}

// withoutStatus turns an HTTP status, whose text is Go's, into one of the things that differ.
func withoutStatus(line string) string {
	for code := 300; code < 600; code++ {
		if text := http.StatusText(code); text != "" {
			line = strings.ReplaceAll(line, fmt.Sprintf("%d %s", code, text), "…")
		}
	}
	return line
}

// texts are those of the source, in the pieces between their verbs.
type texts struct {
	// pieces are all of them, and all has them too, each between two line feeds.
	pieces map[string]bool
	all    string
}

func (s texts) has(piece string) bool { return s.pieces[piece] }

// covers reports whether a text is part of a piece, or of several that follow each other: the end of one, whole ones,
// and the beginning of another.
func (s texts) covers(text string) bool {
	if strings.TrimSpace(text) == "" || strings.Contains(s.all, text) {
		return true
	}
	for cut := 1; cut < len(text); cut++ {
		if fits(text[:cut]) && strings.Contains(s.all, text[:cut]+"\n") && s.begins(text[cut:]) {
			return true
		}
	}
	return false
}

func (s texts) begins(text string) bool {
	if fits(text) && strings.Contains(s.all, "\n"+text) {
		return true
	}
	for cut := 1; cut < len(text); cut++ {
		if fits(text[:cut]) && s.has(text[:cut]) && s.begins(text[cut:]) {
			return true
		}
	}
	return false
}

// fits leaves out the pieces of which anything could be put together.
func fits(piece string) bool { return len(piece) >= 4 || !letters.MatchString(piece) }

var letters = regexp.MustCompile(`[A-Za-z]`)

// verb is where a message takes a value.
var verb = regexp.MustCompile(`%[-+# 0-9.]*[a-zA-Z]`)

// messages are the pieces between the verbs of all texts in the source that messages come from.
func messages(t *testing.T) texts {
	t.Helper()
	// The stand-in has the messages of Confluent's provider.
	dirs := []string{"component", "provider", "internal", "sandbox/confluentcloud", "sandbox/internal/standin"}
	for i, dir := range dirs {
		dirs[i] = filepath.Join(root, filepath.FromSlash(dir))
	}
	sdk := moduleDir(t, "github.com/pulumi/pulumi/sdk/v3")
	dirs = append(dirs, filepath.Join(sdk, "go", "pulumi"), filepath.Join(sdk, "go", "property"),
		moduleDir(t, "google.golang.org/grpc"), moduleDir(t, "github.com/pulumi/pulumi-go-provider"))
	var pieces []string
	for _, dir := range dirs {
		sources(t, dir, func(file *ast.File) {
			ast.Inspect(file, func(node ast.Node) bool {
				expression, ok := node.(ast.Expr)
				if !ok {
					return true
				}
				text, ok := constant(expression)
				if !ok {
					return true
				}
				pieces = append(pieces, verb.Split(strings.ReplaceAll(text, "\n", " "), -1)...)
				// The tags of arguments have the names of the inputs, and the messages about required ones.
				input, _, _ := strings.Cut(reflect.StructTag(text).Get("pulumi"), ",")
				pieces = append(pieces, input, reflect.StructTag(text).Get("required"))
				return false
			})
		})
	}
	found := texts{map[string]bool{}, "\n" + strings.Join(pieces, "\n") + "\n"}
	for _, piece := range pieces {
		found.pieces[piece] = true
	}
	return found
}

// sources calls visit for each of the Go files in a directory and below that are neither tests nor generated.
func sources(t *testing.T, dir string, visit func(*ast.File)) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil || ast.IsGenerated(file) {
			return err
		}
		visit(file)
		return nil
	}))
}

// constant is the value of a text, which may be put together of several.
func constant(expression ast.Expr) (string, bool) {
	switch e := expression.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, ok := constant(e.X)
		if !ok || e.Op != token.ADD {
			return "", false
		}
		right, ok := constant(e.Y)
		return left + right, ok
	}
	return "", false
}

func moduleDir(t *testing.T, module string) string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", module)
	list.Dir = root
	out, err := list.Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}
