//go:build linux

package virtual

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// ArtifactsVariable names the folder below which each test keeps its logs and screenshots. Unset: they are thrown away.
const ArtifactsVariable = "TOKENTRAY_ARTIFACTS"

// ForTest starts a desktop for one test and closes it in the end. When the test fails it leaves a screenshot of the whole
// desktop among the artifacts.
func ForTest(t testing.TB, o Options) *Desktop {
	t.Helper()
	if root := os.Getenv(ArtifactsVariable); root != "" && o.Artifacts == "" {
		o.Artifacts = filepath.Join(root, strings.ReplaceAll(t.Name(), "/", "-"))
		_ = os.RemoveAll(o.Artifacts)
	}
	begin := time.Now()
	d, err := Start(t.Context(), o)
	if err != nil {
		t.Fatalf("no virtual desktop: %v", err)
	}
	t.Logf("the desktop was ready after %v", time.Since(begin).Round(time.Millisecond))
	t.Cleanup(func() {
		if t.Failed() && o.Artifacts != "" {
			picture := filepath.Join(d.Artifacts, "failed.png")
			_ = d.Screenshot(context.Background(), picture)
			if d.wayland != "" {
				_ = d.WaylandScreenshot(context.Background(), filepath.Join(d.Artifacts, "failed-wayland.png"))
			}
			t.Logf("logs and a screenshot are in %s", d.Artifacts)
		}
		d.Close()
	})
	return d
}
