package app

import (
	"net/http"
	"testing"
	"time"

	"tokentray/oauth/practice"
)

// A server that names another time is believed, and what the window says of tokens stays true.
func TestWrongClockIsSaidInTheWindow(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	token, err := s.engine().Token(t.Context(), alice.Key, 0)
	if err != nil {
		t.Fatal(err)
	}
	s.provider.SetFault(practice.Token, practice.Fault{
		Body:        `{"access_token":"another","token_type":"Bearer","expires_in":3600}`,
		ContentType: "application/json",
		Header:      http.Header{"Date": {time.Now().Add(-3 * time.Hour).UTC().Format(http.TimeFormat)}},
	})
	if _, err := s.engine().Replace(t.Context(), alice.Key, token); err != nil {
		t.Fatal(err)
	}
	s.awaitWords("This computer's clock is ")
	s.wantWords("hours fast")
	s.awaitWords("Fresh for 59 minutes")
	before := time.Now()
	s.app.copyToken(s.account(alice.Address))
	s.awaitWords("Copied for alice@example.com, good until ")
	for at := before.Add(-10 * time.Second); !s.says(goodUntil(at.Add(time.Hour), time.Now())); at = at.Add(time.Second) {
		if at.After(time.Now()) {
			t.Fatalf("the window does not go by this computer's clock: %q", s.texts())
		}
	}
}
