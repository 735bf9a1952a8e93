package app

import (
	"io"
	"log/slog"
	"regexp"
)

// newLog writes one line for each thing that goes wrong. Nothing secret is ever given to it; that a secret would be
// blacked out all the same is the second lock on the door.
func newLog(out io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(redactor{out}, nil)) }

// redactor blacks out the secrets in what is written to it, a whole line at a time.
type redactor struct{ out io.Writer }

func (r redactor) Write(line []byte) (int, error) {
	if _, err := io.WriteString(r.out, redact(string(line))); err != nil {
		return 0, err
	}
	return len(line), nil
}

// secrets are the shapes of Google's tokens, codes and client secrets, of signed tokens, and of parameters that
// carry such things.
var secrets = regexp.MustCompile(`ya29\.[\w.-]+|1//[\w-]+|4/[\w-]{16,}|GOCSPX-[\w-]+|eyJ[\w-]+\.[\w-]+\.[\w-]*|` +
	`\b(code|state|token|access_token|refresh_token|id_token|client_secret|code_verifier)=[^\s&"]+`)

func redact(text string) string { return secrets.ReplaceAllString(text, "(hidden)") }
