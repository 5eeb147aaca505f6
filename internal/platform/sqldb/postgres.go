package sqldb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib" // also the driver "pgx"
)

const (
	connections = 32
	// writers bounds the transactions that write at once, unless the address says otherwise (?writers=…). On two cores with their server, eight clients got as
	// much done as 32: what more of them add is waiting for locks and the processor inside the server, where nobody sees it, and a pool without a connection
	// left for whoever reads.
	writers = 12
	// writerWait is how long a transaction waits for its turn. Then it goes without: it may be the one for which those who have a turn wait (a write within a
	// write, a lock that is held elsewhere), so the bound serves the pace and nobody's correctness, and cannot lock anybody out.
	writerWait = 250 * time.Millisecond
	// writersParam is how the address names the bound.
	writersParam = "writers"
	// attempts bounds how often a transaction is tried again after a deadlock.
	attempts = 8
)

func openPostgres(ctx context.Context, dsn string) (*DB, error) {
	pool, err := postgresPool(dsn, connections, "")
	if err != nil {
		return nil, err
	}
	var durable string
	if err := pool.QueryRowContext(ctx, "SHOW synchronous_commit").Scan(&durable); err != nil {
		return nil, errors.Join(fmt.Errorf("sqldb: open: %w", err), pool.Close())
	}
	if durable == "off" {
		return nil, errors.Join(errors.New("sqldb: synchronous_commit is off: an answered write could be lost"), pool.Close())
	}
	most, err := writersOf(dsn)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	db := postgresOn(pool, &watch{}, turns{free: make(chan struct{}, most), wait: writerWait})
	db.lease = postgresLease(pool, leaseEvery)
	db.side = newSide(Postgres, sidePool(dsn))
	return db, nil
}

// statementTime is how long the server works on one statement, for whoever does not say otherwise: longer than any of our own limits, for the case that
// we are not there any more to give it up.
const statementTime = "30s"

// postgresPool returns connections to a server, none of which is open yet. More is said to each when it is opened.
func postgresPool(dsn string, most int, more string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("sqldb: open: %w", err)
	}
	delete(config.RuntimeParams, writersParam) // is ours
	if _, said := config.RuntimeParams["statement_timeout"]; !said {
		more += "SET statement_timeout = '" + statementTime + "';"
	}
	// Said after connecting and not while: a pooler in front takes it then.
	pool := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		if more == "" {
			return nil
		}
		_, err := conn.PgConn().Exec(ctx, more).ReadAll()
		return err //nolint:wrapcheck // of the connection
	}))
	pool.SetMaxOpenConns(most)
	pool.SetMaxIdleConns(most)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return pool, nil
}

type patienceKey struct{}

// Patient returns a context for work that takes as long as it takes (a backup, a rebuild, an export): PostgreSQL gives up no statement of a Snapshot or a
// Write that is asked for with it.
func Patient(ctx context.Context) context.Context { return context.WithValue(ctx, patienceKey{}, true) }

const noStatementTime = "SET LOCAL statement_timeout = 0"

// patient lifts the time of statements for a snapshot of patient work.
func patient(ctx context.Context, engine Engine, tx *sql.Tx) error {
	if engine != Postgres || ctx.Value(patienceKey{}) == nil {
		return nil
	}
	if _, err := tx.ExecContext(ctx, noStatementTime); err != nil {
		return fmt.Errorf("sqldb: patience: %w", classify(err))
	}
	return nil
}

// postgresOn is a database on a pool of connections.
func postgresOn(pool *sql.DB, seen *watch, at turns) *DB {
	return &DB{
		engine: Postgres, read: pool, close: func() error { return nil }, waiting: func() int { return 0 }, watch: seen,
		write: func(ctx, turn context.Context, fn func(*Tx) error) error {
			end, err := at.take(ctx, turn)
			if err != nil {
				return err
			}
			defer end()
			return writePostgres(ctx, turn, pool, seen, fn)
		},
	}
}

// writersOf reads from an address how many transactions may write at once.
func writersOf(dsn string) (int, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return 0, fmt.Errorf("sqldb: open: %w", err)
	}
	text, said := config.RuntimeParams[writersParam]
	if !said {
		return writers, nil
	}
	most, err := strconv.Atoi(text)
	if err != nil || most < 1 || most > connections {
		return 0, fmt.Errorf("sqldb: open: %s=%s: it is a number from 1 to %d", writersParam, text, connections)
	}
	return most, nil
}

// turns are how many transactions may write at once.
type turns struct {
	free chan struct{}
	wait time.Duration
}

// take waits for a turn, and for so long only; end gives it back. Patient work needs none: it is rare and long, and everybody else would wait for it.
func (t turns) take(ctx, turn context.Context) (end func(), err error) {
	if ctx.Value(patienceKey{}) != nil {
		return func() {}, nil
	}
	end = func() { <-t.free }
	select {
	case t.free <- struct{}{}:
		return end, nil
	default:
	}
	patience := time.NewTimer(t.wait)
	defer patience.Stop()
	select {
	case t.free <- struct{}{}:
		return end, nil
	case <-patience.C:
		return func() {}, nil
	case <-turn.Done():
		return nil, fmt.Errorf("sqldb: write: %w", turn.Err())
	}
}

// writePostgres runs fn in a transaction of its own, again after a deadlock or a serialization failure.
func writePostgres(ctx, turn context.Context, pool *sql.DB, seen *watch, fn func(*Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := oncePostgres(ctx, turn, pool, seen, fn)
		if err == nil || !tryAgain(err) || attempt == attempts || ctx.Err() != nil {
			return err
		}
	}
}

func oncePostgres(ctx, turn context.Context, pool *sql.DB, seen *watch, fn func(*Tx) error) error {
	// The transaction outlives its caller: from the moment of the commit on nothing interrupts it. Until then stop ends it with the caller.
	own, end := context.WithCancel(context.WithoutCancel(ctx))
	conn, stop, err := connectPostgres(ctx, turn, own, pool, end)
	if err != nil {
		end()
		return err
	}
	run := &pgRunner{conn: conn, watch: seen, number: seen.txs.Add(1)}
	// Read committed on purpose, whatever the server's default: each statement sees what was committed before it, so a rule
	// that has waited for its Lock reads the news.
	run.leave("sqldb: begin", "BEGIN ISOLATION LEVEL READ COMMITTED", nil)
	if ctx.Value(patienceKey{}) != nil {
		run.leave("sqldb: patience", noStatementTime, nil)
	}
	tx := &Tx{engine: Postgres, run: run, pipe: run, pending: &pendings{}}
	err = attempt(tx, fn)
	if err == nil {
		run.ending = len(tx.pending.keys) > 0
		tx.pending.sort()
		err = tx.pending.flush(ctx, tx)
	}
	if !stop() && err == nil {
		err = fmt.Errorf("sqldb: write: %w", ctx.Err())
	}
	if err != nil {
		run.rollback(context.WithoutCancel(ctx))
		end()
		return err
	}
	run.leave("sqldb: commit", "COMMIT", nil)
	return commitPostgres(ctx, func() error {
		defer end()
		return run.commit(own)
	})
}

// connectPostgres takes a connection under the context own, which end ends: with turn until there is one, with ctx from then on. Stop keeps ctx from ending
// it any more, and tells whether it had not yet.
func connectPostgres(ctx, turn, own context.Context, pool *sql.DB, end func()) (conn *sql.Conn, stop func() bool, err error) {
	stop = context.AfterFunc(ctx, end)
	here := context.AfterFunc(turn, end)
	conn, err = pool.Conn(own)
	switch had := here(); {
	case err == nil && had:
		return conn, stop, nil
	case err == nil:
		_ = conn.Close() //nolint:errcheck // unused
		err = turn.Err()
	case turn.Err() != nil:
		err = errors.Join(turn.Err(), err)
	}
	stop()
	return nil, nil, fmt.Errorf("sqldb: begin: %w", classify(err))
}

// commitPostgres commits and waits for it as long as the caller does, and a little longer.
func commitPostgres(ctx context.Context, commit func() error) error {
	if ctx.Done() == nil {
		return commit()
	}
	done := make(chan error, 1)
	go func() { done <- commit() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	timer := time.NewTimer(answerTime)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return fmt.Errorf("%w: %w", ErrUnknown, ctx.Err())
	}
}

const advisoryLock = "SELECT pg_advisory_xact_lock($1)"

// lockKey is the number by which PostgreSQL knows a name.
func lockKey(name string) int64 {
	sum := sha256.Sum256([]byte(name))
	return int64(binary.BigEndian.Uint64(sum[:8])) //nolint:gosec // the bits matter, not the number
}
