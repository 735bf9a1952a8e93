//go:build linux && desktop

package ring_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"tokentray/app/ring/virtual"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

// seedVariable repeats the luck of an earlier run; the computer's own timing is never quite the same.
const seedVariable = "TOKENTRAY_SEED"

// kills is how often each act is cut short at each provider, 208 times in all.
var kills = map[string]int{"add": 30, "refresh": 30, "remove": 22, "save": 22}

const (
	// people is how many accounts there are at first.
	people = 5
	// most is how many show without the field that finds one, at which the Tab key would stop as well.
	most = 7
)

// A provider that rotates refresh tokens kills the old one when it answers. An answer that the program did not live to
// put into the keychain is lost, and nobody can bring it back: at a provider without any leeway the account has to be
// signed in again then, and only then. At one that gives leeway no crash costs a sign-in, nor does it at one that does
// not rotate, as Google.
func TestKilledAtAnyMomentItLosesNothing(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv(seedVariable); text != "" {
		var err error
		seed, err = strconv.ParseUint(text, 10, 64)
		must(t, err)
	}
	t.Logf("repeat with %s=%d", seedVariable, seed)
	wrecks := []*wreck{newWreck(time.Minute, seed), newWreck(0, seed)}
	t.Run("provider", func(t *testing.T) {
		for _, w := range wrecks {
			t.Run(fmt.Sprintf("with %v of leeway", w.leeway), func(t *testing.T) {
				t.Parallel()
				w.live(t)
			})
		}
	})
	seen := map[string]int{}
	for _, w := range wrecks {
		for what, n := range w.seen {
			seen[what] += n
		}
	}
	for _, what := range slices.Sorted(maps.Keys(seen)) {
		t.Logf("%4d × %s", seen[what], what)
	}
	if seen[killed] < 200 {
		t.Errorf("killed %d times", seen[killed])
	}
	for _, moment := range []string{halfAdded, halfRemoved, lostAnswer, halfWritten} {
		if seen[moment] == 0 {
			t.Errorf("never was there %q: the moment was not tried", moment)
		}
	}
}

// wreck is a person whose program is killed all the time.
type wreck struct {
	*testing.T
	leeway time.Duration
	luck   *rand.Rand

	d        *virtual.Desktop
	provider *practice.Provider
	witness  *witness
	program  *virtual.Program
	tray     *virtual.Tray
	met      int                      // persons so far
	there    map[string]string        // subjects by address: whom no crash may take away
	lost     map[string]bool          // subjects whose newest refresh token only the provider knows
	ended    map[string]bool          // subjects that have to sign in again
	leaving  []string                 // subjects of those who were removed, to the end or not
	takes    map[string]time.Duration // an act that is left alone
	begun    time.Time                // the act that is under way
	atKill   func()                   // ends what waits for the program
	seen     map[string]int           // what was found, and how often
}

func newWreck(leeway time.Duration, seed uint64) *wreck {
	return &wreck{
		leeway: leeway, luck: rand.New(rand.NewPCG(seed, uint64(leeway))), atKill: func() {}, //nolint:gosec // never negative
		there: map[string]string{}, lost: map[string]bool{}, ended: map[string]bool{},
		takes: map[string]time.Duration{}, seen: map[string]int{},
	}
}

// live sets up some accounts, goes through all acts in a random order, and looks in the end whether everybody can still
// copy a token that the provider takes.
func (w *wreck) live(t *testing.T) {
	w.T = t
	w.d = virtual.ForTest(t, virtual.Options{})
	w.startProvider()
	file, err := w.d.ClientFile(w.provider)
	must(w.T, err)
	w.start("--hidden", "--client", file)
	w.leaveAlone()

	var acts []string
	for _, act := range slices.Sorted(maps.Keys(kills)) {
		acts = append(acts, slices.Repeat([]string{act}, kills[act])...)
	}
	w.luck.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
	for i := range acts {
		if next := slices.Index(acts[i:], "add"); acts[i] == "remove" && len(w.there) < 3 && next > 0 {
			acts[i], acts[i+next] = acts[i+next], acts[i] // there are too few to remove any
		}
		act := acts[i]
		w.act(act)
		w.inspect(act)
		if t.Failed() {
			t.Fatalf("after kill %d, during %q", i+1, act)
		}
	}
	w.sound()
}

// leaveAlone measures how long each act takes that is not cut short.
func (w *wreck) leaveAlone() {
	for range people + 1 {
		since := w.add(w.stranger())
		w.measure("add", since, func() bool { return w.listed() > len(w.there) })
		w.believe()
	}
	w.shown()
	since := w.save()
	w.measure("save", since, func() bool {
		return !slices.ContainsFunc(w.rows(), func(r listRow) bool { return r.LastUsed.IsZero() })
	})
	w.takes["save, marked"] = time.Millisecond // the list is written in a few
	wantExit(w.T, w.program, 0)

	w.start()
	since = w.remove()
	w.measure("remove", since, func() bool { return len(w.rows()) < len(w.there) })
	w.believe()
	wantExit(w.T, w.program, 0)

	before := w.witness.given()
	since = w.renew()
	w.measure("refresh", since, func() bool { return w.witness.given() >= before+people && w.allKept() })
	wantExit(w.T, w.program, 0)
	w.Logf("left alone: %v", w.takes)
}

// measure waits until an act is over, and notes how long it took since it began and since the list told of it.
func (w *wreck) measure(act string, since time.Time, over func() bool) {
	w.Helper()
	var marked time.Time
	if !w.within(30*time.Second, func() bool {
		if marked.IsZero() && w.marked() {
			marked = time.Now()
		}
		return over()
	}) {
		w.Fatalf("%q does not end", act)
	}
	w.takes[act] = max(w.takes[act], time.Since(since))
	if !marked.IsZero() {
		w.takes[act+", marked"] = max(w.takes[act+", marked"], time.Since(marked))
	}
}

// act begins an act and kills the program at a random moment of it, or shortly after. Every other time the moment is
// one after the files tell of the act, where there is most to lose.
func (w *wreck) act(act string) {
	var since time.Time
	w.begun = time.Now()
	switch act {
	case "add":
		w.start("--hidden")
		if w.luck.IntN(8) == 0 {
			since = w.ask(w.stranger()) // and nobody answers
		} else {
			since = w.add(w.patient())
		}
	case "refresh":
		since = w.renew()
	case "remove":
		w.start()
		since = w.remove()
	case "save":
		w.start("--hidden")
		w.copyOne()
		since = w.save()
	}
	takes, mark := w.takes[act], w.marked
	if act == "save" {
		mark = w.writing
	}
	if late := w.takes[act+", marked"]; late > 0 && w.luck.IntN(2) == 0 && w.within(2*takes, mark) {
		since, takes = time.Now(), late
	}
	moment := time.Duration(w.luck.Float64() * 1.2 * float64(takes))
	<-time.After(time.Until(since.Add(moment)))
	w.kill()
}

// adjust learns from where a kill hit: the computer may be slower or faster now than when the act was measured. Of a
// renewal and of a copy nothing tells when they are over.
func (w *wreck) adjust(act string, over bool) {
	if act != "add" && act != "remove" {
		return
	}
	by := 1.1
	if over {
		by = 0.9
	}
	for _, part := range []string{act, act + ", marked"} {
		w.takes[part] = min(time.Duration(by*float64(w.takes[part])), 2*time.Second)
	}
}

// marked tells whether the list has a row that is half done.
func (w *wreck) marked() bool {
	return slices.ContainsFunc(w.rows(), func(r listRow) bool { return r.Phase != "" })
}

// writing tells whether a replacement of the list is there, which is not in its place yet.
func (w *wreck) writing() bool {
	found, err := filepath.Glob(filepath.Join(w.root(), "*", "accounts.json?*"))
	must(w.T, err)
	return len(found) > 0
}

// within waits for something that may not come, and looks often.
func (w *wreck) within(limit time.Duration, condition func() bool) bool {
	end := time.After(limit)
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for !condition() {
		select {
		case <-look.C:
		case <-end:
			return false
		}
	}
	return true
}

func (w *wreck) kill() {
	w.Helper()
	if !w.program.Running() {
		w.Fatalf("it ended by itself: %s", w.program.Output())
	}
	w.program.Kill()
	w.atKill()
	w.seen[killed]++
}

// run starts the program and returns as soon as its icon is there.
func (w *wreck) run(flags ...string) {
	w.Helper()
	w.program, w.tray = start(w.T, w.d, append([]string{"--issuer", w.provider.Issuer()}, flags...)...)
}

// start starts the program and waits until it has put in order what the kill before left behind, and shows everybody.
func (w *wreck) start(flags ...string) {
	w.Helper()
	w.run(flags...)
	w.await("a list without half-done changes", func() bool { return !w.marked() })
	w.inspectWithdrawn()
	rows := w.rows()
	if len(rows) != len(w.there) {
		w.Fatalf("after the start there are %+v instead of %v", rows, w.there)
	}
	for _, r := range rows {
		if w.there[r.Address] != r.Subject {
			w.Fatalf("%s was not there before the start", r.Address)
		}
	}
	w.shown()
}

// shown waits until the tray has everybody.
func (w *wreck) shown() {
	w.Helper()
	for _, r := range w.rows() {
		w.await(r.Address+" in the tray", func() bool {
			labels, err := w.tray.Labels(w.Context())
			return err == nil && (slices.Contains(labels, copyEntry+r.Address) || slices.Contains(labels, againEntry+r.Address))
		})
	}
}

func (w *wreck) await(what string, condition func() bool) {
	w.Helper()
	await(w.T, what, condition)
}

// stranger is somebody who has no account.
func (w *wreck) stranger() string {
	w.met++
	return fmt.Sprintf("person%d@example.com", w.met)
}

// patient is somebody to sign in: who has to do it again, or a stranger, or, where there are many, anybody once more.
func (w *wreck) patient() string {
	rows := w.rows()
	for _, r := range rows {
		if !r.Ended.IsZero() {
			return r.Address
		}
	}
	if len(rows) < most {
		return w.stranger()
	}
	return rows[w.luck.IntN(len(rows))].Address
}

// ask has the program ask the browser, and returns when that was.
func (w *wreck) ask(address string) time.Time {
	w.Helper()
	for w.d.PendingURL() != "" { // what a program asked that was killed
	}
	err := w.tray.Click(w.Context(), againEntry+address)
	if errors.Is(err, virtual.ErrNoEntry) {
		err = w.tray.Click(w.Context(), "Add account…")
	}
	must(w.T, err)
	return time.Now()
}

// add signs somebody in and returns when the browser comes back to the program.
func (w *wreck) add(address string) time.Time {
	w.Helper()
	w.ask(address)
	link, err := w.d.NextURL(w.Context())
	must(w.T, err)
	answer, err := practicetest.Submit(w.Context(), link, true, practicetest.As(address), practicetest.WithoutFollowing())
	must(w.T, err)
	request, err := http.NewRequestWithContext(w.Context(), http.MethodGet, answer.URL, nil)
	must(w.T, err)
	go func() {
		if page, err := http.DefaultClient.Do(request); err == nil { // the program may not live to answer
			page.Body.Close()
		}
	}()
	return time.Now()
}

// renew starts the program when all tokens are due, and returns when it begins to renew them.
func (w *wreck) renew() time.Time {
	w.Helper()
	<-time.After(time.Until(w.witness.lastEnd()))
	w.run("--hidden")
	return time.Now()
}

// remove removes the first account by the keyboard, and returns when it presses the last key.
func (w *wreck) remove() time.Time {
	w.Helper()
	window, err := w.program.Window(w.Context())
	must(w.T, err)
	must(w.T, window.Key(w.Context(), "Tab", "Tab", "Tab", "Tab", "space", "Up", "Return", "Tab", "Tab"))
	ctx, giveUp := context.WithCancel(w.Context())
	w.atKill = giveUp
	since := time.Now()
	go func() { _ = window.Key(ctx, "space") }() // the program may not live to see it
	return since
}

// save copies a token of everybody who has one, one after the other: each copy is saved as the last use. It returns when
// it begins.
func (w *wreck) save() (since time.Time) {
	w.Helper()
	for i, r := range w.able() {
		if i == 0 {
			must(w.T, w.tray.Click(w.Context(), copyEntry+r.Address)) // which waits for a menu that does not change
			since = time.Now()
			continue
		}
		e, err := w.tray.Find(w.Context(), copyEntry+r.Address)
		must(w.T, err)
		must(w.T, w.tray.ClickEntry(w.Context(), e))
	}
	return since
}

const (
	copyEntry  = "Copy token: "
	againEntry = "Sign in again: "
)
