package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"vienkopus/internal/platform/sqldb"
)

// Follower is told of every line after its commit, at least once, in the order of each desk.
type Follower struct {
	// Name keeps the cursors apart and stays the same between releases.
	Name string
	// Handle gets lines of one desk, in order and without gaps. After an error it gets the same lines again, later.
	Handle func(ctx context.Context, lines []Entry) error
}

const (
	// followBatch bounds the lines that are handed over at once.
	followBatch = 500
	// followEvery is how often a follower looks by itself, for lines that another process wrote.
	followEvery = 5 * time.Second
	// followPause is how long it waits after an error.
	followPause = time.Second
)

// Follow runs the follower until ctx ends. Its cursor per desk is kept in the database and moves only after Handle has returned without an error.
func (j *Journal) Follow(ctx context.Context, f Follower) {
	for {
		changed := j.Changed() // asked before reading: a commit in between wakes us at once
		wait := followEvery
		if err := j.CatchUp(ctx, f); err != nil {
			if ctx.Err() != nil {
				return
			}
			slog.ErrorContext(ctx, "a follower could not go on", slog.String("follower", f.Name), slog.Any("error", err))
			changed, wait = nil, followPause
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-changed:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// CatchUp hands over every line that the follower has not seen and returns when there is none left.
// A desk at which Handle fails does not hold up the others; the errors come joined.
func (j *Journal) CatchUp(ctx context.Context, f Follower) error {
	behind, err := j.behind(ctx, f.Name)
	if err != nil {
		return err
	}
	var failed []error
	for _, c := range behind {
		if err := j.catchUpDesk(ctx, f, c); err != nil {
			failed = append(failed, fmt.Errorf("journal: follower %s behind line %d of %s: %w", f.Name, c.Number, c.Desk, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failed...)
}

func (j *Journal) catchUpDesk(ctx context.Context, f Follower, c Head) error {
	for {
		lines, err := j.Lines(ctx, j.db, c.Desk, c.Number, followBatch)
		if err != nil || len(lines) == 0 {
			return err
		}
		if err := hand(ctx, f, lines); err != nil {
			return err
		}
		c.Number = lines[len(lines)-1].Number
		if err := j.Seen(ctx, f.Name, []Head{c}); err != nil {
			return err
		}
	}
}

// hand calls the follower. Its panic is an error like any other: it must not take the program down.
func hand(ctx context.Context, f Follower, lines []Entry) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f.Handle(ctx, lines)
}

// behind returns the cursors of the desks that have lines which the follower has not seen.
func (j *Journal) behind(ctx context.Context, follower string) ([]Head, error) {
	const query = `SELECT h.desk, COALESCE(c.number, 0) FROM desk_head h
LEFT JOIN follower_cursor c ON c.desk = h.desk AND c.follower = $1
WHERE h.number > COALESCE(c.number, 0) ORDER BY h.desk`
	var cursors []Head
	err := sqldb.Each(ctx, j.db, query, []any{follower}, func(rows *sql.Rows) error {
		var c Head
		if err := rows.Scan(&c.Desk, &c.Number); err != nil {
			return fmt.Errorf("journal: cursor: %w", err)
		}
		cursors = append(cursors, c)
		return nil
	})
	return cursors, err
}

// Seen moves cursors of a follower, forwards only (two programs may run the same follower for a while), in one commit.
func (j *Journal) Seen(ctx context.Context, follower string, at []Head) error {
	const query = `INSERT INTO follower_cursor (follower, desk, number) VALUES ($1, $2, $3)
ON CONFLICT (follower, desk) DO UPDATE SET number = excluded.number WHERE excluded.number > follower_cursor.number`
	return j.db.Write(ctx, func(tx *sqldb.Tx) error {
		for _, c := range at {
			if _, err := tx.Exec(ctx, query, follower, c.Desk, c.Number); err != nil {
				return err
			}
		}
		return nil
	})
}

// Cursors returns the number of the last line that a follower has seen, by desk.
func (j *Journal) Cursors(ctx context.Context, follower string) (map[string]int64, error) {
	all := map[string]int64{}
	err := sqldb.Each(ctx, j.db, `SELECT desk, number FROM follower_cursor WHERE follower = $1`, []any{follower}, func(rows *sql.Rows) error {
		var desk string
		var number int64
		if err := rows.Scan(&desk, &number); err != nil {
			return fmt.Errorf("journal: cursor: %w", err)
		}
		all[desk] = number
		return nil
	})
	return all, err
}
