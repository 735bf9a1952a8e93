//go:build linux

package virtual

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Effort is what a program has cost the computer since its start.
type Effort struct {
	// CPU is its time on a processor, in steps of 10 ms.
	CPU time.Duration
	// Wakeups is how often one of its threads slept and was woken.
	Wakeups int
}

// Effort reads the program's effort from /proc.
func (p *Program) Effort() (e Effort, err error) {
	stat, err := os.ReadFile(p.system("stat"))
	if err != nil {
		return e, err
	}
	// The second field is the program's name in parentheses, which may hold anything; see proc_pid_stat(5).
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	const utime, stime = 14 - 3, 15 - 3
	for _, i := range []int{utime, stime} {
		ticks, err := strconv.Atoi(fields[i])
		if err != nil {
			return e, fmt.Errorf("could not read the time on a processor: %w", err)
		}
		e.CPU += time.Duration(ticks) * 10 * time.Millisecond // USER_HZ is 100 wherever Go runs
	}
	tasks, err := filepath.Glob(p.system("task/*/status"))
	for _, task := range tasks {
		status, _ := os.ReadFile(task) // a thread that has ended meanwhile counts no more
		for line := range strings.Lines(string(status)) {
			if count, ok := strings.CutPrefix(line, "voluntary_ctxt_switches:"); ok {
				n, err := strconv.Atoi(strings.TrimSpace(count))
				if err != nil {
					return e, fmt.Errorf("could not count the wakeups: %w", err)
				}
				e.Wakeups += n
			}
		}
	}
	return e, err
}
