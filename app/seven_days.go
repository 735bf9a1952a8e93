package app

import (
	"maps"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"tokentray/oauth"
	"tokentray/oauth/google"
)

// A Google project whose publishing status is Testing loses every sign-in after seven days, and nothing in Google's
// answers says so. So the person is asked once, and until they say that the project is published the day is shown.

// askTesting asks, after the first sign-in through a client of Google's, whether its project is in Testing.
func (a *App) askTesting(account oauth.Account) {
	if a.place == (place{}) && a.settings.Projects[account.Client] == notAsked {
		a.setProject(account.Client, asked)
		a.questionTesting(account, nil)
	}
}

// questionTesting asks whether the project of an account's client is in Testing. answered, which may be nil, is called
// when the person says that it is not.
func (a *App) questionTesting(account oauth.Account, answered func()) {
	question := google.AskTesting
	var s *sheet
	leave := func() { a.window.dismiss(s) }
	s = newSheet(lang.L(question.Title), []fyne.CanvasObject{text(lang.L(question.Detail))},
		newButton(lang.L("Not now"), leave),
		newButton(lang.L(question.Done), func() {
			leave()
			a.setProject(account.Client, published)
			a.window.draw()
			if answered != nil {
				answered()
			}
		}),
		primary(lang.L(question.Open), func() { a.openPage(question.Page) }))
	s.escape = leave
	a.window.present(s)
}

func (a *App) setProject(client string, is project) {
	projects := maps.Clone(a.settings.Projects) // the one before may be on its way to the disk
	if projects == nil {
		projects = map[string]project{}
	}
	projects[client] = is
	a.settings.Projects = projects
	a.saveSettings()
}

// lastDay is when a sign-in ends if its project is in Testing; zero where that is not to be feared.
func (a *App) lastDay(account oauth.Account) time.Time {
	if a.place != (place{}) || a.settings.Projects[account.Client] == published || account.SignedIn.IsZero() {
		return time.Time{}
	}
	return account.SignedIn.Add(google.TestingLife)
}

// explainFor is explain for one account, whose client may have been left for another.
func (a *App) explainFor(account oauth.Account, err error) problem {
	if moved, ok := a.explainMove(account, err); ok {
		return moved
	}
	return explainAccount(account, err, a.provider())
}

// explainAccount is explain for one account: a sign-in that lasted for just seven days ended because of Testing.
func explainAccount(account oauth.Account, err error, provider string) problem {
	if provider == googleName && account.State == oauth.SignInAgain && google.EndedByTesting(account.SignedIn, account.Ended) {
		return troubled(google.AfterTesting())
	}
	return explain(err, provider)
}
