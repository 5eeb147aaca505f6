package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"vienkopus/internal/platform/sqldb"
)

// book is where the state of a job is written down.
type book interface {
	// look returns the state, and false when there is none yet.
	look(ctx context.Context) (state, bool, error)
	// change has fn change the state, alone, and stores it when fn says so; it returns what fn said. A job without a state begins with first.
	change(ctx context.Context, first state, fn func(*state) bool) (bool, error)
}

func (r *Runner) bookOf(j Job) book {
	if j.Everywhere {
		return &ownBook{}
	}
	return &sharedBook{db: r.db, name: j.Name}
}

// storing is how long a note in the database may take.
const storing = 5 * time.Second

// sharedBook is a row that all programs of a database share.
type sharedBook struct {
	db   *sqldb.DB
	name string
}

func (b *sharedBook) look(ctx context.Context) (state, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, storing)
	defer cancel()
	return stateOf(ctx, b.db, b.name)
}

func stateOf(ctx context.Context, r sqldb.Reader, name string) (state, bool, error) {
	const query = `SELECT since, due, token, until, started, succeeded, failures, error FROM side_job WHERE name = $1`
	var s state
	var since, due, until, started, succeeded int64
	err := r.QueryRow(ctx, query, name).Scan(&since, &due, &s.token, &until, &started, &succeeded, &s.failures, &s.err)
	if errors.Is(err, sql.ErrNoRows) {
		return s, false, nil
	}
	if err != nil {
		return s, false, fmt.Errorf("jobs: state of %s: %w", name, err)
	}
	s.since, s.due, s.until, s.started, s.succeeded = moment(since), moment(due), moment(until), moment(started), moment(succeeded)
	return s, true, nil
}

func (b *sharedBook) change(ctx context.Context, first state, fn func(*state) bool) (bool, error) {
	const store = `INSERT INTO side_job (name, since, due, token, until, started, succeeded, failures, error) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (name) DO UPDATE SET since = excluded.since, due = excluded.due, token = excluded.token, until = excluded.until,
started = excluded.started, succeeded = excluded.succeeded, failures = excluded.failures, error = excluded.error`
	// What happened must be written down also when the program is told to end.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storing)
	defer cancel()
	said := false
	err := b.db.Write(ctx, func(tx *sqldb.Tx) error {
		if err := tx.Lock(ctx, "job "+b.name); err != nil {
			return err
		}
		s, known, err := stateOf(ctx, tx, b.name)
		if err != nil {
			return err
		}
		if !known {
			s = first
		}
		if said = fn(&s); !said {
			return nil
		}
		_, err = tx.Exec(ctx, store, b.name, micros(s.since), micros(s.due), s.token, micros(s.until), micros(s.started), micros(s.succeeded),
			s.failures, s.err)
		return err
	})
	return said && err == nil, err
}

// ownBook is the memory of this program.
type ownBook struct {
	mu    sync.Mutex
	known bool
	state state
}

func (b *ownBook) look(context.Context) (state, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.state, b.known, nil
}

func (b *ownBook) change(_ context.Context, first state, fn func(*state) bool) (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.state
	if !b.known {
		s = first
	}
	said := fn(&s)
	if said {
		b.state, b.known = s, true
	}
	return said, nil
}
