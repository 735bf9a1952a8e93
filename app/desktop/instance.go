package desktop

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// Handover is what a start of the program asks of the one that runs already: its flags. It holds no secret.
type Handover struct {
	Hidden   bool   `json:"hidden,omitempty"`
	Practice bool   `json:"practice,omitempty"`
	Issuer   string `json:"issuer,omitempty"`
	Client   string `json:"client,omitempty"` // an absolute path
	Add      bool   `json:"add,omitempty"`
}

// ErrNoAnswer means that the program runs already, and does not answer.
var ErrNoAnswer = errors.New("the program runs already and does not answer")

// A hand-over is one line of JSON, and the answer is one of two words.
const (
	maxMessage = 8 << 10 // bytes, the end of the line included
	yes        = "ok\n"
	no         = "no\n"
)

// limits bound what a hand-over may take of either side.
type limits struct {
	message time.Duration // until a whole message is there
	answer  time.Duration // until what it asks for is done
	door    time.Duration // until a door that is closed opens, or whoever had it is gone
	most    int           // connections whose message is awaited, of which the oldest makes room, and messages at work
}

// A program that ends closes its door first and may take some seconds to end.
var usualLimits = limits{message: 2 * time.Second, answer: 3 * time.Second, door: 10 * time.Second, most: 16}

const (
	knockAgain = 10 * time.Millisecond // between two tries at a closed door
	logAgain   = time.Minute           // between two lines about messages that are none
)

// meeting is where the starts of one person's session find each other.
type meeting struct {
	lock string // the file that the first holds locked for as long as it lives
	door string // the address at which it listens
}

// Instance is the first start of the program in a person's session. The zero value is one that other starts don't find.
type Instance struct {
	lock   *flock.Flock
	door   net.Listener
	limits limits
	ctx    context.Context // ends when the door closes
	cancel context.CancelFunc
	turns  chan struct{} // one for each message at work
	work   sync.WaitGroup

	mu      sync.Mutex
	reading []net.Conn // whose message is awaited, the oldest first
	early   []Handover
	do      func(Handover, func()) // nil before Serve
	log     *slog.Logger           // nil before Serve
	logged  time.Time
}

// Claim makes this process the first of the person's session, or hands h over to the one that is first: then it returns
// nil, or [ErrNoAnswer]. With an instance and an error nobody can tell, and the instance is one that other starts don't
// find. Where the system has no folder for what belongs to a session, config, the program's own in the person's
// configuration, may have to do.
//
// Who is first is decided by a lock that goes with its process, so that nothing that is left of one stands in the way.
func Claim(config string, h Handover) (*Instance, error) {
	at, err := meet(config)
	if err != nil {
		return &Instance{}, err
	}
	return claim(at, usualLimits, h)
}

func claim(at meeting, l limits, h Handover) (*Instance, error) {
	lock := flock.New(at.lock, flock.SetPermissions(0o600))
	for begun := time.Now(); ; time.Sleep(knockAgain) {
		first, err := lock.TryLock()
		switch {
		case err != nil:
			return &Instance{}, fmt.Errorf("could not lock the place of the first start: %w", err)
		case first:
			return newInstance(at, l, lock)
		}
		settled, err := ask(at.door, l.answer, h)
		if !settled && time.Since(begun) > l.door {
			settled, err = true, ErrNoAnswer
		}
		if settled {
			return nil, errors.Join(err, lock.Close())
		}
	}
}

// ask hands something over and waits until it was heeded. Where that is not settled it makes sense to ask again.
func ask(door string, patience time.Duration, h Handover) (settled bool, err error) {
	message, err := json.Marshal(h)
	if err != nil || len(message) >= maxMessage {
		return true, errors.New("this is too long to be handed over to the program that runs already")
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := knock(ctx, door)
	if err != nil {
		return false, fmt.Errorf("could not reach the program that runs already: %w", err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := conn.Write(append(message, '\n')); err != nil {
		return false, fmt.Errorf("could not hand over: %w", err)
	}
	answer, err := io.ReadAll(io.LimitReader(conn, int64(len(yes))))
	var slow net.Error
	switch {
	case string(answer) == yes:
		return true, nil
	case string(answer) == no, errors.As(err, &slow) && slow.Timeout():
		return true, ErrNoAnswer
	}
	return false, errors.New("the program that runs already hung up")
}

// newInstance opens the door for whoever holds the lock.
func newInstance(at meeting, l limits, lock *flock.Flock) (*Instance, error) {
	door, err := openDoor(at)
	if err != nil {
		return &Instance{}, errors.Join(fmt.Errorf("could not listen for other starts: %w", err), lock.Close())
	}
	ctx, cancel := context.WithCancel(context.Background())
	i := &Instance{lock: lock, door: door, limits: l, ctx: ctx, cancel: cancel, turns: make(chan struct{}, l.most)}
	i.work.Go(i.accept)
	return i, nil
}

// Serve has do called for everything that other starts ask for, what they have asked for so far included, until ctx ends;
// then the door closes. do must not block, and calls done when it is done. The log gets a line in a minute at most, about
// messages that are none.
func (i *Instance) Serve(ctx context.Context, log *slog.Logger, do func(h Handover, done func())) {
	if i.door == nil {
		return
	}
	context.AfterFunc(ctx, i.closeDoor)
	i.mu.Lock()
	early := i.early
	i.early, i.do, i.log = nil, do, log
	i.mu.Unlock()
	for _, h := range early {
		do(h, func() {})
	}
}

// Close closes the door and lets the next start be first.
func (i *Instance) Close() error {
	if i.door == nil {
		return nil
	}
	i.closeDoor()
	i.work.Wait()
	return i.lock.Close()
}

// Remove is Close, and leaves nothing in the place where starts of the program meet. A start that waits there just now may
// be first beside another one that comes later.
func (i *Instance) Remove() error {
	err := i.Close()
	if i.lock == nil {
		return err
	}
	path := i.lock.Path()
	if failed := os.Remove(path); failed != nil && !errors.Is(failed, fs.ErrNotExist) {
		return errors.Join(err, failed)
	}
	_ = os.Remove(filepath.Dir(path)) // unless it holds something else
	return err
}

func (i *Instance) closeDoor() {
	i.cancel()
	_ = i.door.Close()
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, conn := range i.reading {
		_ = conn.Close()
	}
}

func (i *Instance) accept() {
	for {
		conn, err := i.door.Accept()
		if err != nil {
			select {
			case <-i.ctx.Done():
				return
			case <-time.After(knockAgain): // the system is short of something
				continue
			}
		}
		i.await(conn)
		i.work.Go(func() { i.attend(conn) })
	}
}

// await makes room for one more connection whose message is awaited.
func (i *Instance) await(conn net.Conn) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.reading = append(i.reading, conn)
	switch {
	case i.ctx.Err() != nil:
		_ = conn.Close()
	case len(i.reading) > i.limits.most:
		_ = i.reading[0].Close()
		i.reading = i.reading[1:]
	}
}

func (i *Instance) attend(conn net.Conn) {
	defer conn.Close()
	h, err := i.read(conn)
	if !i.awaited(conn) {
		err = errors.New("there are too many of them") // and it comes once more
	}
	if err != nil {
		i.complain(err)
		return
	}
	answer := i.heed(h)
	_ = conn.SetWriteDeadline(time.Now().Add(i.limits.message))
	_, _ = io.WriteString(conn, answer) // whoever has gone meanwhile needs no answer
}

// awaited takes a connection off the list, and tells whether it was still there: one that had to make room is closed.
func (i *Instance) awaited(conn net.Conn) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	before := len(i.reading)
	i.reading = slices.DeleteFunc(i.reading, func(c net.Conn) bool { return c == conn })
	return len(i.reading) < before
}

// read reads a message. Its errors repeat nothing of it.
func (i *Instance) read(conn net.Conn) (h Handover, err error) {
	if err := sameUser(conn); err != nil {
		return h, err
	}
	_ = conn.SetReadDeadline(time.Now().Add(i.limits.message))
	line, err := bufio.NewReaderSize(conn, maxMessage).ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return h, errors.New("it is too long")
	case err != nil:
		return h, errors.New("it has no end")
	case json.Unmarshal(line, &h) != nil,
		h.Practice && h.Issuer != "",
		h.Client != "" && !filepath.IsAbs(h.Client):
		return h, errors.New("it makes no sense")
	}
	return h, nil
}

// heed has a message heeded and returns the answer; none where the message should come once more.
func (i *Instance) heed(h Handover) (answer string) {
	select {
	case i.turns <- struct{}{}:
		defer func() { <-i.turns }()
	default:
		return ""
	}
	do, early := i.doer(h)
	if early {
		return yes
	}
	heeded := make(chan struct{})
	do(h, sync.OnceFunc(func() { close(heeded) }))
	late := time.NewTimer(i.limits.answer)
	defer late.Stop()
	select {
	case <-heeded:
		return yes
	case <-late.C:
		return no
	case <-i.ctx.Done():
		return ""
	}
}

// doer is what Serve was given. Until then the message is kept, and as good as done; of too many the last ones are.
func (i *Instance) doer(h Handover) (do func(Handover, func()), early bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.do == nil {
		i.early = append(i.early, h)
		if len(i.early) > i.limits.most {
			i.early = i.early[1:]
		}
	}
	return i.do, i.do == nil
}

func (i *Instance) complain(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.log == nil || i.ctx.Err() != nil || !i.logged.IsZero() && time.Since(i.logged) < logAgain {
		return
	}
	i.logged = time.Now()
	i.log.Warn("a message from another program was not heeded", "err", err)
}
