package google_test

import (
	"errors"
	"strings"
	"testing"

	"tokentray/oauth/google"
)

const apiKey = "AIzaSyA0123456789abcdefghijklmnopqrstuv"

func TestPastedClientIsTakenWithWhatCameAlong(t *testing.T) {
	want := google.Client{ID: id, Secret: secret}
	for name, pasted := range map[string][2]string{
		"plain":         {id, secret},
		"spaces":        {" " + id + "\r\n", "\t" + secret + " \u00a0"},
		"unseen":        {"\ufeff" + id + "\u200b", secret},
		"quotes":        {`"` + id + `",`, "“" + secret + "”"},
		"swapped":       {secret, id},
		"older secret":  {id, secret},
		"whole file":    {file(`"project_id"`, `"x"`), ""},
		"file, trimmed": {"\n" + file(`"project_id"`, `"x"`) + "\n", "whatever"},
	} {
		got, err := google.ParsePasted(pasted[0], pasted[1])
		if err != nil || got != want {
			t.Errorf("%s: %q %q, %v", name, got.ID, got.Secret, err)
		}
	}
	if got, err := google.ParsePasted("123.apps.googleusercontent.com", "x"); err != nil || got.ID == "" {
		t.Errorf("an old ID: %v", err)
	}
}

func TestPastedFaultIsNamed(t *testing.T) {
	for name, row := range map[string]struct {
		id, secret string
		near, far  error
	}{
		"nothing":           {"", "", google.ErrPastedID, google.ErrNoClientID},
		"no ID":             {" ", secret, google.ErrPastedID, google.ErrNoClientID},
		"an address":        {"alice@gmail.com", secret, google.ErrPastedID, google.ErrNoClientID},
		"project's number":  {"123456789012", secret, google.ErrPastedID, google.ErrNoClientID},
		"cut off":           {id[:len(id)-1], secret, google.ErrPastedID, google.ErrNoClientID},
		"only the end":      {".apps.googleusercontent.com", secret, google.ErrPastedID, google.ErrNoClientID},
		"another host":      {id + ".evil.example", secret, google.ErrPastedID, google.ErrNoClientID},
		"two lines":         {"a\n" + id, secret, google.ErrPastedID, google.ErrNoClientID},
		"a link":            {"https://" + id, secret, google.ErrPastedID, google.ErrNoClientID},
		"endless ID":        {strings.Repeat("1", 1000) + id, secret, google.ErrPastedID, google.ErrNoClientID},
		"no secret":         {id, " \u00a0", google.ErrPastedSecret, google.ErrNoSecret},
		"secret with space": {id, "GOCSPX- hush", google.ErrPastedSecret, google.ErrNoSecret},
		"masked secret":     {id, "••••••••", google.ErrPastedSecret, google.ErrNoSecret},
		"endless secret":    {id, strings.Repeat("x", 1000), google.ErrPastedSecret, google.ErrNoSecret},
		"key as ID":         {apiKey, secret, google.ErrAPIKey, google.ErrAPIKey},
		"key as secret":     {id, apiKey, google.ErrAPIKey, google.ErrAPIKey},
		"file of another":   {`{"type":"service_account","x":"` + secret + `"}`, "", google.ErrServiceAccount, google.ErrServiceAccount},
	} {
		got, err := google.ParsePasted(row.id, row.secret)
		if !errors.Is(err, row.near) || !errors.Is(err, row.far) || got != (google.Client{}) {
			t.Errorf("%s: %q, %v", name, got.ID, err)
		}
		if err != nil && (strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), apiKey)) {
			t.Errorf("%s: the error repeats what was pasted: %v", name, err)
		}
	}
}
