//go:build linux

package virtual

import (
	"fmt"
	"os"
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

// Packages is the folder of what people install, with its SHA256SUMS. TOKENTRAY_PACKAGES names it where it is built already.
func Packages(t testing.TB) string { return built(t, packages) }

var packages = sync.OnceValues(func() (string, error) {
	if folder := os.Getenv("TOKENTRAY_PACKAGES"); folder != "" {
		return folder, nil
	}
	root, err := Root()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(root, "build", "test", "package")
	return folder, MakePackages(root, folder)
})

// MakePackages builds what people install on Linux and Windows from the tree in root, into a folder. environment is added to the test's own.
func MakePackages(root, folder string, environment ...string) error {
	cmd := lasting("make", "-s", "-C", root, "package", "PACKAGES="+folder)
	cmd.Env = append(os.Environ(), environment...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("could not build the packages: %w\n%s", err, out)
	}
	return nil
}

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
		root, err := Root()
		if err != nil {
			return "", err
		}
		path := filepath.Join(root, "build", "test", name)
		cmd := lasting("go", "build", "-trimpath", "-tags", "migrated_fynedo,no_emoji", "-o", path, ".")
		cmd.Dir = filepath.Join(root, folder)
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("could not build %s: %w\n%s", name, err, out)
		}
		return path, nil
	})
}

// Root is the folder of the program's source.
func Root() (string, error) {
	out, err := lasting("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("could not find the module: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}
