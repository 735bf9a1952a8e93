//go:build linux

package virtual

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// browsers are the names under which systems install Chromium or its twin.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}

// step is something that is done in a tab.
type step = chromedp.Action[chromedp.Void]

// browser is the desktop's one Chromium, started when it is first needed. It has no window.
type browser struct {
	ctx  context.Context
	stop func()
}

// Answer is what a person does on a consent page.
type Answer struct {
	Person  string   // "alice", "bob", or an address to type; empty: the one that is chosen already
	Without []string // the accesses whose tick boxes are emptied
	Problem string   // a problem of the practice provider's to rehearse; empty: none
	Deny    bool
}

// Page is what the person sees in the end.
type Page struct {
	URL, Title, Text string
	// Screenshot is a PNG.
	Screenshot []byte
}

// SaveScreenshot writes the picture of the page.
func (p Page) SaveScreenshot(path string) error { return os.WriteFile(path, p.Screenshot, 0o600) }

// Tab is one open page of the browser.
type Tab struct {
	ctx   context.Context
	close func()
}

// Open opens an address in a new tab and waits until it is loaded.
func (d *Desktop) Open(ctx context.Context, address string) (*Tab, error) {
	b, err := d.startBrowser()
	if err != nil {
		return nil, err
	}
	t := &Tab{}
	t.ctx, t.close = chromedp.NewContext(b.ctx)
	if err := chromedp.Do(t.ctx); err != nil { // the tab lives as long as the context of its first call
		t.close()
		return nil, fmt.Errorf("could not open a tab: %w", err)
	}
	if err := t.do(ctx, chromedp.EmulateViewport(900, 700), chromedp.Navigate(address)); err != nil {
		t.close()
		return nil, fmt.Errorf("could not open the page: %w", withoutQuery(err, address))
	}
	return t, nil
}

// Close closes the tab, as a person who changed their mind would.
func (t *Tab) Close() { t.close() }

// in is the tab's context for as long as ctx lasts.
func (t *Tab) in(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := patient(ctx)
	inTab, cancel := context.WithCancelCause(t.ctx)
	unhook := context.AfterFunc(ctx, func() { cancel(ctx.Err()) })
	return inTab, func() { unhook(); cancel(nil); stop() }
}

// do runs steps in the tab until they are done or ctx is.
func (t *Tab) do(ctx context.Context, steps ...step) error {
	ctx, done := t.in(ctx)
	defer done()
	if err := chromedp.Do(ctx, steps...); err != nil {
		return errors.Join(err, context.Cause(ctx))
	}
	return nil
}

// ask evaluates JavaScript in the tab.
func ask[T any](ctx context.Context, t *Tab, script string) (T, error) {
	ctx, done := t.in(ctx)
	defer done()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script))
}

// Page waits until the tab has loaded and returns what it shows.
func (t *Tab) Page(ctx context.Context) (p Page, err error) {
	if err := t.do(ctx, chromedp.WaitReady(chromedp.CSS("body"))); err != nil {
		return p, err
	}
	shown, err := ask[[]string](ctx, t, "[location.href, document.title, document.body.innerText]")
	if err != nil {
		return p, err
	}
	p.URL, p.Title, p.Text = shown[0], shown[1], shown[2]
	ctx, done := t.in(ctx)
	defer done()
	p.Screenshot, err = chromedp.Run(ctx, chromedp.CaptureScreenshot())
	return p, err
}

// Answer fills in the consent page of the practice provider, and returns the page that follows: the program's, or one of
// Google's where that is the problem.
func (t *Tab) Answer(ctx context.Context, a Answer) (Page, error) {
	actions := choosePerson(a.Person)
	for _, scope := range a.Without {
		actions = append(actions, chromedp.Click(chromedp.CSS(fmt.Sprintf(`input[name="scope"][value=%q]`, scope))))
	}
	if a.Problem != "" {
		actions = append(actions, chromedp.Click(chromedp.CSS("#problems summary")),
			chromedp.SetValue(chromedp.CSS("#problem"), a.Problem))
	}
	button := "#allow"
	if a.Deny {
		button = "#deny"
	}
	actions = append(actions, chromedp.Click(chromedp.CSS(button)))
	if strings.HasPrefix(a.Problem, "page:") && !a.Deny {
		return t.stay(ctx, button, actions...)
	}
	return t.leave(ctx, actions...)
}

// stay does what makes the provider show another page, one without this button, and returns that.
func (t *Tab) stay(ctx context.Context, button string, steps ...step) (Page, error) {
	if err := t.do(ctx, steps...); err != nil {
		return Page{}, err
	}
	err := waitFor(ctx, "the provider's next page", func(ctx context.Context) (bool, error) {
		return ask[bool](ctx, t, fmt.Sprintf("document.readyState == 'complete' && !document.querySelector(%q)", button))
	})
	if err != nil {
		return Page{}, err
	}
	return t.Page(ctx)
}

func choosePerson(person string) []step {
	switch person {
	case "":
		return nil
	case "alice", "bob":
		return []step{chromedp.Click(chromedp.CSS("#person-" + person))}
	}
	return []step{
		chromedp.Click(chromedp.CSS("#person-other")),
		chromedp.SetValue(chromedp.CSS(`input[name="address"]`), person),
	}
}

// leave does what sends the browser back to the program, and returns the page that the program shows there. That it is
// the program's shows by its host and port, which are not the provider's.
func (t *Tab) leave(ctx context.Context, steps ...step) (Page, error) {
	provider, err := ask[string](ctx, t, "location.origin")
	if err != nil {
		return Page{}, err
	}
	if err := t.do(ctx, steps...); err != nil {
		return Page{}, err
	}
	err = waitFor(ctx, "the browser to come back to the program", func(ctx context.Context) (bool, error) {
		now, err := ask[[]string](ctx, t, "[location.origin, document.readyState]")
		return err == nil && now[0] != provider && now[1] == "complete", err
	})
	if err != nil {
		return Page{}, err
	}
	return t.Page(ctx)
}

// Consent opens an address, answers the practice provider's consent page, and returns the page that the person sees last.
func (d *Desktop) Consent(ctx context.Context, address string, a Answer) (Page, error) {
	t, err := d.Open(ctx, address)
	if err != nil {
		return Page{}, err
	}
	defer t.Close()
	return t.Answer(ctx, a)
}

// LogIn opens an address, signs in at the second provider's form, and returns the page that the person sees last.
func (d *Desktop) LogIn(ctx context.Context, address, user, password string) (Page, error) {
	t, err := d.Open(ctx, address)
	if err != nil {
		return Page{}, err
	}
	defer t.Close()
	return t.leave(ctx,
		chromedp.SendKeys(chromedp.CSS(`input[name="username"]`), user),
		chromedp.SendKeys(chromedp.CSS(`input[name="password"]`), password),
		chromedp.Click(chromedp.CSS(`button[type="submit"]`)))
}

func (d *Desktop) startBrowser() (*browser, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.browser != nil {
		return d.browser, nil
	}
	path, err := findBrowser()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.Flag("headless", "new"),
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.NoFirstRun,
		chromedp.UserDataDir(d.profileDir()),
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("no-proxy-server", true),
		chromedp.NoInheritEnv,
		chromedp.Env(d.Env()...),
	)
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	b := &browser{}
	var stop func()
	b.ctx, stop = chromedp.NewContext(allocator)
	b.stop = func() { stop(); stopAllocator() }
	if err := chromedp.Do(b.ctx); err != nil {
		b.stop()
		return nil, fmt.Errorf("could not start %s: %w", path, err)
	}
	d.browser = b
	return b, nil
}

func findBrowser() (string, error) {
	for _, name := range browsers {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no browser found: looked for %s", strings.Join(browsers, ", "))
}

func (d *Desktop) closeBrowser() {
	d.mu.Lock()
	b := d.browser
	d.browser = nil
	d.mu.Unlock()
	if b == nil {
		return
	}
	stopped := make(chan struct{})
	go func() { b.stop(); close(stopped) }()
	select {
	case <-stopped:
	case <-time.After(grace): // Close ends it as a stray
	}
}

// withoutQuery keeps an address's parameters, which may be secret, out of an error.
func withoutQuery(err error, address string) error {
	if u, bad := url.Parse(address); bad == nil && u.RawQuery != "" {
		return errors.New(strings.ReplaceAll(err.Error(), u.RawQuery, "…"))
	}
	return err
}
