package desktop

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/windows/registry"
)

// atLogin is an entry of the test's own.
func atLogin(t *testing.T) Autostart {
	t.Helper()
	a := Autostart{Name: "Test of Token Tray", Program: `C:\Program Files\Token Tray\tokentray.exe`}
	t.Cleanup(func() {
		if err := a.Disable(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func wantCommand(t *testing.T, a Autostart, want ...string) {
	t.Helper()
	if got, err := a.read(); err != nil || !slices.Equal(got, want) {
		t.Errorf("it starts %q, want %q (%v)", got, want, err)
	}
	if on, err := a.Enabled(); err != nil || on != (len(want) > 0) {
		t.Errorf("on is %t (%v)", on, err)
	}
}

func TestStartAtLoginIsSwitchedOnAndOff(t *testing.T) {
	a := atLogin(t)
	wantCommand(t, a)
	if err := a.Disable(); err != nil {
		t.Errorf("off once more: %v", err)
	}
	if err := a.Enable("--hidden"); err != nil {
		t.Fatal(err)
	}
	wantCommand(t, a, a.Program, "--hidden")
	line, err := value(runKey, func(k registry.Key) (string, error) {
		line, _, err := k.GetStringValue(a.Name)
		return line, err
	})
	if want := `"C:\Program Files\Token Tray\tokentray.exe" --hidden`; err != nil || line != want {
		t.Errorf("the entry is %s, want %s (%v)", line, want, err)
	}
	if err := a.Disable(); err != nil {
		t.Fatal(err)
	}
	wantCommand(t, a)
}

func TestWhatTheTaskManagerSwitchedOffStaysOff(t *testing.T) {
	a := atLogin(t)
	if err := a.Enable("--hidden"); err != nil {
		t.Fatal(err)
	}
	k, _, err := registry.CreateKey(registry.CURRENT_USER, approvedKey, registry.SET_VALUE)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	for first, on := range map[byte]bool{2: true, 3: false, 6: true, 7: false} {
		if err := k.SetBinaryValue(a.Name, append([]byte{first}, make([]byte, 11)...)); err != nil {
			t.Fatal(err)
		}
		if got, err := a.Enabled(); err != nil || got != on {
			t.Errorf("%d: on is %t (%v)", first, got, err)
		}
	}
	if err := k.SetBinaryValue(a.Name, []byte{3, 0}); err != nil {
		t.Fatal(err)
	}
	moved := a
	moved.Program = `D:\tokentray.exe`
	if err := moved.Refresh(); err != nil {
		t.Error(err)
	}
	wantCommand(t, a)
	if err := moved.Enable("--hidden"); err != nil {
		t.Fatal(err)
	}
	wantCommand(t, a, moved.Program, "--hidden")
}

func TestMovedProgramIsStartedWhereItIs(t *testing.T) {
	a := atLogin(t)
	if err := a.Enable("--hidden", "--issuer", "https://id.example.com"); err != nil {
		t.Fatal(err)
	}
	a.Program = `D:\new place\100%\it's\tokentray.exe`
	if err := a.Refresh(); err != nil {
		t.Fatal(err)
	}
	wantCommand(t, a, a.Program, "--hidden", "--issuer", "https://id.example.com")
}

func TestPathThatIsTooLongForWindowsIsAnError(t *testing.T) {
	a := atLogin(t)
	a.Program = `C:\` + strings.Repeat("a", 250) + `\t.exe`
	if err := a.Enable("--hidden"); err == nil {
		t.Error("no error")
	}
	wantCommand(t, a)
}
