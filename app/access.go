package app

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth/google"
)

// accessLabel is what an access is called where one is chosen, by its name.
func accessLabel(name string) string {
	if name == google.CustomName {
		return lang.L("Custom…")
	}
	return lang.L(name)
}

// accessChoice offers the kinds of access and tells of another one. Picking single ones has a sheet of its own; who
// leaves that without a choice keeps the one before.
func (a *App) accessChoice(chosen google.Access, changed func(google.Access)) *picker {
	s := a.session
	var names []string
	for _, preset := range s.choices {
		names = append(names, preset.Name)
	}
	var choice *picker
	show := func() {
		choice.Selected = accessLabel(chosen.Name)
		choice.Refresh()
	}
	take := func(access google.Access) {
		chosen = access
		show()
		changed(access)
	}
	choice = newChoice(append(names, google.CustomName), chosen.Name, accessLabel, func(name string) {
		if name != google.CustomName {
			take(s.access(name))
			return
		}
		a.showWindow() // it may have been asked for elsewhere
		a.pickScopes(chosen.Scopes, take, show)
	})
	return choice
}

// lastAccess is what was asked for last; where nothing was yet, what every tool accepts.
func (a *App) lastAccess() google.Access {
	if a.settings.Access == google.CustomName && len(a.settings.Scopes) > 0 && len(a.session.choices) > 0 {
		return google.Custom(a.settings.Scopes)
	}
	return a.session.access(string(a.settings.Access))
}

// rememberAccess makes an access the one that the next account is asked for.
func (a *App) rememberAccess(access google.Access) {
	a.settings.Access, a.settings.Scopes = accessName(access.Name), nil
	if access.Name == google.CustomName {
		a.settings.Scopes = access.Scopes
	}
	a.saveSettings()
}

// reviews say how closely Google looks at a project that asks for a class of access.
var reviews = []struct {
	class google.Class
	words string
}{
	{google.Restricted, "Google checks a project thoroughly for these (“restricted”), and warns people until it has."},
	{google.Sensitive, "Google checks the project for this (“sensitive”), and warns people until it has."},
	{google.NotSensitive, "Google checks nothing for this."},
}

// pickScopes lets the person tick single kinds of access and name others; picked gets what came of it.
func (a *App) pickScopes(before []string, picked func(google.Access), cancelled func()) {
	offered := google.ForTools()
	ticks := map[string]*tick{}
	var body []fyne.CanvasObject
	for _, review := range reviews {
		body = append(body, text(lang.L(review.words)))
		boxes := container.NewVBox()
		for _, scope := range offered {
			if scope.Class == review.class {
				box := newTick(capital(scopeWords(scope)), slices.Contains(before, scope.ID), nil)
				ticks[scope.ID] = box
				boxes.Add(box)
			}
		}
		body = append(body, boxes)
	}
	other := newField()
	other.SetPlaceHolder("https://www.googleapis.com/auth/…")
	other.SetText(strings.Join(slices.DeleteFunc(slices.Clone(before), func(scope string) bool { return ticks[scope] != nil }), " "))
	wrong := text("")
	wrong.Importance = widget.DangerImportance
	wrong.Hide()
	body = append(body, widget.NewSeparator(),
		text(lang.L("Does your tool ask for something else? Paste its name here, or several with spaces between them.")), other, wrong)

	var s *sheet
	leave := func() {
		a.window.dismiss(s)
		cancelled()
	}
	use := primary(lang.L("Use this access"), func() {
		var scopes []string
		for _, scope := range offered {
			if ticks[scope.ID].Checked {
				scopes = append(scopes, scope.ID)
			}
		}
		typed, err := google.ParseScopes(other.Text)
		scopes = append(scopes, google.Missing(typed, scopes)...)
		switch {
		case err != nil:
			a.log.Warn("access not understood", "err", err)
			wrong.SetText(explain(err, a.provider()).line())
			wrong.Show()
		case len(slices.DeleteFunc(slices.Clone(scopes), google.IsIdentity)) == 0:
			wrong.SetText(lang.L("Nothing is ticked yet. Tick what your tool may do."))
			wrong.Show()
		default:
			a.window.dismiss(s)
			picked(google.Named(scopes))
		}
	})
	other.OnSubmitted = func(string) { use.OnTapped() }
	s = newSheet(lang.L("What may your tool do?"), body, newButton(lang.L("Cancel"), leave), use)
	s.first = nil // Enter alone must not choose
	s.escape = leave
	a.window.present(s)
}
