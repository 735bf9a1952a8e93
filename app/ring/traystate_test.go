//go:build linux && desktop

package ring_test

import (
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tokentray/app/ring/virtual"
	"tokentray/oauth/practice"
)

// What the tray tells at a glance, and how often the desktop hears of it.

// glance is one state as the tray shows it.
type glance struct {
	icon        *image.NRGBA
	dark, light image.Image // on the panel
}

// glance waits until the tooltip says this, and takes pictures of the icon on a dark and a light panel.
func (v *vault) glance(tray *virtual.Tray, name, words string) (g glance) {
	v.Helper()
	v.tells(tray, words)
	var err error
	g.icon, err = tray.Icon(v.Context())
	must(v.T, err)
	must(v.T, v.RestPointer(v.Context()))
	g.dark = v.onPanel(true, name)
	g.light = v.onPanel(false, name)
	return g
}

// tells waits until the tooltip says this.
func (v *vault) tells(tray *virtual.Tray, words string) {
	v.Helper()
	var got string
	await(v.T, "the tooltip “"+words+"”", func() bool {
		var err error
		got, err = tray.ToolTip(v.Context())
		return err == nil && got == "Token Tray: "+words
	})
}

// onPanel waits until the panel shows an icon, and that for a moment the same.
func (v *vault) onPanel(dark bool, name string) (shown image.Image) {
	v.Helper()
	must(v.T, v.DarkPanel(v.Context(), dark))
	look := map[bool]string{true: "dark", false: "light"}[dark]
	same := 0
	await(v.T, "the icon on a "+look+" panel", func() bool {
		now, err := v.PanelIcon(v.Context(), filepath.Join(v.Artifacts, name+"-on-"+look+".png"))
		must(v.T, err)
		corner := color.GrayModel.Convert(now.At(now.Bounds().Max.X-1, 0)).(color.Gray)
		switch {
		case corner.Y < 128 != dark, differing(now, image.NewUniform(now.At(0, 0))) == 0:
			same = 0
		case shown == nil || differing(now, shown) > 0:
			same = 1
		default:
			same++
		}
		shown = now
		return same > 5
	})
	return shown
}

// differing counts the pixels that are not the same in both.
func differing(a, b image.Image) (n int) {
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			if a.At(x, y) != a.ColorModel().Convert(b.At(x, y)) {
				n++
			}
		}
	}
	return n
}

func TestTrayTellsEachStateByItsIconAndInWords(t *testing.T) {
	v := newVault(t, practice.Options{})
	v.signedIn()
	v.shorten(3 * time.Minute)
	away := func(f practice.Fault) {
		for _, endpoint := range []practice.Endpoint{practice.Discovery, practice.Keys, practice.Token} {
			v.provider.SetFault(endpoint, f)
		}
	}
	seen := map[string]glance{}
	away(practice.Fault{Cut: true})
	p, tray := v.start("--hidden")
	seen["offline"] = v.glance(tray, "offline", "Offline, 1 account fresh")
	must(t, tray.WaitFor(t.Context(), "Offline: tokens at hand still work"))
	away(practice.Fault{})
	seen["well"] = v.glance(tray, "well", "1 account fresh")
	must(t, tray.WaitForNo(t.Context(), "Offline: tokens at hand still work"))
	addAccount(t, v.Desktop, tray)
	seen["working"] = v.glance(tray, "working", "a sign-in is under way")
	window, err := p.Window(t.Context())
	must(t, err)
	must(t, window.Key(t.Context(), "Escape"))
	v.tells(tray, "1 account fresh")
	if id, title, err := tray.Name(t.Context()); err != nil || id != "Token Tray" || title != "Token Tray" {
		t.Errorf("hosts list it as %q, %q: %v", id, title, err)
	}
	wantExit(t, p, 0)

	v.lose("access_token:")
	v.provider.SetFault(practice.Token, practice.Fault{Status: 400, Body: `{"error":"invalid_grant"}`})
	p, tray = v.start("--hidden")
	seen["needs-you"] = v.glance(tray, "needs-you", "alice@example.com needs a sign-in")
	entry := "alice@example.com: " + strings.TrimPrefix(v.provider.Issuer(), "http://") + " asks for a new sign-in"
	must(t, tray.Click(t.Context(), entry))
	v.says(p, "Signed in on", "details")

	v.provider.SetFault(practice.Token, practice.Fault{})
	v.signIn(tray, signInAlice)
	v.entry("access_token:")
	wantExit(t, p, 0)
	must(t, v.LockKeyring(t.Context()))
	p, tray = v.start("--hidden")
	locked := v.glance(tray, "locked", "Waiting for you to unlock the keychain")
	if differing(locked.icon, seen["needs-you"].icon) > 0 {
		t.Error("a locked keychain has an icon of its own")
	}
	must(t, tray.WaitFor(t.Context(), "The keychain is locked: click a token to unlock it"))
	must(t, v.UnlockKeyring(t.Context()))
	v.tells(tray, "1 account fresh")
	must(t, tray.WaitForNo(t.Context(), "The keychain is locked: click a token to unlock it"))
	wantExit(t, p, 0)

	for a, one := range seen {
		for b, other := range seen {
			if a == b {
				continue
			}
			// A fifth of the panel's pixels, on which the icon takes 24 × 24 of 26 × 28.
			if n := differing(one.dark, other.dark); n < 26*28/5 {
				t.Errorf("on a dark panel %s and %s differ in %d pixels", a, b, n)
			}
			if n := differing(one.light, other.light); n < 26*28/5 {
				t.Errorf("on a light panel %s and %s differ in %d pixels", a, b, n)
			}
			if differing(one.icon, other.icon) == 0 {
				t.Errorf("%s and %s have the same icon", a, b)
			}
		}
	}
	v.panelIsContent()
}

// panelIsContent checks that the panel has not complained of the menu.
func (v *vault) panelIsContent() {
	v.Helper()
	log := v.PanelLog()
	for _, complaint := range []string{"someone's been naughty", "Error getting properties"} {
		if strings.Contains(log, complaint) {
			v.Errorf("the panel complains: %s", log)
		}
	}
}

// A submenu's entries are lost when the panel hears of them before the submenu.
func TestPanelTakesInAMenuWithSubmenus(t *testing.T) {
	v := newVault(t, practice.Options{})
	v.crowd(14)
	p, tray := v.start("--hidden")
	v.tells(tray, "14 accounts fresh")
	for range 3 { // what was used last comes into the menu itself
		menu, err := tray.Menu(t.Context())
		must(t, err)
		must(t, tray.ClickEntry(t.Context(), menu[10].Entries[0]))
		must(t, tray.WaitFor(t.Context(), menu[10].Entries[0].Label))
		rest(t, time.Second) // as people do
	}
	must(t, v.StopPanel(t.Context()))
	must(t, v.StartPanel(t.Context()))
	_, err := p.Tray(t.Context())
	must(t, err)
	rest(t, time.Second)
	must(t, v.RightClick(t.Context(), 942, 14))
	rest(t, time.Second)
	must(t, v.Screenshot(t.Context(), filepath.Join(v.Artifacts, "menu.png")))
	v.panelIsContent()
	wantExit(t, p, 0)
}

// crowd leaves people signed in at the provider, and the program stopped.
func (v *vault) crowd(people int) {
	v.Helper()
	p, _ := v.start("--client", v.client, "--hidden")
	await(v.T, "the client to be kept", func() bool {
		files, err := filepath.Glob(filepath.Join(v.ConfigHome(), "tokentray", virtual.FolderOf(v.provider), "clients.json"))
		must(v.T, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			return err == nil && !strings.Contains(string(text), `"phase"`) // else its secret is on its way to the keyring
		}
		return false
	})
	wantExit(v.T, p, 0)
	must(v.T, v.Crowd(v.Context(), v.provider, people))
}

func TestTraySaysNothingWhileTokensAreRenewedInTheBackground(t *testing.T) {
	const people, watched = 5, 20 * time.Second
	v := newVault(t, practice.Options{AccessLifetime: 8 * time.Second})
	v.crowd(people)
	p, tray := v.start("--hidden")
	v.tells(tray, "5 accounts fresh")
	rest(t, time.Second)
	changes, err := v.TrayChanges()
	must(t, err)
	revision, err := tray.Revision(t.Context())
	must(t, err)
	before := v.provider.Requests(practice.Token)
	rest(t, watched)
	renewals := v.provider.Requests(practice.Token) - before
	if renewals < 2*people {
		t.Errorf("only %d renewals", renewals)
	}
	if told := changes(); told != (virtual.TrayChanges{}) {
		t.Errorf("during %d renewals the desktop was told of %+v", renewals, told)
	}
	if now, err := tray.Revision(t.Context()); err != nil || now != revision {
		t.Errorf("the menu's revision was %d and is %d, %v", revision, now, err)
	}
	wantExit(t, p, 0)
}

// With more than ten accounts the ten used last stand in the menu itself, so that each copy changes it.
func TestNoClickIsLostWhileTheMenuChanges(t *testing.T) {
	const people, clicks = 14, 200
	v := newVault(t, practice.Options{})
	v.crowd(people)
	p, tray := v.start("--hidden")
	v.tells(tray, fmt.Sprint(people, " accounts fresh"))
	menu, err := tray.Menu(t.Context())
	must(t, err)
	var entries []virtual.Entry // as a person saw them who opened the menu now
	for _, e := range append(menu, menu[10].Entries...) {
		if strings.HasPrefix(e.Label, "Copy token: ") {
			entries = append(entries, e)
		}
	}
	if len(entries) != people {
		t.Fatalf("%d people are in the menu %v", len(entries), menu)
	}
	revision, err := tray.Revision(t.Context())
	must(t, err)
	seen := len(v.Notifications())
	for i := range clicks {
		must(t, tray.ClickEntry(t.Context(), entries[i*5%people]))
		rest(t, 30*time.Millisecond)
	}
	copies := func() int { return len(v.Notifications()) - seen }
	await(t, fmt.Sprint(clicks, " copies"), func() bool { return copies() >= clicks })
	if n := copies(); n != clicks {
		t.Errorf("%d clicks made %d copies", clicks, n)
	}
	now, err := tray.Revision(t.Context())
	must(t, err)
	t.Logf("meanwhile the menu changed %d times", now-revision)
	if now < revision+clicks/10 {
		t.Error("that is no test")
	}
	// And each of them copied what it said.
	for _, e := range entries {
		must(t, v.SetClipboard(t.Context(), "nothing"))
		must(t, tray.ClickEntry(t.Context(), e))
		token, err := v.WaitForClipboard(t.Context(), func(text string) bool { return text != "nothing" && text != "" })
		must(t, err)
		if address, _ := v.provider.Inspect(token); e.Label != "Copy token: "+address {
			t.Errorf("%q copied the token of %s", e.Label, address)
		}
	}
	wantExit(t, p, 0)
}

func TestManyCopiesAreOneNotification(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice", "--hidden")
	addAlice(t, d, tray)
	window, err := p.Window(t.Context())
	must(t, err)
	must(t, window.Close(t.Context()))
	must(t, p.NoWindow(t.Context()))
	const copies = 5
	for range copies {
		must(t, tray.Click(t.Context(), copyAlice))
	}
	await(t, "each copy to be told", func() bool { return len(d.Notifications()) == copies })
	must(t, d.Screenshot(t.Context(), filepath.Join(d.Artifacts, "told.png")))
	if shown, err := d.ShownNotifications(t.Context()); err != nil || shown != 1 {
		t.Errorf("%d notifications show, %v", shown, err)
	}
	for i, n := range d.Notifications() {
		if strings.Contains(n.Title+n.Body, "alice") || !strings.HasPrefix(n.Body, "A token was copied. It is good until ") {
			t.Errorf("told %q, %q", n.Title, n.Body)
		}
		if (n.Replaces == 0) != (i == 0) || n.App != "Token Tray" {
			t.Errorf("the %d. is %q's and takes the place of %d", i+1, n.App, n.Replaces)
		}
		for name, want := range map[string]any{"desktop-entry": "app.tokentray.TokenTray", "urgency": byte(1), "transient": true} {
			if got := n.Hints[name].Value(); got != want {
				t.Errorf("%s is %v, want %v", name, got, want)
			}
		}
	}
	if !slices.ContainsFunc(d.Notifications(), func(n virtual.Notification) bool { return n.Hints["category"].Value() == "x-tokentray.copied" }) {
		t.Error("their category is another one")
	}
	wantExit(t, p, 0)
}
