package app

import (
	"io"
	"log/slog"
)

// newLog writes one line for each thing that goes wrong, each in one Write. Nothing secret is ever given to it; that a
// secret would be blacked out all the same is the second lock on the door.
func newLog(out io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(redactor{out}, &slog.HandlerOptions{ReplaceAttr: shorten}))
}

// shorten cuts what an account is called, which need not look like an address: some providers tell only a name.
func shorten(_ []string, attr slog.Attr) slog.Attr {
	if attr.Key == "account" {
		return slog.String(attr.Key, shortAddress(attr.Value.String()))
	}
	return attr
}

// redactor blacks out the secrets in what is written to it, a whole line at a time.
type redactor struct{ out io.Writer }

func (r redactor) Write(line []byte) (int, error) {
	if _, err := io.WriteString(r.out, redact(string(line))); err != nil {
		return 0, err
	}
	return len(line), nil
}
