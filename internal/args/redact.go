package args

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Redact removes the values of secret inputs from a message.
func (s *Set) Redact(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	secrets, numbers := s.secrets()
	// One secret may begin with another, and have escaped characters within quotes.
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	for _, secret := range secrets {
		if secret != "" {
			quoted := strconv.Quote(secret)
			text = strings.NewReplacer(secret, hidden, quoted[1:len(quoted)-1], hidden).Replace(text)
		}
	}
	for path, number := range numbers {
		// Other texts may have the number too. The text about this input begins with it.
		text = strings.ReplaceAll(text, fmt.Sprintf("%s: %d ", path, number), path+": "+hidden+" ")
	}
	if text == err.Error() {
		return err
	}
	return errors.New(text)
}

// secrets are the values of secret inputs.
func (s *Set) secrets() (texts []string, numbers map[string]int) {
	numbers = map[string]int{}
	for path, leaf := range s.leaves {
		if !leaf.Secret {
			continue
		}
		switch plain := leaf.plain.(type) {
		case string:
			texts = append(texts, plain)
		case int:
			numbers[path] = plain
		case []string:
			texts = append(texts, plain...)
		case map[string]string:
			for key, value := range plain {
				texts = append(texts, key, value)
			}
		}
	}
	return texts, numbers
}
