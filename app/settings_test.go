//go:build !windows

package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// written puts a settings file into a folder of its own.
func written(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "settings.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// values are what a settings file holds.
func values(t *testing.T, path string) (file map[string]any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &file)
	}
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func (s settings) equals(other settings) bool {
	s.odd, other.odd = nil, nil
	return reflect.DeepEqual(s, other)
}

func TestSettingsComeBack(t *testing.T) {
	want := settings{
		Access: "Send only", Scopes: []string{"a"}, Format: "curl", Formats: map[string]formatName{"issuer 1": "shell"},
		ClearAfter: neverClear, MinutesLeft: 30, WithoutTray: minimise, Theme: darkTheme, TextSize: 150,
		StepsDone: []string{"b"}, TestOffered: []string{"c"}, Projects: map[string]project{"d": published},
	}
	path, out := filepath.Join(t.TempDir(), "new", "settings.json"), &buffer{}
	if err := want.save(path); err != nil {
		t.Fatal(err)
	}
	if got := loadSettings(path, newLog(out)); !got.equals(want) || out.lines() != nil {
		t.Errorf("came back as %+v, log %q", got, out)
	}
}

func TestBrokenValueCostsItselfOnlyAndIsKept(t *testing.T) {
	for name, value := range map[string]string{
		"access": `"Whatever"`, "scopes": `{"a": 1}`, "format": `"morse"`, "formats": `7`, "clear_after_seconds": `"soon"`,
		"minutes_left": `-1`, "notifications": `"yes"`, "close_to_tray": `[]`, "without_tray": `"hide"`, "theme": `{}`,
		"steps_done": `true`, "test_offered": `"Google"`, "projects": `[1]`, "from_a_later_version": `{"deep": [1]}`,
	} {
		t.Run(name, func(t *testing.T) {
			theme := `"theme": "dark", `
			if name == "theme" {
				theme = ""
			}
			path, out := written(t, `{`+theme+`"`+name+`": `+value+`}`), &buffer{}
			want := defaults()
			if name != "theme" {
				want.Theme = darkTheme
			}
			got := loadSettings(path, newLog(out))
			if !got.equals(want) {
				t.Errorf("read as %+v, want %+v", got, want)
			}
			if lines := out.lines(); len(lines) != 1 && name != "from_a_later_version" || len(lines) > 1 {
				t.Errorf("logged %q, want one line", lines)
			}
			got.StepsDone = append(got.StepsDone, "something else")
			if name == "steps_done" {
				got.StepsDone = nil
				got.Format = "shell"
			}
			if err := got.save(path); err != nil {
				t.Fatal(err)
			}
			var was any
			if err := json.Unmarshal([]byte(value), &was); err != nil {
				t.Fatal(err)
			}
			if now := values(t, path)[name]; !reflect.DeepEqual(now, was) {
				t.Errorf("it is %v in the file now, and was %v", now, was)
			}
		})
	}
}

func TestChoiceTakesThePlaceOfABrokenValue(t *testing.T) {
	path := written(t, `{"theme": "sepia"}`)
	s := loadSettings(path, newLog(&buffer{}))
	s.Theme = lightTheme
	if err := s.save(path); err != nil {
		t.Fatal(err)
	}
	if got := values(t, path)["theme"]; got != "light" {
		t.Errorf("the file says %v", got)
	}
}

func TestUnknownFormatOfAnAccountIsSaidAndKept(t *testing.T) {
	path, out := written(t, `{"formats": {"issuer 1": "morse", "issuer 2": "shell"}}`), &buffer{}
	s := loadSettings(path, newLog(out))
	if lines := out.lines(); len(lines) != 1 || !strings.Contains(lines[0], "issuer 1") {
		t.Errorf("logged %q", lines)
	}
	if err := s.save(path); err != nil {
		t.Fatal(err)
	}
	if got := values(t, path)["formats"]; !reflect.DeepEqual(got, map[string]any{"issuer 1": "morse", "issuer 2": "shell"}) {
		t.Errorf("the file says %v", got)
	}
}

func TestFileThatHoldsNoSettingsIsPutAside(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "cut off": `{"access": "Send`, "another kind": `[1, 2]`, "null": "null", "binary": "\x00\xff",
		"huge": `{"access": "` + strings.Repeat("a", maxSettings) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			path, out := written(t, text), &buffer{}
			if got := loadSettings(path, newLog(out)); !got.equals(defaults()) {
				t.Errorf("%+v, want defaults", got)
			}
			if lines := out.lines(); len(lines) != 1 {
				t.Errorf("logged %d lines, want one", len(lines))
			}
			aside, err := filepath.Glob(path + ".damaged-*")
			if err != nil || len(aside) != 1 {
				t.Fatalf("put aside as %q, %v", aside, err)
			}
			if data, err := os.ReadFile(aside[0]); err != nil || string(data) != text {
				t.Errorf("what was put aside has %d bytes, %v", len(data), err)
			}
		})
	}
}

func TestMissingSettingsAreDefaultsWithoutAWord(t *testing.T) {
	out := &buffer{}
	if got := loadSettings(filepath.Join(t.TempDir(), "settings.json"), newLog(out)); !got.equals(defaults()) || out.lines() != nil {
		t.Errorf("%+v, log %q", got, out)
	}
}

func TestDefaultsAreChoices(t *testing.T) {
	d := defaults()
	for name, field := range d.fields() {
		if c, ok := field.Interface().(choice); ok && !c.known() {
			t.Errorf("the default of %s is none of its choices", name)
		}
	}
	if !slices.Contains(clearAfters, d.ClearAfter) || !slices.Contains(minutesLefts, d.MinutesLeft) {
		t.Error("a default is not offered")
	}
}

func TestSettingsAreTheOwnersOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokentray", "settings.json")
	for _, before := range []string{"missing", "loosened"} {
		if err := defaults().save(path); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s before: mode %o, want 600", before, info.Mode().Perm())
		}
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSettingsThatCantBeSavedAreAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := defaults().save(filepath.Join(file, "settings.json")); err == nil {
		t.Error("saved below a file")
	}
}
