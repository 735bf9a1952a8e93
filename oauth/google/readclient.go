package google

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ReadClient reads the client file at path. Only a regular file is read, and no
// more than 64 KiB of it. The error is one of this package's.
func ReadClient(path string, rule Endpoints) (Client, error) {
	data, err := readRegular(path)
	if err != nil {
		return Client{}, err
	}
	return ParseClient(data, rule)
}

func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path) // first, since opening a FIFO waits for its writer
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) && evicted(path) {
			return nil, ErrPlaceholder
		}
		return nil, unreadable(err)
	}
	if !readable(info.Mode()) {
		return nil, ErrUnreadable
	}
	if isPlaceholder(path) {
		return nil, ErrPlaceholder
	}
	file, err := os.Open(path) //nolint:gosec // the person names the file
	if err != nil {
		return nil, notHere(info.Mode(), unreadable(err))
	}
	defer func() { _ = file.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(file, maxClientFile+1))
	switch {
	case err != nil:
		return nil, notHere(info.Mode(), unreadable(err))
	case len(data) == 0:
		return nil, notHere(info.Mode(), ErrEmptyFile)
	}
	return data, nil
}

// readable accepts, besides regular files, what Windows calls irregular: files
// that OneDrive shows but fetches only when they are read.
func readable(mode fs.FileMode) bool { return mode.IsRegular() || mode.Type() == fs.ModeIrregular }

// notHere names the likely cause when a file of OneDrive's can't be had.
func notHere(mode fs.FileMode, err error) error {
	if mode.Type() == fs.ModeIrregular {
		return ErrPlaceholder
	}
	return err
}

// isPlaceholder tells by its name a small file that stands for one in iCloud
// (.NAME.icloud), Nextcloud or ownCloud.
func isPlaceholder(path string) bool {
	name := filepath.Base(path)
	return strings.HasPrefix(name, ".") && strings.HasSuffix(name, ".icloud") ||
		strings.HasSuffix(name, ".nextcloud") || strings.HasSuffix(name, ".owncloud")
}

// evicted tells whether iCloud's placeholder stands where the file was.
func evicted(path string) bool {
	if path == "" {
		return false
	}
	folder, name := filepath.Split(path)
	_, err := os.Lstat(filepath.Join(folder, "."+name+".icloud"))
	return err == nil
}

// absent tells by its content a file whose real content is elsewhere: iCloud's
// placeholders are binary property lists, others are nothing but zeros.
func absent(data []byte) bool {
	return bytes.HasPrefix(data, []byte("bplist00")) || len(data) > 0 && len(bytes.Trim(data, "\x00")) == 0
}

// unreadable drops the path from the error: people paste the file itself where
// its name should be.
func unreadable(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return ErrMissing
	}
	if where := (*fs.PathError)(nil); errors.As(err, &where) {
		err = where.Err
	}
	return fmt.Errorf("%w: %w", ErrUnreadable, err)
}
