package desktop

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

// hasty are limits that a test can wait for.
var hasty = limits{message: 200 * time.Millisecond, answer: 5 * time.Second, door: 20 * time.Second, most: 16}

// first is a first start, and what it was handed.
type first struct {
	*testing.T
	*Instance
	at   meeting
	ctx  context.Context
	end  context.CancelFunc
	came chan Handover
	mu   sync.Mutex
	log  bytes.Buffer
}

// newFirst is a first start that heeds what comes.
func newFirst(t *testing.T, l limits) *first {
	t.Helper()
	f := startFirst(t, meetingForTest(t), l)
	f.serve()
	return f
}

func startFirst(t *testing.T, at meeting, l limits) *first {
	t.Helper()
	f := &first{T: t, at: at, came: make(chan Handover, 100)}
	var err error
	if f.Instance, err = claim(at, l, Handover{}); err != nil || f.Instance == nil {
		t.Fatalf("not the first (%v)", err)
	}
	f.ctx, f.end = context.WithCancel(t.Context())
	t.Cleanup(func() {
		f.end()
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func (f *first) serve() {
	f.Serve(f.ctx, slog.New(slog.NewTextHandler(f, nil)), func(h Handover, done func()) { f.came <- h; done() })
}

func (f *first) Write(line []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.log.Write(line)
}

// lines is how many lines were logged.
func (f *first) lines() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Count(f.log.String(), "\n")
}

// handsOver starts once more, and waits until that was heeded.
func (f *first) handsOver(h Handover) {
	f.Helper()
	second, err := claim(f.at, f.limits, h)
	if second != nil || err != nil {
		f.Fatalf("it did not hand over (%v)", err)
	}
	f.wantHeeded(h)
}

// wantHeeded waits for what is heeded next.
func (f *first) wantHeeded(want Handover) {
	f.Helper()
	select {
	case got := <-f.came:
		if got != want {
			f.Errorf("heeded was %+v, want %+v", got, want)
		}
	case <-time.After(10 * time.Second):
		f.Errorf("%+v was not heeded", want)
	}
}

// connection connects as any program could.
func (f *first) connection() net.Conn {
	f.Helper()
	conn, err := knock(f.Context(), f.at.door)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { conn.Close() })
	return conn
}

// wantNothing waits until the first hangs up, and checks that it said and did nothing.
func (f *first) wantNothing(conn net.Conn) {
	f.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	answer, err := io.ReadAll(conn)
	if errors.Is(err, os.ErrDeadlineExceeded) || len(answer) > 0 {
		f.Errorf("it answered %q (%v)", answer, err)
	}
	select {
	case h := <-f.came:
		f.Errorf("it was taken for %+v", h)
	default:
	}
}

// await waits for a condition.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	limit := time.After(10 * time.Second)
	for !holds() {
		select {
		case <-limit:
			t.Fatalf("waited in vain for %s", what)
		case <-time.After(time.Millisecond):
		}
	}
}

var absolute = filepath.Join(os.TempDir(), "client.json")

func TestLaterStartsHandTheirFlagsOver(t *testing.T) {
	f := newFirst(t, hasty)
	for _, h := range []Handover{
		{}, {Hidden: true}, {Practice: true}, {Issuer: "https://id.example.com"}, {Client: absolute, Add: true},
		{Client: filepath.Join(filepath.Dir(absolute), strings.Repeat("ä\"", 1000))},
	} {
		f.handsOver(h)
	}
	if n := f.lines(); n > 0 {
		t.Errorf("%d lines were logged", n)
	}
}

func TestWhatComesBeforeTheProgramHasStartedIsDoneThen(t *testing.T) {
	f := startFirst(t, meetingForTest(t), hasty)
	early := []Handover{{Add: true}, {Practice: true}}
	for _, h := range early {
		if second, err := claim(f.at, hasty, h); second != nil || err != nil {
			t.Fatalf("it did not hand over (%v)", err)
		}
	}
	f.serve()
	for _, h := range early {
		f.wantHeeded(h)
	}
	f.handsOver(Handover{Hidden: true})
}

func TestOfStartsAtTheSameMomentOneIsFirst(t *testing.T) {
	for range 20 {
		at, begin := meetingForTest(t), make(chan struct{})
		firsts, errs := make(chan *Instance, 8), make(chan error, 8)
		for range cap(firsts) {
			go func() {
				<-begin
				i, err := claim(at, hasty, Handover{})
				firsts <- i
				errs <- err
			}()
		}
		close(begin)
		found := 0
		for range cap(firsts) {
			if i := <-firsts; i != nil {
				found++
				defer shut(t, i)
			}
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		if found != 1 {
			t.Fatalf("%d are first", found)
		}
	}
}

// placeVariable has the test binary be a first start at this lock and this door, until it is killed.
const placeVariable = "TOKENTRAY_TEST_FIRST"

func TestMain(m *testing.M) {
	if lock, door, ok := strings.Cut(os.Getenv(placeVariable), "\n"); ok {
		if i, err := claim(meeting{lock, door}, usualLimits, Handover{}); i == nil || err != nil {
			os.Exit(1)
		}
		fmt.Println("first")
		select {}
	}
	os.Exit(m.Run())
}

func TestLeftoversOfAKilledProgramDontBlock(t *testing.T) {
	at := meetingForTest(t)
	for range 3 {
		command := exec.CommandContext(t.Context(), os.Args[0])
		command.Env = append(os.Environ(), placeVariable+"="+at.lock+"\n"+at.door)
		out, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); line != "first\n" {
			t.Fatalf("the one to be killed is not first (%v)", err)
		}
		if second, err := claim(at, hasty, Handover{}); second != nil || err != nil {
			t.Fatalf("it does not hand over to the one that runs (%v)", err)
		}
		if err := command.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = command.Wait()
	}
	if _, err := os.Stat(at.lock); err != nil {
		t.Errorf("the lock's file is not left, so that this proves nothing: %v", err)
	}
	f := startFirst(t, at, hasty)
	f.serve()
	f.handsOver(Handover{Add: true})
}

func TestNoiseChangesNothing(t *testing.T) {
	f := newFirst(t, hasty)
	long := `{"client":"` + strings.Repeat("x", maxMessage) + "\"}\n"
	for name, noise := range map[string]string{
		"nothing":             "",
		"no line":             strings.Repeat("x", 1<<20),
		"zeros":               strings.Repeat("\x00", 1<<20),
		"half a message":      `{"hidden":tr`,
		"a message too long":  long,
		"an empty line":       "\n",
		"words":               "raise\n",
		"another type":        `{"hidden":"yes"}` + "\n",
		"a list":              "[true]\n",
		"a path from nowhere": `{"client":"client.json"}` + "\n",
		"two places":          `{"practice":true,"issuer":"https://id.example.com"}` + "\n",
		"two messages":        `{"add":true}{"add":true}` + "\n",
		"a request":           "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			conn := f.connection()
			go func() { _, _ = io.WriteString(conn, noise) }() // which it need not read to the end
			f.wantNothing(conn)
		})
		t.Run(name+", then gone", func(t *testing.T) {
			conn := f.connection()
			_ = conn.SetDeadline(time.Now().Add(time.Second))
			_, _ = io.WriteString(conn, noise)
			conn.Close()
			f.handsOver(Handover{Practice: true})
		})
	}
	if n := f.lines(); n != 1 {
		t.Errorf("%d lines were logged, want one for all of it", n)
	}
	if strings.Contains(f.log.String(), "xxx") {
		t.Error("the log repeats the noise")
	}
}

func TestMessageOfALaterVersionIsHeeded(t *testing.T) {
	f := newFirst(t, hasty)
	conn := f.connection()
	if _, err := io.WriteString(conn, `{"add":true,"wings":2}`+"\n"); err != nil {
		t.Fatal(err)
	}
	if answer, err := io.ReadAll(conn); string(answer) != yes || err != nil {
		t.Errorf("the answer is %q (%v)", answer, err)
	}
	f.wantHeeded(Handover{Add: true})
}

func TestAThousandConnectionsStopNobody(t *testing.T) {
	l := hasty
	l.message = time.Minute // they are not rid of by waiting
	f := newFirst(t, l)
	before := runtime.NumGoroutine()
	var crowd sync.WaitGroup
	stop := make(chan struct{})
	for range 1000 {
		crowd.Go(func() {
			for i := 0; i < 1000; i++ { // its turn comes
				if conn, err := knock(t.Context(), f.at.door); err == nil {
					defer conn.Close()
					_, _ = conn.Write([]byte(`{"hidden"`))
					break
				}
				time.Sleep(time.Millisecond)
			}
			<-stop
		})
	}
	for range 20 {
		begun := time.Now()
		f.handsOver(Handover{Add: true})
		if took := time.Since(begun); took > l.answer {
			t.Errorf("an honest start took %v", took)
		}
	}
	if n := f.waiting(); n > l.most {
		t.Errorf("it waits for %d messages at once, want %d at most", n, l.most)
	}
	close(stop)
	crowd.Wait()
	await(t, "the goroutines to end", func() bool { return runtime.NumGoroutine() <= before })
	if n := f.lines(); n > 1 {
		t.Errorf("%d lines were logged", n)
	}
	f.handsOver(Handover{})
}

func (f *first) waiting() int {
	f.Instance.mu.Lock()
	defer f.Instance.mu.Unlock()
	return len(f.reading)
}

func TestFirstThatDoesNotAnswerIsSaid(t *testing.T) {
	l := hasty
	l.answer, l.door = 200*time.Millisecond, 300*time.Millisecond
	t.Run("its screen hangs", func(t *testing.T) {
		f := startFirst(t, meetingForTest(t), l)
		f.Serve(f.ctx, slog.New(slog.DiscardHandler), func(Handover, func()) {})
		wantNoAnswer(t, f.at, l)
	})
	t.Run("all of it hangs", func(t *testing.T) {
		at := heldLock(t)
		door, err := openDoor(at)
		if err != nil {
			t.Fatal(err)
		}
		defer door.Close()
		wantNoAnswer(t, at, l)
	})
	t.Run("it has no door", func(t *testing.T) { wantNoAnswer(t, heldLock(t), l) })
}

// shut closes what a test opened, which has to go well.
func shut(t testing.TB, opened io.Closer) {
	t.Helper()
	if err := opened.Close(); err != nil {
		t.Errorf("could not be closed: %v", err)
	}
}

func heldLock(t *testing.T) meeting {
	t.Helper()
	at := meetingForTest(t)
	lock := flock.New(at.lock)
	if held, err := lock.TryLock(); !held || err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, lock) })
	return at
}

func wantNoAnswer(t *testing.T, at meeting, l limits) {
	t.Helper()
	if i, err := claim(at, l, Handover{}); i != nil || !errors.Is(err, ErrNoAnswer) {
		t.Errorf("got %v, want %v", err, ErrNoAnswer)
	}
}

func TestStartWhileTheFirstEndsIsTheNextFirst(t *testing.T) {
	f := newFirst(t, hasty)
	f.end()
	await(t, "the door to close", func() bool { return f.Instance.ctx.Err() != nil })
	next := make(chan *Instance)
	go func() {
		i, err := claim(f.at, hasty, Handover{})
		if err != nil {
			t.Error(err)
		}
		next <- i
	}()
	select {
	case <-next:
		t.Error("there are two at once")
	case <-time.After(20 * knockAgain):
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	i := <-next
	if i == nil {
		t.Fatal("it handed over to one that has ended")
	}
	if err := i.Close(); err != nil {
		t.Error(err)
	}
}

func TestWhatIsTooLongIsNotHandedOver(t *testing.T) {
	f := newFirst(t, hasty)
	second, err := claim(f.at, hasty, Handover{Issuer: strings.Repeat("x", maxMessage)})
	if second != nil || err == nil || errors.Is(err, ErrNoAnswer) {
		t.Errorf("got %v", err)
	}
	if n := f.lines(); n > 0 {
		t.Errorf("the first was bothered with it")
	}
}

func TestRemovedInstanceLeavesNothingToMeetAt(t *testing.T) {
	f := startFirst(t, meetingForTest(t), usualLimits)
	folder := filepath.Dir(f.at.lock)
	if err := f.Remove(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the folder is left (%v)", err)
	}
	if err := f.Remove(); err != nil {
		t.Errorf("where nothing is left: %v", err)
	}
	if err := (&Instance{}).Remove(); err != nil {
		t.Errorf("where there never was anything: %v", err)
	}
}

func TestInstanceThatNobodyFindsNeedsNoCare(t *testing.T) {
	var i Instance
	i.Serve(t.Context(), slog.New(slog.DiscardHandler), func(Handover, func()) { t.Error("it was found") })
	if err := i.Close(); err != nil {
		t.Error(err)
	}
}
