// Package app is the desktop application: the tray, the window and what a person can press in them. It is the only
// tree that knows Fyne. The engine's snapshots come in at one place and are drawn from there; everything slow runs
// beside Fyne's thread and comes back to it through App.screen.
package app
