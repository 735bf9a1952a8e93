package app

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth/google"
)

// ownAccess is the entry of the choice below the presets.
const ownAccess = "Custom…"

// accessChoice offers the kinds of access and tells of another one. Picking single ones has a sheet of its own; who
// leaves that without a choice keeps the one before.
func (a *App) accessChoice(chosen google.Access, changed func(google.Access)) *picker {
	s := a.session
	var names []string
	for _, preset := range s.choices {
		names = append(names, preset.Name)
	}
	shown := func() string {
		if slices.Contains(names, chosen.Name) {
			return chosen.Name
		}
		return ownAccess
	}
	choice := newPicker(append(slices.Clone(names), ownAccess), shown(), nil)
	take := func(access google.Access) {
		chosen = access
		choice.Selected = shown()
		choice.Refresh()
		changed(access)
	}
	choice.OnChanged = func(name string) {
		if name != ownAccess {
			take(s.access(name))
			return
		}
		a.showWindow() // it may have been asked for elsewhere
		a.pickScopes(chosen.Scopes, take, func() {
			choice.Selected = shown()
			choice.Refresh()
		})
	}
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
		body = append(body, text(review.words))
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
		text("Does your tool ask for something else? Paste its name here, or several with spaces between them."), other, wrong)

	var s *sheet
	leave := func() {
		a.window.dismiss(s)
		cancelled()
	}
	use := primary("Use this access", func() {
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
			wrong.SetText("Nothing is ticked yet. Tick what your tool may do.")
			wrong.Show()
		default:
			a.window.dismiss(s)
			picked(google.Named(scopes))
		}
	})
	other.OnSubmitted = func(string) { use.OnTapped() }
	s = newSheet("What may your tool do?", body, newButton("Cancel", leave), use)
	s.first = nil // Enter alone must not choose
	s.escape = leave
	a.window.present(s)
}
