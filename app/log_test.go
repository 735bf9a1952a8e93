package app

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
)

const jwt = "eyJhbGciOiJFUzI1NiJ9.eyJrIjoiYSJ9.MEUCIQDk"

func TestSecretsAreBlackedOut(t *testing.T) {
	const hidden = "(hidden)"
	for text, want := range map[string]string{
		"nothing to hide":              "nothing to hide",
		"got ya29.a0AfH6SMB-x_y.z end": "got " + hidden + " end",
		"refresh 1//0gabcDEF-_x.":      "refresh " + hidden + ".",
		"code 4/0AX4XfWh-abcdefghijk!": "code " + hidden + "!",
		"secret GOCSPX-abc_DEF-123,":   "secret " + hidden + ",",
		"signed " + jwt:                "signed " + hidden,
		"http://127.0.0.1:1/callback?code=abc&state=xyz&scope=mail":         "http://127.0.0.1:1/callback?" + hidden + "&" + hidden + "&scope=mail",
		`post "refresh_token=a%2Fb&client_id=me" failed`:                    `post "` + hidden + `&client_id=me" failed`,
		"access_token=a id_token=b client_secret=c code_verifier=d token=e": strings.Repeat(hidden+" ", 4) + hidden,
		"4/5 of 1/2 pages": "4/5 of 1/2 pages",
	} {
		if got := redact(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestLogHidesSecretsWhereverTheyStand(t *testing.T) {
	out := &buffer{}
	log := newLog(out)
	log.Warn("message with "+jwt, "text", "ya29.abc", "err", errors.New("post ?code=4/0abc: failed"))
	log.With("kept", "1//0abc").WithGroup("group").Info("x", "inner", "GOCSPX-abc")
	log.Warn("any", "list", []string{"ya29.abc"}, slog.Group("g", "err", errors.Join(errors.New("a"), errors.New(jwt))))
	for _, secret := range []string{jwt, "ya29", "4/0abc", "1//0abc", "GOCSPX"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%s is in the log:\n%s", secret, out)
		}
	}
}

func TestEachRecordIsOneLine(t *testing.T) {
	out := &buffer{}
	log := newLog(out)
	log.Warn("two\nlines", "err", errors.New("of\r\nan error"), "text", "a\nb")
	log.Warn("another")
	if lines := out.lines(); len(lines) != 2 || !strings.Contains(lines[0], "an error") {
		t.Errorf("%d lines: %q", len(lines), lines)
	}
}
