package desktop

import (
	"errors"
	"fmt"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/registry"
)

const (
	// https://learn.microsoft.com/en-us/windows/win32/setupapi/run-and-runonce-registry-keys
	runKey = `Software\Microsoft\Windows\CurrentVersion\Run`
	// approvedKey is where the Task Manager and the settings keep what the person switched off there.
	approvedKey = `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run`
	// longestRun is how many characters Windows takes for a command.
	longestRun = 260
)

// read returns the command of an entry that is on, the program first; none: it is off.
func (a Autostart) read() ([]string, error) {
	line, err := value(runKey, func(k registry.Key) (string, error) {
		line, _, err := k.GetStringValue(a.Name)
		return line, err
	})
	if err != nil || line == "" {
		return nil, err
	}
	approved, err := value(approvedKey, func(k registry.Key) ([]byte, error) {
		approved, _, err := k.GetBinaryValue(a.Name)
		return approved, err
	})
	if err != nil || len(approved) > 0 && approved[0]&1 != 0 {
		return nil, err
	}
	return windows.DecomposeCommandLine(line)
}

// value reads something from a key of the person's; its zero value where there is nothing.
func value[T any](path string, get func(registry.Key) (T, error)) (v T, err error) {
	k, err := registry.OpenKey(registry.CURRENT_USER, path, registry.QUERY_VALUE)
	if err == nil {
		defer k.Close()
		v, err = get(k)
	}
	if err != nil && !errors.Is(err, registry.ErrNotExist) {
		return v, fmt.Errorf("could not read the start at login: %w", err)
	}
	return v, nil
}

func (a Autostart) write(command []string) error {
	line := windows.ComposeCommandLine(command)
	if len([]rune(line)) > longestRun {
		return fmt.Errorf("could not write the start at login: the program's path is longer than Windows takes")
	}
	k, _, err := registry.CreateKey(registry.CURRENT_USER, runKey, registry.SET_VALUE)
	if err == nil {
		defer k.Close()
		err = k.SetStringValue(a.Name, line)
	}
	if err != nil {
		return fmt.Errorf("could not write the start at login: %w", err)
	}
	return drop(approvedKey, a.Name)
}

func (a Autostart) remove() error {
	return errors.Join(drop(runKey, a.Name), drop(approvedKey, a.Name))
}

// drop takes a value away. That there is none is no error.
func drop(path, name string) error {
	k, err := registry.OpenKey(registry.CURRENT_USER, path, registry.SET_VALUE)
	if err == nil {
		defer k.Close()
		err = k.DeleteValue(name)
	}
	if err != nil && !errors.Is(err, registry.ErrNotExist) {
		return fmt.Errorf("could not change the start at login: %w", err)
	}
	return nil
}
