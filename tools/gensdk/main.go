// Command gensdk generates the SDK of a Pulumi package in one language from the package's schema file.
//
// It is what `pulumi package gen-sdk` does, without the CLI and without a language host for each language, so that a
// fresh clone can regenerate every SDK with Go alone and a check can find whether the ones in the repository are
// current.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "gensdk:", err)
		}
		os.Exit(1)
	}
}

// run executes the command; the flag package writes to stderr.
func run(args []string, stderr io.Writer) error {
	opts, err := parseFlags(args, stderr)
	if err != nil {
		return err
	}
	files, err := generate(opts)
	if err != nil {
		return err
	}
	if err := addFiles(files, opts.add); err != nil {
		return err
	}
	return replaceTree(opts.out, files, opts.keep)
}

// options are the flags.
type options struct {
	schema   string
	language string
	out      string
	version  string
	goModule string
	keep     []string
	add      []string
	only     []string
	without  []string
}

func parseFlags(args []string, stderr io.Writer) (options, error) {
	var opts options
	flags := flag.NewFlagSet("gensdk", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&opts.schema, "schema", "", "the package's schema `file` (required)")
	flags.StringVar(&opts.language, "language", "", "go, nodejs or python (required)")
	flags.StringVar(&opts.out, "out", "", "`directory` to fill; what an earlier run left there is removed (required)")
	flags.StringVar(&opts.version, "version", "", "package version, in place of the schema's own")
	flags.StringVar(&opts.goModule, "go-module", "",
		"Go `module` the SDK is part of, in place of the schema's own; its package is the directory below it")
	flags.Func("keep", "`pattern` of files in -out to leave alone, such as go.mod; may be repeated", func(
		s string,
	) error {
		opts.keep = append(opts.keep, s)
		return nil
	})
	flags.Func("add", "`file` to put into -out under its own name, such as LICENSE; may be repeated", func(
		s string,
	) error {
		opts.add = append(opts.add, s)
		return nil
	})
	flags.Func("only", "`pattern` of generated files to write, such as mypkg/mymodule, and no others; may be repeated",
		func(s string) error {
			opts.only = append(opts.only, s)
			return nil
		})
	flags.Func("without", "`pattern` of generated files not to write; may be repeated", func(s string) error {
		opts.without = append(opts.without, s)
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return opts, err
	}
	return opts, opts.validate(flags.Args())
}

// addFiles adds hand-written files to the generated ones: the schema lacks what a package registry shows or demands,
// and what Python's build needs.
func addFiles(files map[string][]byte, names []string) error {
	for _, name := range names {
		data, err := os.ReadFile(name) //nolint:gosec // a file that a flag names
		if err != nil {
			return err
		}
		files[filepath.Base(name)] = data
	}
	return nil
}

func (o options) validate(rest []string) error {
	var missing []string
	for _, f := range []struct{ name, value string }{
		{"-schema", o.schema}, {"-language", o.language}, {"-out", o.out},
	} {
		if f.value == "" {
			missing = append(missing, f.name)
		}
	}
	switch {
	case len(missing) > 0:
		return fmt.Errorf("%s not given; run with -help for what each means", strings.Join(missing, ", "))
	case len(rest) > 0:
		return fmt.Errorf("unexpected argument %q; everything is given by a flag", rest[0])
	case o.goModule != "" && o.language != "go":
		return fmt.Errorf("-go-module is for -language go, not %s; leave it out", o.language)
	}
	return nil
}
