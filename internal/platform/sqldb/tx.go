package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"time"
)

// Tx is a transaction that may write. It belongs to the function that it was handed to.
//
// A statement that fails ends it: what follows fails too, and Write returns the first error even when the function
// has swallowed it. PostgreSQL works like that, and so does SQLite here.
type Tx struct {
	engine  Engine
	run     runner
	pipe    *pgRunner // run, where statements can be left for later; nil on SQLite
	pending *pendings
	kept    map[any]any // what this request keeps; joins the group's when the request succeeds
	base    map[any]any // what earlier requests kept; nil when nothing outlives a transaction
	forgets bool        // the tables changed, so what earlier requests kept is no longer true
	failed  error       // the first statement that failed
	masked  bool        // what the function returns may be no more than a consequence of failed
}

// runner is one connection inside a transaction.
type runner interface {
	exec(ctx context.Context, query string, args []any) (sql.Result, error)
	query(ctx context.Context, query string, args []any) (*sql.Rows, error)
	queryRow(ctx context.Context, query string, args []any) *sql.Row
}

// Engine tells which engine runs the transaction, for the few statements that must differ.
func (tx *Tx) Engine() Engine { return tx.engine }

// Exec runs a statement and returns the number of rows that it changed.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := tx.Settle(ctx); err != nil {
		return 0, fmt.Errorf("sqldb: the transaction has failed: %w", err)
	}
	res, err := tx.run.exec(ctx, query, args)
	if err != nil {
		tx.failed = fmt.Errorf("sqldb: exec: %w", classify(err))
		return 0, tx.failed
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("sqldb: rows affected: %w", err)
	}
	return n, nil
}

// Query implements Reader inside the transaction.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := tx.Settle(ctx); err != nil {
		return nil, fmt.Errorf("sqldb: the transaction has failed: %w", err)
	}
	rows, err := tx.run.query(ctx, query, args)
	if err != nil {
		tx.failed = fmt.Errorf("sqldb: query: %w", classify(err))
		return nil, tx.failed
	}
	return rows, nil
}

// QueryRow implements Reader inside the transaction.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	if tx.pipe != nil && tx.Settle(ctx) != nil {
		ctx, tx.masked = spent(ctx), true
	}
	return tx.run.queryRow(ctx, query, args)
}

// Ask asks several questions at once, behind everything that ran before them; on PostgreSQL that costs the way of one. With a name it takes the Lock first.
// An error that a Scan returns ends the transaction.
func (tx *Tx) Ask(ctx context.Context, lock string, questions ...Question) error {
	if tx.failed != nil {
		return fmt.Errorf("sqldb: the transaction has failed: %w", tx.failed)
	}
	if tx.pipe == nil {
		for _, q := range questions {
			if err := q.Scan(tx.QueryRow(ctx, q.Query, q.Args...).Scan); err != nil {
				tx.failed = fmt.Errorf("sqldb: question: %w", classify(err))
				return tx.failed
			}
		}
		return nil
	}
	return tx.late(tx.pipe.ask(ctx, lock, questions))
}

// Settle waits for the statements of Run that were left for later, so that an error of theirs comes now. Whoever asks anything does so too.
func (tx *Tx) Settle(ctx context.Context) error {
	if tx.failed != nil || tx.pipe == nil {
		return tx.failed
	}
	return tx.late(tx.pipe.settle(ctx))
}

// late notes the error of a statement that was left for later: whatever the function returns because of it, Write returns this one.
func (tx *Tx) late(err error) error {
	if err != nil {
		tx.failed, tx.masked = err, true
	}
	return err
}

// Lock makes every other transaction that locks the same name wait until this one ends.
// A rule that reads a shared thing in order to change it locks it first. On SQLite there is one writer and nothing to wait for.
func (tx *Tx) Lock(ctx context.Context, name string) error { return tx.Ask(ctx, name) }

// Alone waits until every transaction that has read the table is over and keeps it for this one. On SQLite a transaction that writes is alone anyway.
func (tx *Tx) Alone(ctx context.Context, table string) error {
	if tx.engine == SQLite {
		return nil
	}
	_, err := tx.Exec(ctx, "LOCK TABLE "+table+" IN ACCESS EXCLUSIVE MODE")
	return err
}

// Defer leaves a change of one row, known by key (comparable), to the end of the group.
// Queries in the meantime do not see it: use it for counts and heads that nobody reads in a rule.
func (tx *Tx) Defer(key any, change Pending) { tx.pending.add(key, change) }

// Keep remembers a value for later transactions of this process. It is forgotten when the transaction
// fails, when another process writes to the database, and when tables are made or dropped.
func (tx *Tx) Keep(key, value any) {
	if tx.kept == nil {
		tx.kept = map[any]any{}
	}
	tx.kept[key] = value
}

// Kept returns what an earlier transaction, or this one, kept under key.
func (tx *Tx) Kept(key any) (any, bool) {
	if v, ok := tx.kept[key]; ok {
		return v, true
	}
	v, ok := tx.base[key]
	return v, ok
}

// forget drops everything that was kept, for this transaction and, when it succeeds, for those after it.
func (tx *Tx) forget() {
	clear(tx.kept)
	tx.base, tx.forgets = nil, true
}

// attempt runs fn, turns a panic into an error, so that one request cannot take the writer down with it, and returns
// the error of a statement that fn has swallowed.
func attempt(tx *Tx, fn func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("sqldb: panic in a transaction: %v\n%s", p, debug.Stack())
		}
	}()
	if err := fn(tx); err != nil && !tx.masked {
		return err
	}
	return tx.failed
}

// Run executes a statement whose result does not matter; what says in an error what it was for, such as "till: shift". On PostgreSQL it goes with the next
// question or with the commit, and so does its error: Write returns it, whatever becomes of it in between. Args are the transaction's from now on.
func (tx *Tx) Run(ctx context.Context, what, query string, args ...any) error {
	if tx.pipe != nil {
		if tx.failed != nil {
			return fmt.Errorf("%s: sqldb: the transaction has failed: %w", what, tx.failed)
		}
		tx.pipe.leave(what, query, args)
		return nil
	}
	if _, err := tx.Exec(ctx, query, args...); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// ErrNoRow says that a Change met no row.
var ErrNoRow = errors.New("sqldb: the change met no row")

// Change is Run for an UPDATE or DELETE (without RETURNING) that must meet a row: that it meets none is ErrNoRow, which ends the transaction.
func (tx *Tx) Change(ctx context.Context, what, query string, args ...any) error {
	if tx.pipe != nil {
		if tx.failed != nil {
			return fmt.Errorf("%s: sqldb: the transaction has failed: %w", what, tx.failed)
		}
		tx.pipe.leaveChange(what, query, args)
		return nil
	}
	n, err := tx.Exec(ctx, query, args...)
	if err == nil && n == 0 {
		tx.failed = ErrNoRow
		err = ErrNoRow
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// Apart runs fn in a savepoint of its own. When it fails, nothing of it stays, and the transaction goes on: failed is why. What fn defers is written at its
// end. An error is that of the transaction, which is over.
func (tx *Tx) Apart(ctx context.Context, fn func(*Tx) error) (failed, err error) {
	if _, err := tx.Exec(ctx, "SAVEPOINT apart"); err != nil {
		return nil, err
	}
	own := &Tx{engine: tx.engine, run: tx.run, pipe: tx.pipe, pending: &pendings{}, kept: maps.Clone(tx.kept), base: tx.base}
	failed = attempt(own, fn)
	if failed == nil {
		own.pending.sort()
		failed = own.pending.flush(ctx, own)
	}
	if failed == nil {
		failed = own.Settle(ctx)
	}
	if failed == nil {
		tx.kept, tx.base, tx.forgets = own.kept, own.base, tx.forgets || own.forgets
	} else {
		if tx.pipe != nil {
			tx.pipe.left = nil
		}
		if _, err := tx.Exec(ctx, "ROLLBACK TO SAVEPOINT apart"); err != nil {
			return failed, err
		}
	}
	_, err = tx.Exec(ctx, "RELEASE SAVEPOINT apart")
	return failed, err
}

// Moment reads a time as it is stored, in microseconds (UTC); 0 is none.
func Moment(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}
