//go:build linux

package virtual

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// grace is how long a process has after SIGTERM before it is killed.
const grace = 3 * time.Second

// process is a program that runs on the desktop, the leader of a process group of its own.
type process struct {
	name string
	log  string
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended and was waited for
	gone sync.Once     // its group was killed
}

// start runs a command on the desktop with its output in Artifacts/name.log.
func (d *Desktop) start(name string, cmd *exec.Cmd) (*process, error) {
	p := &process{name: name, cmd: cmd, done: make(chan struct{}), log: filepath.Join(d.Artifacts, name+".log")}
	log, err := d.openLog(p.log)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }() // the program has it open by itself
	if cmd.Stdout == nil {
		cmd.Stdout = log
	}
	cmd.Stderr = log
	if cmd.Env == nil {
		cmd.Env = d.Env()
	}
	if err := spawn(cmd); err != nil {
		return nil, fmt.Errorf("could not start %s: %w", name, err)
	}
	go func() {
		_ = cmd.Wait()
		close(p.done)
	}()
	d.mu.Lock()
	d.running = append(d.running, p)
	d.mu.Unlock()
	return p, nil
}

// openLog goes on with the log of a part that was started before, and begins a new one otherwise.
func (d *Desktop) openLog(path string) (*os.File, error) {
	flags := os.O_CREATE | os.O_APPEND | os.O_WRONLY
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.ContainsFunc(d.running, func(p *process) bool { return p.log == path }) {
		flags |= os.O_TRUNC
	}
	return os.OpenFile(path, flags, 0o600)
}

// spawner is one thread that lives as long as the test. The kernel sends a child its parent-death signal when the
// *thread* that started it ends (prctl(2), PR_SET_PDEATHSIG), and Go's other threads come and go.
var spawner = sync.OnceValue(func() chan<- func() {
	jobs := make(chan func())
	go func() {
		runtime.LockOSThread()
		for job := range jobs {
			job()
		}
	}()
	return jobs
})

// spawn starts cmd in a process group of its own, which dies with this process even when this process is killed.
func spawn(cmd *exec.Cmd) error {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid, cmd.SysProcAttr.Pdeathsig = true, syscall.SIGKILL
	result := make(chan error)
	spawner() <- func() { result <- cmd.Start() }
	return <-result
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) alive() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// end asks the process group to end, and kills what is left of it.
func (p *process) end() {
	if p == nil {
		return
	}
	if p.alive() {
		_ = syscall.Kill(-p.pid(), syscall.SIGTERM)
		select {
		case <-p.done:
		case <-time.After(grace):
		}
	}
	p.kill()
}

// kill ends the process group at once, the first time: afterwards its id may go to somebody else. Until then the group
// outlives its leader while it has members.
func (p *process) kill() {
	p.gone.Do(func() {
		if err := syscall.Kill(-p.pid(), 0); err == nil {
			_ = syscall.Kill(-p.pid(), syscall.SIGKILL)
		}
	})
	<-p.done
}

// ready waits for a condition, and gives up early when the process ends first.
func (p *process) ready(ctx context.Context, condition func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-p.done:
			cancel(fmt.Errorf("it ended: %v, see %s", p.cmd.ProcessState, p.log))
		case <-ctx.Done():
		}
	}()
	if err := waitFor(ctx, p.name, condition); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return fmt.Errorf("%s: %w", p.name, cause)
		}
		return err
	}
	return nil
}

// processes are the ids of all processes that carry this desktop's mark in their environment: what was started here,
// and what that started in turn (services that the bus activates, a clipboard program that stays behind).
func (d *Desktop) processes() []int {
	mark := []byte(d.mark())
	entries, _ := os.ReadDir("/proc")
	var pids []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		environ, err := os.ReadFile(filepath.Join("/proc", e.Name(), "environ"))
		if err == nil && bytes.Contains(environ, mark) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// endStrays kills what is left on the desktop and returns when all of it is gone: what still runs could still write files.
func (d *Desktop) endStrays() {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	_ = waitFor(ctx, "strays to end", func(context.Context) (bool, error) {
		left := d.processes()
		for _, pid := range left {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		return len(left) == 0, nil
	})
}
