package desktop

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// compositor is a Wayland compositor of the test's own, without a screen, and the test's WAYLAND_DISPLAY.
type compositor struct{ testing.TB }

// nobody is the user whom Sway runs as where the tests are root's: root it refuses.
const nobodysID = 65534

func startWayland(t testing.TB) compositor {
	t.Helper()
	folder, err := os.MkdirTemp("", "wayland-") // where Sway's user comes to it, too
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	config := filepath.Join(folder, "config")
	if err := os.WriteFile(config, []byte("xwayland disable\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := enduring(t, "sway", "--config", config)
	cmd.Dir = folder
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "XDG_RUNTIME_DIR=" + folder,
		"WLR_BACKENDS=headless", "WLR_LIBINPUT_NO_DEVICES=1", "WLR_RENDERER=pixman"}
	if os.Getuid() == 0 {
		if err := os.Chown(folder, nobodysID, nobodysID); err != nil {
			t.Fatal(err)
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobodysID, Gid: nobodysID}}
	}
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		if <-ended; t.Failed() {
			t.Log(said.String())
		}
	})
	t.Setenv("XDG_RUNTIME_DIR", folder)
	until(t, "the compositor is ready", func() bool {
		sockets, _ := filepath.Glob(filepath.Join(folder, "wayland-?"))
		if len(sockets) == 1 {
			t.Setenv("WAYLAND_DISPLAY", filepath.Base(sockets[0]))
		}
		return len(sockets) == 1
	})
	return compositor{t}
}

func onWl() *Clipboard { return newClipboard(&wayland{}, nil, clipboardTime) }

// options are wl-clipboard's for a place.
var options = map[string][]string{"clipboard": nil, "primary": {"--primary"}}

func (w compositor) wantText(place, want string) {
	w.Helper()
	out, err := exec.CommandContext(w.Context(), "wl-paste", append(options[place], "--no-newline")...).Output()
	if (err != nil) != (want == "") || string(out) != want {
		w.Errorf("%s holds %q, want %q (%v)", place, out, want, err)
	}
}

// copyElsewhere puts a text in a place as another program would.
func (w compositor) copyElsewhere(place, text string) {
	w.Helper()
	cmd := exec.CommandContext(w.Context(), "wl-copy", append(options[place], "--type", "text/plain")...)
	cmd.Stdin = strings.NewReader(text)
	if err := cmd.Run(); err != nil {
		w.Fatal(err)
	}
}

func TestOnWaylandASecretIsCopiedAndCleared(t *testing.T) {
	w := startWayland(t)
	c := onWl()
	text := token + "\n\t äöü 日本\n"
	wrote(t, c, "alice", text)
	w.wantText("clipboard", text)
	w.wantText("primary", text)
	wantCleared(t, c, true)
	w.wantText("clipboard", "")
	w.wantText("primary", "")
	wantGone(t, c.Gone())
	wantCleared(t, c, false)
}

func TestOnWaylandOnlyWhatIsStillOursIsCleared(t *testing.T) {
	w := startWayland(t)
	for theirs, ours := range map[string]string{"clipboard": "primary", "primary": "clipboard"} {
		c := onWl()
		wrote(t, c, "alice", token)
		w.copyElsewhere(theirs, "shopping list")
		wantCleared(t, c, true)
		w.wantText(theirs, "shopping list")
		w.wantText(ours, "")

		wrote(t, c, "alice", token)
		w.copyElsewhere("clipboard", token) // as a clipboard manager does
		w.copyElsewhere("primary", strings.Repeat("x", 2*mostCompared))
		wantCleared(t, c, true)
		w.wantText("clipboard", "")
		w.wantText("primary", strings.Repeat("x", 2*mostCompared))
	}
}

func TestOnWaylandATextThatIsNoSecretTakesASecretsPlace(t *testing.T) {
	w := startWayland(t)
	c := onWl()
	wrote(t, c, "alice", token)
	wrote(t, c, NoSecret, "https://example.com")
	w.wantText("clipboard", "https://example.com")
	w.wantText("primary", "")
	wantGone(t, c.Gone())
	wantCleared(t, c, false)
	w.wantText("clipboard", "https://example.com")
}

// programs puts scripts in front of the programs on the PATH, and returns their folder, where they run.
func programs(t *testing.T, scripts map[string]string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for name, script := range scripts {
		text := "#!/bin/sh\ncd '" + folder + "'\n" + script + "\n"
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	return folder
}

func content(t *testing.T, folder, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestSensitiveIsSaidToAWlCopyThatKnowsIt(t *testing.T) {
	real, err := exec.LookPath("wl-copy")
	if err != nil {
		t.Fatal(err)
	}
	for help, want := range map[string]string{
		"--primary --sensitive": "--help\n--type text/plain --sensitive\n--type text/plain --sensitive --primary\n" +
			"--type text/plain\n--clear\n--primary --clear\n--type text/plain\n",
		"--primary": "--help\n--type text/plain\n--type text/plain --primary\n--type text/plain\n--clear\n" +
			"--primary --clear\n--type text/plain\n",
	} {
		t.Run(help, func(t *testing.T) {
			w := startWayland(t)
			folder := programs(t, map[string]string{"wl-copy": `echo "$*" >>said
if [ "$1" = --help ]; then echo ` + help + `; exit; fi
if [ "$3" = --sensitive ]; then shift 3; set -- --type text/plain "$@"; fi
tr '\0' '\n' </proc/$$/environ >>environment
exec '` + real + `' "$@"`})
			c := onWl()
			wrote(t, c, "alice", token)
			w.wantText("clipboard", token)
			w.wantText("primary", token)
			w.copyElsewhere("clipboard", token)
			wantCleared(t, c, true)
			wrote(t, c, NoSecret, "https://example.com")
			if got := content(t, folder, "said"); got != want {
				t.Errorf("wl-copy was told\n%s, want\n%s", got, want)
			}
			environment := content(t, folder, "environment")
			if !strings.Contains(environment, "TMPDIR="+os.Getenv("XDG_RUNTIME_DIR")+"\n") || strings.Contains(environment, token) {
				t.Errorf("its environment is\n%s", environment)
			}
		})
	}
}

func TestHangingWlCopyIsEndedWithWhatItStarted(t *testing.T) {
	startWayland(t)
	folder := programs(t, map[string]string{"wl-copy": `sleep 1000 & echo $! >>started; wait`})
	c := onWl()
	c.limit = 300 * time.Millisecond
	if err := c.Write(t.Context(), NoSecret, "text"); !errors.Is(err, ErrClipboardBusy) {
		t.Errorf("%v", err)
	}
	for _, id := range strings.Fields(content(t, folder, "started")) {
		process, err := strconv.Atoi(id)
		if err != nil {
			t.Fatal(err)
		}
		until(t, "process "+id+" ends", func() bool { return errors.Is(syscall.Kill(process, 0), syscall.ESRCH) || zombie(id) })
	}
	if err := os.Remove(filepath.Join(folder, "wl-copy")); err != nil {
		t.Fatal(err)
	}
	c.limit = clipboardTime
	wrote(t, c, "alice", token)
	wantCleared(t, c, true)
}

// zombie tells whether a process has ended and nobody has asked how: in a container, perhaps nobody does.
func zombie(id string) bool {
	status, _ := os.ReadFile("/proc/" + id + "/stat")
	return strings.Contains(string(status), ") Z ")
}

func TestHangingWlPasteIsGivenUp(t *testing.T) {
	startWayland(t)
	c := onWl()
	wrote(t, c, "alice", token)
	folder := programs(t, map[string]string{"wl-paste": `exec sleep 1000`})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := c.ClearLast(ctx); !errors.Is(err, ErrClipboardBusy) {
		t.Errorf("%v", err)
	}
	if err := os.Remove(filepath.Join(folder, "wl-paste")); err != nil {
		t.Fatal(err)
	}
	wantCleared(t, c, true)
}

func TestCompositorWithoutPrimaryIsNoFailure(t *testing.T) {
	w := startWayland(t)
	real, err := exec.LookPath("wl-copy")
	if err != nil {
		t.Fatal(err)
	}
	programs(t, map[string]string{
		"wl-copy": `case "$*" in *--primary*) echo "The compositor does not seem to support primary selection" >&2; exit 1 ;; esac
exec '` + real + `' "$@"`})
	c := onWl()
	wrote(t, c, "alice", token)
	w.wantText("clipboard", token)
	wantCleared(t, c, true)
}

func TestWithoutCompositorNothingIsCopied(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	t.Setenv("WAYLAND_DISPLAY", "wayland-0")
	c := onWl()
	if err := c.Write(t.Context(), "alice", token); !errors.Is(err, ErrClipboard) {
		t.Errorf("%v", err)
	}
	if _, err := c.Clear(t.Context(), "alice", nobody); !errors.Is(err, ErrClipboard) {
		t.Errorf("%v", err)
	}
}

func TestWithoutWlClipboardTheWindowMustHaveTheFocus(t *testing.T) {
	t.Setenv("WAYLAND_DISPLAY", "wayland-0")
	own := &board{}
	c := NewClipboard(own)
	if c.NeedsFocus() {
		t.Error("the focus is needed although wl-clipboard is installed")
	}
	t.Setenv("PATH", t.TempDir())
	if !c.NeedsFocus() {
		t.Error("the focus is not needed")
	}
	if err := c.Write(t.Context(), "alice", token); !errors.Is(err, ErrNoHelper) || own.holds() != "" {
		t.Errorf("%v", err)
	}
	if _, err := c.Clear(t.Context(), "alice", nobody); !errors.Is(err, ErrNoHelper) {
		t.Errorf("%v", err)
	}
	if err := c.WriteFocused(t.Context(), "alice", token); err != nil || own.holds() != token {
		t.Errorf("%v", err)
	}
	wantCleared(t, c, true)
	if own.holds() != "" {
		t.Error("the window's clipboard was not cleared")
	}
}

func BenchmarkCopyOnWayland(b *testing.B) {
	startWayland(b)
	c := onWl()
	for b.Loop() {
		wrote(b, c, "alice", token)
	}
}
