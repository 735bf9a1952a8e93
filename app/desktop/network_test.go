package desktop

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// ticks are the moments, since the test began, at which something was told.
type ticks struct {
	began time.Time
	at    []time.Duration
}

func newTicks() *ticks { return &ticks{began: time.Now()} }

func (m *ticks) tell() { m.at = append(m.at, time.Since(m.began)) }

// virtual runs something that watches, and what happens meanwhile, in virtual time.
func virtual(t *testing.T, watch func(ctx context.Context, tell func()), happen func()) (told []time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		m := newTicks()
		done := make(chan struct{})
		go func() {
			defer close(done)
			watch(ctx, m.tell)
		}()
		synctest.Wait()
		happen()
		synctest.Wait()
		cancel()
		<-done
		told = m.at
	})
	return told
}

func TestChangesThatComeTogetherAreToldOnce(t *testing.T) {
	for name, c := range map[string]struct {
		signs, every time.Duration // how long there are signs, and how far apart
		want         []time.Duration
	}{
		"one":                    {1, 1, []time.Duration{time.Second}},
		"link, address, route":   {1200 * time.Millisecond, 400 * time.Millisecond, []time.Duration{1800 * time.Millisecond}},
		"a storm that goes on":   {11 * time.Second, 500 * time.Millisecond, []time.Duration{5 * time.Second, 10 * time.Second, 11500 * time.Millisecond}},
		"one every two seconds":  {5 * time.Second, 2 * time.Second, []time.Duration{time.Second, 3 * time.Second, 5 * time.Second}},
		"a thousand in a second": {time.Second, time.Millisecond, []time.Duration{1999 * time.Millisecond}},
	} {
		t.Run(name, func(t *testing.T) {
			var signs chan struct{}
			told := virtual(t,
				func(ctx context.Context, tell func()) {
					signs = make(chan struct{}, 1) // made here, so that waiting at it is virtual too
					debounce(ctx, signs, tell)
				},
				func() {
					for passed := time.Duration(0); passed < c.signs; passed += c.every {
						select {
						case signs <- struct{}{}:
						default:
						}
						time.Sleep(c.every)
					}
					time.Sleep(time.Minute)
				})
			if len(told) != len(c.want) {
				t.Fatalf("told at %v, want %v", told, c.want)
			}
			for i, at := range told {
				if (at - c.want[i]).Abs() > 600*time.Millisecond {
					t.Errorf("told at %v, want %v", told, c.want)
				}
			}
		})
	}
}

func TestPollingSeesAnotherPicture(t *testing.T) {
	type look struct {
		picture string
		err     error
	}
	looks := []look{{"wlan0", nil}, {"wlan0", nil}, {"", nil}, {"", errors.New("gone meanwhile")}, {"", nil}, {"eth0", nil}}
	told := virtual(t,
		func(ctx context.Context, tell func()) {
			err := poll(ctx, func() (string, error) {
				now := looks[0]
				if len(looks) > 1 {
					looks = looks[1:]
				}
				return now.picture, now.err
			}, tell)
			if err != nil {
				t.Error(err)
			}
		},
		func() { time.Sleep(5 * time.Minute) })
	if len(told) != 2 || told[0] != 2*pollEvery || told[1] != 5*pollEvery {
		t.Errorf("told at %v", told)
	}
}

func TestNetworkThatCannotBeSeenIsAnError(t *testing.T) {
	want := errors.New("forbidden")
	err := poll(t.Context(), func() (string, error) { return "", want }, func() { t.Error("told something") })
	if !errors.Is(err, want) {
		t.Errorf("%v", err)
	}
}

func TestPictureHasTheAddresses(t *testing.T) {
	picture, err := interfaces()
	if err != nil {
		t.Fatal(err)
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		if network, ok := a.(*net.IPNet); ok && network.IP.IsLoopback() && !strings.Contains(picture, a.String()) {
			t.Errorf("%s is missing in\n%s", a, picture)
		}
	}
	if again, err := interfaces(); err != nil || again != picture {
		t.Errorf("%v, and another picture:\n%s\n%s", err, picture, again)
	}
}

func TestWakeUpIsALeapOfTheClocks(t *testing.T) {
	for name, c := range map[string]struct {
		wall, monotonic time.Duration
		want            bool
	}{
		"a tick":                                {clockTick, clockTick, false},
		"a late tick":                           {2 * clockTick, 2 * clockTick, false},
		"a time server's correction":            {clockTick + time.Second, clockTick, false},
		"a suspend, the monotonic clock stood":  {8 * time.Hour, clockTick, true},
		"a suspend, both clocks went on":        {8 * time.Hour, 8 * time.Hour, true},
		"a short suspend":                       {clockTick + 20*time.Second, clockTick, true},
		"a clock set forward":                   {clockTick + time.Hour, clockTick, true},
		"a clock set back":                      {clockTick - 26*365*24*time.Hour, clockTick, true},
		"a suspend with a clock that was wrong": {-time.Hour, clockTick, true},
	} {
		if got := leapt(c.wall, c.monotonic); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestWakeUpIsToldOnce(t *testing.T) {
	asleep := 3 * time.Hour
	var read func() (wall, monotonic time.Duration)
	told := virtual(t,
		func(ctx context.Context, tell func()) {
			read = clocks()
			watchClocks(ctx, func() (wall, monotonic time.Duration) {
				wall, monotonic = read()
				if monotonic > time.Minute {
					wall += asleep // while the monotonic clock stood still
				}
				return wall, monotonic
			}, tell)
		},
		func() { time.Sleep(10 * time.Minute) })
	if len(told) != 1 || told[0] > time.Minute+2*clockTick {
		t.Errorf("told at %v", told)
	}
}
