//go:build linux && desktop

// Package ring_test tests the real program with real parts: it runs on a virtual desktop and is driven as a person
// would, through the tray, the window and the browser.
package ring_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tokentray/app/ring/virtual"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// door is a provider at which the program signs people in.
type door struct {
	flags   []string
	service string // the keychain's
	address string // who signs in
	// signIn does what a person does in the browser and returns what the browser shows in the end.
	signIn func(link string) (virtual.Page, error)
	// active asks the provider at this base address whether it takes an access token.
	active func(base, accessToken string) bool
	// ended asks it whether a refresh token is dead.
	ended func(base, refreshToken string) bool
	// embedded tells whether the provider is a part of the program and starts anew with it.
	embedded bool
}

func TestMainJobAtThePracticeProvider(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	mainJob(t, d, door{
		flags:    []string{"--practice"},
		service:  "Token Tray (practice)",
		address:  "alice@example.com",
		embedded: true,
		signIn: func(link string) (virtual.Page, error) {
			return d.Consent(t.Context(), link, virtual.Answer{Person: "alice"})
		},
		active: func(base, token string) bool {
			return status(t, bearer(t, base+"/gmail/v1/users/me/profile", token)) == http.StatusOK
		},
		ended: func(base, token string) bool {
			return status(t, form(t, base+"/revoke", url.Values{"token": {token}})) == http.StatusBadRequest
		},
	})
}

func TestMainJobAtAProviderThatIsNotOurs(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, err := d.StartSecondOpinion(t.Context(), virtual.SecondOpinionBinary(t))
	must(t, err)
	issuer, err := url.Parse(p.Issuer)
	must(t, err)
	mainJob(t, d, door{
		flags:   []string{"--issuer", p.Issuer, "--client", p.ClientFile},
		service: "Token Tray (" + issuer.Host + ")",
		address: "test-user@zitadel.ch",
		signIn: func(link string) (virtual.Page, error) {
			return d.LogIn(t.Context(), link, p.Username, p.Password)
		},
		active: func(base, token string) bool {
			return status(t, bearer(t, base+"/userinfo", token)) == http.StatusOK
		},
		ended: func(base, token string) bool {
			return status(t, form(t, base+"/oauth/token", url.Values{
				"grant_type": {"refresh_token"}, "refresh_token": {token},
				"client_id": {p.ClientID}, "client_secret": {p.ClientSecret},
			})) == http.StatusBadRequest
		},
	})
}

// mainJob is what the program exists for, from the first start to the removal.
func mainJob(t *testing.T, d *virtual.Desktop, at door) {
	ctx := t.Context()
	program, tray := start(t, d, at.flags...)
	copyEntry := "Copy token: " + at.address

	must(t, tray.WaitFor(ctx, "Add account…"))
	link := addAccount(t, d, tray)
	page, err := at.signIn(link)
	must(t, err)
	must(t, page.SaveScreenshot(filepath.Join(d.Artifacts, "landing.png")))
	if !strings.Contains(page.Text, at.address) {
		t.Errorf("the page at the end does not name the account: %q", page.Text)
	}
	must(t, tray.WaitFor(ctx, copyEntry))
	wantMenu(t, tray, copyEntry, at.embedded)
	window, err := program.Window(ctx)
	must(t, err)
	must(t, window.Settle(ctx))
	must(t, window.Screenshot(ctx, filepath.Join(d.Artifacts, "account.png")))

	refreshToken, accessToken := kept(t, d, at.service)
	noLeak(t, d, program, refreshToken, accessToken)

	token := copied(t, d, tray, copyEntry)
	if !at.active(base(t, link), token) {
		t.Error("the provider does not take the copied token")
	}
	noLeak(t, d, program, refreshToken, token)

	code, err := program.Stop(ctx)
	must(t, err)
	if code != 0 {
		t.Errorf("the program ended with %d: %s", code, program.Output())
	}
	secrets := []string{refreshToken, accessToken, token}
	wantHistory(t, d, secrets, "signed_in", "copied")
	program, tray = start(t, d, at.flags...)
	must(t, tray.WaitFor(ctx, copyEntry))
	token = copied(t, d, tray, copyEntry)
	soon, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if address, err := d.NextURL(soon); err == nil {
		t.Errorf("the second start opened the browser at %s", address)
	}
	// The provider's own address may be another one by now: a sign-in that is cancelled tells.
	link = addAccount(t, d, tray)
	window, err = program.Window(ctx)
	must(t, err)
	must(t, window.Settle(ctx))
	must(t, window.Screenshot(ctx, filepath.Join(d.Artifacts, "sign-in.png")))
	must(t, window.Key(ctx, "Escape"))
	must(t, window.Settle(ctx))
	if !at.active(base(t, link), token) {
		t.Error("the provider does not take the token copied after the restart")
	}

	refreshToken, _ = kept(t, d, at.service)
	remove(t, d, window)
	must(t, tray.WaitForNo(ctx, copyEntry))
	must(t, window.Settle(ctx))
	must(t, window.Screenshot(ctx, filepath.Join(d.Artifacts, "removed.png")))
	if at.active(base(t, link), token) || !at.ended(base(t, link), refreshToken) {
		t.Error("the grant outlives the removal")
	}
	wantHistory(t, d, secrets) // with the account its history is gone, while the program runs
	entries, err := d.Secrets(ctx, at.service)
	must(t, err)
	for name := range entries {
		if strings.Contains(name, "_token:") {
			t.Errorf("%s is still in the keychain", name)
		}
	}
	if text, err := d.Clipboard(ctx); err != nil || text != "" {
		t.Errorf("the clipboard was not cleared (%d characters, %v)", len(text), err)
	}
	noLeak(t, d, program, refreshToken, token)
}

// start starts the program and waits for its tray icon.
func start(t *testing.T, d *virtual.Desktop, flags ...string) (*virtual.Program, *virtual.Tray) {
	t.Helper()
	program, err := d.Run(virtual.Binary(t), flags...)
	must(t, err)
	tray, err := program.Tray(t.Context())
	must(t, err)
	if slices.Contains(flags, "--practice") {
		must(t, tray.WaitFor(t.Context(), practiceEntry))
	}
	return program, tray
}

// practiceEntry is in the tray menu as soon as the practice accounts are open. The icon is there before, with a menu that
// is about to change.
const practiceEntry = "Practice mode: these are not real accounts"

// addAccount presses Add account in the tray until the program is ready for it, and returns what it gave the browser.
func addAccount(t *testing.T, d *virtual.Desktop, tray *virtual.Tray) string {
	t.Helper()
	must(t, tray.Click(t.Context(), "Add account…"))
	link, err := d.NextURL(t.Context())
	must(t, err)
	return link
}

func wantMenu(t *testing.T, tray *virtual.Tray, copyEntry string, practice bool) {
	t.Helper()
	want := []string{copyEntry, "-", "Add account…", "Open Token Tray", "Copy as", "Clear the clipboard", "-", "Quit"}
	if practice {
		want = slices.Insert(want, len(want)-2, practiceEntry)
	}
	labels, err := tray.Labels(t.Context())
	must(t, err)
	if !slices.Equal(labels, want) {
		t.Errorf("the tray's menu is %q, want %q", labels, want)
	}
}

// kept returns the tokens that the keychain holds, as secret-tool reads them.
func kept(t *testing.T, d *virtual.Desktop, service string) (refreshToken, accessToken string) {
	t.Helper()
	secrets, err := d.Secrets(t.Context(), service)
	must(t, err)
	for name, secret := range secrets {
		switch {
		case strings.HasPrefix(name, "refresh_token:"):
			refreshToken = secret
		case strings.HasPrefix(name, "access_token:"):
			var entry struct {
				AccessToken string `json:"access_token"`
			}
			must(t, json.Unmarshal([]byte(secret), &entry))
			accessToken = entry.AccessToken
		}
	}
	if refreshToken == "" || accessToken == "" {
		t.Fatalf("the keychain has no tokens under %q, only %d other entries", service, len(secrets))
	}
	return refreshToken, accessToken
}

func noLeak(t *testing.T, d *virtual.Desktop, program *virtual.Program, secrets ...string) {
	t.Helper()
	leaks, err := d.Leaks(secrets, program)
	must(t, err)
	if len(leaks) > 0 {
		t.Errorf("a token stands in %q", leaks)
	}
}

// copied clicks an entry and returns the token that it puts on the clipboard.
func copied(t *testing.T, d *virtual.Desktop, tray *virtual.Tray, entry string) string {
	t.Helper()
	const before = "what was there before"
	must(t, d.SetClipboard(t.Context(), before))
	must(t, tray.Click(t.Context(), entry))
	token, err := d.WaitForClipboard(t.Context(), func(text string) bool { return text != before && text != "" })
	must(t, err)
	return token
}

// remove removes the first account by the keyboard alone: past the list, Copy token and its formats to the menu, whose last entry is Remove, and in the question
// past Keep it to Remove.
func remove(t *testing.T, d *virtual.Desktop, window *virtual.Window) {
	t.Helper()
	must(t, window.Key(t.Context(), "Tab", "Tab", "Tab", "Tab", "space", "Up", "Return"))
	must(t, window.Settle(t.Context()))
	must(t, window.Screenshot(t.Context(), filepath.Join(d.Artifacts, "question.png")))
	must(t, window.Key(t.Context(), "Tab", "Tab", "space"))
}

// base is the provider's own address, taken from a link to it.
func base(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	must(t, err)
	return u.Scheme + "://" + u.Host
}

func bearer(t *testing.T, address, token string) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	must(t, err)
	request.Header.Set("Authorization", "Bearer "+token)
	return request
}

func form(t *testing.T, address string, values url.Values) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(values.Encode()))
	must(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return request
}

func status(t *testing.T, request *http.Request) int {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	must(t, err)
	must(t, response.Body.Close())
	return response.StatusCode
}
