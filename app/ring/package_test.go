//go:build linux && desktop

package ring_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tokentray/app/ring/virtual"
)

// sh runs a shell's command in a folder and returns what it printed.
func sh(t *testing.T, folder, command string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-ec", command)
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}

// filesBelow are the regular files below a folder, without its own path.
func filesBelow(t *testing.T, folder string) (files []string) {
	t.Helper()
	must(t, filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			relative, _ := filepath.Rel(folder, path)
			files = append(files, relative)
		}
		return err
	}))
	return files
}

// ours are the files below a folder that the program, or Fyne for it, can have made.
func ours(t *testing.T, folder string) (files []string) {
	t.Helper()
	for _, path := range strings.Fields(sh(t, folder, "find . ! -path './tmp/*'")) {
		for _, name := range []string{"tokentray", "fyne", "font_index"} {
			if strings.Contains(strings.ToLower(path), name) {
				files = append(files, path)
			}
		}
	}
	return files
}

// Whoever builds the same commit can compare: neither the folder nor the time zone gets into the packages.
func TestSameCommitMakesTheSamePackages(t *testing.T) {
	first, err := os.ReadFile(filepath.Join(virtual.Packages(t), "SHA256SUMS"))
	must(t, err)
	root, err := virtual.Root()
	must(t, err)
	elsewhere := filepath.Join(t.TempDir(), "another folder", "tree")
	must(t, os.MkdirAll(elsewhere, 0o700))
	sh(t, root, "tar --exclude=./build --exclude=./.git -cf - . | tar -C '"+elsewhere+"' -xf -")
	// Without a repository the date is that of a file, which the copy has as well.
	date := strings.TrimSpace(sh(t, root, "git log -1 --format=%ct 2>/dev/null || true"))
	out := t.TempDir()
	must(t, virtual.MakePackages(elsewhere, out, "SOURCE_DATE_EPOCH="+date, "TZ=Asia/Tokyo", "HOSTNAME=elsewhere"))
	again, err := os.ReadFile(filepath.Join(out, "SHA256SUMS"))
	must(t, err)
	if string(first) != string(again) {
		t.Errorf("built first:\n%sbuilt again:\n%s", first, again)
	}
}

func TestArchiveIsInstalledAndUninstalled(t *testing.T) {
	archives, err := filepath.Glob(filepath.Join(virtual.Packages(t), "tokentray-*-linux-*.tar.xz"))
	must(t, err)
	if len(archives) != 1 {
		t.Fatalf("there are %d archives: %q", len(archives), archives)
	}
	folder, root := t.TempDir(), t.TempDir()
	sh(t, folder, "tar --strip-components=1 -xf '"+archives[0]+"'")
	sh(t, folder, "make install PREFIX=/opt/token DESTDIR='"+root+"'")

	prefix := filepath.Join(root, "opt", "token")
	installed := filesBelow(t, prefix)
	if len(installed) != 14 { // the program, its manual page, its entry in the menu, ten icons, what software centres show
		t.Errorf("installed are %d files: %q", len(installed), installed)
	}
	if said := sh(t, prefix, "bin/tokentray --version"); !strings.HasPrefix(said, "Token Tray ") {
		t.Errorf("the program says %q", said)
	}
	entry, err := os.ReadFile(filepath.Join(prefix, "share/applications/app.tokentray.TokenTray.desktop"))
	must(t, err)
	for _, line := range []string{"Exec=/opt/token/bin/tokentray\n", "Exec=/opt/token/bin/tokentray --add\n"} {
		if !strings.Contains(string(entry), line) {
			t.Errorf("the entry in the menu has no %q:\n%s", line, entry)
		}
	}

	must(t, os.WriteFile(filepath.Join(prefix, "share/applications/other.desktop"), nil, 0o600))
	sh(t, folder, "make uninstall PREFIX=/opt/token DESTDIR='"+root+"'")
	if left := filesBelow(t, root); len(left) != 1 || left[0] != "opt/token/share/applications/other.desktop" {
		t.Errorf("left are %q", left)
	}
	if _, err := os.Stat(filepath.Join(prefix, "share/icons")); !os.IsNotExist(err) {
		t.Errorf("an empty folder of icons is left (%v)", err)
	}
}
