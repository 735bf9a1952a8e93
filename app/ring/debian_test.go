//go:build linux && desktop

package ring_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tokentray/app/ring/virtual"
)

// installation is the Debian package where it can be used.
type installation struct {
	usr string // the folder that takes the place of /usr
	// purge takes it away again.
	purge func()
}

// installDebian installs the package as a person does where this computer allows it, and unpacks it otherwise. What somebody
// has installed here is never touched.
func installDebian(t *testing.T) installation {
	t.Helper()
	packages, err := filepath.Glob(filepath.Join(virtual.Packages(t), "tokentray_*.deb"))
	must(t, err)
	if len(packages) != 1 {
		t.Fatalf("there are %d packages: %q", len(packages), packages)
	}
	if why := notHere(); why != "" {
		t.Logf("the package is unpacked and not installed: %s", why)
		root := t.TempDir()
		sh(t, root, "dpkg-deb -x '"+packages[0]+"' .")
		before := filesBelow(t, root)
		return installation{filepath.Join(root, "usr"), func() {
			if after := filesBelow(t, root); !slices.Equal(before, after) {
				t.Errorf("the program changed where it stands from %q to %q", before, after)
			}
		}}
	}
	dpkg(t, "-i", packages[0])
	installed := strings.Fields(sh(t, "/", "dpkg -L tokentray | while read -r path; do [ -d \"$path\" ] || echo \"$path\"; done"))
	if len(installed) < 13 {
		t.Errorf("installed are only %q", installed)
	}
	if changed := sh(t, "/", "dpkg --verify tokentray"); changed != "" {
		t.Errorf("not as it was packed: %s", changed)
	}
	purged := false
	purge := func() {
		if purged {
			return
		}
		purged = true
		dpkg(t, "-P", "tokentray")
		for _, path := range installed {
			if _, err := os.Lstat(path); !os.IsNotExist(err) {
				t.Errorf("%s is left (%v)", path, err)
			}
		}
	}
	t.Cleanup(purge)
	return installation{"/usr", purge}
}

// notHere says why the package can't be installed on this computer; empty: it can.
func notHere() string {
	if os.Geteuid() != 0 {
		return "that takes root"
	}
	if _, err := os.Stat("/etc/debian_version"); err != nil {
		return "this is no Debian"
	}
	for _, path := range []string{"/usr/bin/tokentray", "/var/lib/dpkg/info/tokentray.list"} {
		if _, err := os.Lstat(path); !os.IsNotExist(err) {
			return "there is a " + path + " already"
		}
	}
	return ""
}

// dpkg runs Debian's package manager, when it is free.
func dpkg(t *testing.T, args ...string) {
	t.Helper()
	await(t, "dpkg", func() bool {
		out, err := exec.CommandContext(t.Context(), "dpkg", args...).CombinedOutput()
		if err != nil && strings.Contains(string(out), "lock") {
			return false
		}
		if err != nil {
			t.Fatalf("dpkg %q: %v\n%s", args, err, out)
		}
		return true
	})
}

func TestDebianPackageIsInstalledUsedAndPurged(t *testing.T) {
	at := installDebian(t)
	d := virtual.ForTest(t, virtual.Options{})
	p, err := d.Run(filepath.Join(at.usr, "bin", "tokentray"), "--practice")
	must(t, err)
	tray, err := p.Tray(t.Context())
	must(t, err)
	must(t, tray.WaitFor(t.Context(), practiceEntry))

	// What the menu needs to show the window's entry for the window.
	const id = "app.tokentray.TokenTray"
	entry := filepath.Join(at.usr, "share/applications", id+".desktop")
	sh(t, "/", "desktop-file-validate '"+entry+"'")
	text, err := os.ReadFile(entry)
	must(t, err)
	w := shows(t, d, p, "window")
	class, err := w.Class(t.Context())
	must(t, err)
	for _, line := range []string{"StartupWMClass=" + class, "Exec=tokentray", "Exec=tokentray --add", "Icon=" + id} {
		if !strings.Contains(string(text), "\n"+line+"\n") {
			t.Errorf("the entry in the menu has no %q:\n%s", line, text)
		}
	}
	for _, icon := range []string{"scalable/apps/" + id + ".svg", "16x16/apps/" + id + ".png", "512x512/apps/" + id + ".png"} {
		if _, err := os.Stat(filepath.Join(at.usr, "share/icons/hicolor", icon)); err != nil {
			t.Error(err)
		}
	}

	link := addAccount(t, d, tray)
	_, err = d.Consent(t.Context(), link, virtual.Answer{Person: "alice"})
	must(t, err)
	must(t, tray.WaitFor(t.Context(), copyAlice))
	token := copied(t, d, tray, copyAlice)
	if got := status(t, bearer(t, base(t, link)+"/gmail/v1/users/me/profile", token)); got != http.StatusOK {
		t.Errorf("the provider answers the copied token with %d", got)
	}

	removeEverything(t, d, p)
	at.purge()
	wantNothingLeft(t, d)
}
