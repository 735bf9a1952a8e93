//go:build linux && desktop

package ring_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"tokentray/app/ring/virtual"
)

func TestAccountIsFoundAmongManyByTheKeyboard(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	addAlice(t, d, tray)
	wantExit(t, p, 0)
	multiply(t, filepath.Join(d.ConfigHome(), "tokentray", "practice", "accounts.json"), 20)

	p, tray = start(t, d, "--practice")
	must(t, tray.WaitFor(t.Context(), "More accounts…"))
	window := shows(t, d, p, "many")
	must(t, window.Key(t.Context(), "ctrl+f"))
	must(t, window.Type(t.Context(), "PERSON17"))
	shows(t, d, p, "found")
	must(t, window.Key(t.Context(), "Tab", "Tab", "space")) // past the list to its only row
	link, err := d.NextURL(t.Context())
	must(t, err)
	address, err := url.Parse(link)
	must(t, err)
	if hint := address.Query().Get("login_hint"); hint != "person17@example.com" {
		t.Errorf("the sign-in is for %q", hint)
	}
}

// multiply adds accounts to a list that has one. The keychain has nothing for them, so they need a sign-in.
func multiply(t *testing.T, path string, n int) {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	var list map[string]any
	must(t, json.Unmarshal(text, &list))
	accounts := list["accounts"].([]any)
	for i := range n {
		another := maps.Clone(accounts[0].(map[string]any))
		another["subject"], another["address"] = fmt.Sprintf("person%d", i), fmt.Sprintf("person%d@example.com", i)
		accounts = append(accounts, another)
	}
	list["accounts"] = accounts
	text, err = json.Marshal(list)
	must(t, err)
	must(t, os.WriteFile(path, text, 0o600))
}
