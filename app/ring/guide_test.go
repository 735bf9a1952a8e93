//go:build linux && desktop

package ring_test

import (
	"fmt"
	"image/color"
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tokentray/app/ring/virtual"
	"tokentray/oauth/google"
)

// What stands in a client file of Google's. The network is not asked about it.
const (
	guideClientID = "1234567890-abc.apps.googleusercontent.com"
	guideClient   = `{"installed":{"client_id":"` + guideClientID + `","project_id":"my-project",` +
		`"client_secret":"GOCSPX-0123456789abcdefghijklmnopqr","auth_uri":"` + google.AuthURL + `","token_uri":"` + google.TokenURL + `"}}`
)

func TestGuideLeadsANewcomerToTheSignIn(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	ctx := t.Context()
	p, _ := start(t, d)
	window := guideShows(t, d, p, "step-1")
	must(t, window.Key(ctx, "space")) // the button of the page has the keyboard
	wantPage(t, d, google.Steps[0])
	must(t, window.Key(ctx, "Tab", "space")) // the tick
	awaitFile(t, filepath.Join(d.ConfigHome(), "tokentray", "settings.json"), google.Steps[0].Title)
	shows(t, d, p, "step-1-done")
	must(t, window.Key(ctx, "Escape")) // with the tick having the keyboard
	shows(t, d, p, "left")
	wantExit(t, p, 0)

	p, tray := start(t, d)
	window = guideShows(t, d, p, "step-2")
	must(t, window.Key(ctx, "space"))
	wantPage(t, d, google.Steps[1])

	downloadClient(t, d)
	must(t, window.Key(ctx, "Tab", "Tab", "Tab", "Tab", "Tab", "space")) // past the tick, practice, Later, Back: Next
	shows(t, d, p, "offered")
	must(t, window.Key(ctx, slices.Repeat([]string{"Tab"}, 6)...)) // past the five steps
	must(t, window.Key(ctx, "space"))                              // Use this file
	awaitFile(t, filepath.Join(d.ConfigHome(), "tokentray", "google", "clients.json"), guideClientID)
	shows(t, d, p, "connected")

	link, err := url.Parse(addAccount(t, d, tray))
	must(t, err)
	if base := link.Scheme + "://" + link.Host + link.Path; base != google.AuthURL || link.Query().Get("client_id") != guideClientID {
		t.Errorf("the browser was opened at %s for %s", base, link.Query().Get("client_id"))
	}
	shows(t, d, p, "sign-in")
	wantExit(t, p, 0)
}

// What each page looks like, for whoever looks at the pictures.
func TestGuideShowsEachStepInLightAndDark(t *testing.T) {
	for _, theme := range []string{"light", "dark"} {
		t.Run(theme, func(t *testing.T) {
			d := virtual.ForTest(t, virtual.Options{Theme: theme})
			p, _ := start(t, d)
			window := guideShows(t, d, p, "page-1")
			must(t, window.Key(t.Context(), "Tab", "space"))
			must(t, window.Key(t.Context(), "Tab", "Tab", "Tab", "space")) // practice, Later: Next
			for i := 2; i <= len(google.Steps); i++ {
				shows(t, d, p, fmt.Sprintf("page-%d", i))
				must(t, window.Key(t.Context(), "space")) // Next keeps the keyboard
			}
			must(t, window.Resize(t.Context(), 1000, 700))
			shows(t, d, p, "large")
			must(t, window.Resize(t.Context(), 440, 560))
			downloadClient(t, d)
			must(t, window.Key(t.Context(), "shift+Tab", "space")) // the number of the step: its page is opened anew
			shows(t, d, p, "page-5-offer")
			wantExit(t, p, 0)
		})
	}
}

// accents are the colours of the button to press, in the light and in the dark theme.
var accents = []color.NRGBA{{R: 0x1f, G: 0x5f, B: 0xcc, A: 0xff}, {R: 0x79, G: 0xaa, B: 0xff, A: 0xff}}

// guideShows waits until the window shows the guide, and takes a picture of it. Of a newcomer's pages the guide is the one
// with something in the accent colour.
func guideShows(t *testing.T, d *virtual.Desktop, p *virtual.Program, name string) *virtual.Window {
	t.Helper()
	limit := time.After(20 * time.Second)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		window := shows(t, d, p, name)
		picture := filepath.Join(d.Artifacts, name+".png")
		if has(t, picture, accents[0]) || has(t, picture, accents[1]) {
			return window
		}
		select {
		case <-look.C:
		case <-limit:
			t.Fatal("the guide never showed")
		}
	}
}

// has tells whether a picture has a colour in it.
func has(t *testing.T, path string, c color.Color) bool {
	t.Helper()
	file, err := os.Open(path)
	must(t, err)
	defer func() { must(t, file.Close()) }()
	picture, err := png.Decode(file)
	must(t, err)
	area := picture.Bounds()
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if color.NRGBAModel.Convert(picture.At(x, y)) == c {
				return true
			}
		}
	}
	return false
}

// downloadClient saves a client file as a browser does, under a name like those that Google gives.
func downloadClient(t *testing.T, d *virtual.Desktop) {
	t.Helper()
	folder := filepath.Join(d.Home(), "Downloads")
	must(t, os.MkdirAll(folder, 0o700))
	const name = "client_secret_1234567890-abcdefghijklmnopqrstuvwxyz012345.apps.googleusercontent.com.json"
	must(t, os.WriteFile(filepath.Join(folder, name), []byte(guideClient), 0o600))
}

// wantPage checks that the browser was sent to a step's page.
func wantPage(t *testing.T, d *virtual.Desktop, step google.Step) {
	t.Helper()
	address, err := d.NextURL(t.Context())
	must(t, err)
	if address != step.Page {
		t.Errorf("the browser was sent to %s, want %s", address, step.Page)
	}
}

// awaitFile waits until a file holds these words.
func awaitFile(t *testing.T, path, words string) {
	t.Helper()
	limit := time.After(20 * time.Second)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		text, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(text), words) {
			return
		}
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("%s never held %q: %v\n%s", path, words, err, text)
		}
	}
}
