//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tokentray/app/ring/virtual"
	"tokentray/oauth/practice"
)

const (
	people      = 1000
	answerTime  = 100 * time.Millisecond // the provider's, while all of them are renewed at once
	renewalTime = 5 * time.Minute        // how long that may take at most, before it is given up
)

// crowd is what it costs to have a thousand accounts, beside one.
type crowd struct {
	renewed time.Duration   // until all tokens were renewed that fell due together
	peak    int64           // the most memory (RSS) while that went on
	one     []time.Duration // from a start to the window with its accounts
	many    []time.Duration
}

// measureCrowd measures on a desktop of its own.
func measureCrowd(ctx context.Context, path string) (c crowd, err error) {
	d, err := virtual.Start(ctx, virtual.Options{})
	if err != nil {
		return c, err
	}
	defer d.Close()
	var subjects []*subject
	for _, n := range []int{1, people} {
		p, err := practice.Start(practice.Options{})
		if err != nil {
			return c, err
		}
		defer func() { _ = p.Close() }()
		s, err := newCrowd(ctx, d, path, p, n)
		if err != nil {
			return c, fmt.Errorf("could not sign %d people in: %w", n, err)
		}
		p.SetFault(practice.Token, practice.Fault{Delay: answerTime})
		if c.renewed, c.peak, err = s.renewAll(ctx, p, n); err != nil {
			return c, fmt.Errorf("renewing %d accounts: %w", n, err)
		}
		subjects = append(subjects, s)
	}
	for i := range starts + 1 {
		for j, to := range []*[]time.Duration{&c.one, &c.many} {
			took, err := subjects[j].startToWindow(ctx)
			if err != nil {
				return c, err
			}
			if i > 0 {
				*to = append(*to, took)
			}
		}
	}
	return c, nil
}

// newCrowd signs people in whose access tokens the keyring does not have, so that all of them are due at the next start.
func newCrowd(ctx context.Context, d *virtual.Desktop, path string, p *practice.Provider, people int) (*subject, error) {
	file, err := d.ClientFile(p)
	if err != nil {
		return nil, err
	}
	s, err := newSubject(d, path, "Copy token: person0@example.com", "--issuer", p.Issuer())
	if err != nil {
		return nil, err
	}
	imported := func(*virtual.Program, *virtual.Tray) error {
		for {
			files, err := filepath.Glob(filepath.Join(d.ConfigHome(), "tokentray", virtual.FolderOf(p), "clients.json"))
			if err != nil {
				return err
			}
			for _, file := range files {
				text, err := os.ReadFile(file)
				if err != nil || !strings.Contains(string(text), `"phase"`) { // else its secret is on its way to the keyring
					return err
				}
			}
			if err := wait(ctx, 10*time.Millisecond); err != nil {
				return err
			}
		}
	}
	if err := s.while(ctx, imported, "--client", file); err != nil {
		return nil, err
	}
	return s, d.Crowd(ctx, p, people)
}

// renewAll measures how long it takes from a start until the provider was asked for all tokens, and waits until they are kept.
func (s *subject) renewAll(ctx context.Context, p *practice.Provider, people int) (took time.Duration, peak int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, renewalTime)
	defer cancel()
	before := p.Requests(practice.Token)
	begin := time.Now()
	err = s.while(ctx, func(program *virtual.Program, tray *virtual.Tray) error {
		for p.Requests(practice.Token) < before+people {
			if err := wait(ctx, 10*time.Millisecond); err != nil {
				return err
			}
		}
		took = time.Since(begin) + answerTime
		if peak, err = program.PeakMemory(); err != nil {
			return err
		}
		for {
			kept, err := s.desktop.Secrets(ctx, virtual.ServiceOf(p))
			if err != nil || len(kept) > 2*people { // two of each, and the client's
				return err
			}
			if err := wait(ctx, time.Second); err != nil {
				return err
			}
		}
	})
	return took, peak, err
}

// startToWindow measures the time from a start until the window is there and the accounts with it.
func (s *subject) startToWindow(ctx context.Context) (took time.Duration, err error) {
	begin := time.Now()
	err = s.while(ctx, func(p *virtual.Program, tray *virtual.Tray) error {
		if _, err := p.Window(ctx); err != nil {
			return err
		}
		if err := tray.WaitFor(ctx, s.entry); err != nil {
			return err
		}
		took = time.Since(begin)
		return wait(ctx, time.Until(begin.Add(settled)))
	})
	return took, err
}

func (c crowd) print(to io.Writer) {
	one, many := ms(median(c.one)), ms(median(c.many))
	fmt.Fprintf(to, "\n%d accounts, with a real keyring and a provider that answers in %v\n", people, answerTime)
	fmt.Fprintf(to, "all renewed after a start at which all are due: %.1f s (bound 16 s), most memory %.0f MB\n", c.renewed.Seconds(), mb(c.peak))
	fmt.Fprintf(to, "start to the window with its accounts, median of %d: %.0f ms, with one account %.0f ms, ratio %.2f (bound 1.20)\n",
		starts, many, one, many/one)
}
