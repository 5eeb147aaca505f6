package sqldb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

const (
	connections = 32
	// attempts bounds how often a transaction is tried again after a deadlock.
	attempts = 8
)

func openPostgres(ctx context.Context, dsn string) (*DB, error) {
	pool, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, fmt.Errorf("sqldb: open: %w", err)
	}
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	var durable string
	if err := pool.QueryRowContext(ctx, "SHOW synchronous_commit").Scan(&durable); err != nil {
		return nil, errors.Join(fmt.Errorf("sqldb: open: %w", err), pool.Close())
	}
	if durable == "off" {
		return nil, errors.Join(errors.New("sqldb: synchronous_commit is off: an answered write could be lost"), pool.Close())
	}
	db := postgresOn(pool, &watch{})
	db.lease = postgresLease(pool, leaseEvery)
	db.side = newSide(Postgres, sidePool(dsn))
	return db, nil
}

// postgresOn is a database on a pool of connections.
func postgresOn(pool *sql.DB, seen *watch) *DB {
	return &DB{
		engine: Postgres, read: pool, close: func() error { return nil }, waiting: func() int { return 0 }, watch: seen,
		write: func(ctx context.Context, fn func(*Tx) error) error { return writePostgres(ctx, pool, seen, fn) },
	}
}

// writePostgres runs fn in a transaction of its own, again after a deadlock or a serialization failure.
func writePostgres(ctx context.Context, pool *sql.DB, seen *watch, fn func(*Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := oncePostgres(ctx, pool, seen, fn)
		if err == nil || !tryAgain(err) || attempt == attempts || ctx.Err() != nil {
			return err
		}
	}
}

func oncePostgres(ctx context.Context, pool *sql.DB, seen *watch, fn func(*Tx) error) error {
	// Read committed on purpose, whatever the server's default: each statement sees what was committed before it, so a rule
	// that has waited for its Lock reads the news.
	run := pgRunner{watch: seen, number: seen.txs.Add(1)}
	run.watch.tell(run.number, "BEGIN", nil)
	sqltx, err := pool.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return fmt.Errorf("sqldb: begin: %w", classify(err))
	}
	run.tx = sqltx
	tx := &Tx{engine: Postgres, run: run, lock: run.lock, pending: &pendings{}}
	err = attempt(tx, fn)
	if err == nil {
		tx.pending.sort()
		err = tx.pending.flush(ctx, tx)
	}
	if err != nil {
		run.watch.tell(run.number, "ROLLBACK", nil)
		if rerr := sqltx.Rollback(); rerr != nil && !errors.Is(rerr, sql.ErrTxDone) {
			return errors.Join(err, fmt.Errorf("sqldb: rollback: %w", rerr))
		}
		return err
	}
	run.watch.tell(run.number, "COMMIT", nil)
	if err := sqltx.Commit(); err != nil {
		return fmt.Errorf("sqldb: commit: %w", classify(err))
	}
	return nil
}

type pgRunner struct {
	tx     *sql.Tx
	watch  *watch
	number int64
}

func (r pgRunner) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	r.watch.tell(r.number, query, args)
	return r.tx.ExecContext(ctx, query, args...) //nolint:wrapcheck // wrapped by Tx
}

func (r pgRunner) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	r.watch.tell(r.number, query, args)
	return r.tx.QueryContext(ctx, query, args...) //nolint:wrapcheck // wrapped by Tx
}

func (r pgRunner) queryRow(ctx context.Context, query string, args []any) *sql.Row {
	r.watch.tell(r.number, query, args)
	return r.tx.QueryRowContext(ctx, query, args...)
}

// lock takes an advisory lock until the end of the transaction. Two names with the same 64-bit hash wait for each other, which is harmless.
func (r pgRunner) lock(ctx context.Context, name string) error {
	if _, err := r.exec(ctx, "SELECT pg_advisory_xact_lock($1)", []any{lockKey(name)}); err != nil {
		return fmt.Errorf("sqldb: lock: %w", classify(err))
	}
	return nil
}

// lockKey is the number by which PostgreSQL knows a name.
func lockKey(name string) int64 {
	sum := sha256.Sum256([]byte(name))
	return int64(binary.BigEndian.Uint64(sum[:8])) //nolint:gosec // the bits matter, not the number
}
