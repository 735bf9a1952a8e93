//go:build linux && desktop

package ring_test

import (
	"strings"
	"testing"
	"time"

	"tokentray/app/ring/virtual"
)

// await waits for a condition, for 30 seconds at most.
func await(t *testing.T, what string, condition func() bool) {
	t.Helper()
	limit := time.After(30 * time.Second)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !condition() {
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// awaitLogAfter waits for words in what the program logs after its first bytes.
func awaitLogAfter(t *testing.T, p *virtual.Program, bytes int, words string) {
	t.Helper()
	await(t, words+" in the log", func() bool { return strings.Contains(p.Output()[bytes:], words) })
}

// awaitLogLine waits for one line in the log that holds all of these words.
func awaitLogLine(t *testing.T, p *virtual.Program, words ...string) {
	t.Helper()
	await(t, strings.Join(words, ", ")+" in one line of the log", func() bool {
		for line := range strings.Lines(p.Output()) {
			holds := true
			for _, w := range words {
				holds = holds && strings.Contains(line, w)
			}
			if holds {
				return true
			}
		}
		return false
	})
}

// awaitEntry waits for a tray entry that ends so, also among those that have no room in the menu itself.
func awaitEntry(t *testing.T, tray *virtual.Tray, end string) {
	t.Helper()
	await(t, end+" in the tray", func() bool {
		menu, err := tray.Menu(t.Context())
		return err == nil && holdsEntry(menu, end)
	})
}

func holdsEntry(entries []virtual.Entry, end string) bool {
	for _, e := range entries {
		if e.Visible && strings.HasSuffix(e.Label, end) || holdsEntry(e.Entries, end) {
			return true
		}
	}
	return false
}

// refreshTokens are those that the keychain holds for practice accounts.
func refreshTokens(t *testing.T, d *virtual.Desktop) (found []string) {
	t.Helper()
	secrets, err := d.Secrets(t.Context(), "Token Tray (practice)")
	must(t, err)
	for name, secret := range secrets {
		if strings.HasPrefix(name, "refresh_token:") && secret != "" {
			found = append(found, secret)
		}
	}
	return found
}
