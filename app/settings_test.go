//go:build !windows

package app

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestSettingsComeBack(t *testing.T) {
	path, out := filepath.Join(t.TempDir(), "new", "settings.json"), &buffer{}
	if err := (settings{Access: "Send only"}).save(path); err != nil {
		t.Fatal(err)
	}
	if got := loadSettings(path, newLog(out)); got.Access != "Send only" || out.lines() != nil {
		t.Errorf("came back as %+v, log %q", got, out)
	}
}

func TestUnusableSettingsAreDefaultsAndStay(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "cut off": `{"access": "Send`, "another kind": `[1, 2]`, "wrong type": `{"access": 7}`, "binary": "\x00\xff",
	} {
		path, out := filepath.Join(t.TempDir(), "settings.json"), &buffer{}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := loadSettings(path, newLog(out)); !reflect.DeepEqual(got, settings{}) {
			t.Errorf("%s: %+v, want defaults", name, got)
		}
		if lines := out.lines(); len(lines) != 1 {
			t.Errorf("%s: logged %q, want one line", name, lines)
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != text {
			t.Errorf("%s: the file was changed to %q (%v)", name, data, err)
		}
	}
}

func TestMissingSettingsAreDefaultsWithoutAWord(t *testing.T) {
	out := &buffer{}
	if got := loadSettings(filepath.Join(t.TempDir(), "settings.json"), newLog(out)); !reflect.DeepEqual(got, settings{}) || out.lines() != nil {
		t.Errorf("%+v, log %q", got, out)
	}
}

func TestSettingsAreTheOwnersOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokentray", "settings.json")
	for _, before := range []string{"missing", "loosened"} {
		if err := (settings{}).save(path); err != nil {
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
	if err := (settings{}).save(filepath.Join(file, "settings.json")); err == nil {
		t.Error("saved below a file")
	}
}
