package preflight

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/children"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/credential"
	"github.com/tidbconfluent/pulumi-tidbconfluent/internal/lookup"
)

// advise adds what to do about a look-up in Confluent Cloud that failed. An error of a function arrives as text alone.
// access is the advice where the service answered that it does not let the caller see the object.
func advise(m *children.Maker, err error, access string) error {
	text := err.Error()
	switch {
	case lookup.WantsProvider(err):
		return err
	case unreachable(err):
		return fmt.Errorf("%w; check that this machine reaches Confluent Cloud, and that confluentcloud:endpoint, if "+
			"set, is right", err)
	case strayGroup.MatchString(text):
		return fmt.Errorf("%w; a private link needs none of these settings: %s", err, withoutStraySettings(m, text))
	case busy.MatchString(text):
		return fmt.Errorf("%w; Confluent Cloud is overloaded, or has a fault: run pulumi again later", err)
	}
	if hint := keyHint(m); hint != "" && strings.Contains(text, "401") {
		access += "; " + hint
	}
	return fmt.Errorf("%w; %s", err, access)
}

// keyHint reports a visible fault of Confluent's key, and nothing of the key itself. It cannot see the key of an
// explicit provider.
func keyHint(m *children.Maker) string {
	if m.Self.GetProvider(confluent+":index:any") != nil {
		return ""
	}
	var keys []credential.Named
	for setting, variable := range map[string]string{ //nolint:gosec // names, not values
		"confluentcloud:cloudApiKey":    "CONFLUENT_CLOUD_API_KEY",
		"confluentcloud:cloudApiSecret": "CONFLUENT_CLOUD_API_SECRET",
	} {
		if value, set := m.Ctx.GetConfig(setting); set {
			keys = append(keys, credential.Named{Name: setting, Value: value})
		} else {
			keys = append(keys, credential.Named{Name: variable, Value: os.Getenv(variable)})
		}
	}
	slices.SortFunc(keys, func(a, b credential.Named) int { return strings.Compare(a.Name, b.Name) })
	return credential.Hint(keys...)
}

// strayGroup matches the message of Confluent's provider about an incomplete group of settings.
var strayGroup = regexp.MustCompile(`should (both )?be set or not set in the provider block`)

// busy matches the error of Confluent's provider when it stops repeating a call.
var busy = regexp.MustCompile(`received HTTP (429|5\d\d|5xx)`)

// attribute is the name of a setting, as Confluent's provider writes it.
var attribute = regexp.MustCompile(`\b[a-z]+(_[a-z]+)+\b`)

// withoutStraySettings reports which of the settings in a message are set, and how to unset them. Confluent's provider
// reads environment variables too, which a user may have exported for something else.
func withoutStraySettings(m *children.Maker, message string) string {
	var variables, settings []string
	for _, name := range alternatives(attribute.FindAllString(message, -1)) {
		if variable := environmentVariable(name); os.Getenv(variable) != "" {
			variables = append(variables, variable)
		}
		setting := "confluentcloud:" + camelCase(name)
		if _, set := m.Ctx.GetConfig(setting); set {
			settings = append(settings, setting)
		}
	}
	var ways []string
	if len(variables) > 0 {
		ways = append(ways, "unset "+strings.Join(variables, " ")+" in the environment that pulumi runs in")
	}
	if len(settings) > 0 {
		ways = append(ways, "remove "+strings.Join(settings, ", ")+" from the stack configuration")
	}
	if len(ways) == 0 {
		return "remove them from the configuration of Confluent's provider"
	}
	return strings.Join(ways, ", and ")
}

// alternatives adds the settings that Confluent's provider accepts instead of those it names, and removes repetitions.
func alternatives(names []string) []string {
	if slices.Contains(names, "schema_registry_rest_endpoint") {
		names = append(names, "catalog_rest_endpoint")
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// environmentVariable is the variable that Confluent's provider reads for a setting that is not configured.
func environmentVariable(attribute string) string {
	variable := strings.ToUpper(attribute)
	if attribute == "environment_id" || attribute == "organization_id" {
		return "CONFLUENT_" + variable
	}
	return variable
}

func camelCase(attribute string) string {
	words := strings.Split(attribute, "_")
	for i, word := range words[1:] {
		words[i+1] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}

// unreachable reports whether the service did not answer. This is the text of Go's errors, and Confluent's provider is
// written in Go.
func unreachable(err error) bool {
	return slices.ContainsFunc([]string{"dial tcp", "i/o timeout", "tls: ", "x509: "}, func(text string) bool {
		return strings.Contains(err.Error(), text)
	})
}
