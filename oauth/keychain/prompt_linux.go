package keychain

import (
	"context"
	"time"

	"github.com/godbus/dbus/v5"
)

// dismissTime is what the service has to take back a prompt that nobody waits for any more.
const dismissTime = time.Second

// prompt shows the person the prompt at path and waits for their answer: ErrDismissed when it is no. When ctx ends
// first the prompt is taken back; when the service goes away, ErrNoService.
func (s *session) prompt(ctx context.Context, path dbus.ObjectPath) error {
	signals := make(chan *dbus.Signal, 16)
	s.conn.Signal(signals)
	defer s.conn.RemoveSignal(signals)
	if err := s.conn.AddMatchSignalContext(ctx,
		dbus.WithMatchObjectPath(path), dbus.WithMatchInterface(promptIface)); err != nil {
		return err
	}
	if err := s.conn.AddMatchSignalContext(ctx,
		dbus.WithMatchInterface(busIface), dbus.WithMatchMember("NameOwnerChanged"),
		dbus.WithMatchArg(0, secretService)); err != nil {
		return err
	}

	object := s.conn.Object(secretService, path)
	if err := object.CallWithContext(ctx, promptIface+".Prompt", 0, "").Err; err != nil && ctx.Err() == nil {
		return err
	}
	for {
		select {
		case signal, ok := <-signals:
			switch {
			case !ok:
				return ErrNoBus
			case gone(signal):
				return ErrNoService
			case signal.Path == path && signal.Name == promptIface+".Completed":
				return answer(signal)
			}
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), dismissTime)
			defer cancel()
			object.CallWithContext(last, promptIface+".Dismiss", 0)
			return context.Cause(ctx)
		}
	}
}

func answer(completed *dbus.Signal) error {
	var dismissed bool
	var result dbus.Variant
	if err := dbus.Store(completed.Body, &dismissed, &result); err != nil {
		return err
	}
	if dismissed {
		return ErrDismissed
	}
	return nil
}

// gone tells whether the signal is the bus's word that the service has left it.
func gone(signal *dbus.Signal) bool {
	var name, before, now string
	return signal.Name == busIface+".NameOwnerChanged" &&
		dbus.Store(signal.Body, &name, &before, &now) == nil &&
		name == secretService && now == ""
}
