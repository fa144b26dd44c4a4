package shell

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// uglyTexts are possible names. None ends in a letter that another begins with, so that a lost border shows.
func uglyTexts() []string {
	return []string{
		"orders", "", " ", "two words", " around ", "a  b", "$HOME", "${HOME}", "$(id)", "a$", "it's", "''", "'",
		`say "hi"`, `"`,
		"`id`", "`", "hello!", "!!", "it's!", "!$", "a\nb", "\n", "a\n", "a\n\n", "\n\na", "it's\nnew!",
		"100%\n!\"$`\\", "a\tb", "\r", "\x1b[31m",
		"-", "--", "-n", "--yes", "-\n", "a=b", "=", "=ls", "a=urn:pulumi:b::c::d::e", "größe", "注文", "🙂", "é",
		"\u00a0", "a\u200bb",
		"\u202eabc", "\ufffd", "\xff", "é\n", "a\n1", `back\slash`, `\`, `\n`, `a\012b`, "a;b", "a&b", "a|b", "<a>",
		"a>b", "*", "?", "[a]",
		"{a,b}", "~", "~root", "a#b", "#", "(a)", "a*b\nc", "%", "%s", "<{%reset%}>", "<{%reset%}>\n", "'<{%reset%}>'",
		"%d\n", "^a^b", "a,b", "@", "+", "/", "a:b::c",
	}
}

// shells are the shells of this machine.
func shells(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, name := range []string{"sh", "dash", "bash", "zsh", "ksh", "mksh"} {
		if path, err := exec.LookPath(name); err == nil {
			found = append(found, path)
		}
	}
	require.NotEmpty(t, found, "a test of commands needs a shell")
	return found
}

// argv runs a command in a shell and returns its arguments.
func argv(t *testing.T, cmd *exec.Cmd) []string {
	t.Helper()
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

// echo prints its arguments, each with a NUL byte behind it.
var echo = []string{"printf", `%s\000`}

func TestCommand(t *testing.T) {
	t.Parallel()
	for _, sh := range shells(t) {
		for _, text := range uglyTexts() {
			command := Command(append(echo, "<", text, text, ">")...)
			got := argv(t, exec.Command(sh, "-c", command))
			assert.Equal(t, []string{"<", text, text, ">"}, got, "%s read %s", sh, command)
		}
	}
}

// TestCommandInHistory reads the commands as an interactive Bash does, which expands exclamation marks.
func TestCommandInHistory(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	for _, text := range uglyTexts() {
		command := Command(append(echo, "<", text, ">")...)
		cmd := exec.Command(bash, "--norc", "--noprofile")
		cmd.Stdin = strings.NewReader("set -o history -o histexpand\n: earlier\n" + command + "\n")
		assert.Equal(t, []string{"<", text, ">"}, argv(t, cmd), command)
	}
}

// TestOneLine checks that a command is one line of printable characters, whatever its arguments.
func TestOneLine(t *testing.T) {
	t.Parallel()
	for _, text := range uglyTexts() {
		command := Command("true", text)
		assert.True(t, isPrintable(command), "%q", command)
		assert.Equal(t, command, colors.Never.Colorize(command), "Pulumi shows it otherwise")
	}
}

func TestNoCommandForNUL(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `true '<a text with a NUL byte, which no command can take>'`, Command("true", "a\x00b"))
}

func TestImport(t *testing.T) {
	t.Parallel()
	parent := urn.New("dev", "e2e", "", "tidbconfluent:index:PrivateLink", "orders")
	child := urn.New("dev", "e2e", parent.QualifiedType(), "confluentcloud:index/network:Network", "orders-network")
	assert.Equal(t, "pulumi import confluentcloud:index/network:Network orders-network env-1/n-1 "+
		"--parent 'orders=urn:pulumi:dev::e2e::tidbconfluent:index:PrivateLink::orders' "+
		"--protect=false --generate-code=false",
		Import(child, "env-1/n-1", parent))
	assert.Equal(t, "pulumi import a:b:C c 1 --protect=false --generate-code=false",
		Import(urn.New("dev", "e2e", "", "a:b:C", "c"), "1", ""))
	assert.Equal(t, "pulumi import --protect=false --generate-code=false -- a:b:C -c 1",
		Import(urn.New("dev", "e2e", "", "a:b:C", "-c"), "1", ""))
}

// TestImportThroughShell reads the commands as a shell and Pulumi do.
func TestImportThroughShell(t *testing.T) {
	t.Parallel()
	sh := shells(t)[0]
	for _, name := range append(uglyTexts(), "parent", "its-parent") {
		for _, own := range []string{name + "-network", name, "parent", "its-parent"} {
			parent := urn.New("dev", "e2e", "", "tidbconfluent:index:PrivateLink", name)
			child := urn.New("dev", "e2e", parent.QualifiedType(), "a:b:C", own)
			command := Import(child, "env-1/n-1", parent)
			words := argv(t, exec.Command(sh, "-c", Command(echo...)+" "+strings.TrimPrefix(command, "pulumi import ")))
			operands, flags := parsed(t, words)
			assert.Equal(t, []string{"a:b:C", own, "env-1/n-1"}, operands, command)
			alias, is, _ := strings.Cut(flags["--parent"], "=")
			assert.Equal(t, string(parent), is, command)
			assert.NotEmpty(t, alias, command)
			assert.NotEqual(t, own, alias, command)
			assert.Equal(t, "false", flags["--protect"], command)
			assert.Equal(t, "false", flags["--generate-code"], command)
		}
	}
}

// parsed parses the words of an import, as Pulumi does.
func parsed(t *testing.T, words []string) (operands []string, flags map[string]string) {
	t.Helper()
	flags = map[string]string{}
	for i := 0; i < len(words); i++ {
		switch word := words[i]; {
		case word == "--":
			return append(operands, words[i+1:]...), flags
		case word == "--parent":
			i++
			require.Less(t, i, len(words))
			flags[word] = words[i]
		case strings.HasPrefix(word, "-"):
			name, value, _ := strings.Cut(word, "=")
			flags[name] = value
		default:
			operands = append(operands, word)
		}
	}
	return operands, flags
}

// TestNobodyElseWritesCommands looks for commands that other code formats by itself.
func TestOnlyThisPackageWritesCommands(t *testing.T) {
	t.Parallel()
	filled := regexp.MustCompile(`(pulumi ` +
		`(import|state|up|refresh|destroy|preview|config|stack|cancel|plugin|package)\b|` +
		`aws [a-z0-9]+ [a-z-]+ -|curl |--(target|replace|parent|exclude)\b)[^;,:()]*%[^%]`)
	seen := 0
	for _, dir := range []string{"component", "provider", "internal"} {
		err := filepath.WalkDir(filepath.Join("..", "..", dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if literal, ok := joined(n); ok {
					seen++
					assert.NotRegexp(t, filled, literal, "%s: use package shell", path)
				}
				return true
			})
			return nil
		})
		require.NoError(t, err)
	}
	assert.Greater(t, seen, 1000, "the source was not found")
}

// joined is the text of a literal, or of several that are added up.
func joined(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.BasicLit:
		if n.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(n.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		left, ok := joined(n.X)
		right, also := joined(n.Y)
		return left + right, ok && also && n.Op == token.ADD
	}
	return "", false
}
