//go:build linux

package virtual

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// The programs that tests run. Each is compiled once for a test binary, unless an environment variable names it compiled.
var (
	binary        = once("TOKENTRAY_BINARY", "tokentray", ".")
	bare          = once("TOKENTRAY_BARE", "bare", "app/ring/bare")
	secondOpinion = once("TOKENTRAY_SECOND_OPINION", "second-opinion", "oauth/secondopinion")
)

// Binary is the path of the program itself.
func Binary(t testing.TB) string { return built(t, binary) }

// Bare is the path of the baseline of the benchmarks, the least program with a window and a tray menu.
func Bare(t testing.TB) string { return built(t, bare) }

// SecondOpinionBinary is the path of the provider for [Desktop.StartSecondOpinion].
func SecondOpinionBinary(t testing.TB) string { return built(t, secondOpinion) }

func built(t testing.TB, build func() (string, error)) string {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func once(variable, name, folder string) func() (string, error) {
	return sync.OnceValues(func() (string, error) {
		if path := os.Getenv(variable); path != "" {
			return path, nil
		}
		root, err := moduleRoot()
		if err != nil {
			return "", err
		}
		path := filepath.Join(root, "build", "test", name)
		cmd := exec.Command("go", "build", "-trimpath", "-tags", "migrated_fynedo,no_emoji", "-o", path, ".")
		cmd.Dir = filepath.Join(root, folder)
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("could not build %s: %w\n%s", name, err, out)
		}
		return path, nil
	})
}

func moduleRoot() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("could not find the module: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}
