package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/keychain"
	"tokentray/oauth/practice"
)

// once is an event that happened one time, so long before noon.
func once(kind oauth.EventKind, before time.Duration, cause error) oauth.Event {
	at := noon.Add(-before)
	return oauth.Event{Kind: kind, At: at, First: at, Times: 1, Cause: cause}
}

// often is a failure that came back, first and last so long before noon.
func often(times int, first, last time.Duration, cause error) oauth.Event {
	return oauth.Event{Kind: oauth.Failed, At: noon.Add(-last), First: noon.Add(-first), Times: times, Cause: cause}
}

const day = 24 * time.Hour

func TestWhatHappenedIsSaidInWords(t *testing.T) {
	rapt := fmt.Errorf("%w: %w", oauth.ErrSignInAgain, &oauth.ServerError{Status: 400, Code: "invalid_grant", Subtype: "invalid_rapt"})
	for want, e := range map[string]oauth.Event{
		"Today 11:58 – refreshed":                                                                                               once(oauth.Refreshed, 2*time.Minute, nil),
		"Today 00:00 – copied":                                                                                                  once(oauth.Copied, 12*time.Hour, nil),
		"Yesterday 23:59 – copied":                                                                                              once(oauth.Copied, 12*time.Hour+time.Minute, nil),
		"Monday, 2 March, 12:00 – you signed in":                                                                                once(oauth.SignedIn, 2*day, nil),
		"Saturday, 6 December 2025, 12:00 – copied":                                                                             once(oauth.Copied, 88*day, nil),
		"Thursday, 5 March, 12:00 – copied":                                                                                     once(oauth.Copied, -day, nil), // by a clock that was wrong
		"Today 09:00 – could not be refreshed: Google can't be reached":                                                         once(oauth.Failed, 3*time.Hour, oauth.ErrUnreachable),
		"Today 10:00 – could not be refreshed: Your organisation asks for a new sign-in":                                        once(oauth.Failed, 2*time.Hour, rapt),
		"Today 10:00 – could not be refreshed: The keychain is locked":                                                          once(oauth.Failed, 2*time.Hour, keychain.ErrLocked),
		"Today 09:00 – could not be refreshed 37 times, last at 11:00: Google can't be reached":                                 often(37, 3*time.Hour, time.Hour, oauth.ErrUnreachable),
		"Yesterday 12:00 – could not be refreshed 2 times, last today 11:00: Google can't be reached":                           often(2, day, time.Hour, oauth.ErrUnreachable),
		"Monday, 2 March, 12:00 – could not be refreshed 200 times, last yesterday 12:00: Google can't be reached":              often(200, 2*day, day, oauth.ErrUnreachable),
		"Sunday, 1 March, 12:00 – could not be refreshed 9 times, last on Monday, 2 March, 12:00: Google has trouble right now": often(9, 3*day, 2*day, oauth.ErrBadAnswer),
	} {
		if got := historyWords([]oauth.Event{e}, oauth.Account{}, googleName, noon, 0); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := historyWords([]oauth.Event{once(oauth.Copied, 0, nil)}, oauth.Account{}, googleName, noon.Add(3*time.Hour), 3*time.Hour); got != "Today 15:00 – copied" {
		t.Errorf("by a clock that is three hours fast: %q", got)
	}
	if got := historyWords(nil, oauth.Account{}, googleName, noon, 0); !strings.HasPrefix(got, "Nothing yet.") {
		t.Errorf("%q", got)
	}
	account := oauth.Account{SignedIn: noon.Add(-google.TestingLife)}
	ended := once(oauth.Failed, 0, oauth.ErrSignInAgain)
	if got := failedWords(ended, account, googleName); got != "The project is in Testing" {
		t.Errorf("after seven days: %q", got)
	}
	account.SignedIn = noon.Add(time.Hour)
	if got := failedWords(ended, account, googleName); got != "Google asks for a new sign-in" {
		t.Errorf("of an earlier sign-in: %q", got)
	}
}

func TestDaysAreThoseOfTheCalendar(t *testing.T) {
	newYear := time.Date(2026, time.January, 1, 0, 5, 0, 0, time.Local)
	for before, want := range map[time.Duration]string{
		time.Minute:      "Today 00:04",
		10 * time.Minute: "Yesterday 23:55",
		2 * day:          "Tuesday, 30 December 2025, 00:05",
	} {
		if got := dayWords(newYear.Add(-before), newYear); got != want {
			t.Errorf("%v before: %q, want %q", before, got, want)
		}
	}
}

func TestDetailsShowWhatHappenedLately(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	s.app.copyToken(alice)
	s.awaitWords("Copied for alice@example.com")
	s.provider.SetFault(practice.Token, practice.Fault{Status: 400, Body: `{"error":"invalid_grant","error_subtype":"invalid_rapt"}`})
	if _, err := s.engine().Token(t.Context(), alice.Key, anew); err == nil {
		t.Fatal("the grant has not ended")
	}
	s.stop()
	s.build()
	s.start()
	s.app.showDetails(s.account(alice.Address))
	if s.says(" – copied") {
		t.Error("it is shown before anybody asks")
	}
	s.press("What happened lately")
	s.wantWords(" – could not be refreshed: Your organisation asks for a new sign-in\nToday ", " – copied\nToday ", " – you signed in")
	s.press("Hide what happened")
	if s.says(" – copied") {
		t.Error("it is still shown")
	}
	s.find("What happened lately")
}

func TestReportSaysWhatHappenedLately(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	s.engine().Used(alice.Key)
	s.app.copyReport(nil)
	s.awaitWords("The report is on the clipboard.")
	if report := s.board.holds(); !strings.Contains(report, " UTC: copied\n") || !strings.Contains(report, " UTC: signed in\n") {
		t.Errorf("the report is\n%s", report)
	}
}
