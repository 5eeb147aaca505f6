package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

func TestMain(m *testing.M) {
	if !crashtest.Play(func(p part) error { return p.play(context.Background()) }) {
		os.Exit(m.Run())
	}
}

// withTables has the tables of jobs.
var withTables = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	db, err := sqldb.Open(ctx, dsn)
	if err != nil {
		return err
	}
	return errors.Join(db.Migrate(ctx, []sqldb.Migration{{Number: 1, Name: "jobs", SQL: jobs.Schema}}), db.Close())
})

// each runs the test on both engines, in a time of its own, which passes as soon as everybody waits. Every call of open is another program's connection.
func each(t *testing.T, test func(t *testing.T, open func() *sqldb.DB)) {
	t.Helper()
	t.Parallel()
	withTables.Each(t, func(t *testing.T, dsn string) {
		synctest.Test(t, func(t *testing.T) { test(t, func() *sqldb.DB { return open(t, dsn) }) })
	})
}

func open(t *testing.T, dsn string) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// journal is what was logged.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) has(word string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return bytes.Contains(j.text.Bytes(), []byte(word))
}

// program is a Runner at work.
type program struct {
	*jobs.Runner
	log  *journal
	stop func() error
}

// prepare makes a Runner that does not run.
func prepare(t *testing.T, c jobs.Config) program {
	t.Helper()
	p := program{log: &journal{}}
	c.Log = slog.New(slog.NewTextHandler(p.log, nil))
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	var err error
	if p.Runner, err = jobs.New(c); err != nil {
		t.Fatal(err)
	}
	return p
}

// start makes a Runner and lets it run until stop is called or the test ends.
func start(t *testing.T, c jobs.Config) program {
	t.Helper()
	p := prepare(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	p.stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() { _ = p.stop() })
	return p
}

// status returns how the only job stands.
func (p program) status(t *testing.T) jobs.Status {
	t.Helper()
	all, err := p.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

// shifted is the machine's clock, set wrong by some time.
type shifted struct {
	mu sync.Mutex
	by time.Duration
}

func (s *shifted) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Now().UTC().Add(s.by)
}

func (s *shifted) set(by time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.by = by
}

// busy counts how many are at it, and remembers the most.
type busy struct {
	mu           sync.Mutex
	now, most, n int
}

func (b *busy) begin() func() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.n++
	b.now++
	b.most = max(b.most, b.now)
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.now--
	}
}

func (b *busy) times() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.n
}

func (b *busy) peak() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.most
}

// shared is a value that test and runs both use.
type shared[T any] struct {
	mu    sync.Mutex
	value T
}

func (s *shared[T]) get() T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.value
}

func (s *shared[T]) set(v T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.value = v
}

// add appends to a list.
func add[E any](s *shared[[]E], e E) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.value = append(s.value[:len(s.value):len(s.value)], e)
	return len(s.value)
}

// sleep sleeps, but not longer than ctx.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
