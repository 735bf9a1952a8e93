// Package practicetest answers the practice provider's consent page as a person with a browser would.
package practicetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// ErrNoRedirect means that the provider showed a page where it should have sent the browser back to the program. The
// Landing has that page.
var ErrNoRedirect = errors.New("the practice provider did not send the browser back")

// maxPage bounds what is read of a page, in bytes.
const maxPage = 1 << 20

// Landing is where the browser ended.
type Landing struct {
	URL    string // the redirect address, with its parameters; empty: there was no redirect
	Status int    // of the last page: the program's own, or, unless it was followed, the redirect itself
	Body   string // of the last page
}

// Choice is something that the person does on the consent page.
type Choice func(*visit)

// As chooses a person by address. Without it, whoever the page has chosen stays.
func As(address string) Choice {
	return func(v *visit) { v.address = address }
}

// Without leaves the tick box of a scope empty.
func Without(scope string) Choice {
	return func(v *visit) { v.without = append(v.without, scope) }
}

// Problem chooses a problem to practise, by its code (see practice.Problems). A code that the page does not offer is an
// error.
func Problem(code string) Choice {
	return func(v *visit) { v.problem = code }
}

// WithoutFollowing stops at the redirect, as if the browser never reached the program.
func WithoutFollowing() Choice {
	return func(v *visit) { v.stay = true }
}

// Allow opens the address, presses Allow and goes where the provider sends the browser. Anything else fails the test.
func Allow(t testing.TB, authURL string, choices ...Choice) Landing {
	t.Helper()
	return submit(t, authURL, true, choices)
}

// Deny is Allow with the other button.
func Deny(t testing.TB, authURL string, choices ...Choice) Landing {
	t.Helper()
	return submit(t, authURL, false, choices)
}

func submit(t testing.TB, authURL string, allow bool, choices []Choice) Landing {
	t.Helper()
	landing, err := Submit(t.Context(), authURL, allow, choices...)
	if err != nil {
		t.Fatalf("consent: %v (status %d, page %q)", err, landing.Status, landing.Body)
	}
	return landing
}

// Submit is Allow or Deny for programs that are not tests. Without a redirect it answers ErrNoRedirect and the page.
func Submit(ctx context.Context, authURL string, allow bool, choices ...Choice) (Landing, error) {
	v := visit{button: "deny"}
	if allow {
		v.button = "allow"
	}
	for _, choose := range choices {
		choose(&v)
	}
	transport := &http.Transport{} // direct: loopback needs no proxy
	defer transport.CloseIdleConnections()
	v.browser = &http.Client{
		Transport:     transport,
		Timeout:       time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return v.run(ctx, authURL)
}

// visit is one person's way through the page.
type visit struct {
	browser *http.Client
	address string
	without []string
	problem string
	stay    bool
	button  string
}

func (v *visit) run(ctx context.Context, authURL string) (Landing, error) {
	landing, err := v.get(ctx, authURL)
	if err != nil {
		return landing, fmt.Errorf("could not open the consent page: %w", err)
	}
	if landing.URL == "" {
		if landing, err = v.fill(ctx, authURL, landing); err != nil {
			return landing, err
		}
	}
	if landing.URL == "" {
		return landing, ErrNoRedirect
	}
	if v.stay {
		return landing, nil
	}
	v.browser.CheckRedirect = nil
	page, err := v.get(ctx, landing.URL)
	if err != nil {
		return landing, fmt.Errorf("could not follow the redirect: %w", withoutAddress(err))
	}
	page.URL = landing.URL
	return page, nil
}

// fill sends the page's form; a page without one comes back as it is.
func (v *visit) fill(ctx context.Context, authURL string, page Landing) (Landing, error) {
	form, err := readForm(page.Body)
	if err != nil {
		return page, fmt.Errorf("could not read the consent page: %w", err)
	}
	if form.action == "" {
		return page, nil
	}
	base, err := url.Parse(authURL)
	if err != nil {
		return page, fmt.Errorf("could not read the address of the consent page: %w", err)
	}
	target, err := base.Parse(form.action)
	if err != nil {
		return page, fmt.Errorf("could not read the address of the form: %w", err)
	}
	if v.problem != "" && !slices.Contains(form.values("problem"), v.problem) {
		return page, fmt.Errorf("the consent page offers no problem %q", v.problem)
	}
	body := v.values(form).Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), strings.NewReader(body))
	if err != nil {
		return page, fmt.Errorf("could not answer the consent page: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", target.Scheme+"://"+target.Host)
	answered, err := v.do(request)
	if err != nil {
		return answered, fmt.Errorf("could not answer the consent page: %w", err)
	}
	return answered, nil
}

// values is what a browser would send of the form after the person's choices.
func (v *visit) values(f form) url.Values {
	if v.address != "" {
		offered := f.values("person")
		f.set("person", v.address)
		if !slices.Contains(offered, v.address) {
			f.set("person", "other")
			f.fill("address", v.address)
		}
	}
	for _, scope := range v.without {
		f.clear("scope", scope)
	}
	if v.problem != "" {
		f.set("problem", v.problem)
	}
	sent := f.sent()
	sent.Set("answer", v.button)
	return sent
}

func (v *visit) get(ctx context.Context, address string) (Landing, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Landing{}, withoutAddress(err)
	}
	return v.do(request)
}

func (v *visit) do(request *http.Request) (Landing, error) {
	response, err := v.browser.Do(request)
	if err != nil {
		return Landing{}, withoutAddress(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxPage))
	landing := Landing{Status: response.StatusCode, Body: string(body)}
	if location, none := response.Location(); none == nil && response.StatusCode/100 == 3 {
		landing.URL = location.String()
	}
	return landing, err
}

// withoutAddress takes the address out of an error: a redirect's holds a code.
func withoutAddress(err error) error {
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
