package harness_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// part is what the child is told.
type part struct {
	DSN string
	// Run keeps the keys of the runs apart.
	Run int
	// Cheat is "", "early" (answers before the commit) or "twice" (applies lines twice).
	Cheat string
	// Limit bounds the size of a file in bytes, when above zero, until the parent says that there is room.
	Limit uint64
	// Loose are other settings of SQLite than the program's.
	Loose crashtest.Loose
	// Patient has the child send a request again until it is answered, as a browser does whose server was away.
	Patient bool
}

func TestMain(m *testing.M) {
	if !crashtest.Play(func(p part) error { return p.play(context.Background()) }) {
		os.Exit(m.Run())
	}
}

// acknowledge tells the parent what was answered.
func acknowledge(word, key string, e journal.Entry) {
	crashtest.Say("%s %s %s %d %x", word, key, e.Desk, e.Number, e.Hash)
}

// play posts until it is killed or its parent is gone.
func (p part) play(ctx context.Context) error {
	if err := crashtest.LimitFiles(p.Limit); err != nil {
		return err
	}
	p.Loose.Set()
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
	crashtest.Say("ready")
	go p.work(ctx, j, again)
	for orders.Scan() {
		crashtest.Obey(orders.Text())
		switch orders.Text() {
		case "room":
			if err := crashtest.FreeFiles(); err != nil {
				return err
			}
			crashtest.Say("raised")
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
				crashtest.Say("try %s", q.key)
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
		crashtest.Say("away %v", err)
		time.Sleep(20 * time.Millisecond)
		posted, err = send(ctx, j, q)
	}
	switch {
	case errors.Is(err, errRefused) && q.refused:
	case errors.Is(err, sqldb.ErrFull):
		crashtest.Say("full %s", q.key)
	case errors.Is(err, sqldb.ErrClosed): // its parent told it to stop
		crashtest.Say("closed %s", q.key)
	case err != nil:
		crashtest.Say("odd %s: %v", q.key, err)
	case len(posted.Entries) != len(q.facts):
		crashtest.Say("odd %s: %d lines for %d facts", q.key, len(posted.Entries), len(q.facts))
	default:
		for _, e := range posted.Entries {
			acknowledge(word, q.key, e)
		}
	}
}
