package desktop

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// wlClipboard are the programs of wl-clipboard.
var wlClipboard = []string{"wl-copy", "wl-paste"}

// wayland is wl-clipboard: https://github.com/bugaevc/wl-clipboard. A text goes to it through its standard input, never
// its command line. One wl-copy stays behind for each place where a text stands, until another text takes that place.
type wayland struct {
	asked     bool // wl-copy was asked what it can
	sensitive bool // it can hide a text from clipboard histories
}

func (*wayland) name() string { return "wl-clipboard" }

func (*wayland) needsFocus() bool { return !installed(wlClipboard) }

func (w *wayland) write(ctx context.Context, text string, secret bool, _ func()) error {
	if w.needsFocus() {
		return ErrNoHelper
	}
	// Told the type, wl-copy has no other program guess it from the text.
	options := []string{"--type", "text/plain"}
	if secret && w.canHide(ctx) {
		options = append(options, "--sensitive")
	}
	if err := wlCopy(ctx, text, options...); err != nil || !secret {
		return err
	}
	primary, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	_ = wlCopy(primary, text, append(options, "--primary")...) // not every compositor has it
	return nil
}

func (w *wayland) clear(ctx context.Context, ours func(text string) bool) (cleared bool, err error) {
	if w.needsFocus() {
		return false, ErrNoHelper
	}
	for _, place := range [][]string{nil, {"--primary"}} {
		text, placeErr := wlPaste(ctx, place...)
		if placeErr == nil && ours(text) {
			placeErr = wlCopy(ctx, "", append(place, "--clear")...)
			cleared = cleared || placeErr == nil
		}
		err = errors.Join(err, placeErr)
	}
	return cleared, err
}

// canHide tells whether wl-copy has an option for secrets: from 2.3.0 on.
func (w *wayland) canHide(ctx context.Context) bool {
	if !w.asked {
		help := limited{most: mostCompared}
		cmd := command(ctx, "wl-copy", "--help")
		cmd.Stdout = &help
		w.asked = run(ctx, cmd) == nil
		w.sensitive = strings.Contains(help.text.String(), "--sensitive")
	}
	return w.sensitive
}

// wlCopy runs wl-copy. Its output is no pipe, since the one that stays behind would hold that open.
func wlCopy(ctx context.Context, text string, options ...string) error {
	cmd := command(ctx, "wl-copy", options...)
	cmd.Stdin = strings.NewReader(text)
	if runtime := os.Getenv("XDG_RUNTIME_DIR"); runtime != "" {
		// wl-copy has the text in a file that only this user may read. From 2.3.0 on it makes it here, which is in
		// memory, and older ones below /tmp.
		cmd.Env = append(os.Environ(), "TMPDIR="+runtime)
	}
	return run(ctx, cmd)
}

// wlPaste returns the text in a place; empty: there is none, or one too long to be ours.
func wlPaste(ctx context.Context, place ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	out, said := limited{most: mostCompared}, limited{most: mostCompared}
	cmd := command(ctx, "wl-paste", append(place, "--no-newline", "--type", "text")...)
	cmd.Stdout, cmd.Stderr = &out, &said
	switch err := run(ctx, cmd); {
	case err == nil:
		return out.text.String(), nil
	case out.over || nothing(said.text.String()):
		return "", nil
	default:
		return "", err
	}
}

// nothing tells whether wl-paste said that there is no text: its exit status is the same for everything.
func nothing(said string) bool {
	for _, words := range []string{"Nothing is copied", "No selection", "No suitable type", "support primary selection"} {
		if strings.Contains(said, words) {
			return true
		}
	}
	return false
}

// command makes a command that is killed with the context, and with it what it has started until then.
func command(ctx context.Context, name string, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, arguments...) //nolint:gosec // wl-clipboard's, with arguments of this package's
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 100 * time.Millisecond
	return cmd
}

func run(ctx context.Context, cmd *exec.Cmd) error {
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	default:
		return fmt.Errorf("%w: %s: %w", ErrClipboard, cmd.Args[0], err)
	}
}

// limited keeps what is written to it, up to a length.
type limited struct {
	most int
	text bytes.Buffer
	over bool
}

func (l *limited) Write(p []byte) (int, error) {
	if l.text.Len()+len(p) > l.most {
		l.over = true
		return 0, errors.New("too long")
	}
	return l.text.Write(p)
}
