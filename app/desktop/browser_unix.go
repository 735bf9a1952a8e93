//go:build !windows && !darwin

package desktop

var opener = []string{"xdg-open"}
