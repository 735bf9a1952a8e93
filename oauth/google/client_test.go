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

// web is the file of a web application's client with these redirects.
func web(redirects ...string) string {
	return file("installed", "web", `["http://localhost"]`, `["`+strings.Join(redirects, `","`)+`"]`)
}

func redirected(address string) google.Client {
	client := full
	client.Redirect = address
	return client
}

// utf16le is plain text as Windows' Notepad saves it under the name of Unicode.
func utf16le(ascii string) string {
	text := "\xff\xfe"
	for _, c := range []byte(ascii) {
		text += string([]byte{c, 0})
	}
	return text
}

// swapped has each two bytes the other way round.
func swapped(text string) string {
	bytes := []byte(text)
	for i := 0; i+1 < len(bytes); i += 2 {
		bytes[i], bytes[i+1] = bytes[i+1], bytes[i]
	}
	return string(bytes)
}

// files are client files, right and wrong, and what becomes of each.
var files = map[string]struct {
	data   string
	only   error // with OnlyGoogle
	any    error // with AnyEndpoints
	client google.Client
}{
	"Google's":                {data: file(), client: full},
	"byte order mark":         {data: "\ufeff" + file(), client: full},
	"CRLF":                    {data: strings.ReplaceAll(file(",", ",\n", "{", "{\n"), "\n", "\r\n") + "\r\n", client: full},
	"spaces in values":        {data: file(id, " "+id+" ", secret, secret+" "), client: full},
	"newer authorization":     {data: file("/o/oauth2/auth", "/o/oauth2/v2/auth"), client: full},
	"older token, v3":         {data: file("https://oauth2.googleapis.com/token", "https://www.googleapis.com/oauth2/v3/token"), client: full},
	"older token, v4":         {data: file("https://oauth2.googleapis.com/token", "https://www.googleapis.com/oauth2/v4/token"), client: full},
	"oldest token":            {data: file("https://oauth2.googleapis.com/token", "https://accounts.google.com/o/oauth2/token"), client: full},
	"no endpoints":            {data: file(`"auth_uri"`, `"x"`, `"token_uri"`, `"y"`), client: full},
	"no project":              {data: file(`"project_id"`, `"x"`), client: google.Client{ID: id, Secret: secret}},
	"both kinds":              {data: `{"web":{"client_id":"x"},` + file()[1:], client: full},
	"web is null":             {data: `{"web":null,` + file()[1:], client: full},
	"no secret":               {data: file(`"client_secret"`, `"x"`), only: google.ErrNoSecret, client: google.Client{ID: id, Project: "my-mail"}},
	"empty secret":            {data: file(secret, " "), only: google.ErrNoSecret, client: google.Client{ID: id, Project: "my-mail"}},
	"foreign authorization":   {data: file("accounts.google.com", "accounts.google.com.evil.example"), only: google.ErrForeignEndpoints, client: full},
	"foreign token":           {data: file("oauth2.googleapis.com", "oauth2.evil.example"), only: google.ErrForeignEndpoints, client: full},
	"token without TLS":       {data: file("https://oauth2", "http://oauth2"), only: google.ErrForeignEndpoints, client: full},
	"token at another path":   {data: file("googleapis.com/token", "googleapis.com/token/x"), only: google.ErrForeignEndpoints, client: full},
	"token in disguise":       {data: file("https://oauth2.googleapis.com", "https://oauth2.googleapis.com@evil.example"), only: google.ErrForeignEndpoints, client: full},
	"endpoints swapped":       {data: file("https://accounts.google.com/o/oauth2/auth", "https://oauth2.googleapis.com/token"), only: google.ErrForeignEndpoints, client: full},
	"empty":                   {data: "", only: google.ErrEmptyFile, any: google.ErrEmptyFile},
	"only spaces":             {data: "\ufeff \r\n\t", only: google.ErrEmptyFile, any: google.ErrEmptyFile},
	"too big":                 {data: file() + strings.Repeat(" ", 64<<10), only: google.ErrTooBig, any: google.ErrTooBig},
	"words":                   {data: secret, only: google.ErrNotJSON, any: google.ErrNotJSON},
	"noise":                   {data: "\x00\x01\xff" + secret, only: google.ErrNotJSON, any: google.ErrNotJSON},
	"twice":                   {data: file() + file(), only: google.ErrNotJSON, any: google.ErrNotJSON},
	"broken in the middle":    {data: file(`"project_id"`, `project_id`), only: google.ErrNotJSON, any: google.ErrNotJSON},
	"text cut off":            {data: `"` + secret, only: google.ErrNotJSON, any: google.ErrNotJSON},
	"too deep":                {data: strings.Repeat("[", 60<<10), only: google.ErrNotJSON, any: google.ErrNotJSON},
	"cut off":                 {data: file()[:len(file())-2], only: google.ErrCutOff, any: google.ErrCutOff},
	"cut off early":           {data: "{", only: google.ErrCutOff, any: google.ErrCutOff},
	"cut off in a word":       {data: file()[:200], only: google.ErrCutOff, any: google.ErrCutOff},
	"web page":                {data: "\n<!doctype html><title>" + secret, only: google.ErrHTML, any: google.ErrHTML},
	"web client":              {data: file("installed", "web"), only: google.ErrWebClient, any: google.ErrWebClient},
	"web client of no kind":   {data: `{"web":[]}`, only: google.ErrWebClient, any: google.ErrWebClient},
	"API key":                 {data: apiKey, only: google.ErrAPIKey, any: google.ErrAPIKey},
	"API key in quotes":       {data: "\ufeff\"" + apiKey + "\"\r\n", only: google.ErrAPIKey, any: google.ErrAPIKey},
	"API key in JSON":         {data: `{"api_key":"` + apiKey + `"}`, only: google.ErrAPIKey, any: google.ErrAPIKey},
	"API key far down":        {data: `{"client":[{"x":[{"current_key":"` + apiKey + `"}]}]}`, only: google.ErrAPIKey, any: google.ErrAPIKey},
	"API key beside a client": {data: `{"key":"` + apiKey + `",` + file()[1:], client: full},
	"almost an API key":       {data: `{"api_key":"` + apiKey + `x"}`, only: google.ErrNoClientID, any: google.ErrNoClientID},
	"placeholder of iCloud":   {data: "bplist00\xd4\x01\x02" + secret, only: google.ErrPlaceholder, any: google.ErrPlaceholder},
	"only zeros":              {data: strings.Repeat("\x00", 400), only: google.ErrPlaceholder, any: google.ErrPlaceholder},
	"UTF-16":                  {data: utf16le(file()), client: full},
	"UTF-16, big end first":   {data: swapped(utf16le(file(",", ",\r\n"))), client: full},
	"UTF-16, cut off":         {data: utf16le(file())[:301], only: google.ErrCutOff, any: google.ErrCutOff},
	"UTF-16, empty":           {data: "\xff\xfe", only: google.ErrEmptyFile, any: google.ErrEmptyFile},
	"UTF-16, half a letter":   {data: "\xfe\xff\x00", only: google.ErrEmptyFile, any: google.ErrEmptyFile},

	"web with a port":            {data: web("http://127.0.0.1:8080/callback"), client: redirected("http://127.0.0.1:8080/callback")},
	"web with localhost":         {data: web("http://localhost:8080"), client: redirected("http://localhost:8080")},
	"web with IPv6":              {data: web("http://[::1]:8080/"), client: redirected("http://[::1]:8080/")},
	"web with others before":     {data: web("https://example.com/cb", "http://localhost", " http://127.0.0.1:9/x ", "http://localhost:8080"), client: redirected("http://127.0.0.1:9/x")},
	"web with a number before":   {data: strings.Replace(web("http://localhost:80/a"), "[", "[7,null,", 1), client: redirected("http://localhost:80/a")},
	"web without redirects":      {data: strings.Replace(web("x"), `"redirect_uris"`, `"x"`, 1), only: google.ErrWebClient, any: google.ErrWebClient},
	"web with one redirect":      {data: strings.NewReplacer("[", "", "]", "").Replace(web("http://localhost:80/a")), only: google.ErrWebClient, any: google.ErrWebClient},
	"web of another computer":    {data: web("http://192.168.1.2:8080/", "http://example.com:80/", "http://127.0.0.1.evil.example:80/"), only: google.ErrWebClient, any: google.ErrWebClient},
	"web without a port":         {data: web("http://localhost/", "http://127.0.0.1:/", "http://127.0.0.1:0/", "http://127.0.0.1:65536/", "http://127.0.0.1:x/"), only: google.ErrWebClient, any: google.ErrWebClient},
	"web with TLS":               {data: web("https://localhost:8080/"), only: google.ErrWebClient, any: google.ErrWebClient},
	"web in disguise":            {data: web("http://localhost:80@evil.example/", "http://a@localhost:80/", "http://localhost:80/#x", "http://localhost:80/?x", "http://localhost:80/ x"), only: google.ErrWebClient, any: google.ErrWebClient},
	"web without a secret":       {data: strings.Replace(web("http://localhost:80/a"), `"client_secret"`, `"x"`, 1), only: google.ErrNoSecret, client: google.Client{ID: id, Project: "my-mail", Redirect: "http://localhost:80/a"}},
	"web without an ID":          {data: strings.Replace(web("http://localhost:80/a"), `"client_id"`, `"x"`, 1), only: google.ErrNoClientID, any: google.ErrNoClientID},
	"web with foreign endpoints": {data: strings.Replace(web("http://localhost:80/a"), "oauth2.googleapis.com", "evil.example", 1), only: google.ErrForeignEndpoints, client: redirected("http://localhost:80/a")},
	"web, and a desktop client":  {data: web("http://localhost:80/a")[:len(web("http://localhost:80/a"))-1] + "," + file()[1:], client: full},

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
		t.Errorf("client = %q %q %q %q, want %q %q %q %q", got.ID, got.Secret, got.Project, got.Redirect, client.ID, client.Secret, client.Project, client.Redirect)
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
