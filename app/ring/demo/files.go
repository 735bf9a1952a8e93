//go:build linux

package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
)

// file is something that people take for the client file.
type file struct {
	name string // of the picture, and of the file
	says string
	text string
}

const goodFile = `{"installed":{"client_id":"000000000000-practice.apps.googleusercontent.com","project_id":"my-mail",` +
	`"auth_uri":"https://accounts.google.com/o/oauth2/auth","token_uri":"https://oauth2.googleapis.com/token",` +
	`"client_secret":"not-a-secret","redirect_uris":["http://localhost"]}}`

var wrongFiles = []file{
	{"file-web-client", "This client is for web sites", strings.Replace(goodFile, "installed", "web", 1)},
	{"file-service-account", "service account", `{"type":"service_account","project_id":"my-mail","client_email":"robot@my-mail.iam.gserviceaccount.com"}`},
	{"file-empty", "The client file is empty", ""},
	{"file-cut-off", "The client file is cut off", goodFile[:120]},
	{"file-web-page", "This is a web page", "<!doctype html>\n<title>Google Cloud console</title>\n"},
	{"file-too-big", "This is not a client file", strings.Repeat(goodFile, 300)},
}

// withWrongFiles are met by a program that starts with one of them.
func withWrongFiles() (problems []problem) {
	for _, f := range wrongFiles {
		problems = append(problems, problem{f.name, f.says, does(stop, startWith(f))})
	}
	return problems
}

func startWith(f file) act {
	return func(ctx context.Context, d *demo) error {
		path := filepath.Join(d.Home(), f.name+".json")
		if err := os.WriteFile(path, []byte(f.text), 0o600); err != nil {
			return err
		}
		return d.run(ctx, "--client", path)
	}
}
