package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
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

// Plan is what is about to be made anew.
type Plan struct {
	// Projections are the names of those whose tables are made anew.
	Projections []string
	// Lines are those that they read.
	Lines int64
	// Takes is how long that takes at the pace of the first lines; 0 while it is not known.
	Takes time.Duration
}

// Prepare makes the projections ready at start: it does nothing when their tables are those of this program, goes on with
// a rebuild that was interrupted, and otherwise drops, creates and replays those whose schema text has changed, with those that lean on them. It
// reports whether there was anything to do.
//
// What has to be replayed needs the database for itself: Prepare waits for another process that is replaying, and returns
// sqldb.ErrInUse when processes go on serving. Take sqldb.DB.Share after it, not before.
func (j *Journal) Prepare(ctx context.Context, tell Progress) (bool, error) {
	return j.ready(ctx, false, tell)
}

// TakeOver is Prepare for a program that puts itself in the place of others: when they go on serving, it makes the tables anew all the same, and they write
// nothing from then on (ErrOutdated). They must be of a version that knows generations.
func (j *Journal) TakeOver(ctx context.Context, tell Progress) (bool, error) {
	return j.ready(ctx, true, tell)
}

func (j *Journal) ready(ctx context.Context, takeOver bool, tell Progress) (bool, error) {
	ctx = sqldb.Patient(ctx)
	done := false
	for served := 0; ; {
		at, err := j.state(ctx)
		if err != nil {
			return false, err
		}
		if !at.todo() {
			j.settled(at)
			return done, nil
		}
		worked, err := j.prepare(ctx, takeOver && served > patience, tell)
		done = done || worked
		switch {
		case err == nil:
			continue
		case errors.Is(err, errMaking):
		case errors.Is(err, sqldb.ErrInUse):
			n, err := j.serving(ctx)
			if err != nil {
				return false, err
			}
			served += n
		default:
			return false, err
		}
		if served > patience && !takeOver {
			return false, fmt.Errorf("journal: the tables have to be rebuilt: %w; stop it first", sqldb.ErrInUse)
		}
		if err := wait(ctx, turn); err != nil {
			return false, err
		}
	}
}

// serving returns 1 when it is others that serve who hold the database, and 0 when somebody has it for himself.
func (j *Journal) serving(ctx context.Context) (int, error) {
	shared, err := j.db.Share(ctx)
	if errors.Is(err, sqldb.ErrInUse) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return 1, shared.Release()
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

// errMaking says that another process makes the tables anew: it is waited for.
var errMaking = fmt.Errorf("journal: another process makes the tables anew: %w", sqldb.ErrInUse)

// making is the name that is claimed by whoever makes tables anew.
const making = "tables"

// prepare does the work of Prepare, beside those that serve or only where nobody does. It looks again: another process may have done it meanwhile.
func (j *Journal) prepare(ctx context.Context, beside bool, tell Progress) (done bool, err error) {
	err = j.alone(ctx, beside, func() error {
		at, err := j.state(ctx)
		if err != nil || !at.todo() {
			return err
		}
		done = true
		again := j.together(append(at.stale, at.replaying...))
		if len(at.stale) > 0 || len(at.gone) > 0 {
			if err := j.recreate(ctx, again, at.gone); err != nil {
				return err
			}
		}
		return j.replay(ctx, again, j.db, tell)
	})
	return done, err
}

// alone runs work that makes tables anew while nobody else does and, unless it is done beside them, nobody serves; else it returns sqldb.ErrInUse.
func (j *Journal) alone(ctx context.Context, beside bool, work func() error) (err error) {
	claim, err := j.db.Claim(ctx, making)
	if errors.Is(err, sqldb.ErrInUse) {
		return errMaking
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, claim.Release()) }()
	if beside {
		return work()
	}
	lease, err := j.db.Exclude(ctx)
	if err != nil {
		return err
	}
	return errors.Join(work(), lease.Release())
}

// Rebuild throws every projection away and makes it anew from the lines. Nobody may post meanwhile: it returns
// sqldb.ErrInUse when another process, or another part of this one, holds a lease of the database.
func (j *Journal) Rebuild(ctx context.Context, tell Progress) error {
	ctx = sqldb.Patient(ctx)
	if err := j.alone(ctx, false, func() error { return j.rebuild(ctx, tell) }); err != nil {
		return fmt.Errorf("journal: rebuild: %w", err)
	}
	return nil
}

func (j *Journal) rebuild(ctx context.Context, tell Progress) error {
	at, err := j.state(ctx)
	if err == nil {
		err = j.recreate(ctx, j.projections, at.gone)
	}
	if err == nil {
		err = j.replay(ctx, j.projections, j.db, tell)
	}
	if err == nil {
		err = j.Look(ctx)
	}
	return err
}

// state is how the tables stand to what this program wants. Stale are the projections whose tables another version made, or nobody yet; gone those that
// this program does not know, with their schemas; replaying those whose tables are not filled to the end.
type state struct {
	stale, replaying []string
	gone             map[string]string
	generation       int64
}

func (s state) todo() bool { return len(s.stale)+len(s.replaying)+len(s.gone) > 0 }

func (j *Journal) state(ctx context.Context) (at state, err error) {
	err = j.db.Snapshot(ctx, func(r sqldb.Reader) error {
		stored, err := storedSchemas(ctx, r)
		if err != nil {
			return err
		}
		at = state{gone: stored}
		if at.stale, err = j.Stale(ctx, r); err != nil {
			return err
		}
		for _, p := range j.projections {
			delete(at.gone, p.Name())
		}
		err = sqldb.Each(ctx, r, "SELECT name FROM projection WHERE replaying ORDER BY name", nil, func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			if _, gone := at.gone[name]; !gone {
				at.replaying = append(at.replaying, name)
			}
			return err
		})
		if err != nil {
			return err
		}
		if err := r.QueryRow(ctx, readGeneration).Scan(&at.generation); err != nil {
			return fmt.Errorf("journal: generation: %w", err)
		}
		return nil
	})
	return at, err
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

// recreate drops the tables of these projections and of those that are gone, makes the former anew and empty, and notes every desk as not yet replayed.
func (j *Journal) recreate(ctx context.Context, again []Projection, gone map[string]string) error {
	if err := j.fence(ctx); err != nil {
		return err
	}
	return j.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := tx.Lock(ctx, "rebuild"); err != nil {
			return err
		}
		if err := j.dropAll(ctx, tx, again, gone); err != nil {
			return err
		}
		for _, p := range again {
			if err := define(ctx, tx, p); err != nil {
				return err
			}
		}
		if err := tx.Run(ctx, "journal: rebuild", "DELETE FROM rebuild_cursor"); err != nil || len(again) == 0 {
			return err
		}
		return unapplied(ctx, tx)
	})
}

// dropAll takes these projections away, and those that are gone.
func (j *Journal) dropAll(ctx context.Context, tx *sqldb.Tx, again []Projection, gone map[string]string) error {
	stored, err := storedSchemas(ctx, tx)
	if err != nil {
		return err
	}
	for name, ddl := range stored {
		if _, old := gone[name]; !old && !slices.ContainsFunc(again, named(name)) {
			continue
		}
		if err := drop(ctx, tx, name, ddl); err != nil {
			return err
		}
	}
	if len(again) < len(j.projections) {
		return nil
	}
	// What is wrong with a line itself is noted again when all are made anew.
	return tx.Run(ctx, "journal: rebuild", "DELETE FROM quarantine WHERE projection = $1", nobody)
}

// drop takes a projection away, with all that is noted of it.
func drop(ctx context.Context, tx *sqldb.Tx, name, ddl string) error {
	for _, table := range tables(ddl) {
		if err := tx.Define(ctx, "DROP TABLE "+table); err != nil {
			return err
		}
	}
	for _, text := range []string{"DELETE FROM projection WHERE name = $1", "DELETE FROM quarantine WHERE projection = $1"} {
		if _, err := tx.Exec(ctx, text, name); err != nil {
			return err
		}
	}
	return nil
}

func define(ctx context.Context, tx *sqldb.Tx, p Projection) error {
	if err := tx.Define(ctx, p.Schema()); err != nil {
		return fmt.Errorf("journal: tables of %s: %w", p.Name(), err)
	}
	_, err := tx.Exec(ctx, "INSERT INTO projection (name, ddl, replaying) VALUES ($1, $2, TRUE)", p.Name(), p.Schema())
	return err
}
