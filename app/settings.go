package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/natefinch/atomic"
)

// settings are what the person chose and what is remembered for them. They hold no secret.
type settings struct {
	// Access names the access that was asked for last.
	Access string `json:"access,omitempty"`
}

// folder is where settings and account lists are kept.
func folder() (string, error) {
	base, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("could not find the configuration folder: %w", err)
	}
	return filepath.Join(base, "tokentray"), nil
}

// loadSettings reads the settings; what is missing or damaged has its default.
func loadSettings(path string, log *slog.Logger) settings {
	var s settings
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &s)
	}
	if err != nil && !os.IsNotExist(err) {
		log.Warn("settings not readable, defaults are used", "err", err)
	}
	return s
}

func (s settings) save(path string) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("could not encode the settings: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("could not make the configuration folder: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("could not protect the settings: %w", err)
	}
	if err := atomic.WriteFile(path, bytes.NewReader(append(data, '\n'))); err != nil {
		return fmt.Errorf("could not save the settings: %w", err)
	}
	return nil
}
