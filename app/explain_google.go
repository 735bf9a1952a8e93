package app

import (
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"tokentray/oauth"
	"tokentray/oauth/google"
)

// explainGoogle finds the words that Google's own table has for an error code. Another provider's codes are its own
// affair; the practice provider speaks as Google does.
func explainGoogle(err error, provider string) (problem, bool) {
	var refused *oauth.ServerError
	if provider != googleName && provider != practiceName || !errors.As(err, &refused) || refused.Code == "" {
		return problem{}, false
	}
	var trouble google.Trouble
	var known bool
	switch {
	case errors.Is(err, oauth.ErrRefused):
		trouble, known = google.AtRedirect(refused.Code)
	case errors.Is(err, oauth.ErrSignInAgain), errors.Is(err, oauth.ErrBadAnswer):
		trouble, known = google.AtToken(refused.Code, refused.Subtype, true)
	case errors.Is(err, oauth.ErrCodeRefused), errors.Is(err, oauth.ErrClientRefused):
		trouble, known = google.AtToken(refused.Code, refused.Subtype, false)
	}
	if !known {
		return problem{}, false
	}
	return troubled(trouble), true
}

// troubled is one of Google's troubles as a problem.
func troubled(t google.Trouble) problem {
	remedies := map[google.Remedy]remedy{
		google.TryAgain:     tryAgain,
		google.SignInAgain:  signInAgain,
		google.ChooseAccess: tryAgain, // the sign-in's own sheet has the choice
		google.ChooseClient: chooseClient,
		google.CopyClientID: copyForAdmin, // the ID is in the text
		google.OpenPage:     openPage,
		google.AddAccount:   addAnother,
	}
	return problem{title: lang.L(t.Title), detail: lang.L(t.Detail), remedy: remedies[t.Remedy], page: t.Link}
}

// remedied does what a problem's button offers, where that is the same whatever was under way; false: it is not.
func (a *App) remedied(p problem) bool {
	switch p.remedy {
	case chooseClient:
		a.setUpAnew()
	case openPage:
		a.openPage(p.page)
	case copyForAdmin:
		a.copyForAdmin()
	case addAnother:
		a.addAccount()
	case quitProgram:
		a.quit()
	default:
		return false
	}
	return true
}

// clientID shows the ID that an admin is asked to trust, to be copied by itself.
func (a *App) clientID() []fyne.CanvasObject {
	if a.session == nil || !a.session.engine.HasClient() {
		return nil
	}
	id := a.session.engine.ClientID()
	shown := text(lang.L("The client ID: {{.ID}}", with{"ID": id}))
	shown.Wrapping = fyne.TextWrapBreak // it is one long word
	return []fyne.CanvasObject{shown, a.copyButton(lang.L("Copy the client ID"), id)}
}

// copyForAdmin copies what a person sends to the admin who blocks the client.
func (a *App) copyForAdmin() {
	a.whenOpen(func() {
		a.copyText(adminText(a.session.engine.ClientID()), func() { a.window.say(lang.L("The text for the admin is on the clipboard.")) })
	})
}
