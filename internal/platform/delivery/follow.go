package delivery

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// batch is how many lines are read, and their messages enqueued, at once.
const batch = 500

// follow reads every line that it has not read yet. A desk that cannot be read does not hold up the others; the errors come joined.
func (c *Courier) follow(ctx context.Context) error {
	heads, err := c.journal.Heads(ctx, c.journal.DB())
	if err != nil {
		return err
	}
	marks, err := c.journal.Cursors(ctx, c.kind.Name)
	if err != nil {
		return err
	}
	seen, err := c.seen(ctx, c.side)
	if err != nil {
		return err
	}
	r := round{Courier: c}
	var failed []error
	for _, h := range heads {
		if seen[h.Desk] == h {
			continue
		}
		if err := r.desk(ctx, h, seen[h.Desk], marks[h.Desk]); err != nil {
			failed = append(failed, fmt.Errorf("delivery: %s at %s: %w", c.kind.Name, h.Desk, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(append(failed, r.flush(ctx))...)
}

// round is what one run has read and not stored yet.
type round struct {
	*Courier
	lines   int
	works   []jobs.Work
	cursors []journal.Head
}

// desk reads a desk up to its head.
func (r *round) desk(ctx context.Context, head, seen journal.Head, mark int64) error {
	after := mark
	known, err := r.holds(ctx, head, seen)
	if err != nil {
		return err
	}
	if known {
		after = max(mark, seen.Number)
	}
	for after < head.Number {
		lines, err := r.journal.Lines(ctx, r.journal.DB(), head.Desk, after, batch)
		if err != nil || len(lines) == 0 {
			return err
		}
		if err := r.read(ctx, lines); err != nil {
			return err
		}
		after = lines[len(lines)-1].Number
		if r.lines >= batch {
			if err := r.flush(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// read turns lines of one desk into works.
func (r *round) read(ctx context.Context, lines []journal.Entry) error {
	for i := range lines {
		messages, err := r.kind.Messages(ctx, lines[i])
		if err != nil {
			return fmt.Errorf("line %d: %w", lines[i].Number, err)
		}
		for _, m := range messages {
			r.works = append(r.works, r.workOf(&lines[i], m))
		}
	}
	last := &lines[len(lines)-1]
	r.lines += len(lines)
	r.cursors = append(r.cursors, journal.Head{Desk: last.Desk, Number: last.Number, Hash: last.Hash})
	return nil
}

// flush stores the works, and only then how far was read.
func (r *round) flush(ctx context.Context) error {
	works, cursors := r.works, r.cursors
	r.lines, r.works, r.cursors = 0, nil, nil
	if len(works) > 0 {
		if err := r.enqueue(ctx, works...); err != nil {
			return err
		}
	}
	if len(cursors) == 0 {
		return nil
	}
	const query = `INSERT INTO side_delivery_cursor (kind, desk, number, hash) VALUES ($1, $2, $3, $4)
ON CONFLICT (kind, desk) DO UPDATE SET number = excluded.number, hash = excluded.hash`
	return r.side.Write(ctx, func(tx *sqldb.Tx) error {
		for _, h := range cursors {
			if _, err := tx.Exec(ctx, query, r.kind.Name, h.Desk, h.Number, h.Hash[:]); err != nil {
				return err
			}
		}
		return nil
	})
}

// seen returns how far was read, by desk.
func (c *Courier) seen(ctx context.Context, side sqldb.Reader) (map[string]journal.Head, error) {
	all := map[string]journal.Head{}
	const query = `SELECT desk, number, hash FROM side_delivery_cursor WHERE kind = $1`
	err := sqldb.Each(ctx, side, query, []any{c.kind.Name}, func(rows *sql.Rows) error {
		var h journal.Head
		var hash []byte
		if err := rows.Scan(&h.Desk, &h.Number, &hash); err != nil {
			return fmt.Errorf("delivery: cursor: %w", err)
		}
		copy(h.Hash[:], hash)
		all[h.Desk] = h
		return nil
	})
	return all, err
}

// holds tells whether the line that a cursor names is one of this journal: not when the database was put back to an earlier day since.
func (c *Courier) holds(ctx context.Context, head, seen journal.Head) (bool, error) {
	if seen.Number == 0 || seen.Number > head.Number {
		return false, nil
	}
	lines, err := c.journal.Lines(ctx, c.journal.DB(), seen.Desk, seen.Number-1, 1)
	if err != nil {
		return false, err
	}
	return len(lines) == 1 && lines[0].Number == seen.Number && lines[0].Hash == seen.Hash, nil
}

// mark moves the mark in the database up to before the first line of which a message is not confirmed.
func (c *Courier) mark(ctx context.Context) error {
	var seen map[string]journal.Head
	first := map[string]int64{} // desk → first line with something that waits
	err := c.side.Snapshot(ctx, func(r sqldb.Reader) (err error) {
		if seen, err = c.seen(ctx, r); err != nil {
			return err
		}
		return jobs.Waiting(ctx, r, c.kind.Name, func(w jobs.Work) error {
			_, desk, number, err := messageOf(w)
			if at, ok := first[desk]; err == nil && (!ok || number < at) {
				first[desk] = number
			}
			return err
		})
	})
	if err != nil {
		return err
	}
	heads, err := c.journal.Heads(ctx, c.journal.DB())
	if err != nil {
		return err
	}
	marks, err := c.journal.Cursors(ctx, c.kind.Name)
	if err != nil {
		return err
	}
	var moved []journal.Head
	for _, h := range heads {
		to := seen[h.Desk].Number
		if at, waits := first[h.Desk]; waits {
			to = min(to, at-1)
		}
		if to <= marks[h.Desk] {
			continue
		}
		known, err := c.holds(ctx, h, seen[h.Desk])
		if err != nil {
			return err
		}
		if known {
			moved = append(moved, journal.Head{Desk: h.Desk, Number: to})
		}
	}
	if len(moved) == 0 {
		return nil
	}
	return c.journal.Seen(ctx, c.kind.Name, moved)
}
