package app

import (
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	keptLines = 200
	maxLine   = 2000 // bytes
)

// lastLines keeps the last lines of the log in memory, for the report. It is given what the redactor writes. Safe for
// concurrent use.
type lastLines struct {
	mu    sync.Mutex
	lines [keptLines]string
	count int // of all lines ever
}

// Write takes one line and never fails.
func (l *lastLines) Write(line []byte) (int, error) {
	kept := cut(strings.TrimSuffix(string(line), "\n"), maxLine)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines[l.count%keptLines] = kept
	l.count++
	return len(line), nil
}

// all returns the lines that are kept, the oldest first.
func (l *lastLines) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.count <= keptLines {
		return append([]string(nil), l.lines[:l.count]...)
	}
	at := l.count % keptLines
	return append(append([]string(nil), l.lines[at:]...), l.lines[:at]...)
}

// cut shortens a text to so many bytes, at the end of a letter.
func cut(text string, most int) string {
	const more = "…"
	if len(text) <= most {
		return text
	}
	end := most - len(more)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + more
}
