// Package sqldb runs one SQL text on two engines: SQLite in one file, and PostgreSQL.
//
// Reads go to a pool. Writes go through Write, and only there: on SQLite one writer commits the waiting
// requests in groups, of which a failing one takes nobody with it, and answers only after the commit; on PostgreSQL each
// request is a transaction of its own. Text uses $1, $2 …; times are BIGINT microseconds (UTC) and dates
// are TEXT (YYYY-MM-DD), so that both engines sort and compare them alike.
package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// Engine names one of the two databases.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Reader answers queries: the pool, a snapshot, or a transaction that sees its own writes.
type Reader interface {
	// Query returns rows; the caller closes them and asks Err.
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	// QueryRow returns at most one row; Scan returns sql.ErrNoRows when there is none.
	QueryRow(ctx context.Context, query string, args ...any) *sql.Row
}

// DB is an open database.
type DB struct {
	engine   Engine
	read     *sql.DB
	prepared sync.Map // query text → *sql.Stmt, for SQLite; pgx keeps its own
	known    atomic.Int64
	write    func(ctx, turn context.Context, fn func(*Tx) error) error
	close    func() error
	lease    leaser
	waiting  func() int // requests in the queue of the writer
	watch    *watch

	closing sync.RWMutex // held for reading by every write under way
	closed  bool

	full   atomic.Bool // the last write found no room
	broken atomic.Bool // a write has met damage, for which there is no cure but another file

	side   *DB   // the store beside this one, which it is asked for by Side
	behind *side // of the store itself: what it stands on at present
}

// ErrUnknown says that a write was not waited for to its end: its commit had begun, and goes on. Whether it is stored shows when it is asked for again.
var ErrUnknown = errors.New("sqldb: it is not known whether the write is stored")

// ErrClosed is returned by Write after Close.
var ErrClosed = errors.New("sqldb: the database is closed")

// Open opens the database at dsn: "postgres://…", or the path of an SQLite file, made when it is not there.
func Open(ctx context.Context, dsn string) (*DB, error) {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return openPostgres(ctx, dsn)
	}
	return openSQLite(ctx, strings.TrimPrefix(dsn, "sqlite:"))
}

// Engine tells which of the two engines this is.
func (db *DB) Engine() Engine { return db.engine }

// Close waits for the writes under way and closes the database. A second Close does nothing.
func (db *DB) Close() error {
	db.closing.Lock()
	defer db.closing.Unlock()
	if db.closed {
		return nil
	}
	db.closed = true
	if db.behind != nil {
		return db.behind.close()
	}
	errs := []error{db.close(), db.read.Close()}
	if db.side != nil {
		errs = append(errs, db.side.Close())
	}
	return errors.Join(errs...)
}

// Ping asks the database for an answer, for readiness checks.
func (db *DB) Ping(ctx context.Context) error {
	if db.behind != nil {
		at, err := db.behind.current(ctx)
		if err != nil {
			return err
		}
		db = at
	}
	if err := db.read.PingContext(ctx); err != nil {
		return fmt.Errorf("sqldb: ping: %w", err)
	}
	return nil
}

// Write runs fn in one transaction and returns after the commit. When fn returns an error, nothing that it wrote stays.
// It returns ErrFull when there is no room, and ErrClosed after Close.
//
// When ctx ends before the transaction has begun, nothing runs and nothing is stored. A commit that has begun is never interrupted: when ctx ends
// meanwhile, Write returns ErrUnknown a second later at the latest. After any error nothing that fn has put aside may be looked at.
//
// fn may run again: on PostgreSQL after a deadlock, on SQLite when a change that a neighbour in the group had deferred fails.
// It must not wait for anything outside the database, nor call Write: on SQLite everybody else waits meanwhile.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	return db.WriteInTurn(ctx, ctx, fn)
}

// WriteInTurn is Write for whoever bounds the wait for his turn by another context than the work itself: when turn ends before the transaction has begun,
// nothing runs and nothing is stored.
func (db *DB) WriteInTurn(ctx, turn context.Context, fn func(*Tx) error) error {
	db.closing.RLock()
	defer db.closing.RUnlock()
	if db.closed {
		return ErrClosed
	}
	if db.behind != nil {
		return db.behind.write(ctx, turn, fn)
	}
	err := db.write(ctx, turn, fn)
	db.note(err)
	return err
}

// Query implements Reader on the pool.
func (db *DB) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if db.behind != nil {
		return db.behind.query(ctx, query, args)
	}
	db.watch.read(query)
	stmt, err := db.statement(ctx, query) //nolint:sqlclosecheck // kept for the next call, closed with the pool
	if err != nil {
		return nil, err
	}
	var rows *sql.Rows
	if stmt == nil {
		rows, err = db.read.QueryContext(ctx, query, args...)
	} else {
		rows, err = stmt.QueryContext(ctx, args...)
	}
	if err != nil {
		return nil, fmt.Errorf("sqldb: query: %w", err)
	}
	return rows, nil
}

// QueryRow implements Reader on the pool.
func (db *DB) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	if db.behind != nil {
		return db.behind.queryRow(ctx, query, args)
	}
	db.watch.read(query)
	if db.engine == SQLite && ctx.Err() == nil && !db.mayWait(query) {
		// A row that is looked up is quicker to read than its interruption is to set up, which takes two thirds more of the processor.
		ctx = context.WithoutCancel(ctx)
	}
	if stmt, err := db.statement(ctx, query); err == nil && stmt != nil { //nolint:sqlclosecheck // as in Query
		return stmt.QueryRowContext(ctx, args...)
	}
	return db.read.QueryRowContext(ctx, query, args...)
}

// mayWait tells whether a row may take long to come: it is summed up from many, or connections are scarce because of long downloads.
func (db *DB) mayWait(query string) bool {
	return strings.Contains(query, "SUM(") || strings.Contains(query, "COUNT(") || strings.Contains(query, "GROUP BY") || db.read.Stats().InUse > readers/2
}

// statement returns the prepared statement for SQLite, and nil for PostgreSQL or when there are too many already.
func (db *DB) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if db.engine == Postgres {
		return nil, nil //nolint:nilnil // pgx prepares by itself
	}
	if known, ok := db.prepared.Load(query); ok {
		return known.(*sql.Stmt), nil //nolint:errcheck,forcetypeassert // only statements are stored
	}
	if db.known.Load() >= statementLimit {
		return nil, nil //nolint:nilnil // the caller runs the text without preparing it
	}
	stmt, err := db.read.PrepareContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("sqldb: prepare: %w", err)
	}
	if known, raced := db.prepared.LoadOrStore(query, stmt); raced {
		return known.(*sql.Stmt), stmt.Close() //nolint:errcheck,forcetypeassert,sqlclosecheck // only statements are stored; ours came second
	}
	db.known.Add(1)
	return stmt, nil
}

// Snapshot runs fn on one unchanging view of the database.
func (db *DB) Snapshot(ctx context.Context, fn func(Reader) error) error {
	if db.behind != nil {
		at, err := db.behind.current(ctx)
		if err != nil {
			return err
		}
		return at.Snapshot(ctx, fn)
	}
	opts := &sql.TxOptions{ReadOnly: true}
	if db.engine == Postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	tx, err := db.read.BeginTx(ctx, opts)
	if err != nil {
		return fmt.Errorf("sqldb: snapshot: %w", err)
	}
	ferr := patient(ctx, db.engine, tx)
	if ferr == nil {
		ferr = fn(snapshot{tx, db.watch})
	}
	if err := tx.Rollback(); err != nil && ferr == nil {
		return fmt.Errorf("sqldb: end of snapshot: %w", err)
	}
	return ferr
}

type snapshot struct {
	tx    *sql.Tx
	watch *watch
}

func (s snapshot) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s.watch.read(query)
	rows, err := s.tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("sqldb: query: %w", err)
	}
	return rows, nil
}

func (s snapshot) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	s.watch.read(query)
	return s.tx.QueryRowContext(ctx, query, args...)
}

// Each runs the query and calls scan for every row, then looks at the errors that are easily forgotten.
func Each(ctx context.Context, r Reader, query string, args []any, scan func(*sql.Rows) error) (err error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := rows.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("sqldb: close rows: %w", cerr)
		}
	}()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("sqldb: rows: %w", err)
	}
	return nil
}

// lots are how many values one statement names. They are few, so that there are few texts to prepare.
var lots = []int{1, 8, 40, 200}

// InLots hands values to use, a list of parameters such as ($1, $2) and its arguments at a time, so that many rows are asked for at once. What is
// missing in a lot is filled up with its last value.
func InLots[T any](values []T, use func(list string, args []any) error) error {
	for len(values) > 0 {
		size := lots[len(lots)-1]
		for _, lot := range slices.Backward(lots) {
			if lot >= len(values) {
				size = lot
			}
		}
		args, marks := make([]any, size), make([]string, size)
		for i := range size {
			args[i], marks[i] = values[min(i, len(values)-1)], "$"+strconv.Itoa(i+1)
		}
		if err := use("("+strings.Join(marks, ", ")+")", args); err != nil {
			return err
		}
		values = values[min(size, len(values)):]
	}
	return nil
}
