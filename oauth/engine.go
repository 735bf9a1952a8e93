package oauth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/sync/singleflight"

	"tokentray/oauth/jsonfile"
)

// Config is what an [Engine] is made of.
type Config struct {
	Provider Provider
	// Folder holds the account list and the accounts' histories; it is made if it is missing. One engine at a time uses it.
	Folder string
	// Secrets is the keychain.
	Secrets Secrets
	// Client, where it has an ID, is used instead of one imported with SetClient.
	Client Client
	// Landing makes the page on which the browser ends; nil: a plain sentence.
	Landing func(Account, error) Page
	// Words says one of [loopback.Sentences], which the browser meets elsewhere than at the landing, in the person's language.
	// It is called on any goroutine; nil: they stay English.
	Words func(english string) string
	// Patience is how long a sign-in waits for the browser; zero: 5 minutes.
	Patience time.Duration
	// Transport carries the requests; nil: as http.DefaultTransport does, proxy from the environment included.
	Transport http.RoundTripper
	// Log receives one line for each thing that goes wrong; nil: slog.Default(). Nothing secret is logged.
	Log *slog.Logger

	clock *clock // a test's; nil: this computer's
}

// Page is an answer to the browser.
type Page struct {
	Status int
	Header http.Header
	Body   []byte
}

// Engine keeps the accounts of one provider. All methods are safe for concurrent use.
type Engine struct {
	dir       string
	secrets   Secrets
	log       *slog.Logger
	landing   func(Account, error) Page
	words     func(english string) string
	patience  time.Duration
	provider  Provider
	directory *directory
	http      *http.Client
	clock     *clock
	lock      *flock.Flock

	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	running sync.WaitGroup
	wake    chan struct{} // tells the scheduler to look again; holds one
	dirty   chan struct{} // tells the announcer that a snapshot is due; holds one
	noted   chan struct{} // tells the historian that there is something to write; holds one
	flights singleflight.Group
	slots   chan struct{} // requests in flight
	keep    chan struct{} // tells that access tokens are to be kept; holds one

	mu       sync.RWMutex
	accounts map[Key]*account
	order    []Key // as they were added
	agenda   agenda
	renewing int   // renewals that the scheduler started and that are not over
	unkept   []Key // accounts whose access token is not in the keychain yet
	clients  clients
	signIn   *SignIn
	closed   bool
	round    time.Time // when all accounts that wait are, or were, tried
	offline  bool      // the network swallowed a request, and no answer came since
	lookout  time.Time // when one account sees whether it still does
	// unwritten tells that the histories have something that is not in their file.
	unwritten bool

	storing  sync.Mutex // held while an account's secrets change
	saving   sync.Mutex // held while a file is written
	watching sync.Mutex // held while watchers are told
	watchers []*watcher
}

type watcher struct{ tell func([]Account) }

const (
	defaultPatience = 5 * time.Minute
	maxInFlight     = 8
	closeGrace      = 2 * time.Second
	// maxRenewing leaves some of the scheduler's renewals to wait for the keychain while as many as may be are in flight.
	maxRenewing = maxInFlight + 2
	// announceRest is between two snapshots. A thousand renewals in a row would make two thousand, of a thousand accounts
	// each; a person sees no difference.
	announceRest = 50 * time.Millisecond
)

// Open reads the account list, finishes what a crash left half done and starts to renew tokens. With a damaged
// list the engine is usable and the error is [ErrListAside]; with any other error there is no engine.
func Open(config Config) (*Engine, error) {
	if err := os.MkdirAll(config.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("could not make the folder for the account list: %w", err)
	}
	lock := flock.New(filepath.Join(config.Folder, "lock"), flock.SetPermissions(0o600))
	if held, err := lock.TryLock(); err != nil {
		return nil, fmt.Errorf("could not lock the folder of the account list: %w", err)
	} else if !held {
		return nil, ErrInUse
	}
	base := config.Transport
	if base == nil {
		base = usualTransport()
	}
	ctx, cancel := context.WithCancel(context.Background())
	e := &Engine{
		clock:    config.clock,
		dir:      config.Folder,
		secrets:  config.Secrets,
		log:      config.Log,
		landing:  config.Landing,
		words:    config.Words,
		patience: config.Patience,
		provider: config.Provider,
		lock:     lock,
		ctx:      ctx,
		cancel:   cancel,
		wake:     make(chan struct{}, 1),
		dirty:    make(chan struct{}, 1),
		noted:    make(chan struct{}, 1),
		slots:    make(chan struct{}, maxInFlight),
		keep:     make(chan struct{}, 1),
		accounts: map[Key]*account{},
	}
	if e.clock == nil {
		e.clock = newClock()
	}
	e.http = newHTTPClient(dated{base, e.clock, e.clockCorrected})
	e.directory = &directory{ctx: ctx, provider: config.Provider, http: e.http}
	if e.log == nil {
		e.log = slog.Default()
	}
	if e.landing == nil {
		e.landing = plainLanding
	}
	if e.patience == 0 {
		e.patience = defaultPatience
	}
	jsonfile.Sweep(e.listPath(), 0)
	jsonfile.Sweep(e.clientsPath(), 0)
	jsonfile.Sweep(e.historyPath(), 0)
	rows, damage := readList(e.listPath(), config.Provider.Name, e.now())
	if damage != nil && !errors.Is(damage, ErrListAside) {
		cancel()
		return nil, errors.Join(damage, lock.Close())
	}
	for _, r := range rows {
		a := listed(r)
		e.put(a)
		if r.Phase == settled && a.state != SignInAgain {
			e.agenda.set(a, e.now())
		}
	}
	if damage != nil {
		e.log.Warn("account list damaged", "err", damage, "kept", len(rows))
		if err := e.save(); err != nil {
			e.log.Warn("account list not saved", "err", err)
		}
	}
	e.loadHistory()
	if config.Client.ID != "" {
		e.clients = clients{}.with(config.Client)
		e.clients.fixed = true
	} else {
		e.loadClients()
	}
	strays, phases := e.halfDone()
	e.running.Go(func() { e.finishHalfDone(strays, phases) })
	e.running.Go(e.schedule)
	e.running.Go(e.announce)
	e.running.Go(e.keepAccess)
	e.running.Go(e.keepHistory)
	return e, damage
}

// Close ends every request, sign-in and timer and waits for them. A renewal that asks the provider just now has two
// seconds to hear the answer.
func (e *Engine) Close() error {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	e.cancel()
	e.running.Wait()
	e.keepUnsaved()
	soon, cancel := context.WithTimeout(context.Background(), keepTime)
	defer cancel()
	e.keepAll(soon, soon.Done())
	e.saveHistory()
	e.http.CloseIdleConnections()
	return e.lock.Close()
}

// Accounts returns the present snapshot, in the order in which the accounts were added.
func (e *Engine) Accounts() []Account {
	e.mu.RLock()
	defer e.mu.RUnlock()
	snapshot := make([]Account, 0, len(e.order))
	for _, key := range e.order {
		if a := e.accounts[key]; a.Phase == settled {
			snapshot = append(snapshot, a.snapshot())
		}
	}
	return snapshot
}

// Watch calls tell with the present snapshot at once and with a newer one after each change; changes that come
// together, or within 50 ms of the last call, make one call. Calls come one at a time, from the engine's own goroutine
// after the first; tell must not block, nor call Watch or stop. stop returns when no call is under way any more.
func (e *Engine) Watch(tell func([]Account)) (stop func()) {
	w := &watcher{tell}
	e.watching.Lock()
	defer e.watching.Unlock()
	e.watchers = append(e.watchers, w)
	tell(e.Accounts())
	return func() {
		e.watching.Lock()
		defer e.watching.Unlock()
		e.watchers = slices.DeleteFunc(e.watchers, func(x *watcher) bool { return x == w })
	}
}

// Used notes that a token of this account was handed to the person just now.
func (e *Engine) Used(key Key) {
	e.mu.Lock()
	a, ok := e.accounts[key]
	if ok {
		a.LastUsed = e.now()
		e.note(a, Copied, nil)
	}
	e.mu.Unlock()
	if !ok {
		return
	}
	e.changed()
	if err := e.save(); err != nil {
		e.log.Warn("last use not saved", "err", err)
	}
}

// changed has the watchers told.
func (e *Engine) changed() {
	select {
	case e.dirty <- struct{}{}:
	default:
	}
}

func (e *Engine) announce() {
	for {
		select {
		case <-e.ctx.Done():
			return
		case <-e.dirty:
		}
		e.watching.Lock()
		snapshot := e.Accounts()
		for _, w := range e.watchers {
			w.tell(slices.Clone(snapshot))
		}
		e.watching.Unlock()
		select {
		case <-e.ctx.Done():
			return
		case <-time.After(announceRest):
		}
	}
}

func (e *Engine) listPath() string { return filepath.Join(e.dir, "accounts.json") }

// save writes the account list as it stands.
func (e *Engine) save() error {
	e.saving.Lock()
	defer e.saving.Unlock()
	e.mu.RLock()
	rows := make([]row, 0, len(e.order))
	for _, key := range e.order {
		rows = append(rows, e.accounts[key].row)
	}
	e.mu.RUnlock()
	if err := writeList(e.listPath(), rows); err != nil {
		return fmt.Errorf("%w: %w", ErrNotSaved, err)
	}
	return nil
}

// now is the time by which tokens live.
func (e *Engine) now() time.Time { return e.clock.now() }

func plainLanding(account Account, err error) Page {
	if err != nil {
		return Page{Status: http.StatusOK, Body: []byte("The sign-in did not work. You can close this tab.")}
	}
	return Page{Status: http.StatusOK, Body: []byte("You are signed in. You can close this tab.")}
}
