// Package jsonfile writes files that a crash finds either as they were or as they should be.
package jsonfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/natefinch/atomic"
)

// Write replaces a file as a whole or not at all, readable by its owner only. The content comes as indented JSON, which
// a person can read as well.
func Write(path string, content any) error {
	name := filepath.Base(path)
	data, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		return fmt.Errorf("could not encode %s: %w", name, err)
	}
	// The replacement takes over the mode of what it replaces, which may have been loosened by hand.
	if err := os.Chmod(path, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("could not protect %s: %w", name, err)
	}
	if err := atomic.WriteFile(path, bytes.NewReader(append(data, '\n'))); err != nil {
		return fmt.Errorf("could not write %s: %w", name, err)
	}
	return nil
}

// Read reads a regular file of at most limit bytes, and refuses any other.
func Read(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > limit {
		return nil, errors.New("not a file of the expected kind or size")
	}
	file, err := os.Open(path) //nolint:gosec // the caller names the file
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	return io.ReadAll(io.LimitReader(file, limit))
}

// PutAside renames a damaged file, so that nothing in it is lost, and returns its new name without the folder.
func PutAside(path string, now time.Time) (name string, err error) {
	aside := path + ".damaged-" + now.UTC().Format("20060102T150405.000")
	return filepath.Base(aside), os.Rename(path, aside)
}

// Sweep removes what a crash left behind in the middle of a Write of this file: replacements that never took its place,
// and that have not been touched for so long. Zero is for whoever knows that nobody else writes the file now. One that
// can't be removed is left for the next time.
func Sweep(path string, untouched time.Duration) {
	folder, name := filepath.Split(path)
	if folder == "" {
		folder = "."
	}
	entries, _ := os.ReadDir(folder)
	for _, e := range entries {
		if digits, ours := strings.CutPrefix(e.Name(), name); !ours || !number(digits) {
			continue
		}
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) >= untouched {
			_ = os.Remove(filepath.Join(folder, e.Name()))
		}
	}
}

// number tells whether text is what os.CreateTemp, which the atomic package uses, puts behind a name.
func number(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
