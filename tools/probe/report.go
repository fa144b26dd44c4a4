package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A comparison is one service, as it is and as the sandbox has it.
type comparison struct {
	name      string
	live, box *walker
	// lives and boxes are the calls to each.
	lives, boxes []*call
	shown        map[string]bool
}

// compareAll compares the forms of both. hidden are texts that are never a word or a name, such as the keys.
func compareAll(name string, live, box *walker, hidden []string) *comparison {
	words := map[string]bool{}
	for _, word := range strings.Fields(knownWords) {
		words[strings.ToLower(word)] = true
	}
	c := &comparison{name: name, live: live, box: box, shown: map[string]bool{}}
	// All words of the sandbox's answers are those of the sandbox's source.
	own := &reader{words: words, shown: map[string]bool{}}
	c.boxes = summarize(box.seen, func(string) *reader { return own })
	for word := range own.shown {
		words[strings.ToLower(word)] = true
	}
	known := map[string]form{}
	for _, b := range c.boxes {
		known[b.name] = b.form
	}
	c.lives = summarize(live.seen, func(call string) *reader {
		return &reader{known: orEmpty(known[call]), words: words, hidden: hidden, shown: c.shown}
	})
	return c
}

func orEmpty(f form) form {
	if f == nil {
		return form{}
	}
	return f
}

// counterpart is the sandbox's call of the same name.
func (c *comparison) counterpart(name string) *call {
	for _, b := range c.boxes {
		if b.name == name {
			return b
		}
	}
	return nil
}

// count is the number of differences.
func (c *comparison) count() int {
	n := 0
	for _, l := range c.lives {
		if b := c.counterpart(l.name); b != nil {
			n += len(differences(l, b))
		}
	}
	return n
}

const introduction = `# What the live services answer, compared with the sandbox

Made by ` + "`make probe`" + `, which only reads. It has no values: fields, kinds of values, words of the APIs'
enumerations, statuses and headers alone.
Attach it to an issue at https://github.com/tidbconfluent/pulumi-tidbconfluent/issues.
`

// report writes a comparison of each service down.
func report(version string, all []*comparison) string {
	var b strings.Builder
	b.WriteString(introduction)
	fmt.Fprintf(&b, "\nVersion of the package: %s\n", version)
	for _, c := range all {
		fmt.Fprintf(&b, "\n## %s: %d differences\n\n| call | answers | status | sandbox | differences |\n"+
			"|---|---|---|---|---|\n", c.name, c.count())
		for _, l := range c.lives {
			box, found := "not asked", 0
			if other := c.counterpart(l.name); other != nil {
				box, found = strings.Join(other.statuses.sorted(), ", "), len(differences(l, other))
			}
			fmt.Fprintf(&b, "| %s | %d | %s | %s | %d |\n", l.name, l.count, strings.Join(l.statuses.sorted(), ", "),
				box, found)
		}
		for _, name := range c.live.silent {
			fmt.Fprintf(&b, "| %s | no answer | | | |\n", name)
		}
		for _, other := range c.boxes {
			if !slices.ContainsFunc(c.lives, func(l *call) bool { return l.name == other.name }) {
				fmt.Fprintf(&b, "| %s | nothing to look at | | %s | |\n", other.name,
					strings.Join(other.statuses.sorted(), ", "))
			}
		}
		for _, l := range c.lives {
			c.writeCall(&b, l)
		}
	}
	return b.String()
}

func (c *comparison) writeCall(b *strings.Builder, l *call) {
	other := c.counterpart(l.name)
	if other == nil {
		return
	}
	found := differences(l, other)
	if len(found) == 0 {
		return
	}
	fmt.Fprintf(b, "\n### %s\n\n", l.name)
	for _, difference := range found {
		fmt.Fprintf(b, "- %s\n", difference)
	}
	b.WriteString("\nWhat came:\n\n")
	for _, path := range slices.Sorted(maps.Keys(l.form)) {
		fmt.Fprintf(b, "- %s: %s\n", path, strings.Join(set(l.form[path]).sorted(), ", "))
	}
}

var errLeak = errors.New("the report would show a value of yours, so it was not written; please say so in an issue, " +
	"without the value")

// checkLeaks is the last check of a report: it must have no key and no value of an answer. A value that is also in the
// sandbox's report about itself is a word of the report.
func checkLeaks(text, without string, keys []string, all []*comparison) error {
	lower, known := strings.ToLower(text), strings.ToLower(without)
	for _, secret := range keys {
		if len(secret) > 3 && strings.Contains(lower, strings.ToLower(secret)) {
			return errLeak
		}
	}
	for _, c := range all {
		for shown := range c.shown {
			known += "\n" + strings.ToLower(shown)
		}
	}
	for _, c := range all {
		for _, o := range c.live.seen {
			for _, value := range values(o.body) {
				value = strings.ToLower(value)
				if len(value) > 3 && strings.Contains(lower, value) && !strings.Contains(known, value) {
					return errLeak
				}
			}
		}
	}
	return nil
}

// values are all texts and numbers of an answer, and the keys of objects whose keys are values.
func values(body []byte) []string {
	var said any
	if json.Unmarshal(body, &said) != nil {
		return []string{string(body)}
	}
	var all []string
	var collect func(path string, value any)
	collect = func(path string, value any) {
		switch v := value.(type) {
		case map[string]any:
			for name, child := range v {
				if mapping.MatchString(path) {
					all = append(all, name)
				}
				collect(join(path, name), child)
			}
		case []any:
			for _, child := range v {
				collect(path+"[]", child)
			}
		case string:
			all = append(all, v)
		case float64:
			all = append(all, fmt.Sprintf("%.0f", v))
		}
	}
	collect("", said)
	return all
}
