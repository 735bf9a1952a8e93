package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tokentray/oauth"
	"tokentray/oauth/practice"
)

func TestNewsAreToldOnceWhenTheyHappen(t *testing.T) {
	account := func(subject, client string, state oauth.State) oauth.Account {
		a := oauth.Account{Key: oauth.Key{Issuer: "i", Subject: subject}, Client: client, State: state}
		if state == oauth.SignInAgain || state == oauth.Lost || state == oauth.ClientTrouble {
			a.Standing = state
		}
		return a
	}
	all := func(accounts ...oauth.Account) []oauth.Account { return accounts }
	fine, ended := account("1", "c", oauth.Ready), account("1", "c", oauth.SignInAgain)
	lost, renewing := account("1", "c", oauth.Lost), account("1", "c", oauth.Renewing)
	lasting := lost
	lasting.Expiry = noon
	offline, refused := account("1", "c", oauth.Waiting), account("1", "c", oauth.ClientTrouble)
	other := func(state oauth.State) oauth.Account { return account("2", "c", state) }
	third := account("3", "another", oauth.ClientTrouble)
	still := func(a oauth.Account, state oauth.State) oauth.Account { a.State = state; return a }
	for name, c := range map[string]struct {
		before, now []oauth.Account
		want        []notice
	}{
		"nothing":                          {all(fine), all(renewing), nil},
		"offline":                          {all(fine), all(offline), nil},
		"ended":                            {all(renewing), all(ended), []notice{endedNews()}},
		"taken out of the keychain":        {all(renewing), all(lost), []notice{endedNews()}},
		"its token lasts a while":          {all(fine), all(lasting), nil},
		"and then ends":                    {all(lasting), all(lost), []notice{endedNews()}},
		"ended before":                     {all(ended), all(ended), nil},
		"ended, then lost":                 {all(ended), all(lost), nil},
		"ended when the program starts":    {nil, all(ended), nil},
		"two at once":                      {all(fine, other(oauth.Ready)), all(ended, other(oauth.SignInAgain)), []notice{endedNews()}},
		"the second later":                 {all(ended, other(oauth.Ready)), all(ended, other(oauth.Lost)), []notice{endedNews()}},
		"client refused":                   {all(fine), all(refused), []notice{clientNews()}},
		"its other account too":            {all(refused, other(oauth.Renewing)), all(refused, other(oauth.ClientTrouble)), nil},
		"another client":                   {all(refused, account("3", "another", oauth.Ready)), all(refused, third), []notice{clientNews()}},
		"both kinds":                       {all(fine, account("3", "another", oauth.Ready)), all(ended, third), []notice{endedNews(), clientNews()}},
		"tried again, and again in vain":   {all(refused, other(oauth.ClientTrouble)), all(renewing, other(oauth.ClientTrouble)), nil},
		"the only one, tried again":        {all(still(refused, oauth.Renewing)), all(refused), nil},
		"offline meanwhile":                {all(still(refused, oauth.Waiting)), all(refused), nil},
		"keychain locked meanwhile":        {all(still(lost, oauth.Locked)), all(still(lost, oauth.Renewing)), nil},
		"and then lost as before":          {all(still(lost, oauth.Renewing)), all(lost), nil},
		"another trouble than before":      {all(refused), all(ended), []notice{endedNews()}},
		"signed in again":                  {all(ended), all(fine), nil},
		"removed":                          {all(fine), nil, nil},
		"another session's first snapshot": {nil, all(fine, third), nil},
	} {
		if got := news(c.before, c.now); !slices.Equal(got, c.want) {
			t.Errorf("%s: told %v, want %v", name, got, c.want)
		}
	}
}

// troubles are what only the person can mend, as they come to be, and what of each is said in a row or a menu.
var troubles = map[string]struct {
	breakIt func(*stage, oauth.Account)
	state   oauth.State
	news    notice
	why     string // empty: nothing of it stands in a menu
}{
	"withdrawn":    {refuses(400, `{"error":"invalid_grant","error_description":"Token has been expired or revoked."}`), oauth.SignInAgain, endedNews(), "Google asks for a new sign-in"},
	"organisation": {refuses(400, `{"error":"invalid_grant","error_subtype":"invalid_rapt"}`), oauth.SignInAgain, endedNews(), "Your organisation asks for a new sign-in"},
	"deleted":      {refuses(400, `{"error":"invalid_grant","error_description":"Account has been deleted"}`), oauth.SignInAgain, endedNews(), "The account was deleted"},
	"unheard of":   {refuses(400, `{"error":"invalid_grant","error_subtype":"never_heard_of"}`), oauth.SignInAgain, endedNews(), "Google asks for a new sign-in"},
	"client":       {refuses(401, `{"error":"deleted_client"}`), oauth.ClientTrouble, clientNews(), ""},
	"lost": {func(s *stage, a oauth.Account) {
		s.provider.SetAccessLifetime(time.Second) // a token at hand is good to its end
		_, _ = s.engine().Token(s.Context(), a.Key, anew)
		if err := s.secrets.Delete(s.Context(), "refresh_token:"+a.Key.Subject); err != nil {
			s.Fatal(err)
		}
	}, oauth.Lost, endedNews(), "The keychain no longer has this sign-in"},
}

func refuses(status int, body string) func(*stage, oauth.Account) {
	return func(s *stage, _ oauth.Account) {
		s.provider.SetFault(practice.Token, practice.Fault{Status: status, Body: body})
	}
}

// What only the person can mend is told once, and never again after a restart; the list, the details and the tray go on
// saying why in the same words.
func TestTroubleIsToldOnceAndSaysWhyAfterARestartToo(t *testing.T) {
	for name, c := range troubles {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.start()
			alice := s.signIn("alice@example.com")
			s.app.trayHostChanged(true)
			s.screen.window.close()
			c.breakIt(s, alice)
			if _, err := s.engine().Token(t.Context(), alice.Key, anew); err == nil {
				t.Fatal("nothing went wrong")
			}
			says := func() string {
				s.until("it shows", func() bool {
					now := s.account(alice.Address)
					return now.State == c.state && (c.state == oauth.ClientTrouble || now.Expiry.IsZero())
				})
				now := s.account(alice.Address)
				row := newAccountCard(s.app)
				row.show(now, s.app.view, cardShape{}, time.Time{}, noon, "")
				if c.why != "" && (row.access.Text != c.why || !slices.Contains(s.entries(), alice.Address+": "+c.why)) {
					t.Errorf("the row says %q, the tray %q", row.access.Text, s.entries())
				}
				s.app.showDetails(now)
				defer s.press("Close")
				s.wantWords(c.why)
				return strings.Join(slices.Concat([]string{row.state.Text, row.access.Text}, s.entries(), s.texts()), "\n")
			}
			before := says()
			s.until("it is told", func() bool {
				s.calls <- func() {} // a notification sends nothing to the screen: look again
				return slices.Contains(s.screen.notifications(), Name+": "+c.news.text)
			})
			s.forget()
			for range 2 {
				tried := strings.Count(s.stderr.String(), "token not renewed")
				s.build()
				s.app.open(place{}) // hidden
				s.until("the list is there", func() bool { return s.listed(alice.Address) })
				s.until("it was tried again", func() bool {
					s.calls <- func() {}
					return c.state == oauth.SignInAgain || strings.Count(s.stderr.String(), "token not renewed") > tried
				})
				if after := says(); after != before {
					t.Errorf("it said\n%s\nand after a restart says\n%s", before, after)
				}
				s.app.work.Wait()
				if n := len(s.screen.notifications()); n != 1 {
					t.Errorf("told %d times: %q", n, s.screen.notifications())
				}
				s.stop()
			}
		})
	}
}

func TestNotificationsCanBeSwitchedOff(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	s.app.trayHostChanged(true)
	s.screen.window.close()
	s.app.settings.Notifications = false
	s.choose("Copy token: " + alice.Address)
	s.until("it is copied", func() bool { return s.app.countdown != nil })
	s.app.notify(endedNews())
	s.app.settings.Notifications = true
	s.app.notify(clientNews())
	s.until("something is told", func() bool { return s.screen.notifications() != nil })
	if said := s.screen.notifications(); len(said) != 1 || said[0] != Name+": "+clientNews().text {
		t.Errorf("told were %q", said)
	}
}
