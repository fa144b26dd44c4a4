package args

import "github.com/tidbconfluent/pulumi-tidbconfluent/internal/rules"

// An Enum is a fixed set of words for an input, whose field has the enum's name in the tag enum. The field is a string
// in Go, so that it takes outputs as well; the package's schema, and so every other language, makes an enum of it.
type Enum struct {
	Name, Description string
	Words             []Word
}

// A Word is one of the words of an enum. Its name is the word's in programs.
type Word struct {
	Name, Value, Description string
}

// Check requires a value to be one of the words.
func (e Enum) Check(value string) error {
	words := make([]string, len(e.Words))
	for i, word := range e.Words {
		words[i] = word.Value
	}
	return rules.OneOf(value, words)
}
