//go:build linux && desktop

package ring_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tokentray/app/ring/virtual"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

// Trouble with a real keychain: what the window and the tray say of it, and the way back to a fresh token.

// vault is a desktop with the keychain's part that the program uses there, and the provider that its accounts are at.
type vault struct {
	*testing.T
	*virtual.Desktop
	provider *practice.Provider
	service  string
	client   string // the client file
}

func newVault(t *testing.T, o practice.Options) *vault {
	t.Helper()
	provider, err := practice.Start(o)
	must(t, err)
	t.Cleanup(func() { must(t, provider.Close()) })
	v := &vault{t, virtual.ForTest(t, virtual.Options{}), provider, virtual.ServiceOf(provider), ""}
	v.client, err = v.ClientFile(provider)
	must(t, err)
	return v
}

// start starts the program, and waits for its tray icon.
func (v *vault) start(flags ...string) (*virtual.Program, *virtual.Tray) {
	v.Helper()
	return start(v.T, v.Desktop, append([]string{"--issuer", v.provider.Issuer()}, flags...)...)
}

// signIn signs alice in, by the tray's entry for it.
func (v *vault) signIn(tray *virtual.Tray, entry string) {
	v.Helper()
	must(v.T, tray.WaitFor(v.Context(), entry))
	must(v.T, tray.Click(v.Context(), entry))
	link, err := v.NextURL(v.Context())
	must(v.T, err)
	practicetest.Allow(v.T, link)
	must(v.T, tray.WaitFor(v.Context(), copyAlice))
}

// signedIn leaves alice signed in and the program stopped.
func (v *vault) signedIn() {
	v.Helper()
	p, tray := v.start("--client", v.client)
	v.signIn(tray, "Add account…")
	v.entry("access_token:") // is written last
	wantExit(v.T, p, 0)
}

// entry waits for the entry whose name begins so, and returns its whole name and its secret.
func (v *vault) entry(prefix string) (name, secret string) {
	v.Helper()
	await(v.T, prefix+" in the keychain", func() bool {
		secrets, err := v.Secrets(v.Context(), v.service)
		must(v.T, err)
		for name, secret = range secrets {
			if strings.HasPrefix(name, prefix) {
				return true
			}
		}
		return false
	})
	return name, secret
}

// lose deletes the entry whose name begins so, and spoil puts something else in its place.
func (v *vault) lose(prefix string) {
	v.Helper()
	name, _ := v.entry(prefix)
	must(v.T, v.ClearSecret(v.Context(), v.service, name))
}

func (v *vault) spoil(prefix, junk string) {
	v.Helper()
	name, _ := v.entry(prefix)
	must(v.T, v.StoreSecret(v.Context(), v.service, name, junk))
	if _, now := v.entry(prefix); now != junk {
		v.Fatalf("%s holds %d bytes, want %d", prefix, len(now), len(junk))
	}
}

// keptToken is the access token as it stands in the keychain.
type keptToken struct {
	Access   string        `json:"access_token"`
	Expiry   time.Time     `json:"expiry"`
	Lifetime time.Duration `json:"lifetime_ns"`
}

func (v *vault) kept() (kept keptToken) {
	v.Helper()
	_, secret := v.entry("access_token:")
	must(v.T, json.Unmarshal([]byte(secret), &kept))
	return kept
}

// shorten has the kept access token end after this time, as far as the program knows. It returns the token.
func (v *vault) shorten(left time.Duration) string {
	v.Helper()
	kept := v.kept()
	kept.Expiry = time.Now().Add(left)
	shortened, err := json.Marshal(kept) //nolint:gosec // a keyring is the place for it
	must(v.T, err)
	v.spoil("access_token:", string(shortened))
	return kept.Access
}

// says waits for words in the window and takes a picture of them.
func (v *vault) says(p *virtual.Program, words, picture string) *virtual.Window {
	v.Helper()
	window, err := p.Window(v.Context())
	must(v.T, err)
	must(v.T, window.WaitForText(v.Context(), words))
	must(v.T, window.Screenshot(v.Context(), filepath.Join(v.Artifacts, picture+".png")))
	return window
}

// works copies alice's token and shows it to the provider.
func (v *vault) works(tray *virtual.Tray) (token string) {
	v.Helper()
	must(v.T, tray.WaitFor(v.Context(), copyAlice))
	token = copied(v.T, v.Desktop, tray, copyAlice)
	v.taken(token)
	return token
}

// taken checks that the provider takes a token.
func (v *vault) taken(token string) {
	v.Helper()
	if got := status(v.T, bearer(v.T, v.provider.Issuer()+"/userinfo", token)); got != http.StatusOK {
		v.Errorf("the provider answers the copied token with %d", got)
	}
}

// prompt waits for the keyring's prompt.
func (v *vault) prompt(picture string) *virtual.Window {
	v.Helper()
	prompt, err := v.WindowNamed(v.Context(), "[Uu]nlock")
	must(v.T, err)
	must(v.T, v.Screenshot(v.Context(), filepath.Join(v.Artifacts, picture+".png")))
	return prompt
}

func (v *vault) wantPrompts(want int) {
	v.Helper()
	if got := v.Prompts(); got != want {
		v.Errorf("the person was asked %d times, want %d", got, want)
	}
}

// soon is what the program may take to notice that the keychain is there again, on a busy computer: without the keychain's
// signals it would be half a minute.
const soon = 20 * time.Second

func TestLockedKeychainIsWaitedForWithoutAsking(t *testing.T) {
	v := newVault(t, practice.Options{})
	v.signedIn()
	_, refreshToken := v.entry("refresh_token:")
	must(t, v.LockKeyring(t.Context()))
	p, tray := v.start()
	v.says(p, "Keychain locked, waiting", "waiting")
	must(t, tray.WaitFor(t.Context(), copyAlice))
	v.wantPrompts(0)

	began := time.Now()
	must(t, v.UnlockKeyring(t.Context())) // as a login does, or another program
	v.says(p, "Fresh for 59 minutes", "ready")
	if took := time.Since(began); took > soon {
		t.Errorf("ready %v after the keychain was unlocked", took)
	}
	v.works(tray)
	v.wantPrompts(0)
	if _, now := v.entry("refresh_token:"); now != refreshToken {
		t.Error("another refresh token is kept")
	}
	wantExit(t, p, 0)
}

func TestPracticeOpensWhenTheKeychainDoes(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	v := &vault{T: t, Desktop: d}
	must(t, d.LockKeyring(t.Context()))
	p, err := d.Run(virtual.Binary(t), "--practice")
	must(t, err)
	v.says(p, "If your computer asks for it, unlock the keychain", "opening")
	must(t, v.prompt("prompt").Key(t.Context(), "Escape"))
	v.says(p, "The keychain stayed locked", "dismissed")
	must(t, d.UnlockKeyring(t.Context()))
	v.says(p, "No account yet", "open")
	tray, err := p.Tray(t.Context())
	must(t, err)
	addAlice(t, d, tray)
	copied(t, d, tray, copyAlice)
	v.wantPrompts(1)
	wantExit(t, p, 0)
}

func TestOnePasswordCopiesTheTokenThatWasClicked(t *testing.T) {
	v := newVault(t, practice.Options{AccessLifetime: 6 * time.Second})
	p, tray := v.start("--client", v.client)
	v.signIn(tray, "Add account…")
	ends := v.kept().Expiry
	must(t, v.LockKeyring(t.Context()))
	v.says(p, "Keychain locked", "locked") // when the token had to be renewed
	v.provider.SetAccessLifetime(time.Hour)
	await(t, "the token's end", func() bool { return time.Now().After(ends) })
	v.wantPrompts(0)

	const before = "what was there before"
	must(t, v.SetClipboard(t.Context(), before))
	must(t, tray.Click(t.Context(), copyAlice))
	prompt := v.prompt("prompt")
	must(t, tray.Click(t.Context(), copyAlice))
	v.says(p, "Waiting for you to unlock the keychain", "asking")
	must(t, prompt.Type(t.Context(), virtual.KeyringPassword))
	must(t, prompt.Key(t.Context(), "Return"))
	token, err := v.WaitForClipboard(t.Context(), func(text string) bool { return text != before && text != "" })
	must(t, err)
	v.taken(token)
	v.says(p, "Fresh for 59 minutes", "copied")
	v.wantPrompts(1)
	wantExit(t, p, 0)
}

func TestDismissedPromptIsSaidAndComesBackWithTheNextClickAlone(t *testing.T) {
	v := newVault(t, practice.Options{})
	v.signedIn()
	must(t, v.LockKeyring(t.Context()))
	p, tray := v.start()
	v.says(p, "Keychain locked, waiting", "waiting")
	must(t, tray.Click(t.Context(), copyAlice))
	prompt := v.prompt("prompt")
	must(t, tray.Click(t.Context(), copyAlice))
	must(t, prompt.Key(t.Context(), "Escape"))
	await(t, "both clicks to be answered", func() bool { return strings.Count(p.Output(), "keychain was not unlocked") == 2 })
	window := v.says(p, "The keychain stayed locked", "dismissed")
	v.wantPrompts(1)

	must(t, window.Key(t.Context(), "space")) // Try again
	prompt = v.prompt("again")
	// The tray host goes and comes back, as at a new login. During a prompt, too, the icon finds it again.
	must(t, v.StopPanel(t.Context()))
	must(t, v.StartPanel(t.Context()))
	tray, err := p.Tray(t.Context())
	must(t, err)
	must(t, tray.WaitFor(t.Context(), copyAlice))
	must(t, prompt.Type(t.Context(), virtual.KeyringPassword))
	must(t, prompt.Key(t.Context(), "Return"))
	v.says(p, "Fresh for 59 minutes", "ready")
	v.works(tray)
	// And after it.
	must(t, v.StopPanel(t.Context()))
	must(t, v.StartPanel(t.Context()))
	tray, err = p.Tray(t.Context())
	must(t, err)
	v.works(tray)
	v.wantPrompts(2)
	wantExit(t, p, 0)
}

func TestKilledKeyringCostsNothing(t *testing.T) {
	v := newVault(t, practice.Options{Rotate: true})
	v.signedIn()
	_, first := v.entry("refresh_token:")
	old := v.shorten(9 * time.Minute)
	// The keyring dies while the provider makes the next refresh token: the one that it has is dead then.
	before := v.provider.Requests(practice.Token)
	v.provider.SetFault(practice.Token, practice.Fault{Delay: 2 * time.Second, Times: 1})
	p, tray := v.start()
	await(t, "a renewal", func() bool { return v.provider.Requests(practice.Token) > before })
	must(t, v.KillKeyring(t.Context()))
	v.says(p, "No keychain running, good for 8 minutes", "killed")
	if v.works(tray) != old {
		t.Error("the new token was handed out before its refresh token was kept")
	}

	began := time.Now()
	must(t, v.StartKeyring(t.Context()))
	v.says(p, "Fresh for 59 minutes", "back")
	if took := time.Since(began); took > soon {
		t.Errorf("ready %v after the keyring was started again", took)
	}
	if v.works(tray) == old {
		t.Error("the old token was handed out again")
	}
	if _, now := v.entry("refresh_token:"); now == first {
		t.Error("the new refresh token is not in the keychain")
	}
	if n := v.provider.Requests(practice.Token) - before; n != 1 {
		t.Errorf("%d renewals, want 1", n)
	}
	wantExit(t, p, 0)
	v.lose("access_token:") // only the refresh token leads on
	p, tray = v.start()
	v.works(tray)
	v.wantPrompts(0)
	wantExit(t, p, 0)
}

const signInAlice = "Sign in again: alice@example.com"

func TestSignInTakenOutWhileTheProgramRunsIsRepairedByAnother(t *testing.T) {
	v := newVault(t, practice.Options{AccessLifetime: 6 * time.Second})
	p, tray := v.start("--client", v.client)
	v.signIn(tray, "Add account…")
	v.entry("access_token:")
	v.lose("refresh_token:")
	v.provider.SetAccessLifetime(time.Hour)
	must(t, tray.WaitFor(t.Context(), signInAlice)) // when that token ends
	v.says(p, "The sign-in is no longer kept", "lost")
	v.signIn(tray, signInAlice)
	v.says(p, "Fresh for 59 minutes", "repaired")
	wantMenu(t, tray, copyAlice, false)
	v.works(tray)
	wantExit(t, p, 0)
}

func TestSignInTakenOutBeforeAStartLeavesATokenToItsEnd(t *testing.T) {
	v := newVault(t, practice.Options{})
	v.signedIn()
	v.lose("refresh_token:")
	old := v.shorten(9 * time.Minute)
	p, tray := v.start()
	v.says(p, "Sign-in not kept, good for 8 minutes", "lost")
	if v.works(tray) != old {
		t.Error("another token was copied")
	}
	wantExit(t, p, 0)

	v.shorten(-time.Second)
	p, tray = v.start()
	must(t, tray.WaitFor(t.Context(), signInAlice))
	window := v.says(p, "The sign-in is no longer kept", "ended")
	must(t, window.ClickText(t.Context(), "alice@example"))
	v.says(p, "The keychain no longer has this sign-in", "details")
	v.signIn(tray, signInAlice)
	v.works(tray)
	wantMenu(t, tray, copyAlice, false)
	wantExit(t, p, 0)
}

// junk is what may stand in an entry of the keychain, and is no token.
var junk = map[string]string{
	"empty": "", "two lines": "first\nsecond", "binary": "\x01\x02\xc3\xbc\x7f", "100 KB": strings.Repeat("x", 100<<10),
}

func TestAccessTokenThatIsGoneOrGarbageIsReplacedWithoutAWord(t *testing.T) {
	v := newVault(t, practice.Options{})
	v.signedIn()
	spoil := map[string]func(){"gone": func() { v.lose("access_token:") }}
	for name, text := range junk {
		spoil[name] = func() { v.spoil("access_token:", text) }
	}
	for name, do := range spoil {
		do()
		p, tray := v.start()
		v.works(tray)
		if v.kept().Access == "" {
			t.Errorf("%s: no other one is kept", name)
		}
		wantExit(t, p, 0)
		if out := p.Output(); strings.Contains(out, "token") || strings.Contains(out, "keychain") {
			t.Errorf("%s: the log says %s", name, out)
		}
	}
}

func TestGarbageInPlaceOfASignInIsSaid(t *testing.T) {
	v := newVault(t, practice.Options{})
	v.signedIn()
	for _, name := range []string{"empty", "100 KB"} {
		asked := v.provider.Requests(practice.Token)
		v.spoil("refresh_token:", junk[name])
		v.lose("access_token:")
		p, tray := v.start()
		must(t, tray.WaitFor(t.Context(), signInAlice))
		window := v.says(p, "The sign-in is no longer kept", "row")
		must(t, window.ClickText(t.Context(), "alice@example"))
		v.says(p, "This sign-in is damaged in the keychain", strings.ReplaceAll(name, " ", "-"))
		if v.provider.Requests(practice.Token) != asked {
			t.Errorf("%s: it was sent to the provider", name)
		}
		v.signIn(tray, signInAlice)
		v.works(tray)
		wantExit(t, p, 0)
	}
	// What might be a refresh token is for the provider to judge.
	v.spoil("refresh_token:", "1//junk")
	v.lose("access_token:")
	p, tray := v.start()
	must(t, tray.WaitFor(t.Context(), signInAlice))
	v.says(p, "Sign in again: access was withdrawn", "refused")
	v.signIn(tray, signInAlice)
	v.works(tray)
	wantMenu(t, tray, copyAlice, false)
	wantExit(t, p, 0)
}

func TestGarbageInPlaceOfAClientSecretAsksForTheFileAgain(t *testing.T) {
	v := newVault(t, practice.Options{})
	v.signedIn()
	for name, words := range map[string]string{
		"no secret": "The client's secret is lost", "another secret": "does not accept the client",
	} {
		v.spoil("client_secret:", map[string]string{"no secret": junk["100 KB"], "another secret": "GOCSPX-junk"}[name])
		v.lose("access_token:")
		p, tray := v.start()
		v.says(p, "The client needs attention", "row")
		must(t, tray.Click(t.Context(), copyAlice))
		v.says(p, words, strings.ReplaceAll(name, " ", "-"))
		wantExit(t, p, 0)
		p, tray = v.start("--client", v.client)
		v.works(tray)
		wantExit(t, p, 0)
	}
}
