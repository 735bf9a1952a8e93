package google_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tokentray/oauth/google"
)

const (
	id     = "123456789012-abc.apps.googleusercontent.com"
	secret = "GOCSPX-hush"
)

// file is a client file as Google gives it out, with one thing replaced by another.
func file(replace ...string) string {
	return strings.NewReplacer(replace...).Replace(`{"installed":{"client_id":"` + id + `","project_id":"my-mail",` +
		`"auth_uri":"https://accounts.google.com/o/oauth2/auth","token_uri":"https://oauth2.googleapis.com/token",` +
		`"auth_provider_x509_cert_url":"https://www.googleapis.com/oauth2/v1/certs",` +
		`"client_secret":"` + secret + `","redirect_uris":["http://localhost"]}}`)
}

var full = google.Client{ID: id, Secret: secret, Project: "my-mail"}

// files are client files, right and wrong, and what becomes of each.
var files = map[string]struct {
	data   string
	only   error // with OnlyGoogle
	any    error // with AnyEndpoints
	client google.Client
}{
	"Google's":               {data: file(), client: full},
	"byte order mark":        {data: "\ufeff" + file(), client: full},
	"CRLF":                   {data: strings.ReplaceAll(file(",", ",\n", "{", "{\n"), "\n", "\r\n") + "\r\n", client: full},
	"spaces in values":       {data: file(id, " "+id+" ", secret, secret+" "), client: full},
	"newer authorization":    {data: file("/o/oauth2/auth", "/o/oauth2/v2/auth"), client: full},
	"older token, v3":        {data: file("https://oauth2.googleapis.com/token", "https://www.googleapis.com/oauth2/v3/token"), client: full},
	"older token, v4":        {data: file("https://oauth2.googleapis.com/token", "https://www.googleapis.com/oauth2/v4/token"), client: full},
	"oldest token":           {data: file("https://oauth2.googleapis.com/token", "https://accounts.google.com/o/oauth2/token"), client: full},
	"no endpoints":           {data: file(`"auth_uri"`, `"x"`, `"token_uri"`, `"y"`), client: full},
	"no project":             {data: file(`"project_id"`, `"x"`), client: google.Client{ID: id, Secret: secret}},
	"both kinds":             {data: `{"web":{"client_id":"x"},` + file()[1:], client: full},
	"web is null":            {data: `{"web":null,` + file()[1:], client: full},
	"no secret":              {data: file(`"client_secret"`, `"x"`), only: google.ErrNoSecret, client: google.Client{ID: id, Project: "my-mail"}},
	"empty secret":           {data: file(secret, " "), only: google.ErrNoSecret, client: google.Client{ID: id, Project: "my-mail"}},
	"foreign authorization":  {data: file("accounts.google.com", "accounts.google.com.evil.example"), only: google.ErrForeignEndpoints, client: full},
	"foreign token":          {data: file("oauth2.googleapis.com", "oauth2.evil.example"), only: google.ErrForeignEndpoints, client: full},
	"token without TLS":      {data: file("https://oauth2", "http://oauth2"), only: google.ErrForeignEndpoints, client: full},
	"token at another path":  {data: file("googleapis.com/token", "googleapis.com/token/x"), only: google.ErrForeignEndpoints, client: full},
	"token in disguise":      {data: file("https://oauth2.googleapis.com", "https://oauth2.googleapis.com@evil.example"), only: google.ErrForeignEndpoints, client: full},
	"endpoints swapped":      {data: file("https://accounts.google.com/o/oauth2/auth", "https://oauth2.googleapis.com/token"), only: google.ErrForeignEndpoints, client: full},
	"empty":                  {data: "", only: google.ErrEmptyFile, any: google.ErrEmptyFile},
	"only spaces":            {data: "\ufeff \r\n\t", only: google.ErrEmptyFile, any: google.ErrEmptyFile},
	"too big":                {data: file() + strings.Repeat(" ", 64<<10), only: google.ErrTooBig, any: google.ErrTooBig},
	"words":                  {data: secret, only: google.ErrNotJSON, any: google.ErrNotJSON},
	"noise":                  {data: "\x00\x01\xff" + secret, only: google.ErrNotJSON, any: google.ErrNotJSON},
	"twice":                  {data: file() + file(), only: google.ErrNotJSON, any: google.ErrNotJSON},
	"broken in the middle":   {data: file(`"project_id"`, `project_id`), only: google.ErrNotJSON, any: google.ErrNotJSON},
	"text cut off":           {data: `"` + secret, only: google.ErrNotJSON, any: google.ErrNotJSON},
	"too deep":               {data: strings.Repeat("[", 60<<10), only: google.ErrNotJSON, any: google.ErrNotJSON},
	"cut off":                {data: file()[:len(file())-2], only: google.ErrCutOff, any: google.ErrCutOff},
	"cut off early":          {data: "{", only: google.ErrCutOff, any: google.ErrCutOff},
	"cut off in a word":      {data: file()[:200], only: google.ErrCutOff, any: google.ErrCutOff},
	"web page":               {data: "\n<!doctype html><title>" + secret, only: google.ErrHTML, any: google.ErrHTML},
	"web client":             {data: file("installed", "web"), only: google.ErrWebClient, any: google.ErrWebClient},
	"web client of no kind":  {data: `{"web":[]}`, only: google.ErrWebClient, any: google.ErrWebClient},
	"service account":        {data: `{"type":"service_account","private_key":"` + secret + `"}`, only: google.ErrServiceAccount, any: google.ErrServiceAccount},
	"authorized user":        {data: `{"type":"authorized_user","refresh_token":"` + secret + `"}`, only: google.ErrAuthorizedUser, any: google.ErrAuthorizedUser},
	"no client":              {data: "{}", only: google.ErrNoClientID, any: google.ErrNoClientID},
	"client is null":         {data: `{"installed":null}`, only: google.ErrNoClientID, any: google.ErrNoClientID},
	"no client ID":           {data: file(`"client_id"`, `"x"`), only: google.ErrNoClientID, any: google.ErrNoClientID},
	"empty client ID":        {data: file(id, " "), only: google.ErrNoClientID, any: google.ErrNoClientID},
	"client ID is a number":  {data: file(`"`+id+`"`, `7`), only: google.ErrNoClientID, any: google.ErrNoClientID},
	"client ID of two lines": {data: file(id, `a\nb`), only: google.ErrNoClientID, any: google.ErrNoClientID},
	"secret is a number":     {data: file(`"`+secret+`"`, `7`), only: google.ErrNoClientID, any: google.ErrNoClientID},
	"another thing in JSON":  {data: `["` + secret + `"]`, only: google.ErrNoClientID, any: google.ErrNoClientID},
	"null":                   {data: "null", only: google.ErrNoClientID, any: google.ErrNoClientID},
}

func TestEachFileIsReadOrItsFaultIsNamed(t *testing.T) {
	for name, row := range files {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "client.json")
			if err := os.WriteFile(path, []byte(row.data), 0o600); err != nil {
				t.Fatal(err)
			}
			for rule, want := range map[google.Endpoints]error{google.OnlyGoogle: row.only, google.AnyEndpoints: row.any} {
				parsed, err := google.ParseClient([]byte(row.data), rule)
				check(t, parsed, err, row.client, want)
				read, err := google.ReadClient(path, rule)
				check(t, read, err, row.client, want)
			}
		})
	}
}

func check(t *testing.T, got google.Client, err error, client google.Client, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("err = %v, want %v", err, want)
	}
	if err != nil {
		client = google.Client{}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error repeats the file: %v", err)
		}
	}
	if got != client {
		t.Errorf("client = %q %q %q, want %q %q %q", got.ID, got.Secret, got.Project, client.ID, client.Secret, client.Project)
	}
}

func TestMissingFileIsNamed(t *testing.T) {
	if _, err := google.ReadClient(filepath.Join(t.TempDir(), "client.json"), google.OnlyGoogle); !errors.Is(err, google.ErrMissing) {
		t.Fatalf("err = %v", err)
	}
	if _, err := google.ReadClient("", google.OnlyGoogle); !errors.Is(err, google.ErrMissing) {
		t.Fatalf("err = %v", err)
	}
}

func TestFolderIsUnreadable(t *testing.T) {
	if _, err := google.ReadClient(t.TempDir(), google.OnlyGoogle); !errors.Is(err, google.ErrUnreadable) {
		t.Fatalf("err = %v", err)
	}
}

func TestFileGivenAsAPathIsNotRepeated(t *testing.T) {
	for _, path := range []string{file(), file() + strings.Repeat(" ", 5000), file() + "\x00"} {
		_, err := google.ReadClient(path, google.OnlyGoogle)
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("err = %v", err)
		}
	}
}

func TestSecretIsNotPrinted(t *testing.T) {
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+verb+verb, full, &full, []google.Client{full})
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "client", full)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "client", full)
	if strings.Contains(out.String(), secret) || strings.Contains(out.String(), fmt.Sprintf("%x", secret)) {
		t.Fatalf("printed: %s", &out)
	}
	if !strings.Contains(out.String(), id) {
		t.Fatalf("nothing was printed: %s", &out)
	}
}

func FuzzParseClient(f *testing.F) {
	for _, row := range files {
		if len(row.data) < 4<<10 {
			f.Add([]byte(row.data))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		any, anyErr := google.ParseClient(data, google.AnyEndpoints)
		only, onlyErr := google.ParseClient(data, google.OnlyGoogle)
		if anyErr == nil && any.ID == "" || onlyErr == nil && (only.ID == "" || only.Secret == "") {
			t.Fatalf("half a client: %v, %v", any, only)
		}
		if onlyErr == nil && (anyErr != nil || any != only) {
			t.Fatalf("OnlyGoogle accepts what AnyEndpoints doesn't: %v", anyErr)
		}
	})
}
