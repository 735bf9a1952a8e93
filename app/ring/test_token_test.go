//go:build linux && desktop

package ring_test

import (
	"net/url"
	"testing"

	"tokentray/app/ring/virtual"
)

// Test token, as the practice provider's Gmail answers.

func TestTokenThatWorksTellsTheMailboxsNumber(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	addAlice(t, d, tray)
	window := testToken(t, p, "alice@example.com")
	must(t, window.WaitForText(t.Context(), "alice@example.com, 128 messages"))
}

func TestGmailAPIThatIsOffIsTurnedOnForTheProjectOfTheAnswer(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	_, err := d.Consent(t.Context(), addAccount(t, d, tray), virtual.Answer{Person: "alice", Problem: "gmail:accessNotConfigured"})
	must(t, err)
	must(t, tray.WaitFor(t.Context(), copyAlice))
	window := testToken(t, p, "alice@example.com")
	must(t, window.WaitForText(t.Context(), "The Gmail API is not turned on"))
	must(t, window.Key(t.Context(), "space")) // Open the page has the keyboard
	address, err := d.NextURL(t.Context())
	must(t, err)
	page, err := url.Parse(address)
	must(t, err)
	atConsole := page.Scheme == "https" && (page.Host == "console.developers.google.com" || page.Host == "console.cloud.google.com")
	if !atConsole || page.Query().Get("project") != "000000000000" {
		t.Errorf("the button opened %s", address)
	}
}

func TestAccessThatIsNotEnoughLeadsToANewSignIn(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	_, err := d.Consent(t.Context(), addAccount(t, d, tray), virtual.Answer{Person: "alice", Problem: "gmail:insufficientPermissions"})
	must(t, err)
	must(t, tray.WaitFor(t.Context(), copyAlice))
	window := testToken(t, p, "alice@example.com")
	must(t, window.WaitForText(t.Context(), "The box for Gmail was left empty"))
	must(t, window.Key(t.Context(), "space")) // Sign in again has the keyboard
	link, err := d.NextURL(t.Context())
	must(t, err)
	if asked, err := url.Parse(link); err != nil || asked.Query().Get("login_hint") != "alice@example.com" {
		t.Errorf("the sign-in is not for alice (%v)", err)
	}
	_, err = d.Consent(t.Context(), link, virtual.Answer{Person: "alice"})
	must(t, err)
	must(t, window.WaitForNoText(t.Context(), "Go on in your browser"))
	must(t, window.Key(t.Context(), "Escape")) // the details that were left open
	testToken(t, p, "alice@example.com")
	must(t, window.WaitForText(t.Context(), "128 messages"))
}

func TestTokenThatMayOnlySendIsFoundAlive(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	addAccount(t, d, tray) // its link is not followed: another access means another link
	window, err := p.Window(t.Context())
	must(t, err)
	must(t, window.ClickText(t.Context(), "Everything"))
	must(t, window.Press(t.Context(), "Send only"))
	link, err := d.NextURL(t.Context())
	must(t, err)
	_, err = d.Consent(t.Context(), link, virtual.Answer{Person: "alice"})
	must(t, err)
	must(t, tray.WaitFor(t.Context(), copyAlice))
	window = testToken(t, p, "alice@example.com")
	must(t, window.WaitForText(t.Context(), "The token is alive"))
}

// testToken presses Test token in an account's details.
func testToken(t *testing.T, p *virtual.Program, address string) *virtual.Window {
	t.Helper()
	window := openDetails(t, p, address)
	must(t, window.Press(t.Context(), "Test token"))
	return window
}

// openDetails opens an account's details by a click on its address in the list.
func openDetails(t *testing.T, p *virtual.Program, address string) *virtual.Window {
	t.Helper()
	window, err := p.Window(t.Context())
	must(t, err)
	must(t, window.WaitForText(t.Context(), "Access: ")) // the list, and no longer the sign-in's sheet over it
	must(t, window.ClickText(t.Context(), address))
	return window
}
