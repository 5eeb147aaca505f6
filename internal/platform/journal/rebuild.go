package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"vienkopus/internal/platform/sqldb"
)

// Progress is told how many lines of how many are done.
type Progress func(done, total int64)

const (
	// turn is how often Prepare looks whether the database is free.
	turn = 100 * time.Millisecond
	// patience is how many turns Prepare waits for processes that serve; for one that rebuilds it waits to the end.
	patience = 10
)

// Prepare makes the projections ready at start: it does nothing when their tables are those of this program, goes on with
// a rebuild that was interrupted, and otherwise drops, creates and replays. It reports whether anything was replayed.
//
// What has to be replayed needs the database for itself: Prepare waits for another process that is replaying, and returns
// sqldb.ErrInUse when processes go on serving. Take sqldb.DB.Share after it, not before.
func (j *Journal) Prepare(ctx context.Context, tell Progress) (bool, error) {
	ctx = sqldb.Patient(ctx)
	for served := 0; ; {
		if stale, begun, err := j.state(ctx); err != nil || (!stale && !begun) {
			return false, err
		}
		lease, err := j.db.Exclude(ctx)
		if err == nil {
			replayed, err := j.prepare(ctx, tell)
			return replayed, errors.Join(err, lease.Release())
		}
		if !errors.Is(err, sqldb.ErrInUse) {
			return false, err
		}
		shared, err := j.db.Share(ctx)
		if err == nil { // it is not a rebuild that holds the database
			err = shared.Release()
			served++
		}
		if err != nil && !errors.Is(err, sqldb.ErrInUse) {
			return false, err
		}
		if served > patience {
			return false, fmt.Errorf("journal: the tables have to be rebuilt: %w; stop it first", sqldb.ErrInUse)
		}
		if err := wait(ctx, turn); err != nil {
			return false, err
		}
	}
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("journal: %w", ctx.Err())
	case <-timer.C:
		return nil
	}
}

// prepare does the work of Prepare while nobody else can. It looks again: another process may have done it meanwhile.
func (j *Journal) prepare(ctx context.Context, tell Progress) (bool, error) {
	stale, begun, err := j.state(ctx)
	if err != nil || (!stale && !begun) {
		return false, err
	}
	if stale {
		if err := j.recreate(ctx); err != nil {
			return false, err
		}
	}
	return true, j.replay(ctx, j.db, tell)
}

// Rebuild throws every projection away and makes it anew from the lines. Nobody may post meanwhile: it returns
// sqldb.ErrInUse when another process, or another part of this one, holds a lease of the database.
func (j *Journal) Rebuild(ctx context.Context, tell Progress) error {
	ctx = sqldb.Patient(ctx)
	lease, err := j.db.Exclude(ctx)
	if err != nil {
		return fmt.Errorf("journal: rebuild: %w", err)
	}
	err = j.recreate(ctx)
	if err == nil {
		err = j.replay(ctx, j.db, tell)
	}
	return errors.Join(err, lease.Release())
}

// state tells whether the tables differ from what this program wants, and whether a replay is under way.
func (j *Journal) state(ctx context.Context) (stale, begun bool, err error) {
	err = j.db.Snapshot(ctx, func(r sqldb.Reader) error {
		stored, err := storedSchemas(ctx, r)
		if err != nil {
			return err
		}
		others, err := j.Stale(ctx, r)
		if err != nil {
			return err
		}
		stale = len(others) > 0 || len(stored) != len(j.projections)
		var cursors int
		if err := r.QueryRow(ctx, "SELECT COUNT(*) FROM rebuild_cursor").Scan(&cursors); err != nil {
			return fmt.Errorf("journal: rebuild cursor: %w", err)
		}
		begun = cursors > 0
		return nil
	})
	return stale, begun, err
}

// Stale returns the names of the projections whose tables another version of the program made, which Prepare would make anew.
func (j *Journal) Stale(ctx context.Context, r Reader) ([]string, error) {
	stored, err := storedSchemas(ctx, r)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, p := range j.projections {
		if stored[p.Name()] != p.Schema() {
			names = append(names, p.Name())
		}
	}
	return names, nil
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
			if err := define(ctx, tx, p); err != nil {
				return err
			}
		}
		return Unapplied(ctx, tx)
	})
}

func drop(ctx context.Context, tx *sqldb.Tx) error {
	stored, err := storedSchemas(ctx, tx)
	if err != nil {
		return err
	}
	for _, ddl := range stored {
		for _, table := range tables(ddl) {
			if err := tx.Define(ctx, "DROP TABLE "+table); err != nil {
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

func define(ctx context.Context, tx *sqldb.Tx, p Projection) error {
	if err := tx.Define(ctx, p.Schema()); err != nil {
		return fmt.Errorf("journal: tables of %s: %w", p.Name(), err)
	}
	_, err := tx.Exec(ctx, "INSERT INTO projection (name, ddl) VALUES ($1, $2)", p.Name(), p.Schema())
	return err
}
