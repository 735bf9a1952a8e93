package app

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestEachRecordIsOneLine(t *testing.T) {
	out := &buffer{}
	log := newLog(out)
	log.Warn("two\nlines", "err", errors.New("of\r\nan error"), "text", "a\nb")
	log.Warn("another")
	if lines := out.lines(); len(lines) != 2 || !strings.Contains(lines[0], "an error") {
		t.Errorf("%d lines: %q", len(lines), lines)
	}
}

// Some providers tell a name instead of an address.
func TestAccountsAreNotNamedInTheLog(t *testing.T) {
	out := &buffer{}
	log := newLog(out)
	log.Warn("token not renewed", "account", "Alice Smith", slog.Group("x", "account", "bob@example.com"))
	if text := out.String(); !strings.Contains(text, "account=A*** x.account=b***@example.com") {
		t.Errorf("%q", text)
	}
}
