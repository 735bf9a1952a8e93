//go:build linux

package virtual

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Holding is what a program holds on to at one moment.
type Holding struct {
	Memory
	Goroutines  int
	Threads     int
	Descriptors int
	// Children are processes that it started and has not waited for, those that have ended included.
	Children int
}

// Holding reads what the program holds on to from /proc and, for its goroutines, from its memory.
func (p *Program) Holding() (h Holding, err error) {
	if h.Memory, err = p.Memory(); err != nil {
		return h, err
	}
	if h.Goroutines, err = p.goroutines(); err != nil {
		return h, fmt.Errorf("could not count the goroutines: %w", err)
	}
	for of, count := range map[string]*int{"task": &h.Threads, "fd": &h.Descriptors} {
		entries, err := os.ReadDir(p.system(of))
		if err != nil {
			return h, err
		}
		*count = len(entries)
	}
	lists, err := filepath.Glob(p.system("task/*/children"))
	for _, list := range lists {
		children, _ := os.ReadFile(list) // a thread that has ended meanwhile has none
		h.Children += len(strings.Fields(string(children)))
	}
	return h, err
}

// Running counts the processes on the desktop whose program has this name.
func (d *Desktop) Running(name string) (count int) {
	for _, pid := range d.processes() {
		comm, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)) // one that has ended meanwhile has no name
		if strings.TrimSpace(string(comm)) == name {
			count++
		}
	}
	return count
}
