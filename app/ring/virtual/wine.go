//go:build linux

package virtual

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Wine is an installation of wine for one desktop, on which programs for Windows run.
type Wine struct {
	desktop *Desktop
	look    string // shows what a program of Windows finds
}

// wineTime is what wine's first start may take.
const wineTime = 3 * time.Minute

// InstallWine makes one, from the C sources in the folder testdata beside this file.
func (d *Desktop) InstallWine(ctx context.Context) (*Wine, error) {
	w := &Wine{desktop: d, look: filepath.Join(d.dir, "look.exe")}
	ctx, cancel := context.WithTimeout(ctx, wineTime)
	defer cancel()
	if err := w.run(ctx, "wine", "wineboot", "--init"); err != nil {
		return nil, err
	}
	root, err := Root()
	if err != nil {
		return nil, err
	}
	source := func(name string) string { return filepath.Join(root, "app/ring/virtual/testdata", name) }
	library := filepath.Join(w.prefix(), "drive_c/windows/system32/bcryptprimitives.dll")
	if err := w.run(ctx, "x86_64-w64-mingw32-gcc", "-shared", "-o", library, source("bcryptprimitives.c"), "-ladvapi32"); err != nil {
		return nil, err
	}
	return w, w.run(ctx, "x86_64-w64-mingw32-gcc", "-o", w.look, source("look.c"), "-ladvapi32")
}

func (w *Wine) prefix() string { return filepath.Join(w.desktop.Home(), ".wine") }

func (w *Wine) env() []string {
	return append(w.desktop.Env(), "WINEPREFIX="+w.prefix(), "WINEARCH=win64", "WINEDEBUG=-all",
		"WINEDLLOVERRIDES=mscoree,mshtml=") // else it asks whether to fetch them
}

func (w *Wine) run(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = w.env()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %q: %w: %s", name, args, err, out)
	}
	return nil
}

// Run starts a program for Windows.
func (w *Wine) Run(path string, args ...string) (*Program, error) {
	cmd := lasting("wine", append([]string{path}, args...)...)
	cmd.Dir = w.desktop.Home()
	cmd.Env = w.env()
	proc, err := w.desktop.start("wine", cmd)
	if err != nil {
		return nil, err
	}
	p := &Program{PID: proc.pid(), Log: proc.log, desktop: w.desktop, proc: proc}
	p.goroutineList = sync.OnceValues(func() (goroutineList, error) { return findGoroutineList(path) })
	return p, nil
}

// Clipboard is the text on Windows' clipboard, and the names of the formats beside it.
func (w *Wine) Clipboard(ctx context.Context) (text string, formats []string, err error) {
	lines, err := w.lines(ctx, "clipboard")
	if len(lines) == 0 {
		return "", nil, err
	}
	return lines[0], lines[1:], err
}

// Credentials are the names of the Credential Manager's entries.
func (w *Wine) Credentials(ctx context.Context) ([]string, error) { return w.lines(ctx, "credentials") }

func (w *Wine) lines(ctx context.Context, what string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, commandDeadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, "wine", w.look, what)
	cmd.Env = w.env()
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("could not look at Windows' %s: %w", what, err)
	}
	text := strings.TrimSuffix(strings.ReplaceAll(string(out), "\r\n", "\n"), "\n")
	return strings.Split(text, "\n"), nil
}
