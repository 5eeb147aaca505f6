package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/delivery"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

func TestMain(m *testing.M) {
	if !crashtest.Play(func(p part) error { return p.play(context.Background()) }) {
		os.Exit(m.Run())
	}
}

// said is a fact that tells receivers something.
type said struct {
	To   []string `json:"to"`
	What string   `json:"what"`
}

func (said) Kind() string       { return "test.said" }
func (said) Version() int       { return 1 }
func (said) Subjects() []string { return nil }

// empty is a database with a journal and nothing in it.
var empty = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	db, err := sqldb.Open(ctx, dsn)
	if err != nil {
		return err
	}
	return errors.Join(db.Migrate(ctx, journaltest.Steps()), journalOn(db).Learn(nil, nil), db.Close())
})

func journalOn(db *sqldb.DB) *journal.Journal {
	j, err := journal.New(journal.Config{DB: db, Clock: clock.System{}})
	if err != nil {
		panic(err)
	}
	if err := j.Learn([]journal.Definition{journal.Define[said]()}, nil); err != nil {
		panic(err)
	}
	return j
}

// world is who confirms what, by receiver.
type world struct {
	mu    sync.Mutex
	heard map[string][]string // receiver → ids, each time it was told
	// answer is what a receiver answers; nil confirms everything.
	answer func(ctx context.Context, m delivery.Message) error
}

func (w *world) deliver(ctx context.Context, m delivery.Message) error {
	if w.answer != nil {
		if err := w.answer(ctx, m); err != nil {
			return err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard[m.To] = append(w.heard[m.To], m.ID)
	return nil
}

// has returns what a receiver has confirmed, in order, each once.
func (w *world) has(to string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Compact(slices.Sorted(slices.Values(w.heard[to])))
}

// told counts everything that was confirmed, also what was told again.
func (w *world) told() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, ids := range w.heard {
		n += len(ids)
	}
	return n
}

func kindOf(deliver func(context.Context, delivery.Message) error) delivery.Kind {
	return delivery.Kind{
		Name: "word", Kinds: []string{said{}.Kind()}, Workers: 3, Within: 10 * time.Second, Deliver: deliver, Retry: jobs.Retry{First: time.Second, Most: 15 * time.Minute, Times: 1000},
		Messages: func(_ context.Context, e journal.Entry) ([]delivery.Message, error) {
			var all []delivery.Message
			for _, to := range e.Fact.(said).To {
				all = append(all, delivery.Message{ID: e.ID.String() + "-" + to, To: to, Body: []byte(e.Fact.(said).What)})
			}
			return all, nil
		},
	}
}

// program is one that serves a database.
type program struct {
	*journal.Journal
	*jobs.Runner
	t  *testing.T
	db *sqldb.DB
	// kill ends it.
	kill func()
	n    int
}

// start opens the database at dsn and lets a program deliver to the world until kill or the end of the test. It looks seldom for what others enqueued.
func start(t *testing.T, dsn string, w *world) *program { return startWith(t, dsn, w, 20*time.Second) }

func startWith(t *testing.T, dsn string, w *world, poll time.Duration) *program {
	t.Helper()
	db, err := sqldb.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, db: db, Journal: journalOn(db)}
	if p.Runner, err = runner(p.Journal, kindOf(w.deliver), jobs.Config{Poll: poll}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := p.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	p.kill = sync.OnceFunc(func() {
		stop()
		running.Wait()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(p.kill)
	return p
}

// runner is who delivers a kind.
func runner(j *journal.Journal, k delivery.Kind, c jobs.Config) (*jobs.Runner, error) {
	courier := delivery.New(j, k)
	c.DB, c.Clock, c.Jobs, c.Queues = delivery.Store(j.DB()), clock.System{}, courier.Jobs(), []jobs.Queue{courier.Queue()}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	r, err := jobs.New(c)
	courier.Through(r)
	return r, err
}

// says posts lines at a desk, each of which tells the receivers something, and returns what each of them must hear of it in the end.
func (p *program) says(desk string, lines int, to ...string) {
	p.t.Helper()
	for range lines {
		p.n++
		key := fmt.Sprintf("%s-%p-%d", desk, p, p.n)
		if err := say(p.t.Context(), p.Journal, desk, key, to...); err != nil {
			p.t.Fatal(err)
		}
	}
}

func say(ctx context.Context, j *journal.Journal, desk, key string, to ...string) error {
	req := journal.Request{By: actor.System("test"), Desk: desk, Key: key}
	_, err := j.Do(ctx, req, key, func(tx *journal.Tx) error { return tx.Record(ctx, said{To: to, What: key}) })
	return err
}

// owed returns the ids that a receiver must have heard, by what stands in the journal.
func (p *program) owed(to string) []string {
	p.t.Helper()
	heads, err := p.Heads(p.t.Context(), p.db)
	if err != nil {
		p.t.Fatal(err)
	}
	var ids []string
	for _, h := range heads {
		lines, err := p.Lines(p.t.Context(), p.db, h.Desk, 0, int(h.Number))
		if err != nil {
			p.t.Fatal(err)
		}
		for _, l := range lines {
			if slices.Contains(l.Fact.(said).To, to) {
				ids = append(ids, l.ID.String()+"-"+to)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

// waiting counts what is not confirmed, by receiver.
func (p *program) waiting() map[string]int {
	p.t.Helper()
	n := map[string]int{}
	err := delivery.Waiting(p.t.Context(), p.db, "word", func(m delivery.Message) error {
		n[m.To]++
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

// marks returns up to where everything is confirmed.
func (p *program) marks() map[string]int64 {
	p.t.Helper()
	m, err := p.Cursors(p.t.Context(), "word")
	if err != nil {
		p.t.Fatal(err)
	}
	return m
}

// each runs the test on both engines, in a time of its own, which passes as soon as everybody waits.
func each(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Helper()
	t.Parallel()
	empty.Each(t, func(t *testing.T, dsn string) {
		synctest.Test(t, func(t *testing.T) { test(t, dsn) })
	})
}
