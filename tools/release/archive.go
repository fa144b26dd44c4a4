package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// moment is the time of every file in an archive, so that the same files lead to the same archive.
var moment = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// A file is one of an archive's.
type file struct {
	name, path string
	executable bool
}

// create writes a file with the content from fill.
func create(path string, fill func(io.Writer) error) (err error) {
	out, err := os.Create(path) //nolint:gosec // the path is the developer's
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	return fill(out)
}

// writeTarGz packs files at a level of package gzip.
func writeTarGz(path string, files []file, level int) error {
	return create(path, func(w io.Writer) error {
		compressed, err := gzip.NewWriterLevel(w, level)
		if err != nil {
			return err
		}
		archive := tar.NewWriter(compressed)
		for _, f := range files {
			content, err := os.ReadFile(f.path)
			if err != nil {
				return err
			}
			mode := int64(0o644)
			if f.executable {
				mode = 0o755
			}
			header := &tar.Header{
				Name: f.name, Mode: mode, Size: int64(len(content)), ModTime: moment,
				Typeflag: tar.TypeReg,
			}
			if err := archive.WriteHeader(header); err != nil {
				return err
			}
			if _, err := archive.Write(content); err != nil {
				return err
			}
		}
		return errors.Join(archive.Close(), compressed.Close())
	})
}

// goModule packs the Go SDK as a module zip, the form of Go's module proxies. With access to the repository no such
// file is needed: the tag sdk/go/tidbconfluent/v<version> is the module's release.
func (r release) goModule() error {
	const module = "github.com/tidbconfluent/pulumi-tidbconfluent/sdk/go/" + packageName
	source := filepath.Join(r.root, "sdk", "go", packageName)
	prefix := module + "@v" + r.version + "/"
	return create(filepath.Join(r.out, "pulumi-"+packageName+"-sdk-go-"+r.version+".zip"), func(w io.Writer) error {
		archive := zip.NewWriter(w)
		add := func(name, path string) error {
			content, err := os.ReadFile(path) //nolint:gosec // a file of this repository
			if err != nil {
				return err
			}
			entry, err := archive.CreateHeader(
				&zip.FileHeader{Name: prefix + name, Method: zip.Deflate, Modified: moment})
			if err == nil {
				_, err = entry.Write(content)
			}
			return err
		}
		err := filepath.WalkDir(source, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			name, err := filepath.Rel(source, path)
			if err != nil {
				return err
			}
			return add(filepath.ToSlash(name), path)
		})
		if err == nil {
			err = add("LICENSE", filepath.Join(r.root, "LICENSE"))
		}
		return errors.Join(err, archive.Close())
	})
}

// checksums writes the SHA-256 of each file in a directory, as sha256sum does and reads.
func checksums(dir, name string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(dir, entry.Name())) //nolint:gosec // created just now
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(content), entry.Name())
	}
	return os.WriteFile(filepath.Join(dir, name), []byte(sums.String()), 0o600)
}
