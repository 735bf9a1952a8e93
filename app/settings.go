package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"tokentray/oauth/google"
	"tokentray/oauth/jsonfile"
)

// settings are what the person chose and what is remembered for them. They hold no secret. Each field is read by itself: a
// value that can't be used costs that one only.
type settings struct {
	// Access names the access that was asked for last, and Scopes are those of one that is none of Google's presets.
	Access accessName `json:"access,omitempty"`
	Scopes []string   `json:"scopes,omitempty"`
	// Format is what is copied for an account that has none of its own in Formats, which has the choice for each account.
	Format  formatName            `json:"format"`
	Formats map[string]formatName `json:"formats,omitempty"`
	// ClearAfter is for how many seconds a token stays on the clipboard.
	ClearAfter clearAfter `json:"clear_after_seconds"`
	// MinutesLeft is what a copied token must have left to live.
	MinutesLeft minutesLeft `json:"minutes_left"`
	// Notifications tell of what happens while no window shows.
	Notifications bool `json:"notifications"`
	// CloseToTray has the program go on in the tray when its window is closed.
	CloseToTray bool `json:"close_to_tray"`
	// WithoutTray is what closing the window does where there is no tray.
	WithoutTray withoutTray `json:"without_tray,omitempty"`
	Theme       themeName   `json:"theme"`
	TextSize    textSize    `json:"text_size_percent"`
	// StepsDone are the titles of the set-up guide's steps that are ticked off.
	StepsDone []string `json:"steps_done,omitempty"`
	// TestOffered are the providers after whose first sign-in a test of the token was offered.
	TestOffered []string `json:"test_offered,omitempty"`
	// Projects are what the person said of their Google projects' publishing status, by the ID of a client.
	Projects map[string]project `json:"projects,omitempty"`

	// odd is what the file holds beside that: values that can't be used, and what another version may understand.
	odd map[string]json.RawMessage
}

// choice is a setting that can't be everything that its type can; known tells whether a value is one that it can be.
type choice interface{ known() bool }

type (
	accessName string
	// clearAfter is in seconds; neverClear: until something else is copied.
	clearAfter int
	// minutesLeft is what a token must have left to live.
	minutesLeft int
	withoutTray string
	// project is what is known of a Google project's publishing status, which nothing in Google's answers tells.
	project string
)

const neverClear clearAfter = 0

const (
	askWithoutTray withoutTray = ""
	minimise       withoutTray = "minimise"
	quitInstead    withoutTray = "quit"
)

const (
	notAsked  project = ""
	asked     project = "asked"
	published project = "published"
)

// What can be chosen in the settings.
var (
	clearAfters  = []clearAfter{10, 30, 60, 5 * 60, 15 * 60, 60 * 60, neverClear}
	minutesLefts = []minutesLeft{5, 10, 15, 30, 45}
)

func (n accessName) known() bool {
	return n == "" || n == google.CustomName ||
		slices.ContainsFunc(google.Presets, func(a google.Access) bool { return a.Name == string(n) })
}

func (c clearAfter) known() bool  { return c == neverClear || c >= 10 && c <= 60*60 }
func (m minutesLeft) known() bool { return m >= 5 && m <= 50 }
func (w withoutTray) known() bool {
	return slices.Contains([]withoutTray{askWithoutTray, minimise, quitInstead}, w)
}

func (c clearAfter) duration() time.Duration  { return time.Duration(c) * time.Second }
func (m minutesLeft) duration() time.Duration { return time.Duration(m) * time.Minute }

// defaults are the settings of somebody who has chosen nothing.
func defaults() settings {
	return settings{Format: bareToken, ClearAfter: 60, MinutesLeft: 5, Notifications: true, CloseToTray: true, Theme: systemTheme, TextSize: 100}
}

// maxSettings is more than settings ever come to.
const maxSettings = 1 << 20

// folder is where settings and account lists are kept.
func folder() (string, error) {
	base, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("could not find the configuration folder: %w", err)
	}
	return filepath.Join(base, "tokentray"), nil
}

// loadSettings reads the settings. What is missing or can't be used has its default, and stays in the file; a file that is
// none is put aside. Either is one line in the log.
func loadSettings(path string, log *slog.Logger) settings {
	// Whoever is at another provider has the same settings, and may be saving them just now.
	jsonfile.Sweep(path, time.Minute)
	data, err := jsonfile.Read(path, maxSettings)
	if errors.Is(err, fs.ErrNotExist) {
		return defaults()
	}
	var file map[string]json.RawMessage
	if err == nil {
		err = json.Unmarshal(data, &file)
	}
	if err != nil || file == nil {
		aside, failed := jsonfile.PutAside(path, time.Now())
		log.Warn("settings not readable, defaults are used", "err", err, "kept as", aside, "not kept", failed)
		return defaults()
	}
	s, refused := read(file)
	if len(refused) > 0 {
		log.Warn("settings not understood, defaults are used for them", "settings", strings.Join(refused, ", "))
	}
	return s
}

// read takes the settings out of a file's values, and names those that can't be used.
func read(file map[string]json.RawMessage) (s settings, refused []string) {
	s = defaults()
	s.odd = maps.Clone(file)
	for name, field := range s.fields() {
		raw, there := file[name]
		if !there {
			continue
		}
		value := reflect.New(field.Type())
		value.Elem().Set(field) // the default stays where the file says null
		err := json.Unmarshal(raw, value.Interface())
		if c, ok := value.Elem().Interface().(choice); err != nil || ok && !c.known() {
			refused = append(refused, name)
			continue
		}
		field.Set(value.Elem())
		delete(s.odd, name)
	}
	for account, format := range s.Formats {
		if !format.known() { // it is looked up as the default, and kept
			refused = append(refused, "format of "+account)
		}
	}
	slices.Sort(refused)
	return s, refused
}

// fields are the settings' fields by their names in the file.
func (s *settings) fields() map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	v := reflect.ValueOf(s).Elem()
	for i := range v.NumField() {
		if name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ","); name != "" {
			fields[name] = v.Field(i)
		}
	}
	return fields
}

// save writes the settings. A value that could not be read stays as it is until another is chosen in its place.
func (s settings) save(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil { //nolint:gosec // the person's own environment says where
		return fmt.Errorf("could not make the configuration folder: %w", err)
	}
	file := map[string]any{}
	for name, raw := range s.odd {
		file[name] = raw
	}
	usual := defaults()
	defaults := usual.fields()
	for name, field := range s.fields() {
		if _, odd := s.odd[name]; odd && reflect.DeepEqual(field.Interface(), defaults[name].Interface()) {
			continue
		}
		file[name] = field.Interface()
	}
	return jsonfile.Write(path, file)
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
		err := saved.save(path)
		if err != nil {
			a.log.Warn("settings not saved", "err", err)
		}
		return func() { a.settingsSaved(err) }
	})
}
