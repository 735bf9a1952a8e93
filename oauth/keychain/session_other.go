//go:build !linux

package keychain

import (
	"context"
	"errors"
	"os/exec"

	"github.com/zalando/go-keyring"
)

// check has nothing to look at: a keychain opens with the person's own session.
func check(context.Context) error { return nil }

// unlock has nothing to do: macOS asks by itself when an entry is read, Windows never locks.
func unlock(context.Context) error { return nil }

// translate turns go-keyring's errors into this package's. On macOS they are the exit status of /usr/bin/security,
// the low byte of an OSStatus (Security framework, SecBase.h).
func translate(err error) error {
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return ErrTooLarge
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return ErrNoService
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		switch exit.ExitCode() {
		case 36, 51: // errSecInteractionNotAllowed, errSecAuthFailed
			return ErrLocked
		case 128: // userCanceledErr
			return ErrDismissed
		}
	}
	return err
}
