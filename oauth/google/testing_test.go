package google_test

import (
	"testing"
	"time"

	"tokentray/oauth/google"
)

func TestSevenDaysAreTheSignOfTesting(t *testing.T) {
	signedIn := time.Date(2026, 3, 25, 12, 0, 0, 0, time.UTC)
	for lasted, want := range map[time.Duration]bool{
		0:                                 false,
		-7 * 24 * time.Hour:               false,
		6*24*time.Hour + 12*time.Hour - 1: false,
		6*24*time.Hour + 12*time.Hour:     true,
		7 * 24 * time.Hour:                true,
		7*24*time.Hour + 12*time.Hour:     true,
		7*24*time.Hour + 12*time.Hour + 1: false,
		180 * 24 * time.Hour:              false,
	} {
		if got := google.EndedByTesting(signedIn, signedIn.Add(lasted)); got != want {
			t.Errorf("after %v: %t", lasted, got)
		}
	}
	berlin := time.FixedZone("CEST", 2*60*60) // clocks that change in between don't change the answer
	if !google.EndedByTesting(signedIn, signedIn.Add(google.TestingLife).In(berlin)) {
		t.Error("time zones count")
	}
	if google.EndedByTesting(time.Time{}, signedIn) {
		t.Error("an unknown start counts")
	}
}

func TestTestingIsExplainedAndAskedAbout(t *testing.T) {
	after := google.AfterTesting()
	if after.Title != "The project is in Testing" || after.Link != google.AudiencePage || after.Where != google.Refresh {
		t.Errorf("%+v", after)
	}
	ask := google.AskTesting
	if ask.Title != "Is your project in Testing?" || ask.Open == "" || ask.Done == "" || !isGoogles(ask.Page) {
		t.Errorf("%+v", ask)
	}
	checkWords(t, ask.Title, ask.Detail)
}
