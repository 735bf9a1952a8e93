//go:build linux && desktop

package ring_test

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tokentray/app/ring/virtual"
	"tokentray/oauth/google"
)

func TestAccessIsChosenByTheKeyboardAndRemembered(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	if got := scopes(t, addAccount(t, d, tray)); !slices.Contains(got, google.ScopeEverything) {
		t.Errorf("the first time %q is asked for", got)
	}
	window, err := p.Window(t.Context())
	must(t, err)
	must(t, window.Settle(t.Context()))
	must(t, window.Key(t.Context(), "Tab", "space")) // the choice opens
	must(t, window.Settle(t.Context()))
	must(t, window.Screenshot(t.Context(), filepath.Join(d.Artifacts, "choice.png")))
	must(t, window.Key(t.Context(), "Up", "Return")) // its last entry: Custom…
	must(t, window.Settle(t.Context()))
	// The first box is cleared, the third ticked; past the others, the field and Cancel stands Use this access.
	must(t, window.Key(t.Context(), "Tab", "space", "Tab", "Tab", "space"))
	must(t, window.Screenshot(t.Context(), filepath.Join(d.Artifacts, "own.png")))
	must(t, window.Key(t.Context(), slices.Concat(slices.Repeat([]string{"Tab"}, len(google.ForTools())), []string{"space"})...))
	link, err := d.NextURL(t.Context())
	must(t, err)
	if got := scopes(t, link); !slices.Contains(got, google.ScopeReadOnly) || slices.Contains(got, google.ScopeEverything) {
		t.Errorf("then %q is asked for", got)
	}
	_, err = d.Consent(t.Context(), link, virtual.Answer{Person: "alice"})
	must(t, err)
	must(t, tray.WaitFor(t.Context(), copyAlice))
	shows(t, d, p, "read-only")
	wantExit(t, p, 0)

	_, tray = start(t, d, "--practice")
	if got := scopes(t, addAccount(t, d, tray)); !slices.Contains(got, google.ScopeReadOnly) || slices.Contains(got, google.ScopeEverything) {
		t.Errorf("after a restart %q is asked for", got)
	}
}

// scopes are those that a link asks for.
func scopes(t *testing.T, link string) []string {
	t.Helper()
	u, err := url.Parse(link)
	must(t, err)
	return strings.Fields(u.Query().Get("scope"))
}
