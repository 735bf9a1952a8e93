package desktop

import "testing"

func TestAppImageIsStartedByItsOwnFile(t *testing.T) {
	tests := map[string]struct{ own, image, mounted, want string }{
		"no AppImage":               {"/usr/bin/tokentray", "", "", "/usr/bin/tokentray"},
		"AppImage":                  {"/tmp/.mount_a1/usr/bin/tokentray", "/home/a/Token.AppImage", "/tmp/.mount_a1", "/home/a/Token.AppImage"},
		"mounted with a slash":      {"/tmp/.mount_a1/tokentray", "/home/a/Token.AppImage", "/tmp/.mount_a1/", "/home/a/Token.AppImage"},
		"started by another one":    {"/usr/bin/tokentray", "/home/a/Terminal.AppImage", "/tmp/.mount_b2", "/usr/bin/tokentray"},
		"beside one, alike":         {"/tmp/.mount_a12/tokentray", "/home/a/Terminal.AppImage", "/tmp/.mount_a1", "/tmp/.mount_a12/tokentray"},
		"image that is not mounted": {"/usr/bin/tokentray", "/home/a/Token.AppImage", "", "/usr/bin/tokentray"},
	}
	for name, test := range tests {
		if got := lasting(test.own, test.image, test.mounted); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
