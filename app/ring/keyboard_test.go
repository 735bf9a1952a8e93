//go:build linux && desktop

package ring_test

import (
	"path/filepath"
	"testing"

	"tokentray/app/ring/virtual"
)

func TestKeysDoWhatPeopleExpect(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	addAlice(t, d, tray)
	w := shows(t, d, p, "window")

	must(t, w.Key(t.Context(), "ctrl+n"))
	link, err := d.NextURL(t.Context())
	must(t, err)
	_, err = d.Consent(t.Context(), link, virtual.Answer{Person: "bob"})
	must(t, err)
	must(t, tray.WaitFor(t.Context(), "Copy token: bob@example.com"))
	must(t, w.Activate(t.Context()))
	must(t, w.Settle(t.Context()))

	must(t, w.Key(t.Context(), "Tab", "Down")) // the second account
	must(t, w.Settle(t.Context()))
	must(t, w.Screenshot(t.Context(), filepath.Join(d.Artifacts, "marked.png")))
	must(t, w.Key(t.Context(), "ctrl+c"))
	must(t, w.WaitForText(t.Context(), "Copied for bob@example.com"))
	if text := selection(t, d, "clipboard", "UTF8_STRING"); text == "" {
		t.Error("nothing is on the clipboard")
	}
	must(t, w.Key(t.Context(), "Return"))
	must(t, w.WaitForText(t.Context(), "What happened lately"))
	must(t, w.Key(t.Context(), "Escape"))
	must(t, w.WaitForText(t.Context(), "alice@example.com"))

	must(t, w.Key(t.Context(), "ctrl+q"))
	code, err := p.Wait(t.Context())
	must(t, err)
	if code != 0 {
		t.Errorf("the program ended with %d: %s", code, p.Output())
	}
}
