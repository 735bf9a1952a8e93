//go:build !linux

package desktop

// helperName: these systems need no program for it.
func helperName() string { return "the system's" }
