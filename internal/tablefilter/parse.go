package tablefilter

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// parseRule parses one rule.
func parseRule(text string, flags string) (rule, error) {
	rest := strings.TrimSpace(text)
	switch {
	case rest == "":
		return rule{}, fmt.Errorf("the rule is empty")
	case strings.HasPrefix(rest, "#"):
		return rule{}, fmt.Errorf("the rule is a comment")
	case strings.HasPrefix(rest, "@"):
		return rule{}, fmt.Errorf("a rule cannot import a file")
	}
	rest, exclude := strings.CutPrefix(rest, "!")
	schema, rest, err := parsePattern(rest, true)
	if err != nil {
		return rule{}, err
	}
	rest, found := strings.CutPrefix(rest, ".")
	if !found {
		return rule{}, fmt.Errorf("the table is missing: the form is <database>.<table>")
	}
	table, rest, err := parsePattern(rest, false)
	if err != nil {
		return rule{}, err
	}
	if rest != "" {
		return rule{}, fmt.Errorf("%q at the end is unexpected", rest)
	}
	r := rule{include: !exclude}
	if r.schema, err = regexp.Compile(flags + schema); err == nil {
		r.table, err = regexp.Compile(flags + table)
	}
	if err != nil {
		return rule{}, fmt.Errorf("a regular expression does not parse: %w", err)
	}
	return r, nil
}

// parsePattern turns the pattern at the beginning of text into a regular expression. A database's pattern ends at a
// dot.
func parsePattern(text string, endsAtDot bool) (expression, rest string, err error) {
	if text == "" {
		return "", "", fmt.Errorf("a pattern is missing: the form is <database>.<table>")
	}
	switch text[0] {
	case '/':
		return parseRegexp(text)
	case '`', '"':
		return parseQuoted(text)
	default:
		return parseWildcards(text, endsAtDot)
	}
}

// parseRegexp parses /expression/, in which \/ stands for a slash.
func parseRegexp(text string) (expression, rest string, err error) {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '/':
			return strings.ReplaceAll(text[1:i], `\/`, "/"), text[i+1:], nil
		}
	}
	return "", "", fmt.Errorf("the regular expression %s has no end", text)
}

// parseQuoted parses a name in quotes. A quote in it is doubled.
func parseQuoted(text string) (expression, rest string, err error) {
	quote := text[:1]
	var name strings.Builder
	for i := 1; i < len(text); i++ {
		if text[i] != quote[0] {
			name.WriteByte(text[i])
			continue
		}
		if !strings.HasPrefix(text[i+1:], quote) {
			if name.Len() == 0 {
				return "", "", fmt.Errorf("the name between the quotes is empty")
			}
			return "^" + regexp.QuoteMeta(name.String()) + "$", text[i+1:], nil
		}
		name.WriteString(quote)
		i++
	}
	return "", "", fmt.Errorf("the name %s has no closing quote", text)
}

var characterRange = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\[(!?)((?:\\[^0-9A-Za-z]|[^\\\]])+)\]`)
})

// parseWildcards parses a plain pattern: letters, digits, _, $ and non-ASCII characters stand for themselves, * for
// anything, ? for a character, [a-z] for one of a range, and \ makes the next character literal.
func parseWildcards(text string, endsAtDot bool) (expression, rest string, err error) {
	out := strings.Builder{}
	out.WriteString("(?s)^")
	i := 0
scan:
	for i < len(text) {
		c := text[i]
		switch {
		case c == '.' && endsAtDot:
			break scan
		case c == '\\':
			if i+1 == len(text) || plain(text[i+1]) && text[i+1] != '_' && text[i+1] != '$' {
				return "", "", fmt.Errorf(`\ must be followed by a special character`)
			}
			out.WriteString(regexp.QuoteMeta(text[i+1 : i+2]))
			i++
		case plain(c):
			out.WriteString(strings.ReplaceAll(text[i:i+1], "$", `\$`))
		case c == '*':
			out.WriteString(".*")
		case c == '?':
			out.WriteString(".")
		case c == '[':
			match := characterRange().FindStringSubmatch(text[i:])
			if match == nil {
				return "", "", fmt.Errorf("the range %s has no end", text[i:])
			}
			negated := strings.Replace(match[1], "!", "^", 1)
			out.WriteString("[" + negated + strings.ReplaceAll(match[2], "[", `\[`) + "]")
			i += len(match[0]) - 1
		default:
			return "", "", fmt.Errorf("the character %q must be quoted", c)
		}
		i++
	}
	if i == 0 {
		return "", "", fmt.Errorf("a pattern is missing: the form is <database>.<table>")
	}
	out.WriteString("$")
	return out.String(), text[i:], nil
}

// plain reports whether a character stands for itself.
func plain(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c >= 0x80
}
