package app

import "tokentray/oauth"

// What is told in a notification when nobody looks at the window. The texts are fixed and name nobody: a locked screen may
// show them.
const (
	endedNews  = "An account needs a new sign-in. Open Token Tray to see which."
	clientNews = "Your client needs attention: its accounts can't be renewed. Open Token Tray to see why."
)

// news is what must be told of a snapshot that follows another, each thing once however many accounts it is true of. It
// is the change that is told: what was so before, or at the start of the program, was told then. So what is looked at is
// how the accounts stand whatever passes by itself meanwhile: one that is tried again in vain is no news.
func news(before, now []oauth.Account) (told []string) {
	was := map[oauth.Key]oauth.Account{}
	troubled := map[string]bool{} // clients
	for _, a := range before {
		was[a.Key] = a
		troubled[a.Client] = troubled[a.Client] || a.Standing == oauth.ClientTrouble
	}
	needsSignIn := func(a oauth.Account) bool {
		return a.Standing == oauth.SignInAgain || a.Standing == oauth.Lost && a.Expiry.IsZero()
	}
	ended, refused := false, false
	for _, a := range now {
		b, known := was[a.Key]
		ended = ended || known && needsSignIn(a) && !needsSignIn(b)
		refused = refused || known && a.Standing == oauth.ClientTrouble && !troubled[a.Client]
	}
	if ended {
		told = append(told, endedNews)
	}
	if refused {
		told = append(told, clientNews)
	}
	return told
}
