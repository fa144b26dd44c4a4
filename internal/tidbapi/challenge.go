package tidbapi

import (
	"slices"
	"strings"

	"github.com/icholy/digest"
)

// findChallenge returns the challenge of an answer, or nil if there is none that can be met. The digest module wants
// the scheme in one spelling, each challenge in a header of its own, and no value quoted that need not be; RFC 9110
// wants none of that.
func findChallenge(ans *answer) *digest.Challenge {
	for _, header := range ans.header.Values("WWW-Authenticate") {
		for _, c := range parseChallenges(header) {
			if c.scheme != "digest" {
				continue
			}
			challenge := c.digest()
			if challenge.Nonce != "" && digest.CanDigest(challenge) {
				return challenge
			}
		}
	}
	return nil
}

// challenge is one of a header: a scheme, and parameters by their names in lower case.
type challenge struct {
	scheme string
	params map[string]string
}

// digest is the challenge as the digest module has it.
func (c challenge) digest() *digest.Challenge {
	d := &digest.Challenge{
		Realm: c.params["realm"], Nonce: c.params["nonce"], Opaque: c.params["opaque"], Charset: c.params["charset"],
		Algorithm: strings.ToUpper(c.params["algorithm"]),
		Stale:     strings.EqualFold(c.params["stale"], "true"),
		Userhash:  strings.EqualFold(c.params["userhash"], "true"),
	}
	for qop := range strings.SplitSeq(c.params["qop"], ",") {
		if qop = strings.ToLower(strings.TrimSpace(qop)); qop != "" {
			d.QOP = append(d.QOP, qop)
		}
	}
	return d
}

// parseChallenges reads a WWW-Authenticate header: schemes, each with parameters, all separated by commas. It stops
// where it is no such header any more.
func parseChallenges(header string) []challenge {
	var all []challenge
	rest := header
	for {
		rest = strings.TrimLeft(rest, " \t,")
		word, after := cutToken(rest)
		if word == "" {
			return all
		}
		after = strings.TrimLeft(after, " \t")
		value, remainder, isParam := cutParam(after)
		switch {
		case !isParam:
			all = append(all, challenge{scheme: strings.ToLower(word), params: map[string]string{}})
			rest = after
		case len(all) == 0:
			return nil
		default:
			all[len(all)-1].params[strings.ToLower(word)] = value
			rest = remainder
		}
	}
}

// cutParam takes the equals sign and the value of a parameter.
func cutParam(text string) (value, rest string, ok bool) {
	text, ok = strings.CutPrefix(text, "=")
	if !ok {
		return "", "", false
	}
	text = strings.TrimLeft(text, " \t")
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexAny(text, ", \t")
		if end < 0 {
			end = len(text)
		}
		return text[:end], text[end:], true
	}
	var unquoted strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			i++
			unquoted.WriteByte(text[i])
		case text[i] == '"':
			return unquoted.String(), text[i+1:], true
		default:
			unquoted.WriteByte(text[i])
		}
	}
	return "", "", true // it has no end, and so no value
}

// cutToken takes a name.
func cutToken(text string) (token, rest string) {
	end := strings.IndexFunc(text, func(r rune) bool {
		return r > '~' || r <= ' ' || slices.Contains([]rune(`"(),/:;<=>?@[\]{}`), r)
	})
	if end < 0 {
		end = len(text)
	}
	return text[:end], text[end:]
}
