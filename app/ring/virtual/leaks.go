//go:build linux

package virtual

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Leaks looks for secrets where none may be: in every file of the home and runtime folders, in the programs' logs, and in
// the command line and environment of every process on the desktop. It knows them plain, URL-encoded and in base64. The
// keyring's own files are left out. It returns the names of the places, never what they hold.
//
// A secret below 8 bytes is an error: it would be found everywhere.
func (d *Desktop) Leaks(secrets []string, programs ...*Program) ([]string, error) {
	var needles [][]byte
	for _, s := range secrets {
		if len(s) < 8 {
			return nil, fmt.Errorf("a secret of %d bytes is too short to look for", len(s))
		}
		needles = append(needles, spellings(s)...)
	}
	files := d.processFiles()
	for _, p := range programs {
		files = append(files, p.Log)
	}
	for _, root := range []string{d.Home(), d.runtimeDir()} {
		found, err := d.readableFiles(root)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	var leaks []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err == nil && slices.ContainsFunc(needles, func(n []byte) bool { return bytes.Contains(text, n) }) {
			leaks = append(leaks, file)
		}
	}
	return leaks, nil
}

// spellings are the forms in which a secret may stand in a file. Base64 has three, by the secret's place in what was
// encoded; of each only the characters count that the secret alone decides.
func spellings(secret string) [][]byte {
	forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret)}
	for offset := range 3 {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := encoding.EncodeToString([]byte(strings.Repeat("\x00", offset) + secret))
			from := (offset*8 + 5) / 6
			forms = append(forms, text[from:(offset+len(secret))*8/6])
		}
	}
	slices.Sort(forms)
	var spelt [][]byte
	for _, form := range slices.Compact(forms) {
		spelt = append(spelt, []byte(form))
	}
	return spelt
}

func (d *Desktop) readableFiles(root string) (files []string, err error) {
	keyrings := filepath.Join(d.Home(), ".local/share/keyrings")
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case os.IsNotExist(err): // gone while we looked
			return nil
		case err != nil:
			return err
		case path == keyrings:
			return fs.SkipDir
		case e.Type().IsRegular():
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

func (d *Desktop) processFiles() []string {
	var files []string
	for _, pid := range d.processes() {
		files = append(files, fmt.Sprintf("/proc/%d/cmdline", pid), fmt.Sprintf("/proc/%d/environ", pid))
	}
	return files
}
