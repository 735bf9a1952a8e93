package oauth

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// slowToWrite is a keychain that takes its time for an access token, as one with a thousand entries does.
type slowToWrite struct {
	Secrets
	takes time.Duration
}

func (s slowToWrite) Set(ctx context.Context, name, secret string) error {
	if strings.HasPrefix(name, "access_token:") {
		select {
		case <-time.After(s.takes):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return s.Secrets.Set(ctx, name, secret)
}

func slowly(takes time.Duration) func(Secrets) Secrets {
	return func(s Secrets) Secrets { return slowToWrite{s, takes} }
}

func TestNobodyWaitsForATokenToBeKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, &tokens{}, 1, nil, slowly(time.Second))
		defer shut(t, v)
		began := time.Now()
		if _, err := v.Token(t.Context(), v.keys[0], time.Minute); err != nil || time.Since(began) > 0 {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if kept, err := v.keptAccess(t.Context(), v.keys[0]); err != nil || kept.Access == "" {
			t.Errorf("it is not kept: %v", err)
		}
	})
}

func TestEndKeepsWhatIsNotKeptYetAndIsNotPutOffForLong(t *testing.T) {
	for name, c := range map[string]struct {
		takes time.Duration // to keep one
		kept  int           // of a hundred
		most  time.Duration
	}{
		"a quick keychain": {time.Millisecond, 100, 100 * time.Millisecond},
		"a slow one":       {100 * time.Millisecond, 19, keepTime + 200*time.Millisecond},
		"one that hangs":   {time.Hour, 0, 2 * keepTime},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v := newVirtual(t, &tokens{}, 100, nil, slowly(c.takes))
				began := time.Now()
				for _, key := range v.keys {
					if _, err := v.Token(t.Context(), key, time.Minute); err != nil {
						t.Fatal(err)
					}
				}
				if err := v.Close(); err != nil || time.Since(began) > c.most {
					t.Errorf("closed after %v: %v", time.Since(began), err)
				}
				kept := 0
				for name := range v.secrets.Entries() {
					if strings.HasPrefix(name, "access_token:") {
						kept++
					}
				}
				if kept < c.kept {
					t.Errorf("%d tokens are kept, want %d", kept, c.kept)
				}
			})
		})
	}
}

// gated is a keychain that waits at its door with an access token.
type gated struct {
	Secrets
	came chan struct{}
	open chan struct{}
}

func (g gated) Set(ctx context.Context, name, secret string) error {
	if strings.HasPrefix(name, "access_token:") {
		g.came <- struct{}{}
		<-g.open
	}
	return g.Secrets.Set(ctx, name, secret)
}

func TestTokenOfARemovedAccountIsNotKept(t *testing.T) {
	door := gated{came: make(chan struct{}, 2), open: make(chan struct{})}
	v := newVirtual(t, &tokens{}, 2, nil, func(s Secrets) Secrets { door.Secrets = s; return door })
	defer shut(t, v)
	for _, key := range v.keys {
		if _, err := v.Token(t.Context(), key, time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	<-door.came // one is being kept, the other waits for it
	removed := make(chan error)
	for _, key := range v.keys {
		go func() {
			_, err := v.Remove(t.Context(), key)
			removed <- err
		}()
	}
	close(door.open)
	for range v.keys {
		if err := <-removed; err != nil {
			t.Error(err)
		}
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
	if left := v.secrets.Entries(); len(left) > 0 {
		t.Errorf("%d entries are left", len(left))
	}
}
