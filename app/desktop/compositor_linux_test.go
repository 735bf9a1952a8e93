package desktop

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"testing"
)

func TestEndOfTheCompositorIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		absolute, ends bool
		want           error
	}{
		"it ends":                      {want: nil, ends: true},
		"it ends, named by its path":   {want: nil, ends: true, absolute: true},
		"the program ends before that": {want: context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			socket := filepath.Join(folder, "wayland-1")
			t.Setenv("XDG_RUNTIME_DIR", folder)
			t.Setenv("WAYLAND_DISPLAY", "wayland-1")
			if c.absolute {
				t.Setenv("XDG_RUNTIME_DIR", "")
				t.Setenv("WAYLAND_DISPLAY", socket)
			}
			compositor, err := new(net.ListenConfig).Listen(t.Context(), "unix", socket)
			if err != nil {
				t.Fatal(err)
			}
			defer compositor.Close()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			told := make(chan error, 1)
			go func() { told <- WaitForCompositor(ctx) }()
			conn, err := compositor.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			select {
			case err := <-told:
				t.Fatalf("told while it runs: %v", err)
			default:
			}
			if c.ends {
				conn.Close()
			} else {
				cancel()
			}
			if err := <-told; !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

func TestMissingCompositorIsNotOneThatEnded(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	t.Setenv("WAYLAND_DISPLAY", "wayland-1")
	if err := WaitForCompositor(t.Context()); err == nil {
		t.Error("it counts as ended")
	}
}
