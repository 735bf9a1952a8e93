package app

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"tokentray/oauth/jsonfile"
)

// settings are what the person chose and what is remembered for them. They hold no secret.
type settings struct {
	// Access names the access that was asked for last, and Scopes are those of one that is none of Google's presets.
	Access string   `json:"access,omitempty"`
	Scopes []string `json:"scopes,omitempty"`
	// StepsDone are the titles of the set-up guide's steps that are ticked off.
	StepsDone []string `json:"steps_done,omitempty"`
	// TestOffered are the providers after whose first sign-in a test of the token was offered.
	TestOffered []string `json:"test_offered,omitempty"`
	// Projects are what the person said of their Google projects' publishing status, by the ID of a client.
	Projects map[string]project `json:"projects,omitempty"`
}

// project is what is known of a Google project's publishing status, which nothing in Google's answers tells.
type project string

const (
	notAsked  project = ""
	asked     project = "asked"
	published project = "published"
)

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
	// Whoever is at another provider has the same settings, and may be saving them just now.
	jsonfile.Sweep(path, time.Minute)
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
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("could not make the configuration folder: %w", err)
	}
	return jsonfile.Write(path, s)
}

// saveSettings writes the settings as they stand, beside Fyne's thread. What was changed last is what stays.
func (a *App) saveSettings() {
	a.settingsChange++
	change, saved, path := a.settingsChange, a.settings, a.settingsPath()
	a.beside(func() func() {
		a.settingsTurn.Lock()
		defer a.settingsTurn.Unlock()
		if change < a.settingsWritten {
			return nil
		}
		a.settingsWritten = change
		if err := saved.save(path); err != nil {
			a.log.Warn("settings not saved", "err", err)
		}
		return nil
	})
}
