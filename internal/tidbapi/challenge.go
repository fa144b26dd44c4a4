package tidbapi

import (
	"regexp"
	"strings"

	"github.com/icholy/digest"
)

// challengePart is a scheme of a WWW-Authenticate header, or a name and its value, in quotes or without.
var challengePart = regexp.MustCompile(
	"([!#$%&'*+.^_`|~0-9A-Za-z-]+)" + `(?:[ \t]*(=)[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^,"\s]*)))?`)

var quotedPair = regexp.MustCompile(`(?s)\\(.)`)

// findChallenge returns the challenge of an answer, or nil if there is none that the client supports. The digest module
// accepts only one spelling of the scheme, one challenge per header, and no unnecessary quotes. RFC 9110 allows more.
func findChallenge(ans *answer) *digest.Challenge {
	for _, header := range ans.header.Values("WWW-Authenticate") {
		for _, c := range parseChallenges(header) {
			if c.Nonce != "" && digest.CanDigest(c) {
				return c
			}
		}
	}
	return nil
}

// parseChallenges reads the digest challenges of a header: schemes, each with parameters, all separated by commas.
func parseChallenges(header string) []*digest.Challenge {
	var all []*digest.Challenge
	current := &digest.Challenge{} // of another scheme
	for _, part := range challengePart.FindAllStringSubmatch(header, -1) {
		if isParameter := part[2] != ""; isParameter {
			setParameter(current, strings.ToLower(part[1]), quotedPair.ReplaceAllString(part[3], "$1")+part[4])
			continue
		}
		current = &digest.Challenge{}
		if strings.EqualFold(part[1], "digest") {
			all = append(all, current)
		}
	}
	return all
}

func setParameter(c *digest.Challenge, name, value string) {
	switch name {
	case "realm":
		c.Realm = value
	case "nonce":
		c.Nonce = value
	case "opaque":
		c.Opaque = value
	case "charset":
		c.Charset = value
	case "algorithm":
		c.Algorithm = strings.ToUpper(value)
	case "stale":
		c.Stale = strings.EqualFold(value, "true")
	case "userhash":
		c.Userhash = strings.EqualFold(value, "true")
	case "qop":
		c.QOP = strings.FieldsFunc(strings.ToLower(value), func(r rune) bool { return strings.ContainsRune(", \t", r) })
	}
}
