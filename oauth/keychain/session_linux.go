package keychain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"
)

// The Secret Service API: https://specifications.freedesktop.org/secret-service/
const (
	secretService   = "org.freedesktop.secrets"
	servicePath     = dbus.ObjectPath("/org/freedesktop/secrets")
	loginPath       = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	noPath          = dbus.ObjectPath("/")
	serviceIface    = "org.freedesktop.Secret.Service"
	collectionIface = "org.freedesktop.Secret.Collection"
	promptIface     = "org.freedesktop.Secret.Prompt"
	propertiesIface = "org.freedesktop.DBus.Properties"
	busIface        = "org.freedesktop.DBus"
)

// check returns nil when the collection that go-keyring would use stands open.
func check(ctx context.Context) error {
	s, err := openSession(ctx)
	if err != nil {
		return err
	}
	defer s.conn.Close()
	return s.check(ctx)
}

// unlock opens that collection, or makes one where there is none.
func unlock(ctx context.Context) error {
	s, err := openSession(ctx)
	if err != nil {
		return err
	}
	defer s.conn.Close()

	path, err := s.collection(ctx)
	if err != nil {
		return err
	}
	var prompt dbus.ObjectPath
	if path == noPath {
		prompt, err = s.create(ctx)
	} else {
		prompt, err = s.unlock(ctx, path)
	}
	if err != nil {
		return err
	}
	if prompt != noPath {
		if err := s.prompt(ctx, prompt); err != nil {
			if errors.Is(err, ErrDismissed) && s.check(ctx) == nil {
				return nil // somebody else unlocked it meanwhile, and the prompt was closed as needless
			}
			return err
		}
	}
	return s.check(ctx)
}

// session is a private connection to the Secret Service. The process's shared one (dbus.SessionBus) carries the
// tray's signals too, and go-keyring takes any of them for the end of its prompt.
type session struct {
	conn *dbus.Conn
}

func openSession(ctx context.Context) (*session, error) {
	conn, err := connect(ctx)
	if err != nil {
		return nil, err
	}
	return &session{conn}, nil
}

// collection returns the collection that go-keyring would use, noPath when there is none.
func (s *session) collection(ctx context.Context) (dbus.ObjectPath, error) {
	var listed []dbus.ObjectPath
	if err := s.property(ctx, servicePath, serviceIface, "Collections", &listed); err != nil {
		return "", err
	}
	if slices.Contains(listed, loginPath) {
		return loginPath, nil
	}
	var path dbus.ObjectPath
	err := s.call(ctx, s.service(), serviceIface+".ReadAlias", "default").Store(&path)
	return path, err
}

func (s *session) check(ctx context.Context) error {
	path, err := s.collection(ctx)
	if err != nil {
		return err
	}
	if path == noPath {
		return fmt.Errorf("%w: it was never set up", ErrLocked)
	}
	var locked bool
	if err := s.property(ctx, path, collectionIface, "Locked", &locked); err != nil {
		return err
	}
	if locked {
		return ErrLocked
	}
	return nil
}

// unlock returns the prompt that stands between the person and the collection, noPath when there is none.
func (s *session) unlock(ctx context.Context, path dbus.ObjectPath) (dbus.ObjectPath, error) {
	var unlocked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	err := s.call(ctx, s.service(), serviceIface+".Unlock", []dbus.ObjectPath{path}).Store(&unlocked, &prompt)
	return prompt, err
}

// create asks for a collection under the name that both go-keyring and every other program look for.
func (s *session) create(ctx context.Context) (dbus.ObjectPath, error) {
	var made, prompt dbus.ObjectPath
	label := map[string]dbus.Variant{collectionIface + ".Label": dbus.MakeVariant("Login")}
	err := s.call(ctx, s.service(), serviceIface+".CreateCollection", label, "default").Store(&made, &prompt)
	return prompt, err
}

func (s *session) service() dbus.BusObject { return s.conn.Object(secretService, servicePath) }

// property reads one property into value, a pointer.
func (s *session) property(ctx context.Context, path dbus.ObjectPath, iface, name string, value any) error {
	var v dbus.Variant
	object := s.conn.Object(secretService, path)
	if err := s.call(ctx, object, propertiesIface+".Get", iface, name).Store(&v); err != nil {
		return err
	}
	return v.Store(value)
}

// call is a method call that asks nobody anything, and so has to be answered within answerTime.
func (s *session) call(ctx context.Context, object dbus.BusObject, method string, args ...any) *dbus.Call {
	ctx, cancel := context.WithTimeoutCause(ctx, answerTime, ErrTimeout)
	defer cancel()
	call := object.CallWithContext(ctx, method, 0, args...)
	if call.Err != nil && ctx.Err() != nil {
		call.Err = context.Cause(ctx)
	}
	return call
}

// translate turns the errors of go-keyring and of the bus into this package's.
func translate(err error) error {
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return ErrTooLarge
	case errors.Is(err, dbus.ErrClosed), errors.Is(err, io.EOF):
		return fmt.Errorf("%w: %w", ErrNoBus, err)
	case strings.HasPrefix(err.Error(), "failed to unlock correct collection"):
		// go-keyring's words when the person was asked for one entry and declined.
		return ErrLocked
	}
	fault, ok := errors.AsType[dbus.Error](err)
	switch {
	case !ok:
		return err
	case isLocked(err):
		return ErrLocked
	case fault.Name == busIface+".Error.ServiceUnknown",
		fault.Name == busIface+".Error.NameHasNoOwner",
		fault.Name == busIface+".Error.NoReply",
		strings.HasPrefix(fault.Name, busIface+".Error.Spawn."),
		strings.HasPrefix(fault.Name, "org.freedesktop.systemd1."): // that should have started it
		return fmt.Errorf("%w: %w", ErrNoService, err)
	}
	return err
}
