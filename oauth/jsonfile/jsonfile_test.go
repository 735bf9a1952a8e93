package jsonfile_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tokentray/oauth/jsonfile"
)

func TestWhatIsWrittenIsTheOwnersOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.json")
	for _, before := range []string{"missing", "loosened"} {
		if err := jsonfile.Write(path, map[string]int{before: 1}); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s before: mode %o, want 600", before, info.Mode().Perm())
		}
		if text, err := os.ReadFile(path); err != nil || string(text) != "{\n  \""+before+"\": 1\n}\n" {
			t.Errorf("written as %q, %v", text, err)
		}
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatCanNotBeEncodedLeavesTheFileAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.json")
	if err := jsonfile.Write(path, 1); err != nil {
		t.Fatal(err)
	}
	if err := jsonfile.Write(path, func() {}); err == nil {
		t.Error("a function was encoded")
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "1\n" {
		t.Errorf("changed to %q, %v", text, err)
	}
}

// left lays files down in a new folder, the old ones two minutes old, and returns those that a sweep of a.json leaves.
func left(t *testing.T, untouched time.Duration, young, old []string) (names []string) {
	t.Helper()
	folder := t.TempDir()
	before := time.Now().Add(-2 * time.Minute)
	for _, name := range append(young, old...) {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if slices.Contains(old, name) {
			if err := os.Chtimes(path, before, before); err != nil {
				t.Fatal(err)
			}
		}
	}
	jsonfile.Sweep(filepath.Join(folder, "a.json"), untouched)
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestSweepTakesOnlyWhatACrashLeft(t *testing.T) {
	kept := []string{"a.json", "a.json.damaged-20261124T120000.000", "a.json12x", "b.json", "b.json123", "ba.json123"}
	if got := left(t, 0, append([]string{"a.json0", "a.json4012345678"}, kept...), nil); !slices.Equal(got, kept) {
		t.Errorf("left are %q, want %q", got, kept)
	}
}

func TestSweepSparesWhatSomebodyMayBeWriting(t *testing.T) {
	if got := left(t, time.Minute, []string{"a.json1"}, []string{"a.json", "a.json2"}); !slices.Equal(got, []string{"a.json", "a.json1"}) {
		t.Errorf("left are %q", got)
	}
}

func TestSweepOfAFolderThatIsNotThereDoesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "a.json")
	jsonfile.Sweep(path, 0)
	if _, err := os.Stat(filepath.Dir(path)); !os.IsNotExist(err) {
		t.Error(err)
	}
}

// writerVariable has the test's own binary write the file that it names, over and over, until it is killed, or for a
// minute where nobody does.
const writerVariable = "TOKENTRAY_WRITES"

func TestMain(m *testing.M) {
	path := os.Getenv(writerVariable)
	if path == "" {
		os.Exit(m.Run())
	}
	for n, end := 0, time.Now().Add(time.Minute); time.Now().Before(end); n++ {
		if err := jsonfile.Write(path, map[string]int{"n": n}); err != nil {
			panic(err)
		}
	}
}

func TestKilledWriterLeavesAWholeFileAndNothingAfterASweep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.json")
	most := 0
	for range 20 {
		writer := exec.CommandContext(t.Context(), os.Args[0])
		writer.Env = append(os.Environ(), writerVariable+"="+path)
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		written := func() []byte {
			text, _ := os.ReadFile(path)
			return text
		}
		for before, limit := written(), time.Now().Add(20*time.Second); bytes.Equal(written(), before); {
			if time.Now().After(limit) {
				t.Fatal("nothing was written")
			}
		}
		if err := writer.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = writer.Wait() // it says that it was killed
		if text := written(); !json.Valid(text) {
			t.Fatalf("half written: %q", text)
		}
		entries, err := os.ReadDir(filepath.Dir(path))
		if err != nil {
			t.Fatal(err)
		}
		most = max(most, len(entries))
		if most > 2 {
			t.Fatalf("%d files", most)
		}
		jsonfile.Sweep(path, 0)
		if entries, err = os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
			t.Fatalf("%d files after the sweep, %v", len(entries), err)
		}
	}
	if most < 2 {
		t.Error("no kill came in the middle of a write: nothing was tried")
	}
}

func TestOnlyAFileOfTheExpectedKindAndSizeIsRead(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "a.json")
	if err := os.WriteFile(path, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := jsonfile.Read(path, 5); err != nil || string(data) != "12345" {
		t.Errorf("read %q, %v", data, err)
	}
	if _, err := jsonfile.Read(path, 4); err == nil {
		t.Error("more than the limit was read")
	}
	if _, err := jsonfile.Read(folder, 1<<20); err == nil {
		t.Error("a folder was read")
	}
}

func TestADamagedFileIsPutAsideAsItWas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.json")
	if err := os.WriteFile(path, []byte("}"), 0o600); err != nil {
		t.Fatal(err)
	}
	name, err := jsonfile.PutAside(path, time.Date(2026, 11, 24, 19, 0, 0, 0, time.UTC))
	if err != nil || name != "a.json.damaged-20261124T190000.000" {
		t.Errorf("put aside as %q, %v", name, err)
	}
	if text, err := os.ReadFile(filepath.Join(filepath.Dir(path), name)); err != nil || string(text) != "}" {
		t.Errorf("it holds %q, %v", text, err)
	}
}
