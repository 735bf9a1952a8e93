package keychain_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"

	"tokentray/oauth/keychain"
)

// memory is a store that a test can make hang, lie or fail.
type memory struct {
	mu      sync.Mutex
	entries map[string]string
	before  func(operation string) error // when set, runs ahead of every operation
	onSet   func(secret string) string   // when set, what is kept in place of secret
}

func newMemory() *memory { return &memory{entries: map[string]string{}} }

func (m *memory) run(operation string, do func() error) error {
	if m.before != nil {
		if err := m.before(operation); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return do()
}

func (m *memory) Get(service, name string) (secret string, err error) {
	err = m.run("get", func() error {
		var ok bool
		if secret, ok = m.entries[service+"\x00"+name]; !ok {
			return keyring.ErrNotFound
		}
		return nil
	})
	return secret, err
}

func (m *memory) Set(service, name, secret string) error {
	return m.run("set", func() error {
		if m.onSet != nil {
			secret = m.onSet(secret)
		}
		m.entries[service+"\x00"+name] = secret
		return nil
	})
}

func (m *memory) Delete(service, name string) error {
	return m.run("delete", func() error {
		key := service + "\x00" + name
		if _, ok := m.entries[key]; !ok {
			return keyring.ErrNotFound
		}
		delete(m.entries, key)
		return nil
	})
}

func (m *memory) DeleteAll(service string) error {
	return m.run("clear", func() error {
		maps.DeleteFunc(m.entries, func(key, _ string) bool { return strings.HasPrefix(key, service+"\x00") })
		return nil
	})
}

func open(context.Context) error   { return nil }
func locked(context.Context) error { return keychain.ErrLocked }

// over is an open keychain over m.
func over(m *memory) *keychain.Keychain { return keychain.NewOver("test", m, open, open) }

func TestSecretComesBack(t *testing.T) {
	k, ctx := over(newMemory()), t.Context()
	if _, err := k.Get(ctx, "alice"); !errors.Is(err, keychain.ErrNotFound) {
		t.Errorf("get before set: %v, want ErrNotFound", err)
	}
	for _, secret := range []string{"one", "two", ""} {
		if err := k.Set(ctx, "alice", secret); err != nil {
			t.Fatal(err)
		}
		if got, err := k.Get(ctx, "alice"); got != secret || err != nil {
			t.Errorf("get = %q, %v, want %q", got, err, secret)
		}
	}
	for range 2 {
		if err := k.Delete(ctx, "alice"); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	if _, err := k.Get(ctx, "alice"); !errors.Is(err, keychain.ErrNotFound) {
		t.Errorf("get after delete: %v, want ErrNotFound", err)
	}
}

func TestServicesDoNotMix(t *testing.T) {
	m, ctx := newMemory(), t.Context()
	real, practice := keychain.NewOver("real", m, open, open), keychain.NewOver("practice", m, open, open)
	if err := real.Set(ctx, "alice", "secret"); err != nil {
		t.Fatal(err)
	}
	if _, err := practice.Get(ctx, "alice"); !errors.Is(err, keychain.ErrNotFound) {
		t.Errorf("the other service's get: %v, want ErrNotFound", err)
	}
}

func TestOneServiceIsCleared(t *testing.T) {
	m, ctx := newMemory(), t.Context()
	ours, theirs := keychain.NewOver("ours", m, open, open), keychain.NewOver("ours too", m, open, open)
	for _, k := range []*keychain.Keychain{ours, theirs} {
		for _, name := range []string{"alice", "bob"} {
			if err := k.Set(ctx, name, "secret"); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 2 {
		if err := ours.Clear(ctx); err != nil {
			t.Errorf("clear: %v", err)
		}
	}
	if _, err := ours.Get(ctx, "bob"); !errors.Is(err, keychain.ErrNotFound) {
		t.Errorf("get after clear: %v, want ErrNotFound", err)
	}
	if _, err := theirs.Get(ctx, "bob"); err != nil {
		t.Errorf("the other service's get: %v", err)
	}
}

func TestWriteThatIsNotKeptIsAnError(t *testing.T) {
	for name, m := range map[string]*memory{
		"emptied":   {entries: map[string]string{}, onSet: func(string) string { return "" }},
		"truncated": {entries: map[string]string{}, onSet: func(s string) string { return s[:4] }},
		"dropped": {entries: map[string]string{}, before: func(operation string) error {
			if operation == "get" {
				return keyring.ErrNotFound
			}
			return nil
		}},
	} {
		t.Run(name, func(t *testing.T) {
			err := over(m).Set(t.Context(), "alice", "hush-hush")
			if !errors.Is(err, keychain.ErrNotKept) || errors.Is(err, keychain.ErrNotFound) {
				t.Errorf("set: %v, want ErrNotKept alone", err)
			}
		})
	}
}

func TestLockedKeychainIsLeftAlone(t *testing.T) {
	m := newMemory()
	m.before = func(operation string) error {
		t.Errorf("%s reached the store", operation)
		return keyring.ErrNotFound
	}
	k, ctx := keychain.NewOver("test", m, locked, open), t.Context()
	_, get := k.Get(ctx, "alice")
	for operation, err := range map[string]error{
		"get":    get,
		"set":    k.Set(ctx, "alice", "secret"),
		"delete": k.Delete(ctx, "alice"),
		"clear":  k.Clear(ctx),
	} {
		if !errors.Is(err, keychain.ErrLocked) || errors.Is(err, keychain.ErrNotFound) {
			t.Errorf("%s: %v, want ErrLocked alone", operation, err)
		}
		if !strings.Contains(fmt.Sprint(err), "keychain: "+operation+": ") {
			t.Errorf("%q does not name the operation %s", err, operation)
		}
	}
}

func TestErrorsKeepTheirCauseAndNoSecret(t *testing.T) {
	fault := errors.New("fault")
	m := newMemory()
	m.before = func(string) error { return fault }
	err := over(m).Set(t.Context(), "alice", "hush-hush")
	if !errors.Is(err, fault) || !errors.Is(err, keychain.ErrFault) || strings.Contains(err.Error(), "hush") {
		t.Errorf("set: %v, want the store's fault without the secret", err)
	}
	m.before, m.onSet = nil, func(s string) string { return s + "!" }
	if err := over(m).Set(t.Context(), "alice", "hush-hush"); strings.Contains(err.Error(), "hush") {
		t.Errorf("the secret is in the error: %v", err)
	}
	m.before = func(string) error { return keyring.ErrSetDataTooBig }
	if err := over(m).Set(t.Context(), "alice", "secret"); !errors.Is(err, keychain.ErrTooLarge) {
		t.Errorf("set: %v, want ErrTooLarge", err)
	}
}

func TestHungCallKeepsItsTurnAndHoldsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keychain.FreshTurns(t)
		release := make(chan struct{})
		hung := newMemory()
		hung.before = func(string) error { <-release; return nil }
		sound := newMemory()

		began := time.Now()
		_, err := over(hung).Get(t.Context(), "alice")
		if took := time.Since(began); !errors.Is(err, keychain.ErrTimeout) || took != 3*time.Second {
			t.Errorf("the hung call: %v after %v, want ErrTimeout after 3s", err, took)
		}

		began = time.Now()
		err = over(sound).Set(t.Context(), "bob", "secret")
		if took := time.Since(began); !errors.Is(err, keychain.ErrTimeout) || took != 3*time.Second {
			t.Errorf("the call behind it: %v after %v, want ErrTimeout after 3s", err, took)
		}
		if len(sound.entries) != 0 {
			t.Error("the call behind a hung one reached the store")
		}

		close(release)
		synctest.Wait()
		if err := over(sound).Set(t.Context(), "bob", "secret"); err != nil {
			t.Errorf("set after the hung call came back: %v", err)
		}
	})
}

func TestNothingIsWrittenForACallerWhoLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keychain.FreshTurns(t)
		m := newMemory()
		slow := func(context.Context) error { time.Sleep(time.Minute); return nil }
		err := keychain.NewOver("test", m, slow, open).Set(t.Context(), "alice", "secret")
		if !errors.Is(err, keychain.ErrTimeout) {
			t.Errorf("set behind a slow check: %v, want ErrTimeout", err)
		}
		time.Sleep(time.Hour)
		if len(m.entries) != 0 {
			t.Error("the secret was written after its caller was told ErrTimeout")
		}
	})
}

func TestCancellingIsHonouredAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keychain.FreshTurns(t)
		release := make(chan struct{})
		defer close(release)
		m := newMemory()
		m.before = func(string) error { <-release; return nil }
		k := keychain.NewOver("test", m, open, func(context.Context) error { <-release; return nil })

		reason := errors.New("the window closed")
		for operation, call := range map[string]func(context.Context) error{
			"get":    func(ctx context.Context) error { _, err := k.Get(ctx, "alice"); return err },
			"set":    func(ctx context.Context) error { return k.Set(ctx, "alice", "secret") },
			"delete": func(ctx context.Context) error { return k.Delete(ctx, "alice") },
			"unlock": k.Unlock,
		} {
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(time.Second, func() { cancel(reason) })
			began := time.Now()
			if err := call(ctx); !errors.Is(err, reason) || keychain.Closed(err) || time.Since(began) != time.Second {
				t.Errorf("%s: %v after %v, want the reason after 1s", operation, err, time.Since(began))
			}
			if err := call(ctx); !errors.Is(err, reason) {
				t.Errorf("%s with an ended context: %v, want the reason", operation, err)
			}
		}
	})
}

func TestOneCallAtATimeInTheWholeProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keychain.FreshTurns(t)
		var inside, most atomic.Int32
		m := newMemory()
		m.before = func(string) error {
			most.Store(max(most.Load(), inside.Add(1)))
			time.Sleep(time.Millisecond)
			inside.Add(-1)
			return nil
		}
		var callers sync.WaitGroup
		for i := range 100 {
			callers.Go(func() {
				k := keychain.NewOver(fmt.Sprint("service ", i%5), m, open, open)
				if err := k.Set(t.Context(), fmt.Sprint("name ", i), "secret"); err != nil {
					t.Error(err)
				}
			})
		}
		callers.Wait()
		if most.Load() != 1 {
			t.Errorf("%d calls ran at once, want 1", most.Load())
		}
	})
}

func TestUnlockWaitsTwoMinutesAndHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keychain.FreshTurns(t)
		thinking := func(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) }
		k := keychain.NewOver("test", newMemory(), locked, thinking)

		began, asked := time.Now(), make(chan error)
		go func() { asked <- k.Unlock(t.Context()) }()
		synctest.Wait()
		if _, err := k.Get(t.Context(), "alice"); !errors.Is(err, keychain.ErrLocked) || time.Since(began) != 0 {
			t.Errorf("get while the person thinks: %v after %v, want ErrLocked at once", err, time.Since(began))
		}
		if err := <-asked; !errors.Is(err, keychain.ErrTimeout) || time.Since(began) != 2*time.Minute {
			t.Errorf("unlock: %v after %v, want ErrTimeout after 2m", err, time.Since(began))
		}
	})
}

func TestOnePromptAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keychain.FreshTurns(t)
		var prompts atomic.Int32
		var isOpen atomic.Bool
		ask := func(context.Context) error {
			if !isOpen.Load() {
				prompts.Add(1)
				time.Sleep(time.Second)
				isOpen.Store(true)
			}
			return nil
		}
		var clicks sync.WaitGroup
		for range 3 {
			clicks.Go(func() {
				if err := keychain.NewOver("test", newMemory(), open, ask).Unlock(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		clicks.Wait()
		if prompts.Load() != 1 {
			t.Errorf("%d prompts for three clicks, want 1", prompts.Load())
		}
	})
}

func TestAPersonWhoSaidNoIsNotAskedAgainForAnEarlierClick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keychain.FreshTurns(t)
		var prompts atomic.Int32
		k := keychain.NewOver("test", newMemory(), locked, func(context.Context) error {
			prompts.Add(1)
			time.Sleep(time.Second)
			return keychain.ErrDismissed
		})
		var clicks sync.WaitGroup
		for range 3 {
			clicks.Go(func() {
				if err := k.Unlock(t.Context()); !errors.Is(err, keychain.ErrDismissed) {
					t.Errorf("unlock: %v, want ErrDismissed", err)
				}
			})
		}
		clicks.Wait()
		if prompts.Load() != 1 {
			t.Errorf("%d prompts for three clicks, want 1", prompts.Load())
		}
		if err := k.Unlock(t.Context()); !errors.Is(err, keychain.ErrDismissed) || prompts.Load() != 2 {
			t.Errorf("a click after the answer: %v, %d prompts in all, want another one", err, prompts.Load())
		}
	})
}

func TestPromptStaysWhileAnybodyWaitsForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keychain.FreshTurns(t)
		var shown, takenBack atomic.Int32
		k := keychain.NewOver("test", newMemory(), locked, func(ctx context.Context) error {
			shown.Add(1)
			<-ctx.Done()
			takenBack.Add(1)
			time.Sleep(time.Second) // the keychain takes its time
			return context.Cause(ctx)
		})
		var gone [3]context.CancelFunc
		left := make(chan error, len(gone))
		for i := range gone {
			var ctx context.Context
			ctx, gone[i] = context.WithCancel(t.Context())
			go func() { left <- k.Unlock(ctx) }()
			synctest.Wait()
		}
		for i, leave := range gone {
			if takenBack.Load() != 0 {
				t.Errorf("%d of %d had gone, and the prompt with them", i, len(gone))
			}
			leave()
			if err := <-left; !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			synctest.Wait()
		}
		if takenBack.Load() != 1 {
			t.Error("everybody has gone, and the prompt is still there")
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_ = k.Unlock(ctx) // comes while the first one is being taken back
		synctest.Wait()
		if shown.Load() != 2 || takenBack.Load() != 2 {
			t.Errorf("%d prompts were shown and %d taken back, want 2", shown.Load(), takenBack.Load())
		}
		time.Sleep(time.Minute) // until the last one is over
	})
}

func TestSizeLimits(t *testing.T) {
	for _, c := range []struct {
		goos, service, name string
		size                int
		want                bool
	}{
		{"windows", "Token Tray", "alice", 2560, true},
		{"windows", "Token Tray", "alice", 2561, false},
		{"darwin", "Token Tray", "alice", 3003, true},
		{"darwin", "Token Tray", "alice", 3018, false},
		{"darwin", "Token Tray", strings.Repeat("'", 10), 3003, false},
		{"linux", "Token Tray", "alice", 1 << 20, true},
	} {
		if got := keychain.Fits(c.goos, c.service, c.name, strings.Repeat("x", c.size)); got != c.want {
			t.Errorf("fits(%s, %q, %q, %d bytes) = %v, want %v", c.goos, c.service, c.name, c.size, got, c.want)
		}
	}
}

func TestStateAsksNobodyAndTouchesNothing(t *testing.T) {
	for _, want := range []error{nil, keychain.ErrLocked, keychain.ErrNoBus, keychain.ErrNoService} {
		k := keychain.NewOver("Token Tray", nil, // a store that would panic
			func(context.Context) error { return want },
			func(context.Context) error { t.Error("somebody was asked"); return nil })
		if err := k.State(t.Context()); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
}

func TestStateOfAKeychainThatHangsIsTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keychain.FreshTurns(t)
		k := keychain.NewOver("Token Tray", nil, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, nil)
		began := time.Now()
		if err := k.State(t.Context()); !errors.Is(err, keychain.ErrTimeout) || time.Since(began) != 3*time.Second {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
	})
}
