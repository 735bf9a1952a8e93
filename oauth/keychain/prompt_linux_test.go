package keychain_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"tokentray/oauth/keychain"
)

const (
	atPrompt   = dbus.ObjectPath("/org/freedesktop/secrets/prompt/u1")
	collection = "org.freedesktop.Secret.Collection"
	completed  = "org.freedesktop.Secret.Prompt.Completed"
)

// secretService is a keychain program with one collection, whose prompts the test answers. It speaks just as much
// of the Secret Service API as unlocking takes.
type secretService struct {
	conn      *dbus.Conn
	answer    func(caller dbus.Sender) // what the person does with the prompt
	dismissed chan struct{}            // closed when the prompt is taken back

	mu     sync.Mutex
	path   dbus.ObjectPath // of the collection, "/" when there is none
	listed bool            // stands in Collections, not only behind the alias
	locked bool
	asked  int
	label  string // of the collection that was asked for
	alias  string
}

// newSecretService puts a locked keychain on the desk's bus, once set has made of it what the test wants.
func newSecretService(t *testing.T, d *desk, set func(*secretService)) *secretService {
	t.Helper()
	s := &secretService{conn: d.connect(t), dismissed: make(chan struct{}), path: atLogin, listed: true, locked: true}
	set(s)
	for iface, methods := range map[string]map[string]any{
		"org.freedesktop.DBus.Properties": {"Get": s.get},
		"org.freedesktop.Secret.Service":  {"ReadAlias": s.readAlias, "Unlock": s.unlock, "CreateCollection": s.create},
		"org.freedesktop.Secret.Prompt":   {"Prompt": s.prompt, "Dismiss": s.dismiss},
	} {
		if err := s.conn.ExportSubtreeMethodTable(methods, atRoot, iface); err != nil {
			t.Fatal(err)
		}
	}
	reply, err := s.conn.RequestName(secrets, dbus.NameFlagDoNotQueue)
	if err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("the name could not be had: %v, %v", reply, err)
	}
	return s
}

func (s *secretService) get(iface, property string) (dbus.Variant, *dbus.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case property == "Collections" && s.listed && s.path != "/":
		return dbus.MakeVariant([]dbus.ObjectPath{s.path}), nil
	case property == "Collections":
		return dbus.MakeVariant([]dbus.ObjectPath{}), nil
	case iface == collection && property == "Locked":
		return dbus.MakeVariant(s.locked), nil
	}
	return dbus.Variant{}, dbus.MakeFailedError(errors.New("no such property"))
}

func (s *secretService) readAlias(string) (dbus.ObjectPath, *dbus.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.path, nil
}

func (s *secretService) unlock(paths []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !slices.Contains(paths, s.path):
		return nil, "/", dbus.MakeFailedError(errors.New("no such collection"))
	case !s.locked:
		return paths, "/", nil
	}
	return nil, atPrompt, nil
}

func (s *secretService) create(properties map[string]dbus.Variant, alias string) (dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.label, _ = properties[collection+".Label"].Value().(string)
	s.alias = alias
	return "/", atPrompt, nil
}

func (s *secretService) prompt(caller dbus.Sender, _ string) *dbus.Error {
	s.mu.Lock()
	s.asked++
	s.mu.Unlock()
	s.answer(caller)
	return nil
}

func (s *secretService) dismiss() *dbus.Error {
	close(s.dismissed)
	return nil
}

// agree is a person who types the right password.
func (s *secretService) agree(dbus.Sender) {
	s.mu.Lock()
	s.path, s.locked = atLogin, false
	s.mu.Unlock()
	_ = s.conn.Emit(atPrompt, completed, false, dbus.MakeVariant([]dbus.ObjectPath{atLogin}))
}

// decline is a person who closes the prompt.
func (s *secretService) decline(dbus.Sender) {
	_ = s.conn.Emit(atPrompt, completed, true, dbus.MakeVariant(""))
}

// asks is how often the person was asked.
func (s *secretService) asks() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// send sends a signal to one connection, which gets it whatever it asked to hear.
func (s *secretService) send(to dbus.Sender, path dbus.ObjectPath, iface, member string, body ...any) {
	s.conn.Send(&dbus.Message{
		Type: dbus.TypeSignal,
		Headers: map[dbus.HeaderField]dbus.Variant{
			dbus.FieldPath:        dbus.MakeVariant(path),
			dbus.FieldInterface:   dbus.MakeVariant(iface),
			dbus.FieldMember:      dbus.MakeVariant(member),
			dbus.FieldDestination: dbus.MakeVariant(string(to)),
			dbus.FieldSignature:   dbus.MakeVariant(dbus.SignatureOf(body...)),
		},
		Body: body,
	}, nil)
}

// unlockSoon is Unlock for a test that expects an answer: a wait for the whole two minutes is a failure.
func unlockSoon(t *testing.T) error {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Second, errors.New("still waiting after 20 s"))
	defer cancel()
	return keychain.New("Token Tray").Unlock(ctx)
}

func TestPersonUnlocks(t *testing.T) {
	s := newSecretService(t, newDesk(t), func(s *secretService) { s.answer = s.agree })
	tray, err := dbus.SessionBus()
	if err != nil {
		t.Fatal(err)
	}
	k, ctx := keychain.WithStore("Token Tray", newMemory()), t.Context()
	if err := k.Set(ctx, "alice", "secret"); !errors.Is(err, keychain.ErrLocked) || s.asks() != 0 {
		t.Errorf("set before: %v after %d prompts, want ErrLocked and none", err, s.asks())
	}
	for range 2 {
		if err := unlockSoon(t); err != nil {
			t.Fatal(err)
		}
	}
	if s.asks() != 1 {
		t.Errorf("the person was asked %d times, want once", s.asks())
	}
	if err := k.Set(ctx, "alice", "secret"); err != nil {
		t.Errorf("set after: %v", err)
	}
	if !tray.Connected() {
		t.Error("the connection that the tray shares was closed")
	}
}

func TestPersonUnlocksCollectionBehindTheAlias(t *testing.T) {
	newSecretService(t, newDesk(t), func(s *secretService) {
		s.listed, s.path = false, "/org/freedesktop/secrets/collection/kdewallet"
		s.answer = func(dbus.Sender) {
			s.mu.Lock()
			s.locked = false
			s.mu.Unlock()
			_ = s.conn.Emit(atPrompt, completed, false, dbus.MakeVariant([]dbus.ObjectPath{s.path}))
		}
	})
	if err := unlockSoon(t); err != nil {
		t.Error(err)
	}
}

func TestPersonDeclines(t *testing.T) {
	newSecretService(t, newDesk(t), func(s *secretService) { s.answer = s.decline })
	if err := unlockSoon(t); !errors.Is(err, keychain.ErrDismissed) {
		t.Errorf("unlock: %v, want ErrDismissed", err)
	}
}

func TestPromptThatBecameNeedlessIsNoRefusal(t *testing.T) {
	newSecretService(t, newDesk(t), func(s *secretService) {
		s.answer = func(caller dbus.Sender) { // another program unlocks, and the person closes the prompt
			s.mu.Lock()
			s.locked = false
			s.mu.Unlock()
			s.decline(caller)
		}
	})
	if err := unlockSoon(t); err != nil {
		t.Errorf("unlock: %v", err)
	}
}

func TestPromptThatOpensNothingLeavesTheKeychainLocked(t *testing.T) {
	newSecretService(t, newDesk(t), func(s *secretService) {
		s.answer = func(dbus.Sender) {
			_ = s.conn.Emit(atPrompt, completed, false, dbus.MakeVariant([]dbus.ObjectPath{}))
		}
	})
	if err := unlockSoon(t); !errors.Is(err, keychain.ErrLocked) {
		t.Errorf("unlock: %v, want ErrLocked", err)
	}
}

func TestOtherSignalsDoNotEndThePrompt(t *testing.T) {
	newSecretService(t, newDesk(t), func(s *secretService) {
		s.answer = func(caller dbus.Sender) {
			s.send(caller, "/StatusNotifierItem", "org.kde.StatusNotifierItem", "NewIcon")
			s.send(caller, "/org/freedesktop/secrets/prompt/u2", "org.freedesktop.Secret.Prompt", "Completed", true, dbus.MakeVariant(""))
			s.send(caller, atPrompt, "com.example.Prompt", "Completed", true, dbus.MakeVariant(""))
			s.send(caller, atPrompt, "org.freedesktop.Secret.Prompt", "Progress", true, dbus.MakeVariant(""))
			s.agree(caller)
		}
	})
	if err := unlockSoon(t); err != nil {
		t.Errorf("unlock: %v, want the person's own yes", err)
	}
}

func TestCancelTakesThePromptBack(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := newSecretService(t, newDesk(t), func(s *secretService) { s.answer = func(dbus.Sender) { cancel() } })
	if err := keychain.New("Token Tray").Unlock(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("unlock: %v, want context.Canceled", err)
	}
	select {
	case <-s.dismissed:
	case <-time.After(20 * time.Second):
		t.Error("the prompt still stands")
	}
}

func TestServiceThatDiesWhileItAsksIsNoService(t *testing.T) {
	for name, answer := range map[string]func(*secretService){
		"at once": func(s *secretService) { s.conn.Close() },
		"later":   func(s *secretService) { time.AfterFunc(50*time.Millisecond, func() { s.conn.Close() }) },
	} {
		t.Run(name, func(t *testing.T) {
			newSecretService(t, newDesk(t), func(s *secretService) { s.answer = func(dbus.Sender) { answer(s) } })
			if err := unlockSoon(t); !errors.Is(err, keychain.ErrNoService) {
				t.Errorf("unlock: %v, want ErrNoService", err)
			}
		})
	}
}

func TestUnlockSetsUpAKeychainWhereThereIsNone(t *testing.T) {
	s := newSecretService(t, newDesk(t), func(s *secretService) { s.path, s.answer = "/", s.agree })
	k := keychain.WithStore("Token Tray", newMemory())
	if _, err := k.Get(t.Context(), "alice"); !errors.Is(err, keychain.ErrLocked) {
		t.Errorf("get before: %v, want ErrLocked", err)
	}
	if err := unlockSoon(t); err != nil {
		t.Fatal(err)
	}
	if err := k.Set(t.Context(), "alice", "secret"); err != nil {
		t.Errorf("set after: %v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.label != "Login" || s.alias != "default" {
		t.Errorf("a collection %q with alias %q was asked for, want Login and default", s.label, s.alias)
	}
}
