// Package tablefilter understands TiDB's table filter rules, such as "shop.*" and "!shop.secret".
package tablefilter

import (
	"fmt"
	"regexp"
)

// Filter is a list of rules that include and exclude tables.
type Filter struct{ rules []rule }

// rule includes or excludes the tables that match both patterns.
type rule struct {
	include       bool
	schema, table *regexp.Regexp
}

// Parse parses a list of rules. The error names the rule that is wrong.
func Parse(rules []string, caseSensitive bool) (*Filter, error) {
	flags := "(?i)"
	if caseSensitive {
		flags = ""
	}
	f := &Filter{}
	for _, text := range rules {
		r, err := parseRule(text, flags)
		if err != nil {
			return nil, fmt.Errorf("the table filter rule %q is wrong: %w", text, err)
		}
		f.rules = append(f.rules, r)
	}
	return f, nil
}

// Check returns what is wrong with a rule.
func Check(rule string) error {
	_, err := parseRule(rule, "")
	return err
}

// Match reports whether the rules include a table. The last rule that matches decides.
func (f *Filter) Match(schema, table string) bool {
	for i := len(f.rules) - 1; i >= 0; i-- {
		if r := f.rules[i]; r.schema.MatchString(schema) && r.table.MatchString(table) {
			return r.include
		}
	}
	return false
}
