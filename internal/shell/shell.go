// Package shell writes the commands in messages. A user pastes them into a POSIX shell, and names and ids may contain
// anything: spaces, quotes, dollar signs, line feeds.
package shell

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"
)

// Command writes a command line whose words reach the program as they are.
func Command(words ...string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = quote(word)
	}
	return strings.Join(quoted, " ")
}

// Import writes the command that imports an object as a resource that a program declares. Without a parent it is for a
// resource of the stack.
func Import(declared urn.URN, id string, parent urn.URN) string {
	name, flags := declared.Name(), "--protect=false --generate-code=false"
	if parent != "" {
		flags = Command("--parent", parentAlias(name, parent)+"="+string(parent)) + " " + flags
	}
	operands := Command(string(declared.Type()), name, id)
	if strings.HasPrefix(name, "-") || strings.HasPrefix(id, "-") {
		// After "--" no word is a flag.
		return "pulumi import " + flags + " -- " + operands
	}
	return "pulumi import " + operands + " " + flags
}

// parentAlias is the parent's alias in the import. Pulumi cuts name=URN at the first equals sign, and mistakes a
// resource with the parent's name for its own parent. The alias is used nowhere else, so another word serves then.
func parentAlias(name string, parent urn.URN) string {
	switch alias := parent.Name(); {
	case alias != "" && alias != name && !strings.Contains(alias, "="):
		return alias
	case name == "parent":
		return "its-parent"
	}
	return "parent"
}

// quote turns a text into one word.
func quote(s string) string {
	switch {
	case strings.ContainsRune(s, 0):
		return `'<a text with a NUL byte, which no command can take>'`
	case isPlain(s):
		return s
	case isPrintable(s):
		// Inside of single quotes no shell expands anything, not even an exclamation mark. Text that Pulumi would take
		// for a color, and drop, is cut in two.
		return "'" + strings.NewReplacer("'", `'\''`, "<{%", "<''{%").Replace(s) + "'"
	}
	// Pulumi indents the lines of a message and terminals swallow control characters, so a command must have neither.
	// $(…) drops line feeds at the end of its output; the third character of the default IFS is one.
	text := strings.TrimRight(s, "\n")
	word := strings.Repeat(`"${IFS#??}"`, len(s)-len(text))
	if text != "" {
		word = `"$(printf '` + escape(text) + `')"` + word
	}
	return word
}

// isPlain reports whether every shell takes a text literally. A URN is never plain: Pulumi requires quotes.
func isPlain(s string) bool {
	return s != "" && s[0] != '=' && !strings.Contains(s, urn.Prefix) && !strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@+", r)
	})
}

func isPrintable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// escape writes a text as a format of printf, without characters that have a meaning inside quotes: Bash expands an
// exclamation mark even there.
func escape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		octal := !unicode.IsPrint(r) || r == utf8.RuneError || strings.ContainsRune("'\"\\%!$`{", r) ||
			i == 0 && r == '-'
		for _, c := range []byte(s[i : i+size]) {
			if octal {
				fmt.Fprintf(&b, `\%03o`, c)
			} else {
				b.WriteByte(c)
			}
		}
		i += size
	}
	return b.String()
}
