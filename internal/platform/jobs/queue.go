package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"vienkopus/internal/platform/sqldb"
)

// Queue does the works of one kind.
type Queue struct {
	// Kind is unique and stays the same between releases, for example "notice".
	Kind string
	// Workers is how many works this program does at once. More of them than lanes that may be slow, or the others wait for them.
	Workers int
	// Within is the deadline of one work.
	Within time.Duration
	// Retry is what happens after a failure; its zero value goes on for a day and a half.
	Retry Retry
	// Ordered says that the works of a lane are done in the order in which they were enqueued, also while one of them fails: it holds up those behind it
	// until it has failed 25 times. Without it those behind are tried meanwhile.
	Ordered bool
	// Do does the work. It may be cut off anywhere and called again. An error made by Stop gives the work up.
	Do func(ctx context.Context, w Work) error
}

// Work is one thing to do. Its key and lane are seen in logs, and its payload is stored as it is: no names of people, but ids.
type Work struct {
	Kind string
	// Key tells the works of a kind apart. A work that is enqueued again while it waits is done once; while it is being done, once more afterwards; after
	// it was stopped, anew.
	Key string
	// Lane is whose turn it is, for example the receiver of a notice: one work of a lane is done at a time, in the order in which they were
	// enqueued but for those that are tried again. Empty, the work has a lane of its own.
	Lane string
	// Payload is at most 16 KiB.
	Payload []byte
	// At is the earliest start; zero is now.
	At time.Time
	// Attempt counts the attempts, this one among them. Enqueue ignores it.
	Attempt int
}

const longestPayload = 16 << 10

// Retry is how often and how soon a work that failed is tried again.
type Retry struct {
	// First is the pause after the first failure, which doubles with each one more, up to Most. A pause is shortened by up to a quarter by chance.
	First, Most time.Duration
	// Times is how many attempts there are before the work is stopped. One that was cut off with its program counts too: a work that kills the
	// program is given up some day.
	Times int
}

// What is done when a Queue does not say: 5 s, 10 s … 1 h, and 40 attempts, which are about 30 hours.
const (
	firstRetry = 5 * time.Second
	mostRetry  = time.Hour
	timesRetry = 40
)

func (p Retry) orDefault() Retry {
	return Retry{First: cmp.Or(p.First, firstRetry), Most: cmp.Or(p.Most, mostRetry), Times: cmp.Or(p.Times, timesRetry)}
}

// after is the pause after so many failures in a row.
func (p Retry) after(failures int) time.Duration {
	pause := min(p.First, p.Most)
	for range min(failures-1, 62) {
		if pause *= 2; pause >= p.Most || pause <= 0 {
			pause = p.Most
			break
		}
	}
	return pause - time.Duration(rand.Int64N(int64(pause)/4+1)) //nolint:gosec // so that many do not come back at once; no secret
}

// Stop makes of err one that gives the work up at once, because it would fail for ever.
func Stop(err error) error { return stopError{err} }

type stopError struct{ error }

func (e stopError) Unwrap() error { return e.error }

// ErrWork says that a work cannot be enqueued as it is: no such kind here, no key, or a payload that is too long.
var ErrWork = errors.New("jobs: not a work")

// place gives what is enqueued its order: the time in microseconds, or one more than the place before.
type place struct {
	mu   sync.Mutex
	last int64
}

func (p *place) next(now time.Time) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = max(p.last+1, now.UnixMicro())
	return p.last
}

const (
	enqueueLane = `INSERT INTO side_job_lane (kind, lane, ready, token, until, failures, error) VALUES ($1, $2, $3, '', 0, 0, '')
ON CONFLICT (kind, lane) DO UPDATE SET ready = CASE WHEN side_job_lane.failures = 0 AND side_job_lane.ready > excluded.ready THEN excluded.ready ELSE side_job_lane.ready END`
	enqueueWork = `INSERT INTO side_job_work (kind, key, lane, payload, queued, place, due, run_at, asked, attempts, stopped, error)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 1, 0, 0, '')
ON CONFLICT (kind, key) DO UPDATE SET lane = excluded.lane, payload = excluded.payload, asked = side_job_work.asked + 1,
run_at = CASE WHEN side_job_work.run_at > excluded.run_at AND side_job_work.attempts = 0 OR side_job_work.stopped > 0 THEN excluded.run_at ELSE side_job_work.run_at END,
attempts = CASE WHEN side_job_work.stopped > 0 THEN 0 ELSE side_job_work.attempts END, stopped = 0`
)

// Enqueue stores works, all or none, and returns when they are stored. It returns ErrWork for what it cannot take.
func (r *Runner) Enqueue(ctx context.Context, works ...Work) error {
	now := r.clock.Now()
	works = slices.Clone(works)
	for i := range works {
		w := &works[i]
		w.Lane = cmp.Or(w.Lane, w.Key)
		if r.crew(w.Kind) == nil || badName(w.Key) || badName(w.Lane) || len(w.Payload) > longestPayload {
			return fmt.Errorf("%w: kind %q, key %q, lane %q, %d bytes", ErrWork, w.Kind, w.Key, w.Lane, len(w.Payload))
		}
		w.At = latest(w.At, now)
	}
	lanes := lanesOf(works)
	err := r.db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, l := range lanes {
			if _, err := tx.Exec(ctx, enqueueLane, l.Kind, l.Lane, micros(l.At)); err != nil {
				return err
			}
		}
		for i := range works {
			w := &works[i]
			payload := append([]byte{}, w.Payload...) // never NULL
			if _, err := tx.Exec(ctx, enqueueWork, w.Kind, w.Key, w.Lane, payload, micros(now), r.places.next(now), micros(w.At)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("jobs: enqueue: %w", err)
	}
	for _, l := range lanes {
		r.crew(l.Kind).poke()
	}
	return nil
}

// lanesOf returns for each lane the work that is due first, always in the same order, so that two programs cannot wait for each other.
func lanesOf(works []Work) []Work {
	byLane := slices.Clone(works)
	slices.SortStableFunc(byLane, func(a, b Work) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Lane, b.Lane), a.At.Compare(b.At))
	})
	return slices.CompactFunc(byLane, func(a, b Work) bool { return a.Kind == b.Kind && a.Lane == b.Lane })
}

// crew is who does the works of a kind, or nil.
func (r *Runner) crew(kind string) *crew {
	for _, d := range r.queues {
		if d.queue.Kind == kind {
			return d
		}
	}
	return nil
}
