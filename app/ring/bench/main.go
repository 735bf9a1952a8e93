//go:build linux

// Command bench measures Token Tray against the bare program on one virtual desktop, in turn, and prints a table. A
// figure that falls short of its bound is no failure; a figure that can't be had is.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"tokentray/app/ring/virtual"
)

const (
	starts = 10 // measured starts of each program, after one that isn't
	clicks = 50 // measured clicks of each program, after one that isn't

	formClicks = 20 // measured clicks for each form of a token, after one that isn't
	raises     = 20 // measured second starts of ours, after one that isn't

	// settled is the age at which a program's memory is read: its window is drawn, and nothing happens any more.
	settled = 3 * time.Second

	// patience is how long a program may take to end.
	patience = 5 * time.Second

	// A hidden program is watched this long, from the age at which everything in it has come to rest.
	idle   = 60 * time.Second
	rested = 5 * time.Second
	pause  = 700 * time.Millisecond // before each click there: no divisor of any rhythm that the program may have
)

func main() {
	program := flag.String("program", "build/release/tokentray", "the program to measure, a release build")
	baseline := flag.String("baseline", "build/release/bare", "the bare program, a release build")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *program, *baseline); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, program, baseline string) error {
	d, err := virtual.Start(ctx, virtual.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	ours, err := newSubject(d, program, "Copy token: alice@example.com", "--practice")
	if err != nil {
		return err
	}
	bare, err := newSubject(d, baseline, "Copy")
	if err != nil {
		return err
	}
	if err := ours.addAccount(ctx); err != nil {
		return fmt.Errorf("could not add an account: %w", err)
	}
	for i := range starts + 1 {
		for _, s := range []*subject{ours, bare} {
			if err := s.start(ctx, i > 0); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
	}
	for _, s := range []*subject{ours, bare} {
		if err := s.click(ctx); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	if err := ours.clickFormats(ctx); err != nil {
		return fmt.Errorf("%s: %w", ours.name, err)
	}
	for _, s := range []*subject{ours, bare} {
		if err := s.hide(ctx); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	if err := ours.raise(ctx); err != nil {
		return fmt.Errorf("%s, a second start: %w", ours.name, err)
	}
	printTable(os.Stdout, ours, bare)
	many, err := measureCrowd(ctx, program)
	if err != nil {
		return fmt.Errorf("a thousand accounts: %w", err)
	}
	many.print(os.Stdout)
	return nil
}

// subject is a program that is measured, with its figures.
type subject struct {
	desktop *virtual.Desktop
	name    string
	path    string
	args    []string
	entry   string // the tray entry that copies

	size     int64
	starts   []time.Duration
	rss, pss []int64
	clicks   []time.Duration
	// formClicks are those for the slowest form.
	formClicks []time.Duration

	cpu          float64 // hidden and idle: per cent of a core
	wakeups      float64 // hidden and idle: in a second
	hiddenClicks []time.Duration

	raises []time.Duration // from a second start to the first's window with the focus
}

func newSubject(d *virtual.Desktop, path, entry string, args ...string) (*subject, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	s := &subject{desktop: d, name: filepath.Base(path), path: path, args: args, entry: entry, size: info.Size()}
	return s, nil
}

// addAccount signs Alice in, so that the program has a token to copy and an account to start with.
func (s *subject) addAccount(ctx context.Context) error {
	return s.while(ctx, func(p *virtual.Program, tray *virtual.Tray) error {
		w, err := p.Window(ctx)
		if err != nil {
			return err
		}
		if err := w.Settle(ctx); err != nil {
			return err
		}
		if err := tray.Click(ctx, "Add account…"); err != nil {
			return err
		}
		address, err := s.desktop.NextURL(ctx)
		if err != nil {
			return err
		}
		if _, err := s.desktop.Consent(ctx, address, virtual.Answer{Person: "alice"}); err != nil {
			return err
		}
		return tray.WaitFor(ctx, s.entry)
	})
}

// while runs the program and ends it after something was done with it.
func (s *subject) while(ctx context.Context, do func(*virtual.Program, *virtual.Tray) error, more ...string) error {
	p, err := s.desktop.Run(s.path, slices.Concat(s.args, more)...)
	if err != nil {
		return err
	}
	defer p.Kill()
	tray, err := p.Tray(ctx)
	if err != nil {
		return err
	}
	if err := do(p, tray); err != nil {
		return err
	}
	// Fyne itself can get stuck at its end, and the bare program with it: then it is killed, and the figures stand.
	soon, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, _ = p.Stop(soon)
	return ctx.Err()
}

// start measures one start: the time to a registered tray icon, and the memory when all is quiet.
func (s *subject) start(ctx context.Context, counts bool) error {
	begin := time.Now()
	return s.while(ctx, func(p *virtual.Program, _ *virtual.Tray) error {
		took := time.Since(begin)
		if _, err := p.Window(ctx); err != nil {
			return err
		}
		if err := wait(ctx, time.Until(begin.Add(settled))); err != nil {
			return err
		}
		memory, err := p.Memory()
		if err != nil || !counts {
			return err
		}
		s.starts = append(s.starts, took)
		s.rss = append(s.rss, memory.RSS)
		s.pss = append(s.pss, memory.PSS)
		return nil
	})
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// click measures clicks while the window shows.
func (s *subject) click(ctx context.Context) error {
	return s.while(ctx, func(_ *virtual.Program, tray *virtual.Tray) (err error) {
		s.clicks, err = s.clickOften(ctx, tray, 0)
		return err
	})
}

// hide measures what the program costs while no window shows and nobody does anything, and clicks in that state.
func (s *subject) hide(ctx context.Context) error {
	return s.while(ctx, func(p *virtual.Program, tray *virtual.Tray) error {
		if err := wait(ctx, rested); err != nil {
			return err
		}
		before, err := p.Effort()
		if err != nil {
			return err
		}
		begin := time.Now()
		if err := wait(ctx, idle); err != nil {
			return err
		}
		after, err := p.Effort()
		if err != nil {
			return err
		}
		took := time.Since(begin).Seconds()
		s.cpu = (after.CPU - before.CPU).Seconds() / took * 100
		s.wakeups = float64(after.Wakeups-before.Wakeups) / took
		s.hiddenClicks, err = s.clickOften(ctx, tray, pause)
		return err
	}, "--hidden")
}

// raise measures starts while the program runs and its window is hidden, until that has the focus.
func (s *subject) raise(ctx context.Context) error {
	return s.while(ctx, func(p *virtual.Program, tray *virtual.Tray) error {
		if err := tray.WaitFor(ctx, s.entry); err != nil {
			return err
		}
		for i := range raises + 1 {
			window, err := p.Window(ctx)
			if err != nil {
				return err
			}
			if err := errors.Join(window.Settle(ctx), window.Close(ctx), p.NoWindow(ctx)); err != nil {
				return err
			}
			begin := time.Now()
			second, err := s.desktop.Run(s.path)
			if err != nil {
				return err
			}
			if window, err = p.Window(ctx); err != nil {
				return err
			}
			if err := window.WaitForFocus(ctx); err != nil {
				return err
			}
			if i > 0 {
				s.raises = append(s.raises, time.Since(begin))
			}
			switch code, err := second.Wait(ctx); {
			case err != nil:
				return err
			case code != 0:
				return fmt.Errorf("it ended with %d", code)
			}
		}
		return nil
	})
}

// clickOften measures the time from a click in the tray menu to the new text on the clipboard, xclip's own start
// included. Before each click the program is left alone for a while.
func (s *subject) clickOften(ctx context.Context, tray *virtual.Tray, alone time.Duration) (all []time.Duration, err error) {
	if err := tray.WaitFor(ctx, s.entry); err != nil {
		return nil, err
	}
	entry, err := tray.Find(ctx, s.entry)
	if err != nil {
		return nil, err
	}
	for i := range clicks + 1 {
		before := fmt.Sprintf("before click %d", i)
		if err := s.desktop.SetClipboard(ctx, before); err != nil {
			return nil, err
		}
		if err := wait(ctx, alone); err != nil {
			return nil, err
		}
		took, err := s.clickOnce(ctx, tray, entry, before)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			all = append(all, took)
		}
	}
	return all, nil
}

// clickFormats measures clicks below Copy as, for each form in turn, and keeps those of the slowest one.
func (s *subject) clickFormats(ctx context.Context) error {
	return s.while(ctx, func(_ *virtual.Program, tray *virtual.Tray) error {
		if err := tray.WaitFor(ctx, s.entry); err != nil {
			return err
		}
		forms, err := tray.Find(ctx, "Copy as")
		if err != nil {
			return err
		}
		for _, form := range forms.Entries {
			var took []time.Duration
			for i := range formClicks + 1 {
				before := fmt.Sprintf("before click %d", i)
				if err := s.desktop.SetClipboard(ctx, before); err != nil {
					return err
				}
				once, err := s.clickOnce(ctx, tray, form, before)
				if err != nil {
					return fmt.Errorf("%s: %w", form.Label, err)
				}
				if i > 0 {
					took = append(took, once)
				}
			}
			if s.formClicks == nil || median(took) > median(s.formClicks) {
				s.formClicks = took
			}
		}
		return nil
	})
}

func (s *subject) clickOnce(ctx context.Context, tray *virtual.Tray, entry virtual.Entry, before string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, virtual.Patience)
	defer cancel()
	begin := time.Now()
	if err := tray.ClickEntry(ctx, entry); err != nil {
		return 0, err
	}
	for ctx.Err() == nil {
		if text, err := s.desktop.Clipboard(ctx); err == nil && text != "" && text != before {
			return time.Since(begin), nil
		}
	}
	return 0, fmt.Errorf("the click changed nothing on the clipboard: %w", ctx.Err())
}
