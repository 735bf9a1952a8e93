//go:build linux && desktop

package ring_test

import (
	"testing"
	"time"

	"tokentray/app/ring/virtual"
)

func TestHiddenProgramSleepsAndAnswersAtOnce(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	ctx := t.Context()
	p, tray := start(t, d, "--practice", "--hidden")
	addAlice(t, d, tray)
	hide := func() {
		window, err := p.Window(ctx)
		must(t, err)
		must(t, window.Close(ctx))
		must(t, p.NoWindow(ctx))
	}
	hide()
	rest(t, 2*time.Second)
	before, err := p.Effort()
	must(t, err)
	const watched = 5 * time.Second
	rest(t, watched)
	after, err := p.Effort()
	must(t, err)
	// Fyne alone takes 50 to 100 ms and wakes two thousand times.
	cpu, wakeups := after.CPU-before.CPU, after.Wakeups-before.Wakeups
	t.Logf("in %v: %v on a processor, woken %d times", watched, cpu, wakeups)
	if cpu > watched/100 || wakeups > 200 {
		t.Error("it does not sleep")
	}

	const atOnce = 2 * time.Second // a nap takes longer
	begin := time.Now()
	copied(t, d, tray, copyAlice)
	if took := time.Since(begin); took > atOnce {
		t.Errorf("the copy took %v", took)
	}
	rest(t, time.Second)
	begin = time.Now()
	must(t, tray.Activate(ctx))
	_, err = p.Window(ctx)
	must(t, err)
	if took := time.Since(begin); took > atOnce {
		t.Errorf("the window took %v", took)
	}
	shows(t, d, p, "activated")
	hide()
	rest(t, time.Second)
	begin = time.Now()
	wantExit(t, p, 0)
	if took := time.Since(begin); took > atOnce {
		t.Errorf("the end took %v", took)
	}
}

// rest leaves the program alone for a while.
func rest(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
	}
}
