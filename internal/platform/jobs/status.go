package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"vienkopus/internal/platform/sqldb"
)

// Status is how a job stands. Times are UTC, zero when it has not happened.
type Status struct {
	Name  string
	Every time.Duration
	// Since is when the job was first declared to this database.
	Since time.Time
	// Started is when it last began, Succeeded when it last ended well, Due when it is to begin next.
	Started, Succeeded, Due time.Time
	// Everywhere says that every program runs it for itself, and that this is how it stands in this one.
	Everywhere bool
	// Running says that a program holds it now.
	Running bool
	// Failures counts the runs that failed since the last success, Error is the beginning of the last error.
	Failures int
	Error    string
	// Overdue says that it has not succeeded for longer than it may: an alarm.
	Overdue bool
	// Quiet is for how long it has not succeeded; when it never did, since it was declared.
	Quiet time.Duration
}

// Status returns how every job of the Runner stands, in the order of their declaration, also when Run was never called.
func (r *Runner) Status(ctx context.Context) ([]Status, error) {
	now := r.clock.Now()
	all := make([]Status, 0, len(r.jobs))
	for _, k := range r.jobs {
		s, known, err := k.book.look(ctx)
		if err != nil {
			return nil, err
		}
		if !known {
			s = state{since: r.since, due: r.since}
		}
		s.mend(now, k.job.Every, r.lease)
		quiet := now.Sub(latest(s.succeeded, s.since))
		all = append(all, Status{
			Name: k.job.Name, Every: k.job.Every, Everywhere: k.job.Everywhere, Since: s.since, Started: s.started, Succeeded: s.succeeded, Due: s.due,
			Running: s.held(now), Failures: s.failures, Error: s.err, Overdue: quiet > k.job.Overdue, Quiet: max(quiet, 0),
		})
	}
	return all, nil
}

// QueueStatus is how a queue stands.
type QueueStatus struct {
	Kind string
	// Waiting counts the works that are not done yet, those under way among them, and Stopped those that were given up.
	Waiting, Stopped int
	// Oldest is for how long the one that was due first has waited.
	Oldest time.Duration
}

// Queues returns how every queue of the Runner stands, in the order of their declaration.
func (r *Runner) Queues(ctx context.Context) ([]QueueStatus, error) {
	const query = `SELECT COUNT(*), COALESCE(SUM(CASE WHEN stopped > 0 THEN 1 ELSE 0 END), 0),
MIN(CASE WHEN stopped = 0 THEN due END) FROM side_job_work WHERE kind = $1`
	now := r.clock.Now()
	all := make([]QueueStatus, 0, len(r.queues))
	for _, d := range r.queues {
		s := QueueStatus{Kind: d.queue.Kind}
		var oldest sql.NullInt64
		var works int
		if err := r.db.QueryRow(ctx, query, s.Kind).Scan(&works, &s.Stopped, &oldest); err != nil {
			return nil, fmt.Errorf("jobs: queue %s: %w", s.Kind, err)
		}
		s.Waiting = works - s.Stopped
		if oldest.Valid {
			s.Oldest = max(now.Sub(moment(oldest.Int64)), 0)
		}
		all = append(all, s)
	}
	return all, nil
}

// LaneStatus is how a lane stands.
type LaneStatus struct {
	// Waiting counts the works that are not done yet, and Stopped those that were given up.
	Waiting, Stopped int
	// Failures counts the attempts that failed since the last success of the lane, Error is the beginning of the last error, and Next the next attempt.
	Failures int
	Error    string
	Next     time.Time
}

// Lane returns how a lane stands. One without work stands at zero.
func (r *Runner) Lane(ctx context.Context, kind, lane string) (LaneStatus, error) {
	const counts = `SELECT COUNT(*), COALESCE(SUM(CASE WHEN stopped > 0 THEN 1 ELSE 0 END), 0) FROM side_job_work WHERE kind = $1 AND lane = $2`
	var s LaneStatus
	var works int
	if err := r.db.QueryRow(ctx, counts, kind, lane).Scan(&works, &s.Stopped); err != nil {
		return s, fmt.Errorf("jobs: lane: %w", err)
	}
	s.Waiting = works - s.Stopped
	var next int64
	err := r.db.QueryRow(ctx, `SELECT failures, error, ready FROM side_job_lane WHERE kind = $1 AND lane = $2`, kind, lane).Scan(&s.Failures, &s.Error, &next)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return s, fmt.Errorf("jobs: lane: %w", err)
	}
	s.Next = moment(next)
	return s, nil
}

// Waiting hands over the works of a kind that are not done yet, also those that were given up, in the order of their keys. r reads the database of the
// Runner.
func Waiting(ctx context.Context, r sqldb.Reader, kind string, fn func(w Work) error) error {
	const query = `SELECT key, lane, payload, run_at, attempts FROM side_job_work WHERE kind = $1 ORDER BY key`
	return sqldb.Each(ctx, r, query, []any{kind}, func(rows *sql.Rows) error {
		w := Work{Kind: kind}
		var at int64
		if err := rows.Scan(&w.Key, &w.Lane, &w.Payload, &at, &w.Attempt); err != nil {
			return fmt.Errorf("jobs: waiting work: %w", err)
		}
		w.At = moment(at)
		return fn(w)
	})
}

// Failing is a lane whose last attempt failed.
type Failing struct {
	Lane string
	LaneStatus
}

// Failing returns the lanes of a kind whose last attempt failed, in their order.
func (r *Runner) Failing(ctx context.Context, kind string) ([]Failing, error) {
	var names []string
	const query = `SELECT lane FROM side_job_lane WHERE kind = $1 AND failures > 0 ORDER BY lane`
	err := sqldb.Each(ctx, r.db, query, []any{kind}, func(rows *sql.Rows) error {
		var name string
		if err := rows.Scan(&name); err != nil {
			return fmt.Errorf("jobs: lane: %w", err)
		}
		names = append(names, name)
		return nil
	})
	all := make([]Failing, len(names))
	for i, name := range names {
		if err != nil {
			break
		}
		all[i].Lane = name
		all[i].LaneStatus, err = r.Lane(ctx, kind, name)
	}
	return all, err
}

// Stopped is a work that was given up.
type Stopped struct {
	Work
	// Queued is when it was enqueued, and Since when it was given up.
	Queued, Since time.Time
	// Error is the beginning of the last error.
	Error string
}

// Stopped returns works of a kind that were given up, in the order of their keys, behind the key after, at most limit of them.
func (r *Runner) Stopped(ctx context.Context, kind, after string, limit int) ([]Stopped, error) {
	const query = `SELECT key, lane, payload, run_at, attempts, queued, stopped, error FROM side_job_work
WHERE kind = $1 AND stopped > 0 AND key > $2 ORDER BY key LIMIT $3`
	var all []Stopped
	err := sqldb.Each(ctx, r.db, query, []any{kind, after, limit}, func(rows *sql.Rows) error {
		s := Stopped{Work: Work{Kind: kind}}
		var at, queued, since int64
		if err := rows.Scan(&s.Key, &s.Lane, &s.Payload, &at, &s.Attempt, &queued, &since, &s.Error); err != nil {
			return fmt.Errorf("jobs: stopped work: %w", err)
		}
		s.At, s.Queued, s.Since = moment(at), moment(queued), moment(since)
		all = append(all, s)
		return nil
	})
	return all, err
}

// Resume tries a work that was given up anew, with all its attempts, and tells whether there was one.
func (r *Runner) Resume(ctx context.Context, kind, key string) (bool, error) {
	const start = `UPDATE side_job_work SET stopped = 0, attempts = 0, due = $3, run_at = $3 WHERE kind = $1 AND key = $2 AND stopped > 0`
	now := micros(r.clock.Now())
	found := false
	err := r.db.Write(ctx, func(tx *sqldb.Tx) error {
		var lane string
		err := tx.QueryRow(ctx, `SELECT lane FROM side_job_work WHERE kind = $1 AND key = $2`, kind, key).Scan(&lane)
		if found = err == nil; errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("jobs: stopped work: %w", err)
		}
		if _, err := tx.Exec(ctx, enqueueLane, kind, lane, now); err != nil { // locked first, as everywhere
			return err
		}
		n, err := tx.Exec(ctx, start, kind, key, now)
		found = n == 1
		return err
	})
	if d := r.crew(kind); err == nil && found && d != nil {
		d.poke()
	}
	return found && err == nil, err
}
