package app

import (
	"time"

	"fyne.io/fyne/v2"

	"tokentray/oauth"
	"tokentray/oauth/google"
)

// A Google project whose publishing status is Testing loses every sign-in after seven days, and nothing in Google's
// answers says so. So the person is asked once, and until they say that the project is published the day is shown.

// askTesting asks, after the first sign-in at Google, whether the project is in Testing.
func (a *App) askTesting() {
	if a.place != (place{}) || a.settings.Project != notAsked {
		return
	}
	a.settings.Project = asked
	a.saveSettings()
	question := google.AskTesting
	var s *sheet
	leave := func() { a.window.dismiss(s) }
	s = newSheet(question.Title, []fyne.CanvasObject{text(question.Detail)},
		newButton("Not now", leave),
		newButton(question.Done, func() {
			leave()
			a.settings.Project = published
			a.saveSettings()
			a.window.draw()
		}),
		primary(question.Open, func() { a.openPage(question.Page) }))
	s.escape = leave
	a.window.present(s)
}

// lastDay is when a sign-in ends if its project is in Testing; zero where that is not to be feared.
func (a *App) lastDay(account oauth.Account) time.Time {
	if a.place != (place{}) || a.settings.Project == published || account.SignedIn.IsZero() {
		return time.Time{}
	}
	return account.SignedIn.Add(google.TestingLife)
}

// explainFor is explain for one account: a sign-in that lasted for just seven days ended because of Testing.
func (a *App) explainFor(account oauth.Account, err error) problem {
	if a.place == (place{}) && account.State == oauth.SignInAgain && google.EndedByTesting(account.SignedIn, account.Ended) {
		return troubled(google.AfterTesting())
	}
	if moved, ok := a.explainMove(account, err); ok {
		return moved
	}
	return explain(err, a.provider())
}
