// Package desktop holds what differs between desktops: the clipboard, the browser, the session bus and the
// tray. Nothing in it runs on Fyne's thread, and everything that can hang has a deadline.
package desktop
