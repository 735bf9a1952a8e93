//go:build !windows

package desktop

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestVanishing is not a test of its own: TestProgramVanishesWithItsFolders runs it in another process, which it ends.
func TestVanishing(t *testing.T) {
	if paths := os.Getenv("VANISH"); paths != "" {
		t.Fatal(Vanish(strings.Split(paths, "\n")))
	}
}

func TestProgramVanishesWithItsFolders(t *testing.T) {
	root := t.TempDir()
	alone, shared := filepath.Join(root, "alone"), filepath.Join(root, "shared with others")
	going := []string{filepath.Join(alone, "ours"), filepath.Join(shared, "-ours; $(x)"), filepath.Join(shared, "file"), filepath.Join(root, "missing")}
	for _, folder := range []string{filepath.Join(going[0], "within"), going[1], filepath.Join(shared, "theirs")} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(going[2], nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestVanishing$")
	cmd.Env = append(os.Environ(), "VANISH="+strings.Join(going, "\n"))
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("it ended with %v and said %q", err, out)
	}
	for _, path := range append(going, alone) {
		if _, err := os.Lstat(path); !os.IsNotExist(err) {
			t.Errorf("%s is left (%v)", path, err)
		}
	}
	if _, err := os.Stat(filepath.Join(shared, "theirs")); err != nil {
		t.Errorf("what is not ours is gone: %v", err)
	}
}
