package desktop

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// xServer is an X server of the test's own, and the test's DISPLAY.
type xServer struct {
	testing.TB
	process *os.Process
	ended   chan struct{}
}

// stop ends the server, which takes its lock away with it.
func (x *xServer) stop() {
	_ = x.process.Signal(syscall.SIGTERM)
	<-x.ended
}

// startX starts an X server on a display that it chooses by itself.
func startX(t testing.TB) *xServer {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, r)
	cmd := enduring(t, "Xvfb", "-displayfd", "3", "-screen", "0", "64x64x24", "-nolisten", "tcp", "-noreset")
	cmd.ExtraFiles = []*os.File{w}
	err = cmd.Start()
	shut(t, w)
	if err != nil {
		t.Fatal(err)
	}
	x := &xServer{TB: t, process: cmd.Process, ended: make(chan struct{})}
	go func() { defer close(x.ended); _ = cmd.Wait() }()
	t.Cleanup(x.stop)
	number, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("no X server: %v", err)
	}
	t.Setenv("DISPLAY", ":"+strings.TrimSpace(number))
	t.Setenv("WAYLAND_DISPLAY", "")
	t.Setenv("XAUTHORITY", "/dev/null")
	return x
}

// onX is a clipboard over the X server, and over a board in memory where that can't be reached.
func onX() (*Clipboard, *board) {
	b := &board{}
	second := plain{b, "the second"}
	return newClipboard(&either{first: &x11{}, second: second}, second, clipboardTime), b
}

// xclip asks for a selection as any other program would; target "": the text.
func (x *xServer) xclip(selection, target string) (string, error) {
	arguments := []string{"-o", "-selection", selection}
	if target != "" {
		arguments = append(arguments, "-t", target)
	}
	ctx, cancel := context.WithTimeout(x.Context(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "xclip", arguments...).Output()
	return string(out), err
}

func (x *xServer) wantText(selection, want string) {
	x.Helper()
	target := "UTF8_STRING"
	if got, err := x.xclip(selection, target); (err != nil) != (want == "") || got != want {
		x.Errorf("%s holds %q, want %q (%v)", selection, got, want, err)
	}
}

// copyElsewhere has another program own a selection, until the test ends or somebody else takes it.
func (x *xServer) copyElsewhere(selection, text string) {
	x.Helper()
	x.copyAs("UTF8_STRING", selection, text)
}

func (x *xServer) copyAs(target, selection, text string) {
	x.Helper()
	arguments := []string{"-quiet", "-i", "-selection", selection}
	if target != "UTF8_STRING" {
		arguments = append(arguments, "-t", target)
	}
	cmd := enduring(x, "xclip", arguments...)
	cmd.Stdin = strings.NewReader(text)
	if err := cmd.Start(); err != nil {
		x.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = cmd.Wait() }()
	x.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	x.until(selection+" is the other program's", func() bool {
		got, err := x.xclip(selection, target)
		return err == nil && got == text && !slices.Contains(x.targets(selection), "TIMESTAMP")
	})
}

func (x *xServer) targets(selection string) []string {
	out, _ := x.xclip(selection, "TARGETS")
	return strings.Fields(out)
}

func (x *xServer) until(what string, is func() bool) {
	x.Helper()
	until(x.TB, what, is)
}

func TestSecretIsHiddenFromHistoriesAndExact(t *testing.T) {
	x := startX(t)
	c, _ := onX()
	text := token + "\n\t äöü 日本 " + strings.Repeat("x", 100_000)
	wrote(t, c, "alice", text)
	for _, selection := range []string{"clipboard", "primary"} {
		x.wantText(selection, text)
		targets := x.targets(selection)
		for _, want := range []string{"TARGETS", "TIMESTAMP", "UTF8_STRING", "text/plain;charset=utf-8", "text/plain", "STRING", "TEXT",
			"x-kde-passwordManagerHint"} {
			if !slices.Contains(targets, want) {
				t.Errorf("%s lacks the target %s", selection, want)
			}
		}
		if hint, err := x.xclip(selection, "x-kde-passwordManagerHint"); hint != "secret" || err != nil {
			t.Errorf("%s: the hint is %q (%v)", selection, hint, err)
		}
		for target, want := range map[string]string{"text/plain;charset=utf-8": text, "text/plain": text, "TEXT": text} {
			if got, err := x.xclip(selection, target); got != want || err != nil {
				t.Errorf("%s as %s is another text of %d bytes (%v)", selection, target, len(got), err)
			}
		}
		for _, target := range []string{"MULTIPLE", "image/png"} {
			if got, err := x.xclip(selection, target); err == nil {
				t.Errorf("%s as %s is %q", selection, target, got)
			}
		}
	}
}

// STRING has 256 characters, and old programs ask for nothing else.
func TestOldProgramsGetLatin1(t *testing.T) {
	x := startX(t)
	c, _ := onX()
	wrote(t, c, "alice", "dä ✓")
	if got, err := x.xclip("clipboard", "STRING"); got != "d\xe4 ?" || err != nil {
		t.Errorf("%q (%v)", got, err)
	}
}

func TestTextThatIsNoSecretIsHiddenFromNobody(t *testing.T) {
	x := startX(t)
	c, _ := onX()
	wrote(t, c, NoSecret, "https://example.com")
	x.wantText("clipboard", "https://example.com")
	x.wantText("primary", "")
	if targets := x.targets("clipboard"); slices.Contains(targets, "x-kde-passwordManagerHint") {
		t.Errorf("it is offered as %v", targets)
	}
	if _, err := x.xclip("clipboard", "x-kde-passwordManagerHint"); err == nil {
		t.Error("it has the hint")
	}
	wantCleared(t, c, false)
	x.wantText("clipboard", "https://example.com")
}

func TestTextThatIsNoSecretTakesASecretsPlace(t *testing.T) {
	x := startX(t)
	c, _ := onX()
	wrote(t, c, "alice", token)
	gone := c.Gone()
	wrote(t, c, NoSecret, "https://example.com")
	wantGone(t, gone)
	x.wantText("clipboard", "https://example.com")
	x.wantText("primary", "")
}

func TestNewSecretTakesTheOldOnesPlace(t *testing.T) {
	x := startX(t)
	c, _ := onX()
	wrote(t, c, "alice", token)
	gone := c.Gone()
	wrote(t, c, "bob", "another")
	wantGone(t, gone)
	x.wantText("clipboard", "another")
	x.wantText("primary", "another")
	wantCleared(t, c, true)
	x.wantText("clipboard", "")
	x.wantText("primary", "")
	wantGone(t, c.Gone())
	wantCleared(t, c, false)
}

func TestOnlyTheSelectionThatIsStillOursIsCleared(t *testing.T) {
	for theirs, ours := range map[string]string{"clipboard": "primary", "primary": "clipboard"} {
		t.Run(theirs+" is theirs", func(t *testing.T) {
			x := startX(t)
			c, _ := onX()
			wrote(t, c, "alice", token)
			x.copyElsewhere(theirs, "shopping list")
			x.wantText(ours, token)
			select {
			case <-c.Gone():
				t.Error("gone, although it stands in " + ours)
			default:
			}
			wantCleared(t, c, true)
			x.wantText(theirs, "shopping list")
			x.wantText(ours, "")
			wantGone(t, c.Gone())
		})
	}
}

func TestReplacedTextIsToldOf(t *testing.T) {
	x := startX(t)
	c, _ := onX()
	wrote(t, c, "alice", token)
	for _, selection := range []string{"primary", "clipboard"} {
		x.copyElsewhere(selection, "shopping list")
	}
	wantGone(t, c.Gone())
	wantCleared(t, c, false)
	x.wantText("clipboard", "shopping list")
}

// A clipboard manager takes a text over and offers it itself.
func TestTextThatAnotherProgramOffersAgainIsCleared(t *testing.T) {
	x := startX(t)
	c, _ := onX()
	wrote(t, c, "alice", token)
	for _, selection := range []string{"primary", "clipboard"} {
		x.copyElsewhere(selection, token)
	}
	wantCleared(t, c, true)
	x.wantText("clipboard", "")
	x.wantText("primary", "")
	wantGone(t, c.Gone())
}

func TestTextOfAnEarlierRunIsCleared(t *testing.T) {
	x := startX(t)
	c, _ := onX()
	owns := func(text string) bool { return text == token }
	for _, target := range []string{"UTF8_STRING", "STRING"} { // the second is all that old programs offer
		x.copyAs(target, "clipboard", token)
		if cleared, err := c.Clear(t.Context(), "alice", owns); !cleared || err != nil {
			t.Errorf("%s: cleared is %t (%v)", target, cleared, err)
		}
		if targets := x.targets("clipboard"); len(targets) > 0 {
			t.Errorf("%v are left", targets)
		}
	}
}

func TestEmptyAndLongSelectionsAreNobodys(t *testing.T) {
	x := startX(t)
	c, _ := onX()
	everything := func(string) bool { return true }
	if cleared, err := c.Clear(t.Context(), "alice", everything); cleared || err != nil {
		t.Errorf("empty: cleared is %t (%v)", cleared, err)
	}
	for name, long := range map[string]int{"at once": mostCompared + 1, "in parts": 2_000_000} {
		x.copyElsewhere("clipboard", strings.Repeat("x", long))
		if cleared, err := c.Clear(t.Context(), "alice", everything); cleared || err != nil {
			t.Errorf("long, %s: cleared is %t (%v)", name, cleared, err)
		}
		if got, err := x.xclip("clipboard", "UTF8_STRING"); len(got) != long || err != nil {
			t.Errorf("long, %s: %d bytes of %d are left (%v)", name, len(got), long, err)
		}
	}
}

// silent owns a selection and never answers.
func (x *xServer) silent(selection string) (end func()) {
	x.Helper()
	conn, err := xgb.NewConn()
	if err != nil {
		x.Fatal(err)
	}
	window, err := xproto.NewWindowId(conn)
	if err != nil {
		x.Fatal(err)
	}
	root := xproto.Setup(conn).DefaultScreen(conn).Root
	xproto.CreateWindow(conn, 0, window, root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, 0, 0, nil)
	atom, err := intern(conn, strings.ToUpper(selection))
	if err != nil {
		x.Fatal(err)
	}
	if err := xproto.SetSelectionOwnerChecked(conn, window, atom, xproto.TimeCurrentTime).Check(); err != nil {
		x.Fatal(err)
	}
	return conn.Close
}

func TestSilentOwnerIsGivenUp(t *testing.T) {
	for selection, other := range map[string]string{"clipboard": "primary", "primary": "clipboard"} {
		t.Run(selection, func(t *testing.T) {
			x := startX(t)
			c, _ := onX()
			wrote(t, c, "alice", token)
			end := x.silent(selection)
			defer end()
			began := time.Now()
			cleared, err := c.ClearLast(t.Context())
			if !errors.Is(err, ErrClipboardBusy) || !cleared || time.Since(began) > clipboardTime {
				t.Errorf("after %v: cleared is %t, %v", time.Since(began), cleared, err)
			}
			x.wantText(other, "")
			select {
			case <-c.Gone():
				t.Error("gone, although nobody can know")
			default:
			}
			wrote(t, c, "alice", "another")
			x.wantText("clipboard", "another")
			wantCleared(t, c, true)
		})
	}
}

func TestHangingServerIsGivenUpAndComesBack(t *testing.T) {
	x := startX(t)
	c, _ := onX()
	wrote(t, c, "alice", token)
	c.limit = 200 * time.Millisecond
	if err := x.process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.Write(t.Context(), "alice", "too late"); !errors.Is(err, ErrClipboardBusy) {
			t.Errorf("%v", err)
		}
	}
	if err := x.process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	c.limit = clipboardTime
	x.wantText("clipboard", token) // nothing was copied that the person had been told was not
	wrote(t, c, "alice", "another")
	x.wantText("clipboard", "another")
	wantCleared(t, c, true)
}

func TestWithoutServerTheSecondClipboardIsUsed(t *testing.T) {
	x := startX(t)
	c, second := onX()
	wrote(t, c, "alice", token)
	x.stop()
	wrote(t, c, "alice", "another")
	if second.holds() != "another" || c.Name() != "the second" {
		t.Errorf("%s holds %q", c.Name(), second.holds())
	}
	wantCleared(t, c, true)
	if second.holds() != "" {
		t.Error("the second was not cleared")
	}
	second.err = errors.New("no clipboard")
	if err := c.Write(t.Context(), "alice", token); !errors.Is(err, ErrClipboard) {
		t.Errorf("%v", err)
	}

	x = startX(t)
	wrote(t, c, "alice", "a third")
	if x.wantText("clipboard", "a third"); c.Name() != "X11" {
		t.Errorf("it is copied by %s", c.Name())
	}
}

// The second is what the first is measured against: a helper program for each copy.
func BenchmarkCopy(b *testing.B) {
	startX(b)
	c, _ := onX()
	x := plain{helper{}, "xclip"}
	for _, subject := range []*Clipboard{c, newClipboard(x, x, clipboardTime)} {
		wrote(b, subject, "alice", token) // makes the connection
		b.Run(subject.Name(), func(b *testing.B) {
			for b.Loop() {
				wrote(b, subject, "alice", token)
			}
		})
	}
}
