package oauth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"
)

// told is a history in a line: kinds, and how often where that is more than once.
func told(events []Event) string {
	var lines []string
	for _, e := range events {
		line := kindNames[e.Kind]
		if e.Times > 1 {
			line = fmt.Sprintf("%s x%d in %v", line, e.Times, e.At.Sub(e.First))
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, ", ")
}

func (h history) events() (events []Event) {
	for _, r := range slices.Backward(h) {
		events = append(events, r.event())
	}
	return events
}

func TestLastTwentyEventsAreKept(t *testing.T) {
	start := time.Unix(1_800_000_000, 0)
	var h history
	for i := range 45 {
		h.add(start.Add(time.Duration(i)*time.Hour), Copied, nil)
		if want := min(i+1, 20); len(h) != want || cap(h) > 20 {
			t.Fatalf("%d events are kept after %d, in room for %d", len(h), i+1, cap(h))
		}
	}
	for i, e := range h.events() {
		if want := start.Add(time.Duration(44-i) * time.Hour); !e.At.Equal(want) || !e.First.Equal(want) || e.Times != 1 || e.Cause != nil {
			t.Errorf("event %d is %+v, want it at %v", i, e, want)
		}
	}
}

// A day offline must not push out what else happened.
func TestFailuresOfOneCauseAreOneEvent(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	var h history
	offline := func(text string) error { return fmt.Errorf("%w: %s", ErrUnreachable, text) }
	busy := func(status int) error { return fmt.Errorf("%w: %w", ErrBadAnswer, &ServerError{Status: status}) }
	for _, next := range []struct {
		kind EventKind
		err  error
		want string
	}{
		{SignedIn, nil, "signed_in"},
		{Refreshed, nil, "refreshed, signed_in"},
		{Refreshed, nil, "refreshed, refreshed, signed_in"},
		{Failed, offline("no such host"), "failed, refreshed, refreshed, signed_in"},
		{Failed, offline("timeout"), "failed x2 in 1m0s, refreshed, refreshed, signed_in"},
		{Failed, offline("timeout"), "failed x3 in 2m0s, refreshed, refreshed, signed_in"},
		{Copied, nil, "copied, failed x3 in 2m0s, refreshed, refreshed, signed_in"},
		{Failed, offline("timeout"), "failed, copied, failed x3 in 2m0s, refreshed, refreshed, signed_in"},
		{Failed, busy(503), "failed, failed, copied, failed x3 in 2m0s, refreshed, refreshed, signed_in"},
		{Failed, busy(500), "failed, failed, failed, copied, failed x3 in 2m0s, refreshed, refreshed, signed_in"},
		{Failed, busy(500), "failed x2 in 1m0s, failed, failed, copied, failed x3 in 2m0s, refreshed, refreshed, signed_in"},
	} {
		now = now.Add(time.Minute)
		h.add(now, next.kind, next.err)
		if got := told(h.events()); got != next.want {
			t.Errorf("%q, want %q", got, next.want)
		}
	}
	if last := h.events()[0]; !last.At.Equal(now) || !errors.Is(last.Cause, ErrBadAnswer) || strings.Contains(last.Cause.Error(), "timeout") {
		t.Errorf("%+v", last)
	}
	for range 1000 {
		h.add(now, Failed, offline(""))
	}
	if got := told(h.events()); !strings.HasPrefix(got, "failed x1000 in 0s, ") || !strings.HasSuffix(got, "signed_in") {
		t.Errorf("%q", got)
	}
}

func TestHistoryIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(record{}) * longestHistory; size > 1<<10 {
		t.Errorf("%d bytes an account", size)
	}
}

// writes counts how often a file is replaced while time passes in steps.
func writes(t *testing.T, path string, steps int, step time.Duration) (n int) {
	t.Helper()
	look := func() os.FileInfo {
		info, err := os.Stat(path)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		return info
	}
	before := look()
	for range steps {
		time.Sleep(step)
		synctest.Wait()
		now := look()
		if (before == nil) != (now == nil) || before != nil && (!os.SameFile(before, now) || !before.ModTime().Equal(now.ModTime())) {
			n++
		}
		before = now
	}
	return n
}

func TestHistoryIsWrittenAtMostOnceAMinuteAndOnlyWhenThereIsSomething(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &tokens{}
		v := newVirtual(t, provider, 1, nil)
		defer shut(t, v)
		path := v.historyPath()
		if n := writes(t, path, 60, time.Second); n != 0 { // the token of the start is new
			t.Errorf("%d writes in the first minute", n)
		}
		if n := writes(t, path, 30*60, time.Second); n != 1 {
			t.Errorf("%d writes in the half hour after it", n)
		}
		provider.answer.Store(&answer{status: 400, body: `{"error":"invalid_grant"}`})
		if _, err := v.Token(t.Context(), v.keys[0], 2*time.Hour); !errors.Is(err, ErrSignInAgain) {
			t.Fatal(err)
		}
		if n := writes(t, path, 24*60, time.Minute); n != 1 { // nothing happens any more after that
			t.Errorf("%d writes in a day with one event", n)
		}
		busy := 0
		for range 10 * 60 { // somebody copies each second
			v.Used(v.keys[0])
			busy += writes(t, path, 1, time.Second)
		}
		if busy < 8 || busy > 10 {
			t.Errorf("%d writes in ten minutes of copying", busy)
		}
	})
}

func TestHistoryIsWrittenAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, &tokens{}, 1, nil)
		time.Sleep(time.Second)
		v.Used(v.keys[0])
		before := v.History(v.keys[0])
		if got := told(before); got != "copied, refreshed" {
			t.Errorf("%q", got)
		}
		shut(t, v)
		data, err := os.ReadFile(v.historyPath())
		if err != nil || !strings.Contains(string(data), `"copied"`) {
			t.Errorf("%s, %v", data, err)
		}
	})
}

// A night without a network: one event, with its beginning and its end, before and after a restart.
func TestNightOfflineIsOneEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &tokens{}
		v := newVirtual(t, provider, 1, nil)
		time.Sleep(time.Second)
		provider.broken.Store(true)
		time.Sleep(12 * time.Hour)
		events := v.History(v.keys[0])
		if len(events) != 2 || events[0].Times < 100 || events[0].At.Sub(events[0].First) < 10*time.Hour || !errors.Is(events[0].Cause, ErrBadAnswer) {
			t.Fatalf("%q because of %v", told(events), events[0].Cause)
		}
		shut(t, v)
		again := v.reopen(t, provider)
		defer shut(t, again)
		kept := again.History(v.keys[0])
		if last := kept[0]; last.Times < events[0].Times || !last.First.Equal(events[0].First) || len(kept) != 2 {
			t.Errorf("%q after a restart", told(kept))
		}
	})
}

// reopen opens the engine anew that was closed, as a restart does.
func (v *virtual) reopen(t *testing.T, provider *tokens) *Engine {
	t.Helper()
	known := elsewhere
	known.Endpoints = &Endpoints{Token: "http://127.0.0.1/token"}
	return open(t, Config{
		Provider: known, Transport: provider, Folder: v.folder, Secrets: v.secrets, Client: Client{ID: "c"},
		Log: slog.New(slog.NewTextHandler(v.log, nil)),
	})
}

func TestDamagedHistoryIsBegunAnewInOneLine(t *testing.T) {
	row := func(subject, events string) string {
		return `{"issuer":"virtual","subject":"` + subject + `","events":[` + events + `]}`
	}
	file := func(rows string) string { return `{"version":1,"accounts":[` + rows + `]}` }
	const good = `{"at":"2026-01-02T03:04:05Z","kind":"copied"}`
	for name, c := range map[string]struct {
		content string
		kept    string
		lines   int
	}{
		"empty":            {"", "", 1},
		"not JSON":         {"\x00\xff", "", 1},
		"cut off":          {file(row("0", good))[:60], "", 1},
		"of the future":    {`{"version":2,"accounts":[]}`, "", 1},
		"other types":      {`{"version":1,"accounts":[{"issuer":7,"events":{}}]}`, "", 1},
		"well":             {file(row("0", good)), "copied", 0},
		"twice":            {file(row("0", good+","+good) + "," + row("0", good)), "copied", 0},
		"unknown kind":     {file(row("0", good+`,{"at":"2026-01-02T03:04:05Z","kind":"x"}`)), "copied", 1},
		"no kind":          {file(row("0", good+`,{"at":"2026-01-02T03:04:05Z"}`)), "copied", 1},
		"no time":          {file(row("0", `{"kind":"copied"},`+good)), "copied", 1},
		"cause of a copy":  {file(row("0", `{"at":"2026-01-02T03:04:05Z","kind":"copied","cause":{"is":["unreachable"]}},`+good)), "copied", 1},
		"doctored cause":   {file(row("0", `{"at":"2026-01-02T03:04:05Z","kind":"failed","cause":{"is":["x"]}},`+good)), "copied, failed", 0},
		"times without it": {file(row("0", `{"at":"2026-01-02T03:04:05Z","kind":"failed","times":1},`+good)), "copied", 1},
		"times of a copy":  {file(row("0", `{"at":"2026-01-02T03:04:05Z","kind":"copied","times":3,"first":"2026-01-02T03:04:05Z"},`+good)), "copied", 1},
		"first at last":    {file(row("0", `{"at":"2026-01-02T03:04:05Z","kind":"failed","times":3,"first":"2027-01-02T03:04:05Z"},`+good)), "copied", 1},
		"endless":          {file(row("0", strings.Repeat(good+",", 500)+good)), strings.TrimSuffix(strings.Repeat("copied, ", 20), ", "), 0},
		"somebody else's":  {file(row("elsewhere", good)), "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				provider := &tokens{}
				provider.answer.Store(&answer{status: 400, body: `{"error":"invalid_grant"}`})
				v := newVirtual(t, provider, 1, nil)
				synctest.Wait() // the grant has ended: nothing else happens to the account any more
				shut(t, v)
				v.log.Reset()
				if err := os.WriteFile(v.historyPath(), []byte(c.content), 0o644); err != nil {
					t.Fatal(err)
				}
				again := v.reopen(t, provider)
				if got := told(again.History(v.keys[0])); got != c.kept {
					t.Errorf("kept is %q, want %q", got, c.kept)
				}
				if n := strings.Count(v.log.String(), "history damaged"); n != c.lines {
					t.Errorf("%d lines are logged, want %d:\n%s", n, c.lines, v.log)
				}
				again.Used(v.keys[0])
				if len(again.Accounts()) != 1 {
					t.Error("the account is gone")
				}
				shut(t, again)
				v.log.Reset()
				third := v.reopen(t, provider)
				synctest.Wait()
				defer shut(t, third)
				if got := told(third.History(v.keys[0])); !strings.HasPrefix(got, "copied") || strings.Contains(v.log.String(), "damaged") {
					t.Errorf("after the next start: %q\n%s", got, v.log)
				}
				data, err := os.ReadFile(v.historyPath())
				if info, _ := os.Stat(v.historyPath()); err != nil || info.Mode().Perm() != 0o600 {
					t.Errorf("%v, %v", info.Mode(), err)
				}
				if strings.Contains(string(data), "elsewhere") {
					t.Error("an account that is gone still has a history")
				}
			})
		})
	}
}

// What can't be written costs a line in the log and nothing else.
func TestHistoryThatCanNotBeWrittenStopsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, &tokens{}, 1, nil)
		if err := os.MkdirAll(filepath.Join(v.historyPath(), "in the way"), 0o700); err != nil {
			t.Fatal(err)
		}
		time.Sleep(30 * time.Minute)
		synctest.Wait()
		if n := strings.Count(v.log.String(), "history not saved"); n != 1 { // and not again while nothing is new
			t.Errorf("%d lines are logged:\n%s", n, v.log)
		}
		if _, err := v.Token(context.Background(), v.keys[0], 0); err != nil {
			t.Error(err)
		}
		if err := os.RemoveAll(v.historyPath()); err != nil {
			t.Fatal(err)
		}
		v.Used(v.keys[0])
		shut(t, v)
		data, err := os.ReadFile(v.historyPath())
		if err != nil || !strings.Contains(string(data), `"refreshed"`) || !strings.Contains(string(data), `"copied"`) {
			t.Errorf("%s, %v", data, err)
		}
	})
}
