//go:build !linux

package desktop

// SettleBus is for systems with a session bus.
func SettleBus() bool { return true }
