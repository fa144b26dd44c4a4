package testkit

import (
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// variations is how many inputs a target runs on, in addition to its seeds and the inputs in testdata/fuzz.
const variations = 1000

// Target is a fuzz target. Go's fuzzer starts from its seeds and searches at random. Without the fuzzer, the target
// runs on its seeds and on a thousand variations of them. These depend on the target's name and seeds alone, so that a
// test that passed once passes until the code or the target changes.
type Target struct {
	f     *testing.F
	seeds [][]any
}

// NewTarget wraps a fuzz target.
func NewTarget(f *testing.F) *Target {
	f.Helper()
	return &Target{f: f}
}

// Add adds a seed, as [testing.F.Add] does.
func (t *Target) Add(args ...any) {
	t.f.Helper()
	t.f.Add(args...)
	t.seeds = append(t.seeds, args)
}

// Fuzz runs the target, as [testing.F.Fuzz] does. A failure prints the input.
func (t *Target) Fuzz(target any) {
	t.f.Helper()
	if !fuzzing() {
		for _, args := range vary(t.f.Name(), t.seeds, variations) {
			t.f.Add(args...)
		}
	}
	t.f.Fuzz(printing(target))
}

// fuzzing reports whether Go's fuzzer runs.
func fuzzing() bool {
	fuzzer := flag.Lookup("test.fuzz")
	return fuzzer != nil && fuzzer.Value.String() != ""
}

// printing makes a target print the input on which it fails; Go names only the number of the seed.
func printing(target any) any {
	call := reflect.ValueOf(target)
	return reflect.MakeFunc(call.Type(), func(args []reflect.Value) []reflect.Value {
		if t, ok := args[0].Interface().(*testing.T); ok {
			defer func() {
				if t.Failed() {
					t.Logf("the input: %s", format(args[1:]))
				}
			}()
		}
		return call.Call(args)
	}).Interface()
}

func format(args []reflect.Value) []string {
	var formatted []string
	for _, arg := range args {
		formatted = append(formatted, fmt.Sprintf("%#q", arg.Interface()))
	}
	return formatted
}

// vary returns count variations of seeds. The same name and seeds have the same variations.
func vary(name string, seeds [][]any, count int) [][]any {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name))
	v := &variator{rand.New(rand.NewPCG(hash.Sum64(), 0))} //nolint:gosec // The variations must be the same each time.
	var varied [][]any
	for range count {
		args := slices.Clone(seeds[v.IntN(len(seeds))])
		for i := range args {
			other := seeds[v.IntN(len(seeds))][i]
			// If one argument keeps its value, the others get further.
			if len(args) == 1 || v.IntN(3) > 0 {
				args[i] = v.value(args[i], other)
			}
		}
		varied = append(varied, args)
	}
	return varied
}

// pieces are texts that parsers trip over.
var pieces = []string{
	"\x00", "\n", "\r\n", "\t", " ", "\x1b[2J", "\x7f", "\xff", "\xc3\x28",
	"\u00a0", "\u202e", "\ufeff", "\ufffd", "ä", "İ", "𝟗", "😀",
	"/", "../", "//", "\\", "?", "#", "%", "%2F", "%00", "%zz", ":", "@", ";", ",", "=", "&", "*", "`", "'", "\"",
	"${", "{{", "<", ">", "{", "}", "[", "]", "(", ")", "-", "--", "_", ".", "..",
	"0", "00", "-1", "1e999", "0x1", "18446744073709551616", "null", "true", "a", "Z",
}

var numbers = []int{
	0, 1, -1, 7, 99, 100, 199, 200, 204, 301, 307, 400, 401, 404, 429, 500, 503, 599, 600, 1000,
	math.MaxInt32, math.MinInt32, math.MaxInt, math.MinInt,
}

// variator makes the choices.
type variator struct{ *rand.Rand }

func (v *variator) value(value, other any) any {
	switch value := value.(type) {
	case string:
		o, _ := other.(string)
		return string(v.bytes([]byte(value), []byte(o)))
	case []byte:
		o, _ := other.([]byte)
		return v.bytes(value, o)
	case int:
		return numbers[v.IntN(len(numbers))]
	case bool:
		return !value
	}
	panic(fmt.Sprintf("testkit cannot vary %T; add the type to variator.value", value))
}

// bytes changes a text in one to four places.
func (v *variator) bytes(text, other []byte) []byte {
	text = slices.Clone(text)
	for range 1 + v.IntN(4) {
		from, to := v.part(text)
		into := v.IntN(len(text) + 1)
		switch v.IntN(8) {
		case 0: // Remove a part.
			text = slices.Delete(text, from, to)
		case 1: // Repeat a part.
			text = slices.Insert(text, into, slices.Clone(text[from:to])...)
		case 2, 3: // Insert a piece.
			text = slices.Insert(text, into, []byte(pieces[v.IntN(len(pieces))])...)
		case 4: // Replace a part with it.
			text = slices.Replace(text, from, to, []byte(pieces[v.IntN(len(pieces))])...)
		case 5: // Change one byte.
			if len(text) > 0 {
				text[v.IntN(len(text))] = byte(v.Uint32N(256) & 0xff)
			}
		case 6: // Insert a part of another seed.
			from, to = v.part(other)
			text = slices.Insert(text, into, other[from:to]...)
		case 7: // Continue with another seed.
			from, _ = v.part(other)
			text = append(text[:into], other[from:]...)
		}
	}
	return text
}

func (v *variator) part(text []byte) (from, to int) {
	from = v.IntN(len(text) + 1)
	return from, from + v.IntN(len(text)-from+1)
}
