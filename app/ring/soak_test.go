//go:build linux && desktop

package ring_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"tokentray/app/ring/virtual"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

// What the soak promises.
const (
	soakLifetime = 20 * time.Second // of its access tokens
	soakLeast    = soakLifetime / 6 // that a copied one still lives; else the person is told
	soakCopies   = 30               // in a minute
)

// TestSoak uses the program as hard as a long day would: accounts whose tokens live for 20 seconds, at a provider that
// fails in every way, on a desktop whose keychain locks itself and whose panel goes; and meanwhile tokens are copied. It
// takes TOKENTRAY_SOAK (10m, say), or a minute. TOKENTRAY_SEED has the same things happen again.
func TestSoak(t *testing.T) {
	lasts := time.Minute
	if text := os.Getenv("TOKENTRAY_SOAK"); text != "" {
		var err error
		lasts, err = time.ParseDuration(text)
		must(t, err)
	}
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("TOKENTRAY_SEED"); text != "" {
		var err error
		seed, err = strconv.ParseUint(text, 10, 64)
		must(t, err)
	}
	t.Logf("%v with TOKENTRAY_SEED=%d", lasts, seed)

	s := startSoak(t, rand.New(rand.NewPCG(seed, 0)))
	s.lasts = lasts
	faults := startFaults(t, s.provider, rand.New(rand.NewPCG(seed, 1)))
	begin := time.Now()
	for acts := s.day(); time.Since(begin) < lasts; {
		if now := time.Since(begin); now >= acts[0].at {
			t.Logf("%3.0f s: %s", now.Seconds(), acts[0].what)
			acts[0].do()
			acts = append(acts[1:], act{acts[0].at + time.Minute, acts[0].what, acts[0].do})
		}
		s.look(time.Since(begin).Seconds() / lasts.Seconds())
		next := time.Now().Add(between(s.chance, 0, 1500*time.Millisecond))
		s.copyAny()
		rest(t, time.Until(next))
	}
	faults.stop()
	s.copyAll()
	t.Logf("%d bursts of faults struck %d of %d requests for a token\n%s",
		faults.bursts, faults.struck, s.provider.Requests(practice.Token), s.figures())
	s.judge(int(soakCopies * lasts / time.Minute))
	if !t.Failed() {
		wantExit(t, s.program, 0)
	}
}

// soak is the program in use, and what has come of it.
type soak struct {
	*testing.T
	desktop  *virtual.Desktop
	program  *virtual.Program
	tray     *virtual.Tray
	provider *practice.Provider
	chance   *rand.Rand
	people   []string
	lasts    time.Duration

	shown  bool   // the window is open
	locked bool   // the keychain is
	text   string // on the clipboard
	person string // whose that is

	copies  []tokenCopy
	dead    int             // of the tokens copied
	short   int             // that lived shorter than they should
	told    int             // clicks after which a sentence took the place of a token
	heeded  map[string]bool // whose sentence was read
	prompts int             // that were answered
	seen    []sighting
}

// startSoak starts the program, out of sight, with five accounts at a provider in this process.
func startSoak(t *testing.T, chance *rand.Rand) *soak {
	t.Helper()
	provider, err := practice.Start(practice.Options{AccessLifetime: soakLifetime, Rotate: true})
	must(t, err)
	t.Cleanup(func() { _ = provider.Close() })
	d := virtual.ForTest(t, virtual.Options{})
	file, err := d.ClientFile(provider)
	must(t, err)
	s := &soak{T: t, desktop: d, provider: provider, chance: chance, heeded: map[string]bool{}}
	s.program, s.tray = start(t, d, "--hidden", "--issuer", provider.Issuer(), "--client", file)
	t.Cleanup(func() {
		if t.Failed() { // the log then says what each goroutine does
			_ = s.program.Signal(syscall.SIGQUIT)
			_, _ = s.program.Wait(context.Background())
		}
	})
	for i := range 5 {
		person := fmt.Sprintf("person%d@example.com", i+1)
		practicetest.Allow(t, addAccount(t, d, s.tray), practicetest.As(person))
		must(t, s.tray.WaitFor(t.Context(), "Copy token: "+person))
		s.people = append(s.people, person)
	}
	s.hide() // the sign-ins have shown it
	return s
}
