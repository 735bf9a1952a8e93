//go:build linux

package virtual

import (
	"bytes"
	"context"
	"os/exec"
	"strings"
	"time"
)

// lasting is a command for a program that runs until the desktop ends it.
func lasting(name string, args ...string) *exec.Cmd {
	return exec.CommandContext(context.Background(), name, args...)
}

// commandDeadline is the time that a short command has.
const commandDeadline = 10 * time.Second

// output runs a short command on the desktop and returns what it printed.
func (d *Desktop) output(ctx context.Context, name string, args ...string) ([]byte, error) {
	return d.filter(ctx, nil, name, args...)
}

// filter is output for a command that reads something.
func (d *Desktop) filter(ctx context.Context, input []byte, name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, commandDeadline)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = d.Env()
	if input != nil {
		cmd.Stdin = bytes.NewReader(input)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return out, &commandError{name: name, stderr: strings.TrimSpace(stderr.String()), err: err}
	}
	return out, nil
}

// commandError is a command that failed, with its complaint.
type commandError struct {
	name, stderr string
	err          error
}

func (e *commandError) Error() string { return e.name + ": " + e.err.Error() + ": " + e.stderr }
func (e *commandError) Unwrap() error { return e.err }
