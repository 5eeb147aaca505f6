package jobs

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"vienkopus/internal/platform/sqldb"
)

// claimed is a work whose lane this program holds.
type claimed struct {
	Work
	token    string
	asked    int64 // how often it was enqueued when it was claimed
	failures int   // of the lane, since its last success
	begun    time.Time
}

// candidate is a lane that nobody holds.
type candidate struct {
	lane  string
	ready time.Time
}

// candidates returns at most limit lanes that nobody holds, the longest ready first, those that are not ready yet behind them.
func (c *crew) candidates(ctx context.Context, now time.Time, limit int) ([]candidate, error) {
	const query = `SELECT lane, ready FROM side_job_lane WHERE kind = $1 AND until <= $2 ORDER BY ready LIMIT $3`
	ctx, cancel := context.WithTimeout(ctx, storing)
	defer cancel()
	var lanes []candidate
	err := sqldb.Each(ctx, c.db, query, []any{c.queue.Kind, micros(now), limit}, func(rows *sql.Rows) error {
		var l candidate
		var ready int64
		if err := rows.Scan(&l.lane, &ready); err != nil {
			return fmt.Errorf("jobs: lane: %w", err)
		}
		l.ready = moment(ready)
		lanes = append(lanes, l)
		return nil
	})
	return lanes, err
}

// claim takes the lanes that are still free, with the first work of each.
func (c *crew) claim(ctx context.Context, lanes []candidate) ([]claimed, error) {
	var got []claimed
	now := c.clock.Now()
	err := c.change(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		got = nil
		for _, l := range lanes {
			w := claimed{Work: Work{Kind: c.queue.Kind, Lane: l.lane}, token: rand.Text(), begun: now}
			n, err := tx.Exec(ctx, `UPDATE side_job_lane SET token = $3, until = $4 WHERE kind = $1 AND lane = $2 AND until <= $5`,
				w.Kind, w.Lane, w.token, micros(now.Add(c.lease)), micros(now))
			if err != nil {
				return err
			}
			if n == 0 {
				continue // another program was quicker
			}
			found, err := c.head(ctx, tx, &w, now)
			if err != nil {
				return err
			}
			if found {
				got = append(got, w)
			} else if err := c.leave(ctx, tx, &w, now); err != nil {
				return err
			}
		}
		return nil
	})
	return got, err
}

// head fills in the work of the lane that comes next, when it is due. A work whose last attempt was cut off with its program is stopped here.
func (c *crew) head(ctx context.Context, tx *sqldb.Tx, w *claimed, now time.Time) (bool, error) {
	query := `SELECT w.key, w.payload, w.run_at, w.asked, w.attempts, l.failures FROM side_job_work w
JOIN side_job_lane l ON l.kind = w.kind AND l.lane = w.lane WHERE w.kind = $1 AND w.lane = $2 AND w.stopped = 0 ORDER BY ` + c.order() + ` LIMIT 1`
	for {
		var at int64
		err := tx.QueryRow(ctx, query, w.Kind, w.Lane).Scan(&w.Key, &w.Payload, &at, &w.asked, &w.Attempt, &w.failures)
		if errors.Is(err, sql.ErrNoRows) || err == nil && at > micros(now) {
			return false, nil
		}
		if err != nil {
			return false, fmt.Errorf("jobs: head of lane: %w", err)
		}
		w.At = moment(at)
		if w.Attempt < c.queue.Retry.Times {
			w.Attempt++
			_, err := tx.Exec(ctx, `UPDATE side_job_work SET attempts = $3 WHERE kind = $1 AND key = $2`, w.Kind, w.Key, w.Attempt)
			return true, err
		}
		if err := stop(ctx, tx, w, now, "the program ended in the middle of it"); err != nil {
			return false, err
		}
	}
}

// holdsUp is how often a work of an ordered lane fails before those behind it are tried.
const holdsUp = 25

// order is that of the works w of a lane.
func (c *crew) order() string {
	if !c.queue.Ordered {
		return "w.run_at, w.place"
	}
	return fmt.Sprintf("CASE WHEN w.attempts < %d THEN 0 ELSE 1 END, w.place", holdsUp)
}

func stop(ctx context.Context, tx *sqldb.Tx, w *claimed, now time.Time, why string) error {
	_, err := tx.Exec(ctx, `UPDATE side_job_work SET stopped = $3, error = $4 WHERE kind = $1 AND key = $2`, w.Kind, w.Key, micros(now), why)
	return err
}

// leave gives the lane back, to be looked at when its next work is due, but not before notBefore. A lane without work is forgotten.
func (c *crew) leave(ctx context.Context, tx *sqldb.Tx, w *claimed, notBefore time.Time) error {
	var next int64
	query := `SELECT w.run_at FROM side_job_work w WHERE w.kind = $1 AND w.lane = $2 AND w.stopped = 0 ORDER BY ` + c.order() + ` LIMIT 1`
	err := tx.QueryRow(ctx, query, w.Kind, w.Lane).Scan(&next)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("jobs: next of lane: %w", err)
	}
	if err != nil {
		_, err := tx.Exec(ctx, `DELETE FROM side_job_lane WHERE kind = $1 AND lane = $2`, w.Kind, w.Lane)
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE side_job_lane SET token = '', until = 0, ready = $3 WHERE kind = $1 AND lane = $2`,
		w.Kind, w.Lane, max(next, micros(notBefore)))
	return err
}

// holding runs fn in a transaction, after the lane is locked and only when the work's token still holds it.
func (c *crew) holding(ctx context.Context, w *claimed, failures int, words string, fn func(context.Context, *sqldb.Tx) error) (bool, error) {
	held := false
	err := c.change(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE side_job_lane SET failures = $4, error = $5 WHERE kind = $1 AND lane = $2 AND token = $3`,
			w.Kind, w.Lane, w.token, failures, words)
		if held = n == 1; err != nil || !held {
			return err
		}
		return fn(ctx, tx)
	})
	return held && err == nil, err
}

// done forgets the work, unless it was enqueued again meanwhile.
func (c *crew) done(ctx context.Context, w *claimed) (bool, error) {
	return c.holding(ctx, w, 0, "", func(ctx context.Context, tx *sqldb.Tx) error {
		now := c.clock.Now()
		n, err := tx.Exec(ctx, `DELETE FROM side_job_work WHERE kind = $1 AND key = $2 AND asked = $3`, w.Kind, w.Key, w.asked)
		if err != nil {
			return err
		}
		if n == 0 {
			_, err := tx.Exec(ctx, `UPDATE side_job_work SET run_at = $3, attempts = 0, error = '' WHERE kind = $1 AND key = $2`, w.Kind, w.Key, micros(now))
			if err != nil {
				return err
			}
		}
		return c.leave(ctx, tx, w, now)
	})
}

// failed puts the work off, or stops it, and lets the lane rest.
func (c *crew) failed(ctx context.Context, w *claimed, why error, stopped bool) (bool, error) {
	return c.holding(ctx, w, w.failures+1, words(why), func(ctx context.Context, tx *sqldb.Tx) error {
		now, retry := c.clock.Now(), c.queue.Retry
		if stopped {
			if err := stop(ctx, tx, w, now, words(why)); err != nil {
				return err
			}
			return c.leave(ctx, tx, w, now)
		}
		_, err := tx.Exec(ctx, `UPDATE side_job_work SET run_at = $3, error = $4 WHERE kind = $1 AND key = $2`,
			w.Kind, w.Key, micros(now.Add(retry.after(w.Attempt))), words(why))
		if err != nil {
			return err
		}
		return c.leave(ctx, tx, w, now.Add(retry.after(w.failures+1)))
	})
}

// cutOff gives the work back as if the attempt had not been: the program ends.
func (c *crew) cutOff(ctx context.Context, w *claimed) (bool, error) {
	return c.holding(ctx, w, w.failures, "", func(ctx context.Context, tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE side_job_work SET attempts = attempts - 1 WHERE kind = $1 AND key = $2 AND attempts > 0`, w.Kind, w.Key)
		if err != nil {
			return err
		}
		return c.leave(ctx, tx, w, c.clock.Now())
	})
}

// renew prolongs the hold of the lane.
func (c *crew) renew(ctx context.Context, w *claimed, until time.Time) (bool, error) {
	held := false
	err := c.change(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE side_job_lane SET until = $4 WHERE kind = $1 AND lane = $2 AND token = $3`, w.Kind, w.Lane, w.token, micros(until))
		held = n == 1
		return err
	})
	return held, err
}

// mend brings back what lies too far in the future because the clock was set back: what was enqueued then, holds, and rests after failures.
func (c *crew) mend(ctx context.Context) error {
	now := c.clock.Now()
	kind, most, skewed := c.queue.Kind, micros(now.Add(c.queue.Retry.Most)), micros(now.Add(2*c.lease))
	return c.change(ctx, func(ctx context.Context, tx *sqldb.Tx) error {
		var latest int64
		if err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(queued), 0) FROM side_job_work WHERE kind = $1`, kind).Scan(&latest); err != nil {
			return fmt.Errorf("jobs: mend: %w", err)
		}
		shift, lanes := int64(0), most
		if latest > skewed {
			shift, lanes = latest-micros(now), micros(now) // every lane is looked at anew
		}
		for _, s := range []struct {
			text string
			args []any
		}{
			{`UPDATE side_job_work SET queued = queued - $2, due = due - $2, run_at = run_at - $2 WHERE kind = $1 AND queued > $3`, []any{kind, shift, skewed}},
			{`UPDATE side_job_work SET run_at = $2 WHERE kind = $1 AND attempts > 0 AND run_at > $2`, []any{kind, most}},
			{`UPDATE side_job_lane SET until = $2 WHERE kind = $1 AND until > $3`, []any{kind, micros(now.Add(c.lease)), skewed}},
			{`UPDATE side_job_lane SET ready = $2 WHERE kind = $1 AND ready > $2`, []any{kind, lanes}},
		} {
			if _, err := tx.Exec(ctx, s.text, s.args...); err != nil {
				return err
			}
		}
		return nil
	})
}

// change runs fn in a transaction that does not end with the program.
func (c *crew) change(ctx context.Context, fn func(context.Context, *sqldb.Tx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storing)
	defer cancel()
	return c.db.Write(ctx, func(tx *sqldb.Tx) error { return fn(ctx, tx) })
}
