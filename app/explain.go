package app

import (
	"errors"

	"fyne.io/fyne/v2/lang"

	"tokentray/app/desktop"
	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/keychain"
	"tokentray/oauth/loopback"
)

// remedy is the one thing that a problem's button does.
type remedy int

const (
	noRemedy remedy = iota
	tryAgain
	signInAgain
	chooseClient
	copyLink
	quitProgram
	openPage
	copyForAdmin
	addAnother
)

func (r remedy) label() string {
	switch r {
	case tryAgain:
		return lang.L("Try again")
	case signInAgain:
		return lang.L("Sign in again")
	case chooseClient:
		return lang.L("Choose the client file…")
	case copyLink:
		return lang.L("Copy the link")
	case quitProgram:
		return lang.L("Quit")
	case openPage:
		return lang.L("Open the page")
	case addAnother:
		return lang.L("Add another account")
	case copyForAdmin:
		return lang.L("Copy a text for the admin")
	default:
		return ""
	}
}

// problem is an error in words that a person can use.
type problem struct {
	title, detail string
	remedy        remedy
	page          string // for openPage
	unexplained   bool   // nothing is known of it, so that a report helps
}

// line is the problem on one line.
func (p problem) line() string {
	return sentencesOf(asSentence(p.title), p.detail)
}

// explain finds the words for an error; provider is the provider's name within a sentence. It is the one place where
// errors become words.
func explain(err error, provider string) problem {
	if p, ok := explainGoogle(err, provider); ok {
		return p
	}
	for _, known := range problems {
		if errors.Is(err, known.err) {
			names := providerNames(provider)
			return problem{title: lang.L(known.title, names), detail: lang.L(known.detail, names), remedy: known.remedy}
		}
	}
	return problem{
		title: lang.L("Something went wrong"),
		detail: lang.L("Nothing was lost. Try again; if it happens again, start Token Tray anew. A report helps whoever looks into it: " +
			"it holds no token, no secret and no whole address."),
		remedy:      tryAgain,
		unexplained: true,
	}
}

// problems are looked through from the top: the nearer cause stands before the wider one.
var problems = []struct {
	err           error
	title, detail string
	remedy        remedy
}{
	{keychain.ErrNoBus, "No keychain can be reached",
		"Token Tray keeps tokens only in the system's keychain, the safe for passwords. From here there is no way to it. Start Token Tray from your own desktop session.", tryAgain},
	{keychain.ErrNoService, "No keychain is running",
		"Token Tray keeps tokens only in the system's keychain, the safe for passwords, and this computer has none running. When one runs again it goes on by itself; if there never was one, install GNOME Keyring or KWallet and log in again.", tryAgain},
	{keychain.ErrDismissed, "The keychain stayed locked",
		"Its password was not given. Nothing was lost; try again when you want to unlock it.", tryAgain},
	{keychain.ErrLocked, "The keychain is locked",
		"Nothing was lost. Token Tray waits, and goes on by itself when the keychain is unlocked.", tryAgain},
	{keychain.ErrTimeout, "The keychain does not answer",
		"Nothing was lost. Try again in a moment; if it stays like this, log out of your computer and in again.", tryAgain},
	{keychain.ErrNotKept, "The keychain did not keep the sign-in",
		"What it gave back is not what it was given, so nothing is relied on. Try again; if it happens again, check the keychain's own program.", tryAgain},
	{keychain.ErrFault, "The keychain has trouble",
		"Nothing was lost. Try again in a moment; if it stays like this, log out of your computer and in again.", tryAgain},
	{keychain.ErrTooLarge, "The keychain has no room for this",
		"What {{.provider}} sent is longer than this computer's keychain can hold.", noRemedy},

	{oauth.ErrDenied, "Access was not given",
		"The answer in the browser was no, so nothing has changed. If that was by mistake, try again.", tryAgain},
	{oauth.ErrTimedOut, "Nobody came back from the browser",
		"Token Tray waited for five minutes. Nothing has changed. If the browser showed an error, or you closed its tab, try again.", tryAgain},
	{oauth.ErrOtherPerson, "Somebody else signed in",
		"This sign-in was for another account, so nothing was changed. Token Tray asks what to do.", tryAgain},
	{oauth.ErrCodeRefused, "The sign-in came too late",
		"{{.Provider}} no longer takes this answer: it was used before, or is too old. Sign in once more.", tryAgain},
	{oauth.ErrNoRefreshToken, "The access would not last",
		"{{.Provider}} sent nothing that keeps you signed in, so the account was not added. It does that when it remembers an earlier yes. Take Token Tray off the list of programs in your account there, and try again.", tryAgain},
	{oauth.ErrIDToken, "The answer can't be trusted",
		"The proof of who signed in does not hold, so nothing was kept. Check this computer's date and time and your network, then try again.", tryAgain},
	{oauth.ErrWrongIssuer, "The answer came from somebody else",
		"Another place than {{.provider}} answered this sign-in, so nothing was kept. Try again.", tryAgain},
	{oauth.ErrRefused, "{{.Provider}} refused the sign-in",
		"Nothing has changed. If its page gave a reason, follow that, then try again.", tryAgain},
	{oauth.ErrSignInAgain, "{{.Provider}} asks for a new sign-in",
		"The access has ended: withdrawn, unused for long, or ended by a change of password. Sign in again to go on.", signInAgain},
	{oauth.ErrTokenDamaged, "This sign-in is damaged in the keychain",
		"Something else stands in its place now. Sign in again to go on.", signInAgain},
	{oauth.ErrTokenLost, "The keychain no longer has this sign-in",
		"Somebody or something took it out. Sign in again to go on.", signInAgain},
	{oauth.ErrClientRefused, "{{.Provider}} does not accept the client",
		"The client ID or its secret is not right any more. Your accounts stay as they are. Choose the client file again, or that of a new client.", chooseClient},
	{oauth.ErrClientLost, "The client's secret is lost",
		"The keychain no longer has it, or has something else in its place. Your accounts stay as they are. Choose the client file again.", chooseClient},
	{oauth.ErrNoClient, "A client is needed first",
		"Token Tray needs the client file that {{.provider}} gave you.", chooseClient},
	{oauth.ErrClientInUse, "The client still has accounts",
		"Remove its accounts first, or sign them in again through another client.", noRemedy},
	{oauth.ErrNotSaved, "The account list can't be saved",
		"The disk may be full or its folder closed for writing. Nothing was changed. Make room, then try again.", tryAgain},
	{oauth.ErrListAside, "The account list was damaged",
		"It was put aside beside the new one, under a name with “damaged” in it. Accounts that are missing now must be added again.", noRemedy},
	{oauth.ErrInUse, "Token Tray is running already",
		"Look for its icon in the tray. This second one can be closed.", quitProgram},
	{oauth.ErrSignInRunning, "A sign-in is under way",
		"Finish it in the browser first, or cancel it.", noRemedy},
	{oauth.ErrNoRevocation, "{{.Provider}} can't withdraw access",
		"It has no way for programs to do that.", noRemedy},
	{oauth.ErrIssuer, "This provider's address can't be used",
		"It must start with https://, or with http:// for this computer.", noRemedy},
	{oauth.ErrUnreachable, "{{.Provider}} can't be reached",
		"Check the internet connection. Nothing was lost; it works again when the connection does.", tryAgain},
	{oauth.ErrBadAnswer, "{{.Provider}} has trouble right now",
		"Its answer makes no sense. Perhaps the network you are in wants you to log in first. Nothing was lost; try again in a while.", tryAgain},

	{loopback.ErrPortTaken, "Another program is in the way",
		"This client sends the browser to an address on this computer that another program uses now. End that program and try again, or create a client with the type Desktop app, which needs no fixed address.", tryAgain},
	{loopback.ErrNoPort, "Token Tray can't wait for the browser",
		"This computer did not let it open a door for the browser's answer. A security program may forbid it.", tryAgain},
	{loopback.ErrNotRedirect, "This is not the address",
		"Copy the whole of what stands in the browser's address bar at the end of the sign-in.", noRemedy},
	{loopback.ErrWrongState, "This address is from another sign-in",
		"Copy the address at which this sign-in ended.", noRemedy},

	{desktop.ErrBrowser, "Your browser could not be opened",
		"Copy the link and open it in a browser yourself.", copyLink},
	{desktop.ErrClipboardBusy, "The clipboard does not answer",
		"Another program holds it. Try again in a moment.", tryAgain},
	{desktop.ErrNoHelper, "Nothing could be copied",
		"Your desktop lets only the program in front copy, and the helper that can do it for others is missing. Install the package wl-clipboard with your system's software manager, then try again.", tryAgain},
	{desktop.ErrNoAnswer, "Token Tray is already running, but does not answer",
		"Wait a moment and start it once more. If it stays like this, log out of your computer and in again.", noRemedy},
	{desktop.ErrClipboard, "Nothing could be copied",
		"The clipboard refused the text. Try again in a moment.", tryAgain},

	{google.ErrPastedID, "This is not a client ID",
		"It ends with .apps.googleusercontent.com. Copy it from the client's page in Google's console.", noRemedy},
	{google.ErrPastedSecret, "This is not a client secret",
		"It is one word without spaces and often starts with GOCSPX. Google shows it only once: if it is lost, add a new secret on the client's page.", noRemedy},
	{google.ErrScope, "This can't be asked for",
		"Something in the list is not the name of an access. Copy it again from your tool's instructions.", noRemedy},
	{google.ErrPlaceholder, "The client file is still in the cloud",
		"It is kept by iCloud, OneDrive or another cloud and was not brought to this computer yet. Open its folder, have it downloaded, and choose it again.", chooseClient},
	{google.ErrAPIKey, "This is an API key",
		"It can't sign people in. In Google's console, under Clients, create a client with the type Desktop app, and choose its file.", chooseClient},
	{google.ErrMissing, "The client file is not there",
		"There is no file of this name. Choose the file that you downloaded.", chooseClient},
	{google.ErrUnreadable, "The client file can't be read",
		"It is no plain file, or you are not allowed to read it. Choose the file that you downloaded.", chooseClient},
	{google.ErrEmptyFile, "The client file is empty",
		"Download it again and choose the new one.", chooseClient},
	{google.ErrTooBig, "This is not a client file",
		"It is far too long for one. Choose the file that you downloaded from Google's console.", chooseClient},
	{google.ErrHTML, "This is a web page, not the client file",
		"Use the download button on Google's page rather than saving the page.", chooseClient},
	{google.ErrCutOff, "The client file is cut off",
		"Its end is missing. Download it again and choose the new one.", chooseClient},
	{google.ErrNotJSON, "This is not a client file",
		"Choose the file that you downloaded from Google's console. Its name starts with client_secret and ends with .json.", chooseClient},
	{google.ErrWebClient, "This client is for web sites",
		"In Google's console, create another client with the type Desktop app, and choose its file.", chooseClient},
	{google.ErrServiceAccount, "This is a service account's key",
		"It can't sign people in. In Google's console, create a client with the type Desktop app, and choose its file.", chooseClient},
	{google.ErrAuthorizedUser, "This is a person's stored sign-in",
		"Another program saved it. What is needed is the client file from Google's console.", chooseClient},
	{google.ErrForeignEndpoints, "This client file leads elsewhere",
		"It names other addresses than Google's, and a secret must not go there. For another provider, start Token Tray with --issuer and its address.", chooseClient},
	{google.ErrNoClientID, "The client file has no client ID",
		"Download it again and choose the new one.", chooseClient},
	{google.ErrNoSecret, "The client file has no client secret",
		"Google shows the secret only once. Create a new client in its console and choose its file.", chooseClient},
}
