package rules_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"
)

func TestFilterRule(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"*.*", "orders.*", "!orders.audit", "`my db`.`a.b`", "`a``b`.t", `"a b"."c"`, "db?.t[0-9]", "/^db[0-9]$/.t",
		`a\.b.c`, " a.b ",
		"größe.*", "a_b.c$", `a\-b.c`,
	} {
		assert.NoError(t, rules.FilterRule(good), good)
	}
	for bad, why := range map[string]string{
		"":        "the rule is empty",
		"orders":  "the table is missing",
		"a.":      "a pattern is missing",
		".b":      "a pattern is missing",
		"a.b.c":   "the character '.' must be quoted",
		"`a.b":    "has no closing quote",
		"``.b":    "the name between the quotes is empty",
		"/a(/.b":  "a regular expression does not parse",
		"/a.b":    "has no end",
		"a b.c":   "the character ' ' must be quoted",
		"a.b\nc":  "must be quoted",
		"a-b.c":   "the character '-' must be quoted",
		"!":       "a pattern is missing",
		"a.b, c":  "must be quoted",
		"a.[b":    "has no end",
		"!!a.b":   "the character '!' must be quoted",
		"a.b # c": "must be quoted",
	} {
		assert.ErrorContains(t, rules.FilterRule(bad), why, bad)
	}
}

func TestFilterRulesMustTakeTables(t *testing.T) {
	t.Parallel()
	assert.NoError(t, rules.FilterRules(nil))
	assert.NoError(t, rules.FilterRules([]string{"*.*", "!a.b"}))
	assert.ErrorContains(t, rules.FilterRules([]string{"!a.b"}), "every rule begins with '!'")
}

func TestTopicName(t *testing.T) {
	t.Parallel()
	assert.NoError(t, rules.TopicName("orders.v1_a-b"))
	assert.NoError(t, rules.TopicName(strings.Repeat("a", 249)))
	for _, bad := range []string{"", ".", "..", "a b", "a/b", "größe", strings.Repeat("a", 250)} {
		assert.Error(t, rules.TopicName(bad), bad)
	}
	assert.NoError(t, rules.TopicNamePart(""))
}

func TestChangefeedWords(t *testing.T) {
	t.Parallel()
	assert.NoError(t, rules.OneOf("AVRO", rules.KafkaProtocols))
	assert.EqualError(t, rules.OneOf("avro", rules.DecimalModes),
		`"avro" is not one of PRECISE, STRING; use one of these`)
	assert.NoError(t, rules.BootstrapServer("broker.example.com:9092"))
	assert.NoError(t, rules.BootstrapServer("[::1]:9092"))
	for _, bad := range []string{
		"broker", "broker:", ":9092", "broker:0", "broker:99999", "a:1,b:2", "SASL_SSL://a:1",
		"a b:1",
	} {
		assert.Error(t, rules.BootstrapServer(bad), bad)
	}
	assert.NoError(t, rules.TSO("458996254096228352"))
	assert.Error(t, rules.TSO("4.58e17"))
	assert.Error(t, rules.TSO("-1"))
	assert.NoError(t, rules.Time("2026-01-31T12:00:00+01:00"))
	assert.Error(t, rules.Time("2026-01-31"))
	assert.Error(t, rules.Port(0))
}
