package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// replaceTree writes exactly files into dir, by slash-separated path, and what matches a pattern of keep.
//
// A generator that only adds leaves the files of a renamed type behind, and they still compile.
func replaceTree(dir string, files map[string][]byte, keep []string) error {
	present, err := listFiles(dir)
	if err != nil {
		return err
	}
	if err := refuseForeign(dir, present, keep); err != nil {
		return err
	}
	for _, name := range present {
		if _, fresh := files[name]; fresh || kept(name, keep) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			return err
		}
		removeEmptyParents(dir, name)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if kept(name, keep) {
			continue
		}
		if err := writeIfChanged(filepath.Join(dir, filepath.FromSlash(name)), files[name]); err != nil {
			return err
		}
	}
	return nil
}

// listFiles returns the slash-separated paths of the files below dir; a directory that does not exist has none.
func listFiles(dir string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(dir, func(p string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && p == dir:
			return fs.SkipAll
		case err != nil:
			return err
		case entry.Name() == ".git":
			return fmt.Errorf("%s is a git work tree; -out must be a directory of its own inside it", dir)
		case entry.IsDir():
			return nil
		}
		name, err := filepath.Rel(dir, p)
		names = append(names, filepath.ToSlash(name))
		return err
	})
	return names, err
}

// refuseForeign guards against a mistyped -out: a directory with files in it is emptied only if a generator filled it.
func refuseForeign(dir string, present, keep []string) error {
	var foreign string
	for _, name := range present {
		if kept(name, keep) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name))) //nolint:gosec // a file of -out
		if err != nil {
			return err
		}
		if generated(data) {
			return nil
		}
		foreign = name
	}
	if foreign == "" {
		return nil
	}
	return fmt.Errorf(
		"%s holds %s and no generated file at all; give the SDK's own directory as -out, or -keep what must stay",
		dir, foreign)
}

// generated reports whether a file carries the warning that Pulumi's generators put at the top.
func generated(data []byte) bool {
	head := data[:min(len(data), 512)]
	return bytes.Contains(head, []byte("DO NOT EDIT")) || bytes.Contains(head, []byte("*** WARNING"))
}

// kept reports whether a pattern matches the path, or the name of one of its directories.
func kept(name string, patterns []string) bool {
	for _, pattern := range patterns {
		for p := name; p != "."; p = path.Dir(p) {
			if ok, _ := path.Match(pattern, p); ok {
				return true
			}
		}
	}
	return false
}

// removeEmptyParents removes the directories above a removed file up to, not including, dir; those in use stay.
func removeEmptyParents(dir, name string) {
	for p := path.Dir(name); p != "."; p = path.Dir(p) {
		if os.Remove(filepath.Join(dir, filepath.FromSlash(p))) != nil {
			return
		}
	}
}

// writeIfChanged leaves an equal file alone, so that build caches keyed by time stay valid.
func writeIfChanged(file string, data []byte) error {
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, data) { //nolint:gosec // a file of -out
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // source code is public
		return err
	}
	return os.WriteFile(file, data, 0o644) //nolint:gosec // source code is public
}
