//go:build !windows && !darwin

package desktop

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// path is where the entry stands: https://specifications.freedesktop.org/autostart-spec/latest/.
func (a Autostart) path() (string, error) {
	config, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("could not find the configuration folder: %w", err)
	}
	return filepath.Join(config, "autostart", a.ID+".desktop"), nil
}

// encodeEntry is a desktop entry: https://specifications.freedesktop.org/desktop-entry-spec/latest/.
func (a Autostart) encodeEntry(command []string) []byte {
	var words []string
	if strings.Contains(command[0], "%") {
		words = append(words, viaEnv)
	}
	for _, word := range command {
		words = append(words, quoted(word))
	}
	return fmt.Appendf(nil, `[Desktop Entry]
Type=Application
Name=%s
Exec=%s
Icon=%s
Terminal=false
StartupNotify=false
X-GNOME-Autostart-enabled=true
`, escaped.Replace(a.Name), escaped.Replace(strings.Join(words, " ")), a.ID)
}

// decodeEntry returns the command of a desktop entry; none: it is off, as the desktop's tools have it, or it has none.
func decodeEntry(text []byte) []string {
	var command []string
	group := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			group = line
			continue
		}
		key, value, _ := strings.Cut(line, "=")
		if group != "[Desktop Entry]" {
			continue
		}
		switch key, value = strings.TrimSpace(key), strings.TrimSpace(value); {
		case key == "Hidden" && value == "true", key == "X-GNOME-Autostart-enabled" && value == "false":
			return nil
		case key == "Exec":
			command = split(unescaped.Replace(value))
		}
	}
	if len(command) > 1 && command[0] == viaEnv {
		return command[1:]
	}
	return command
}

// viaEnv stands before a program whose path has a %: GLib 2.74 and systemd look for the file before they make one % of two.
const viaEnv = "env"

// The specification's escapes for values of the type string, in both directions.
var (
	escaped   = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`)
	unescaped = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t", `\r`, "\r", `\s`, " ")
)

// The specification's characters that need quotes around an argument, and those that need a backslash within the quotes.
const (
	reserved        = " \t\n\"'\\><~|&;$*?#()`"
	reservedInQuote = "\"`$\\"
)

// quoted is an argument of Exec. A % begins a field code there, in quotes or not.
func quoted(argument string) string {
	argument = strings.ReplaceAll(argument, "%", "%%")
	if argument != "" && !strings.ContainsAny(argument, reserved) {
		return argument
	}
	var b strings.Builder
	for _, r := range []byte(argument) {
		if strings.IndexByte(reservedInQuote, r) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(r)
	}
	return `"` + b.String() + `"`
}

// split takes the value of Exec apart into its arguments. Field codes stand for nothing: a login opens no files.
func split(exec string) (arguments []string) {
	var word []byte
	begun, inQuotes := false, false
	end := func() {
		if begun {
			arguments = append(arguments, string(word))
		}
		word, begun = nil, false
	}
	for i := 0; i < len(exec); i++ {
		c := exec[i]
		switch {
		case c == '"':
			inQuotes, begun = !inQuotes, true
			continue
		case c == ' ' && !inQuotes:
			end()
			continue
		case c == '%' && i+1 < len(exec):
			if i++; exec[i] != '%' {
				continue
			}
		case c == '\\' && inQuotes && i+1 < len(exec) && slices.Contains([]byte(reservedInQuote), exec[i+1]):
			i++
			c = exec[i]
		}
		word, begun = append(word, c), true
	}
	end()
	return arguments
}
