package app

import (
	"slices"
	"testing"

	"tokentray/oauth"
)

func TestNewsAreToldOnceWhenTheyHappen(t *testing.T) {
	account := func(subject, client string, state oauth.State) oauth.Account {
		return oauth.Account{Key: oauth.Key{Issuer: "i", Subject: subject}, Client: client, State: state}
	}
	all := func(accounts ...oauth.Account) []oauth.Account { return accounts }
	fine, ended := account("1", "c", oauth.Ready), account("1", "c", oauth.SignInAgain)
	lost, renewing := account("1", "c", oauth.Lost), account("1", "c", oauth.Renewing)
	offline, refused := account("1", "c", oauth.Waiting), account("1", "c", oauth.ClientTrouble)
	other := func(state oauth.State) oauth.Account { return account("2", "c", state) }
	third := account("3", "another", oauth.ClientTrouble)
	for name, c := range map[string]struct {
		before, now []oauth.Account
		want        []string
	}{
		"nothing":                          {all(fine), all(renewing), nil},
		"offline":                          {all(fine), all(offline), nil},
		"ended":                            {all(renewing), all(ended), []string{endedNews}},
		"taken out of the keychain":        {all(renewing), all(lost), []string{endedNews}},
		"ended before":                     {all(ended), all(ended), nil},
		"ended, then lost":                 {all(ended), all(lost), nil},
		"ended when the program starts":    {nil, all(ended), nil},
		"two at once":                      {all(fine, other(oauth.Ready)), all(ended, other(oauth.SignInAgain)), []string{endedNews}},
		"the second later":                 {all(ended, other(oauth.Ready)), all(ended, other(oauth.Lost)), []string{endedNews}},
		"client refused":                   {all(fine), all(refused), []string{clientNews}},
		"its other account too":            {all(refused, other(oauth.Renewing)), all(refused, other(oauth.ClientTrouble)), nil},
		"another client":                   {all(refused, account("3", "another", oauth.Ready)), all(refused, third), []string{clientNews}},
		"both kinds":                       {all(fine, account("3", "another", oauth.Ready)), all(ended, third), []string{endedNews, clientNews}},
		"tried again, and again in vain":   {all(refused, other(oauth.ClientTrouble)), all(renewing, other(oauth.ClientTrouble)), nil},
		"signed in again":                  {all(ended), all(fine), nil},
		"removed":                          {all(fine), nil, nil},
		"another session's first snapshot": {nil, all(fine, third), nil},
	} {
		if got := news(c.before, c.now); !slices.Equal(got, c.want) {
			t.Errorf("%s: told %q, want %q", name, got, c.want)
		}
	}
}

func TestEndedSignInIsToldWhereNoWindowShowsIt(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	s.app.trayHostChanged(true)
	s.screen.window.close()
	s.endGrant(alice)
	s.until("it is told", func() bool {
		s.calls <- func() {} // a notification sends nothing to the screen: look again
		return slices.Contains(s.screen.notifications(), Name+": "+endedNews)
	})
	s.stop()
	s.build()
	s.app.open(place{}) // hidden
	s.until("the list is there", func() bool { return s.listed(alice.Address) })
	s.app.work.Wait()
	if n := len(s.screen.notifications()); n != 1 {
		t.Errorf("told %d times: %q", n, s.screen.notifications())
	}
}
