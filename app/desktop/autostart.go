package desktop

import (
	"fmt"
	"os"
	"path"
	"strings"
)

// Autostart is the system's own entry that has it start a program when the person logs in. Nothing else is kept: what the
// person changes with the system's tools counts here as well. Its methods read and write the entry anew, may block, and must
// not run at the same time.
type Autostart struct {
	// ID names the entry among those of all programs, such as "org.example.Program", and Name is what people call it.
	ID, Name string
	// Program is the path of what is started; empty: this program.
	Program string
}

// Enabled tells whether the system starts the program at login.
func (a Autostart) Enabled() (bool, error) {
	command, err := a.read()
	return len(command) > 0, err
}

// Enable has the system start the program at login, with these arguments.
func (a Autostart) Enable(arguments ...string) error {
	program, err := a.program()
	if err != nil {
		return err
	}
	return a.write(append([]string{program}, arguments...))
}

// Disable takes the entry away. That there is none is no error.
func (a Autostart) Disable() error { return a.remove() }

// Refresh has an entry that is on start the program where it is now, with the arguments that it has: the program may have
// been moved. It switches nothing on.
func (a Autostart) Refresh() error {
	command, err := a.read()
	if err != nil || len(command) == 0 {
		return err
	}
	program, err := a.program()
	if err != nil || command[0] == program {
		return err
	}
	command[0] = program
	return a.write(command)
}

func (a Autostart) program() (string, error) {
	if a.Program != "" {
		return a.Program, nil
	}
	own, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("could not find the program's own file: %w", err)
	}
	return lasting(own, os.Getenv("APPIMAGE"), os.Getenv("APPDIR")), nil
}

// lasting is the path at which a program that runs from its own is found the next time as well. An AppImage is mounted in
// another folder each time; its variables are also seen by whatever it starts, which stands elsewhere.
// https://docs.appimage.org/packaging-guide/environment-variables.html
func lasting(own, image, mounted string) string {
	if image != "" && mounted != "" && strings.HasPrefix(own, path.Clean(mounted)+"/") {
		return image
	}
	return own
}
