//go:build linux

package virtual

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// Program is a program under test that runs on the desktop.
type Program struct {
	PID int
	Log string // the file that holds its standard output and standard error

	desktop *Desktop
	proc    *process
	// goroutineList is looked up once, at its first use: that takes a tenth of a second.
	goroutineList func() (goroutineList, error)
}

// Run starts a program. Its output goes to Artifacts/NAME-N.log, N counting the programs of this desktop.
func (d *Desktop) Run(path string, args ...string) (*Program, error) {
	d.mu.Lock()
	d.programs++
	name := fmt.Sprintf("%s-%d", filepath.Base(path), d.programs)
	d.mu.Unlock()
	cmd := lasting(path, args...)
	cmd.Dir = d.Home()
	proc, err := d.start(name, cmd)
	if err != nil {
		return nil, err
	}
	p := &Program{PID: proc.pid(), Log: proc.log, desktop: d, proc: proc}
	p.goroutineList = sync.OnceValues(func() (goroutineList, error) { return findGoroutineList(p.system("exe")) })
	return p, nil
}

// Running says whether the program has not ended.
func (p *Program) Running() bool { return p.proc.alive() }

// Signal sends a signal to the program itself.
func (p *Program) Signal(s syscall.Signal) error { return p.proc.cmd.Process.Signal(s) }

// Stop asks the program to end (SIGTERM) and returns its exit code; -1 when a signal ended it.
func (p *Program) Stop(ctx context.Context) (code int, err error) {
	if err := p.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return 0, err
	}
	return p.Wait(ctx)
}

// Kill ends the program at once, as a power cut would (SIGKILL), together with what it started in its process group.
func (p *Program) Kill() { p.proc.kill() }

// Wait waits for the program to end by itself and returns its exit code; -1 when a signal ended it.
func (p *Program) Wait(ctx context.Context) (code int, err error) {
	ctx, cancel := patient(ctx)
	defer cancel()
	select {
	case <-p.proc.done:
		return p.proc.cmd.ProcessState.ExitCode(), nil
	case <-ctx.Done():
		return 0, fmt.Errorf("%s did not end: %w", p.proc.name, ctx.Err())
	}
}

// Output is what the program has printed and logged so far.
func (p *Program) Output() string {
	log, _ := os.ReadFile(p.Log)
	return string(log)
}

// Memory is a program's resident memory in bytes: all of it (RSS), and with shared pages divided among those who share
// them (PSS).
type Memory struct{ RSS, PSS int64 }

// Memory reads the program's resident memory from /proc.
func (p *Program) Memory() (m Memory, err error) {
	rollup, err := os.ReadFile(p.system("smaps_rollup"))
	if err != nil {
		return m, err
	}
	for line := range strings.Lines(string(rollup)) {
		fields := strings.Fields(line)
		if len(fields) != 3 || fields[2] != "kB" {
			continue
		}
		kib, _ := strconv.ParseInt(fields[1], 10, 64)
		switch fields[0] {
		case "Rss:":
			m.RSS = kib << 10
		case "Pss:":
			m.PSS = kib << 10
		}
	}
	return m, nil
}

// PeakMemory is the most resident memory that the program has had so far.
func (p *Program) PeakMemory() (bytes int64, err error) {
	status, err := os.ReadFile(p.system("status"))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); fields[0] == "VmHWM:" && len(fields) == 3 {
			kib, err := strconv.ParseInt(fields[1], 10, 64)
			return kib << 10, err
		}
	}
	return 0, errors.New("the system does not tell the most memory that the program has had")
}

// CommandLine is the program's command line as anybody on this computer can read it.
func (p *Program) CommandLine() ([]string, error) { return p.list("cmdline") }

// Environment is the environment that the program was started with, as the system tells it.
func (p *Program) Environment() ([]string, error) { return p.list("environ") }

func (p *Program) list(file string) ([]string, error) {
	text, err := os.ReadFile(p.system(file))
	if err != nil {
		return nil, err
	}
	var list []string
	for part := range bytes.SplitSeq(bytes.TrimRight(text, "\x00"), []byte{0}) {
		list = append(list, string(part))
	}
	return list, nil
}

func (p *Program) system(file string) string {
	return filepath.Join("/proc", strconv.Itoa(p.PID), file)
}
