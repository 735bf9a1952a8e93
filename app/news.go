package app

import (
	"time"

	"fyne.io/fyne/v2/lang"

	"tokentray/oauth"
)

// notice is what is told in a notification when nobody looks at the window. All of them are made here. The texts are fixed
// but for a time, and name nobody: a locked screen may show them, and on Windows they pass through a script.
type notice struct {
	text string
	// category is the kind of thing that it tells, as a desktop's rules may name it.
	category string
	// passing: it is of no interest any more once it was seen, and takes the place of the one before of its category.
	passing bool
}

const (
	copiedCategory    = "x-tokentray.copied"
	attentionCategory = "x-tokentray.attention"
)

func endedNews() notice {
	return notice{text: lang.L("An account needs a new sign-in. Open Token Tray to see which."), category: attentionCategory}
}

func clientNews() notice {
	return notice{text: lang.L("Your client needs attention: its accounts can't be renewed. Open Token Tray to see why."),
		category: attentionCategory}
}

func removedNews() notice {
	return notice{text: lang.L("Everything was removed. You can uninstall Token Tray now."), category: attentionCategory}
}

// copiedNews is told of a copied token; fresh: it has long enough to live.
func copiedNews(expiry, now time.Time, fresh bool) notice {
	until := with{"Until": goodUntil(expiry, now)}
	text := lang.L("A token was copied. It is good until {{.Until}}.", until)
	if !fresh {
		text = lang.L("A token was copied. It could not be renewed and is only good until {{.Until}}. Open Token Tray to see why.", until)
	}
	return notice{text, copiedCategory, true}
}

// notify tells the person something, unless the window shows it. This is where it is decided whether anything is told.
func (a *App) notify(n notice) {
	if a.visible.Load() || !a.settings.Notifications {
		return
	}
	a.beside(func() func() {
		a.tell(n)
		return nil
	})
}

// news is what must be told of a snapshot that follows another, each thing once however many accounts it is true of. It
// is the change that is told: what was so before, or at the start of the program, was told then. So what is looked at is
// how the accounts stand whatever passes by itself meanwhile: one that is tried again in vain is no news.
func news(before, now []oauth.Account) (told []notice) {
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
		told = append(told, endedNews())
	}
	if refused {
		told = append(told, clientNews())
	}
	return told
}
