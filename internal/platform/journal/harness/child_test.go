package harness_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// playing tells the test binary to be the child.
const playing = "VIENKOPUS_HARNESS_CHILD"

// part is what the child is told.
type part struct {
	DSN string
	// Run keeps the keys of the runs apart.
	Run int
	// Cheat is "", "early" (answers before the commit) or "twice" (applies lines twice).
	Cheat string
	// Limit bounds the size of a file in bytes, when above zero, until the parent says that there is room.
	Limit uint64
	// Patient has the child send a request again until it is answered, as a browser does whose server was away.
	Patient bool
}

func TestMain(m *testing.M) {
	if text := os.Getenv(playing); text != "" {
		var p part
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			panic(err)
		}
		if err := p.play(context.Background()); err != nil {
			say("broken %v", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// say writes one line to the parent, in one piece: a kill cannot leave half of it.
func say(format string, args ...any) {
	_, _ = os.Stdout.WriteString(strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", " ") + "\n")
}

// acknowledge tells the parent what was answered.
func acknowledge(word, key string, e journal.Entry) {
	say("%s %s %s %d %x", word, key, e.Desk, e.Number, e.Hash)
}

// play posts until it is killed or its parent is gone.
func (p part) play(ctx context.Context) error {
	if err := p.limit(); err != nil {
		return err
	}
	shape := tables{twice: p.Cheat == "twice"}
	if p.Cheat == "early" {
		shape.early = func(e journal.Entry) {
			if f, ok := e.Fact.(told); ok && !newRequest(f.Key).refused {
				acknowledge("ack", f.Key, e)
			}
		}
	}
	j, err := open(ctx, p.DSN, shape)
	if err != nil {
		return err
	}
	if _, err := j.DB().Share(ctx); err != nil {
		return err
	}
	orders := bufio.NewScanner(os.Stdin)
	var again []string
	for orders.Scan() && orders.Text() != "go" {
		again = append(again, orders.Text())
	}
	say("ready")
	go p.work(ctx, j, again)
	for orders.Scan() {
		switch orders.Text() {
		case "room":
			if err := raise(); err != nil {
				return err
			}
			say("raised")
		case "stop":
			return j.DB().Close()
		}
	}
	return nil
}

const workers = 8

// work sends the old requests again and then new ones, some of them twice at once.
func (p part) work(ctx context.Context, j *journal.Journal, again []string) {
	var next atomic.Int64
	for w := range workers {
		go func() {
			for i := w; i < len(again); i += workers {
				p.one(ctx, j, "again", newRequest(again[i]))
			}
			for {
				q := newRequest(fmt.Sprintf("r%d-%d", p.Run, next.Add(1)))
				say("try %s", q.key)
				var both sync.WaitGroup
				for range 1 + rand.IntN(5)/4 {
					both.Go(func() { p.one(ctx, j, "ack", q) })
				}
				both.Wait()
				time.Sleep(time.Duration(rand.IntN(3)) * time.Millisecond)
			}
		}()
	}
}

// one sends a request and tells the parent how it was answered.
func (p part) one(ctx context.Context, j *journal.Journal, word string, q request) {
	posted, err := send(ctx, j, q)
	for p.Patient && err != nil && !errors.Is(err, errRefused) {
		say("away %v", err)
		time.Sleep(20 * time.Millisecond)
		posted, err = send(ctx, j, q)
	}
	switch {
	case errors.Is(err, errRefused) && q.refused:
	case errors.Is(err, sqldb.ErrFull):
		say("full %s", q.key)
	case err != nil:
		say("odd %s: %v", q.key, err)
	case len(posted.Entries) != len(q.facts):
		say("odd %s: %d lines for %d facts", q.key, len(posted.Entries), len(q.facts))
	default:
		for _, e := range posted.Entries {
			acknowledge(word, q.key, e)
		}
	}
}

// limit bounds the files of this process. A write beyond it fails instead of ending the process.
func (p part) limit() error {
	if p.Limit == 0 {
		return nil
	}
	signal.Ignore(syscall.SIGXFSZ)
	var now syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &now); err != nil {
		return err
	}
	now.Cur = min(p.Limit, now.Max)
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &now)
}

// raise takes the limit away.
func raise() error {
	var now syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &now); err != nil {
		return err
	}
	now.Cur = now.Max
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &now)
}
