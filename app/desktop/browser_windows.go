package desktop

// The shell's "start" would take an address's & for a command of its own.
var opener = []string{"rundll32", "url.dll,FileProtocolHandler"}
