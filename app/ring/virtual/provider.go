//go:build linux

package virtual

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tokentray/oauth/practice"
)

// SecondOpinion is a running OpenID provider that this project did not write, with what is needed to sign in there.
type SecondOpinion struct {
	Issuer       string `json:"issuer"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	Username     string `json:"username"`
	Password     string `json:"password"`

	// ClientFile is for the flag --client.
	ClientFile string `json:"-"`
}

// StartSecondOpinion starts the compiled provider on a free loopback port. It ends with the desktop.
func (d *Desktop) StartSecondOpinion(ctx context.Context, path string) (s SecondOpinion, err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return s, err
	}
	defer func() { _ = r.Close() }()
	s.ClientFile = filepath.Join(d.dir, "client.json")
	cmd := lasting(path, "--client-file", s.ClientFile)
	cmd.Stdout = w
	if _, err := cmd.StdinPipe(); err != nil { // it runs for as long as its standard input is open
		return s, err
	}
	_, err = d.start("second-opinion", cmd)
	_ = w.Close()
	if err != nil {
		return s, err
	}
	ctx, cancel := patient(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = r.SetReadDeadline(time.Now()) })()
	line, err := bufio.NewReader(r).ReadBytes('\n')
	if err != nil {
		return s, fmt.Errorf("the second provider did not get ready, see its log: %w", err)
	}
	if err := json.Unmarshal(line, &s); err != nil {
		return s, fmt.Errorf("the second provider's first line is not what it should be: %w", err)
	}
	return s, nil
}

// ClientFile writes the file of a practice provider's client, for the flag --client.
func (d *Desktop) ClientFile(p *practice.Provider) (path string, err error) {
	text, err := json.Marshal(map[string]any{"installed": map[string]any{
		"client_id": p.ClientID(), "client_secret": p.ClientSecret(),
		"auth_uri": p.Issuer() + "/authorize", "token_uri": p.Issuer() + "/token",
	}})
	if err != nil {
		return "", err
	}
	path = filepath.Join(d.Home(), "client.json")
	return path, os.WriteFile(path, text, 0o600)
}
