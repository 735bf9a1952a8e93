package app

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tokentray/app/desktop"
)

func TestThreadSleepsOnlyWhileNothingShows(t *testing.T) {
	for _, c := range []struct {
		visible, asked bool
		want           time.Duration
	}{
		{false, false, longNap},
		{false, true, shortNap},
		{true, false, 0},
		{true, true, 0},
	} {
		if got := nap(c.visible, c.asked); got != c.want {
			t.Errorf("visible %v, asked %v: %v, want %v", c.visible, c.asked, got, c.want)
		}
	}
}

// dozing is a thread like Fyne's, which counts its naps. Its functions run in a bubble of testing/synctest.
type dozing struct {
	*idle
	calls chan func()
	turns int // of its loop
	stop  context.CancelFunc
	naps  time.Duration // their length; 0: something shows
	begun []time.Time   // when naps were queued
}

func doze(t *testing.T) *dozing {
	ctx, stop := context.WithCancel(t.Context())
	d := &dozing{calls: make(chan func(), 100), stop: stop, naps: time.Second}
	d.idle = newIdle(ctx, func() time.Duration { return d.naps })
	d.queue = func(f func()) {
		if d.begun = append(d.begun, time.Now()); ctx.Err() == nil {
			d.calls <- f
		}
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for f := range d.calls {
			f()
			d.turns++
		}
	}()
	t.Cleanup(func() {
		stop()
		synctest.Wait()
		close(d.calls)
		<-ended
	})
	return d
}

// send is what App.screen does.
func (d *dozing) send(f func()) {
	d.calls <- f
	d.interrupt()
}

func TestNapsFollowEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := doze(t)
		d.send(d.begin)
		d.send(d.begin) // twice is once
		time.Sleep(time.Minute)
		synctest.Wait()
		if d.turns < 60 || d.turns > 65 {
			t.Errorf("the loop turned %d times in a minute", d.turns)
		}
	})
}

// What a window is told reaches Wayland only with the loop's turns.
func TestLoopTurnsBeforeEachNap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := doze(t)
		d.naps, d.turning = time.Millisecond, waylandTurning
		before := time.Now()
		d.send(d.begin)
		time.Sleep(time.Second)
		synctest.Wait()
		for _, begun := range d.begun {
			if turning := begun.Sub(before); turning < time.Second/60 {
				t.Fatalf("the loop had %v", turning)
			}
			before = begun
		}
		if len(d.begun) < 10 {
			t.Errorf("%d naps in a second", len(d.begun))
		}
	})
}

func TestWhatIsSentToASleepingThreadRunsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := doze(t)
		d.send(d.begin)
		var late []time.Duration
		for i := range 100 {
			time.Sleep(time.Duration(i) * 37 * time.Millisecond)
			sent, ran := time.Now(), make(chan time.Duration)
			d.send(func() { ran <- time.Since(sent) })
			late = append(late, <-ran)
		}
		if slices.Max(late) > 0 {
			t.Errorf("it ran after %v", slices.Max(late))
		}
	})
}

func TestWhatShowsKeepsTheThreadAwake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := doze(t)
		d.send(d.begin)
		d.send(func() { d.naps = 0 })
		time.Sleep(time.Minute)
		synctest.Wait()
		if d.turns > 5 {
			t.Errorf("the loop turned %d times", d.turns)
		}
		ran := make(chan bool)
		go func() { d.calls <- func() { ran <- true } }() // nobody rings
		begin := time.Now()
		if <-ran; time.Since(begin) > 0 {
			t.Errorf("asleep for %v", time.Since(begin))
		}
		d.send(func() { d.naps = time.Second; d.begin() })
		time.Sleep(time.Minute)
		synctest.Wait()
		if d.turns < 60 {
			t.Error("it does not go to sleep again")
		}
	})
}

func TestEndOfTheApplicationEndsANap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := doze(t)
		d.naps = time.Hour
		d.send(d.begin)
		synctest.Wait()
		begin, ran := time.Now(), make(chan bool)
		d.calls <- func() { ran <- true }
		d.stop()
		if <-ran; time.Since(begin) > 0 {
			t.Errorf("it slept on for %v", time.Since(begin))
		}
	})
}

func TestThreadSleepsWhenTheWindowHides(t *testing.T) {
	s := newStage(t)
	naps := 0
	s.app.idle.queue = func(func()) { s.calls <- func() { naps++ } }
	s.start()
	s.app.trayHostChanged(true)
	s.app.idle.begin()
	if s.app.idle.begun {
		t.Error("it sleeps although the window shows")
	}
	s.screen.window.close()
	s.until("it sleeps", func() bool { return naps == 1 })
}

// Other programs ask Fyne's loop for what was copied, and Fyne can't take back what it lends: an empty text is lent as well.
func TestLentClipboardKeepsNapsShort(t *testing.T) {
	s := newStage(t)
	own := windowBoard{s.app.screen, s.screen.Clipboard(), s.app.ctx.Done(), &s.app.lending}
	if nap := s.app.idle.nap(); nap != longNap {
		t.Errorf("it sleeps for %v before anything was lent", nap)
	}
	for _, text := range []string{"a token", ""} {
		written := make(chan error)
		go func() { written <- own.Write(text) }()
		(<-s.calls)()
		if err := <-written; err != nil || s.app.idle.nap() != shortNap {
			t.Errorf("with %q it sleeps for %v: %v", text, s.app.idle.nap(), err)
		}
	}
}

func TestLentClipboardGoesWithTheProgram(t *testing.T) {
	s := newStage(t)
	s.app.clipboard = desktop.ClipboardOver(windowBoard{s.app.screen, s.screen.Clipboard(), s.app.ctx.Done(), &s.app.lending}, time.Minute)
	s.start()
	s.signIn("alice@example.com")
	s.pressFor("alice@example.com", "Copy token")
	s.awaitWords("Copied for alice@example.com")
	begin := time.Now()
	lines := s.logged(s.stop)
	if took := time.Since(begin); took >= lastClearTime || len(lines) > 0 {
		t.Errorf("the end waits for a clipboard that it can't ask: %v, %q", took, lines)
	}
}
