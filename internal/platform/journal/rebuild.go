package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"

	"vienkopus/internal/platform/sqldb"
)

// batch is how many lines are replayed in one transaction.
const batch = 10_000

// Progress is told how many lines of how many are done.
type Progress func(done, total int64)

// Prepare makes the projections ready at start: it does nothing when their tables are those of this program, goes on with
// a rebuild that was interrupted, and otherwise drops, creates and replays. It reports whether anything was replayed.
func (j *Journal) Prepare(ctx context.Context, tell Progress) (bool, error) {
	var stale, begun bool
	if err := j.db.Snapshot(ctx, func(r sqldb.Reader) (err error) {
		stale, begun, err = j.state(ctx, r)
		return err
	}); err != nil {
		return false, err
	}
	if !stale && !begun {
		return false, nil
	}
	if stale {
		if err := j.recreate(ctx); err != nil {
			return false, err
		}
	}
	return true, j.replay(ctx, tell)
}

// Rebuild throws every projection away and makes it anew from the lines.
func (j *Journal) Rebuild(ctx context.Context, tell Progress) error {
	if err := j.recreate(ctx); err != nil {
		return err
	}
	return j.replay(ctx, tell)
}

// state tells whether the tables differ from what this program wants, and whether a replay is under way.
func (j *Journal) state(ctx context.Context, r Reader) (stale, begun bool, err error) {
	stored, err := storedSchemas(ctx, r)
	if err != nil {
		return false, false, err
	}
	for _, p := range j.projections {
		stale = stale || stored[p.Name()] != p.Schema()
	}
	stale = stale || len(stored) != len(j.projections)
	var cursors int
	if err := r.QueryRow(ctx, "SELECT COUNT(*) FROM rebuild_cursor").Scan(&cursors); err != nil {
		return false, false, fmt.Errorf("journal: rebuild cursor: %w", err)
	}
	return stale, cursors > 0, nil
}

func storedSchemas(ctx context.Context, r Reader) (map[string]string, error) {
	stored := map[string]string{}
	err := sqldb.Each(ctx, r, "SELECT name, ddl FROM projection", nil, func(rows *sql.Rows) error {
		var name, ddl string
		if err := rows.Scan(&name, &ddl); err != nil {
			return fmt.Errorf("journal: projection: %w", err)
		}
		stored[name] = ddl
		return nil
	})
	return stored, err
}

var createTable = regexp.MustCompile(`(?m)^CREATE TABLE (\w+)`)

// recreate drops the tables of all projections, makes them anew and empty, and notes every desk as not yet replayed.
func (j *Journal) recreate(ctx context.Context) error {
	return j.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := tx.Lock(ctx, "rebuild"); err != nil {
			return err
		}
		if err := drop(ctx, tx); err != nil {
			return err
		}
		for _, p := range j.projections {
			if err := create(ctx, tx, p); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, "INSERT INTO rebuild_cursor (desk, number) SELECT desk, 0 FROM desk_head")
		return err
	})
}

func drop(ctx context.Context, tx *sqldb.Tx) error {
	stored, err := storedSchemas(ctx, tx)
	if err != nil {
		return err
	}
	for _, ddl := range stored {
		for _, table := range createTable.FindAllStringSubmatch(ddl, -1) {
			if err := tx.Define(ctx, "DROP TABLE "+table[1]); err != nil {
				return err
			}
		}
	}
	for _, text := range []string{"DELETE FROM projection", "DELETE FROM quarantine", "DELETE FROM rebuild_cursor"} {
		if _, err := tx.Exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

func create(ctx context.Context, tx *sqldb.Tx, p Projection) error {
	if err := tx.Define(ctx, p.Schema()); err != nil {
		return fmt.Errorf("journal: tables of %s: %w", p.Name(), err)
	}
	_, err := tx.Exec(ctx, "INSERT INTO projection (name, ddl) VALUES ($1, $2)", p.Name(), p.Schema())
	return err
}

// replay applies the lines behind the cursor of every desk and takes the cursors away at the end.
func (j *Journal) replay(ctx context.Context, tell Progress) error {
	cursors, done, total, err := j.cursors(ctx)
	if err != nil {
		return err
	}
	for _, c := range cursors {
		for {
			lines, err := j.Lines(ctx, j.db, c.Desk, c.Number, batch)
			if err != nil {
				return err
			}
			if len(lines) == 0 {
				break
			}
			if err := j.replayBatch(ctx, lines); err != nil {
				return err
			}
			c.Number = lines[len(lines)-1].Number
			done += int64(len(lines))
			if tell != nil {
				tell(done, total)
			}
		}
	}
	return j.db.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM rebuild_cursor")
		return err
	})
}

func (j *Journal) cursors(ctx context.Context) (cursors []Head, done, total int64, err error) {
	const query = `SELECT c.desk, c.number, h.number FROM rebuild_cursor c JOIN desk_head h ON h.desk = c.desk ORDER BY c.desk`
	err = sqldb.Each(ctx, j.db, query, nil, func(rows *sql.Rows) error {
		var c Head
		var last int64
		if err := rows.Scan(&c.Desk, &c.Number, &last); err != nil {
			return fmt.Errorf("journal: cursor: %w", err)
		}
		cursors = append(cursors, c)
		done += c.Number
		total += last
		return nil
	})
	return cursors, done, total, err
}

// replayBatch applies the lines together; when one of them fails, it applies them one by one and quarantines those that fail.
func (j *Journal) replayBatch(ctx context.Context, lines []Entry) error {
	last := lines[len(lines)-1]
	err := j.db.Write(ctx, func(stx *sqldb.Tx) error {
		for i := range lines {
			if err := j.apply(ctx, stx, lines[i]); err != nil {
				return err
			}
		}
		return moveCursor(ctx, stx, last)
	})
	var bad *applyError
	if !errors.As(err, &bad) {
		return err
	}
	for i := range lines {
		if err := j.replayOne(ctx, lines[i]); err != nil {
			return err
		}
	}
	return nil
}

func (j *Journal) replayOne(ctx context.Context, e Entry) error {
	err := j.db.Write(ctx, func(stx *sqldb.Tx) error {
		if err := j.apply(ctx, stx, e); err != nil {
			return err
		}
		return moveCursor(ctx, stx, e)
	})
	var bad *applyError
	if !errors.As(err, &bad) || errors.Is(err, sqldb.ErrFull) {
		return err
	}
	return j.db.Write(ctx, func(stx *sqldb.Tx) error {
		_, err := stx.Exec(ctx, "INSERT INTO quarantine (desk, number, reason) VALUES ($1, $2, $3)", e.Desk, e.Number, bad.Error())
		if err != nil {
			return err
		}
		return moveCursor(ctx, stx, e)
	})
}

// applyError tells a projection that could not apply a line from a database that could not write.
type applyError struct {
	projection, kind string
	cause            error
}

func (e *applyError) Error() string {
	return e.projection + " applies " + e.kind + ": " + e.cause.Error()
}

func (e *applyError) Unwrap() error { return e.cause }

func (j *Journal) apply(ctx context.Context, stx *sqldb.Tx, e Entry) error {
	tx := &Tx{Tx: stx, journal: j, desk: e.Desk, by: e.Actor, now: e.RecordedAt}
	for _, p := range j.projections {
		if err := p.Apply(ctx, tx, e); err != nil {
			return &applyError{projection: p.Name(), kind: e.Kind, cause: err}
		}
	}
	return nil
}

func moveCursor(ctx context.Context, tx *sqldb.Tx, e Entry) error {
	_, err := tx.Exec(ctx, "UPDATE rebuild_cursor SET number = $1 WHERE desk = $2", e.Number, e.Desk)
	return err
}

// Quarantined is a line that a projection could not apply. It stays in the journal and does not stop the ones behind it.
type Quarantined struct {
	Desk   string
	Number int64
	Reason string
}

// Quarantine returns the lines that could not be applied.
func (j *Journal) Quarantine(ctx context.Context, r Reader) ([]Quarantined, error) {
	var list []Quarantined
	err := sqldb.Each(ctx, r, "SELECT desk, number, reason FROM quarantine ORDER BY desk, number", nil, func(rows *sql.Rows) error {
		var q Quarantined
		if err := rows.Scan(&q.Desk, &q.Number, &q.Reason); err != nil {
			return fmt.Errorf("journal: quarantine: %w", err)
		}
		list = append(list, q)
		return nil
	})
	return list, err
}
