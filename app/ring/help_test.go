//go:build linux && desktop

package ring_test

import (
	"testing"

	"tokentray/app/ring/virtual"
)

// What goes wrong at the provider, as the practice provider rehearses it in a real browser: the person is told, and
// nothing is lost.

func TestEmptyBoxOnTheConsentPageIsSaid(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	_, err := d.Consent(t.Context(), addAccount(t, d, tray), virtual.Answer{Person: "alice", Without: []string{"https://mail.google.com/"}})
	must(t, err)
	must(t, tray.WaitFor(t.Context(), copyAlice))
	window := shows(t, d, p, "unticked")
	must(t, window.Key(t.Context(), "space")) // Try again has the keyboard
	link, err := d.NextURL(t.Context())
	must(t, err)
	_, err = d.Consent(t.Context(), link, virtual.Answer{Person: "alice"})
	must(t, err)
	must(t, tray.WaitFor(t.Context(), copyAlice))
	shows(t, d, p, "ticked")
}

func TestEndedGrantAsksOnceAndTakesNobodyElse(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	_, err := d.Consent(t.Context(), addAccount(t, d, tray), virtual.Answer{Person: "alice", Problem: "refresh:invalid_grant"})
	must(t, err)
	const again = "Sign in again: alice@example.com"
	must(t, tray.WaitFor(t.Context(), again)) // its token lives ten seconds, and is not renewed
	shows(t, d, p, "ended")

	must(t, tray.Click(t.Context(), again))
	link, err := d.NextURL(t.Context())
	must(t, err)
	_, err = d.Consent(t.Context(), link, virtual.Answer{Person: "bob"})
	must(t, err)
	awaitLog(t, p, "somebody else signed in")
	window := shows(t, d, p, "stranger")
	must(t, tray.WaitFor(t.Context(), again)) // alice's account is as it was
	must(t, window.Key(t.Context(), "space")) // Add as a new account has the keyboard
	must(t, tray.WaitFor(t.Context(), "Copy token: bob@example.com"))
	must(t, tray.WaitFor(t.Context(), again))

	must(t, tray.Click(t.Context(), again))
	link, err = d.NextURL(t.Context())
	must(t, err)
	_, err = d.Consent(t.Context(), link, virtual.Answer{Person: "alice"})
	must(t, err)
	must(t, tray.WaitFor(t.Context(), copyAlice))
	copied(t, d, tray, copyAlice)
}

func TestRefusalOnTheWayBackIsSaid(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	page, err := d.Consent(t.Context(), addAccount(t, d, tray), virtual.Answer{Person: "alice", Problem: "redirect:admin_policy_enforced"})
	must(t, err)
	if page.Text == "" {
		t.Error("the browser shows nothing")
	}
	awaitLog(t, p, "admin_policy_enforced")
	shows(t, d, p, "admin")
}
