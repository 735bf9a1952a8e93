//go:build !windows

package desktop

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// read returns the command of an entry that is on, the program first; none: it is off.
func (a Autostart) read() ([]string, error) {
	path, err := a.path()
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path) //nolint:gosec // in the person's own folder
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("could not read the start at login: %w", err)
	}
	return decodeEntry(text), nil
}

// write replaces the entry as a whole or not at all.
func (a Autostart) write(command []string) error {
	path, err := a.path()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("could not make the folder for the start at login: %w", err)
	}
	if err := renameio.WriteFile(path, a.encodeEntry(command), 0o644); err != nil {
		return fmt.Errorf("could not write the start at login: %w", err)
	}
	return nil
}

func (a Autostart) remove() error {
	path, err := a.path()
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("could not remove the start at login: %w", err)
	}
	return nil
}
