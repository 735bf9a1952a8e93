//go:build linux && desktop

package virtual_test

import (
	"bytes"
	"errors"
	"image"
	_ "image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"tokentray/app/desktop"
	"tokentray/app/ring/virtual"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func startBare(t *testing.T, d *virtual.Desktop) (*virtual.Program, *virtual.Tray) {
	t.Helper()
	p, err := d.Run(virtual.Bare(t))
	must(t, err)
	tray, err := p.Tray(t.Context())
	must(t, err)
	return p, tray
}

func TestTrayClickReachesTheClipboard(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	_, tray := startBare(t, d)
	labels, err := tray.Labels(t.Context())
	must(t, err)
	if want := []string{"Copy", "-", "Quit"}; !slices.Equal(labels, want) {
		t.Errorf("the menu is %q, want %q", labels, want)
	}
	must(t, d.SetClipboard(t.Context(), "something else"))
	must(t, tray.Click(t.Context(), "Copy"))
	_, err = d.WaitForClipboard(t.Context(), func(s string) bool { return s == "a fixed text" })
	must(t, err)
	if err := tray.Click(t.Context(), "Paste"); !errors.Is(err, virtual.ErrNoEntry) {
		t.Errorf("clicking what isn't there: %v", err)
	}
}

func TestWindowIsSeenDrivenAndClosed(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := startBare(t, d)
	w, err := p.Window(t.Context())
	must(t, err)
	title, err := w.Title(t.Context())
	must(t, err)
	if title != "Bare" {
		t.Errorf("the title is %q", title)
	}
	must(t, w.Resize(t.Context(), 400, 300))
	picture := filepath.Join(d.Artifacts, "window.png")
	must(t, w.Screenshot(t.Context(), picture))
	if n := colours(t, picture); n < 3 {
		t.Errorf("the window's picture has %d colours: nothing is drawn", n)
	}
	must(t, d.Screenshot(t.Context(), filepath.Join(d.Artifacts, "desktop.png")))

	m, err := p.Memory()
	must(t, err)
	if m.RSS < 10<<20 || m.PSS > m.RSS {
		t.Errorf("memory: %+v", m)
	}
	must(t, w.Close(t.Context()))
	must(t, p.NoWindow(t.Context()))
	must(t, tray.Click(t.Context(), "Quit"))
	code, err := p.Wait(t.Context())
	must(t, err)
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	if _, err := tray.Menu(t.Context()); err == nil {
		t.Error("the tray icon outlived its program")
	}
}

func TestWhatAProgramHoldsOnToIsCounted(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, err := d.Run("env", "GOTRACEBACK=system", virtual.Bare(t))
	must(t, err)
	_, err = p.Tray(t.Context())
	must(t, err)
	h, err := p.Holding()
	must(t, err)
	t.Logf("%+v", h)
	if h.RSS < 10<<20 || h.Threads < 2 || h.Descriptors < 4 || h.Children != 0 {
		t.Errorf("it holds %+v", h)
	}
	must(t, p.Signal(syscall.SIGQUIT)) // at which Go lists every goroutine
	_, err = p.Wait(t.Context())
	must(t, err)
	listed := len(regexp.MustCompile(`(?m)^goroutine \d+ `).FindAllString(p.Output(), -1))
	// Some come and go between the two looks.
	if few := 3; listed < 10 || h.Goroutines < listed-few || h.Goroutines > listed+few {
		t.Errorf("%d goroutines were counted, and %d listed", h.Goroutines, listed)
	}
}

func colours(t *testing.T, path string) int {
	t.Helper()
	file, err := os.ReadFile(path)
	must(t, err)
	picture, _, err := image.Decode(bytes.NewReader(file))
	must(t, err)
	seen := map[[3]uint32]bool{}
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			r, g, b, _ := picture.At(x, y).RGBA()
			seen[[3]uint32{r, g, b}] = true
		}
	}
	return len(seen)
}

func TestTrayIconComesBackWithThePanel(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, _ := startBare(t, d)
	must(t, d.StopPanel(t.Context()))
	must(t, d.StartPanel(t.Context()))
	tray, err := p.Tray(t.Context())
	must(t, err)
	must(t, tray.WaitFor(t.Context(), "Copy"))
}

func TestLockOfTheScreenIsHeardOnTheBus(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{NoPanel: true, NoKeyring: true, NoNotifications: true})
	for _, entry := range d.Env() {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "DBUS_") {
			t.Setenv(name, value)
		}
	}
	heard := make(chan struct{}, 64)
	watch := make(chan error, 1)
	go func() { watch <- desktop.WatchLock(t.Context(), func() { heard <- struct{}{} }) }()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for limit := time.After(virtual.Patience); ; {
		select {
		case <-again.C:
			must(t, d.LockScreen(t.Context()))
		case <-heard:
			return
		case err := <-watch:
			t.Fatalf("the watch ended with %v", err)
		case <-limit:
			t.Fatal("nothing was heard")
		}
	}
}

func TestKeyringKeepsLocksAndForgets(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{NoPanel: true, NoNotifications: true})
	store := exec.CommandContext(t.Context(), "secret-tool", "store", "--label", "a label", "service", "a service", "username", "alice")
	store.Env, store.Stdin = d.Env(), strings.NewReader("a long secret")
	must(t, store.Run())

	if got, err := d.Secret(t.Context(), "a service", "alice"); err != nil || got != "a long secret" {
		t.Errorf("got %q, %v", got, err)
	}
	all, err := d.Secrets(t.Context(), "a service")
	must(t, err)
	if len(all) != 1 || all["alice"] != "a long secret" {
		t.Errorf("all of the service: %q", all)
	}
	if _, err := d.Secret(t.Context(), "a service", "bob"); !errors.Is(err, virtual.ErrNoSecret) {
		t.Errorf("bob has none: %v", err)
	}
	must(t, d.LockKeyring(t.Context()))
	locked, err := d.KeyringLocked(t.Context())
	must(t, err)
	if !locked {
		t.Error("the keyring is not locked")
	}
	must(t, d.UnlockKeyring(t.Context()))
	must(t, d.StopKeyring(t.Context()))
	if _, err := d.Secret(t.Context(), "a service", "alice"); err == nil || errors.Is(err, virtual.ErrNoSecret) {
		t.Errorf("a keyring that doesn't run is not one without the entry: %v", err)
	}
	must(t, d.StartKeyring(t.Context()))
	if got, err := d.Secret(t.Context(), "a service", "alice"); err != nil || got != "a long secret" {
		t.Errorf("after a restart: %q, %v", got, err)
	}
}

func TestBrowserOpensWhatXdgOpenWasGiven(t *testing.T) {
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<title>A page</title><p>some words"))
	}))
	defer page.Close()
	d := virtual.ForTest(t, virtual.Options{NoBus: true})
	open := func() error {
		cmd := exec.CommandContext(t.Context(), filepath.Join(pathOf(d), "xdg-open"), page.URL+"/?a=b&c='d'")
		cmd.Env = d.Env()
		return cmd.Run()
	}
	must(t, open())
	address, err := d.NextURL(t.Context())
	must(t, err)
	tab, err := d.Open(t.Context(), address)
	must(t, err)
	shown, err := tab.Page(t.Context())
	must(t, err)
	if shown.Title != "A page" || shown.Text != "some words" || !strings.HasSuffix(address, "/?a=b&c='d'") {
		t.Errorf("%q showed %q, %q", address, shown.Title, shown.Text)
	}
	d.FailBrowser(true)
	if err := open(); err == nil {
		t.Error("xdg-open works although it should fail")
	}
}

func pathOf(d *virtual.Desktop) string {
	for _, v := range d.Env() {
		if path, ok := strings.CutPrefix(v, "PATH="); ok {
			return path
		}
	}
	return ""
}

func TestHiddenProgramsAreNotOnThePath(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{NoBus: true, Hide: []string{"xclip"}})
	if _, err := os.Stat(filepath.Join(pathOf(d), "xclip")); !os.IsNotExist(err) {
		t.Errorf("xclip is there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(pathOf(d), "sh")); err != nil {
		t.Error(err)
	}
}

func TestLeaksAreFoundInEverySpelling(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{NoBus: true})
	const secret = "ya29.a/secret+that leaks"
	for name, text := range map[string]string{
		"plain":  "x" + secret + "y",
		"query":  "token=ya29.a%2Fsecret%2Bthat+leaks&",
		"base64": "dXNlcj1hbGljZQFhdXRoPUJlYXJlciB5YTI5LmEvc2VjcmV0K3RoYXQgbGVha3MBAQ==", // XOAUTH2
		"clean":  "nothing to see",
	} {
		must(t, os.WriteFile(filepath.Join(d.Home(), name), []byte(text), 0o600))
	}
	leaks, err := d.Leaks([]string{secret})
	must(t, err)
	var names []string
	for _, leak := range leaks {
		names = append(names, filepath.Base(leak))
	}
	if slices.Sort(names); !slices.Equal(names, []string{"base64", "plain", "query"}) {
		t.Errorf("found in %q", names)
	}
}

func TestNothingIsLeftBehind(t *testing.T) {
	d, err := virtual.Start(t.Context(), virtual.Options{})
	must(t, err)
	defer d.Close()
	p, _ := startBare(t, d)
	d.Close()
	if p.Running() {
		t.Error("the program still runs")
	}
	if _, err := os.Stat(d.Home()); !os.IsNotExist(err) {
		t.Errorf("the home folder is still there: %v", err)
	}
}
