package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"modernc.org/sqlite" // also the driver "sqlite"
)

const (
	// oldestSQLite is the first version without the WAL-reset bug of 3.7 to 3.51.2, which could lose a commit.
	oldestSQLite = 3_051_003
	// groupLimit bounds how long the first request of a group waits for the others.
	groupLimit = 256
	// readers bounds the reading connections: two cores need few, but a slow download holds one for minutes.
	readers = 16
	// idleTime is how long a reading connection is kept that nobody needs: a new one reads the whole schema and prepares its statements anew, which
	// took a seventh of the processor where six were kept and more worked at once.
	idleTime = time.Minute
)

func openSQLite(ctx context.Context, path string) (*DB, error) {
	if err := create(path); err != nil {
		return nil, err
	}
	pool, err := sql.Open("sqlite", sqliteDSN(path, "cache_size(-32000)"))
	if err != nil {
		return nil, fmt.Errorf("sqldb: open: %w", err)
	}
	pool.SetMaxOpenConns(1)
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sqldb: open %s: %w", path, err), pool.Close())
	}
	w := newWriter(pool, conn)
	if err := w.prepare(ctx); err != nil {
		return nil, errors.Join(err, conn.Close(), pool.Close())
	}
	read, err := sql.Open("sqlite", sqliteDSN(path, "query_only(1)"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sqldb: open: %w", err), conn.Close(), pool.Close())
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	read.SetConnMaxIdleTime(idleTime)
	go w.serve(context.WithoutCancel(ctx))
	return &DB{
		engine: SQLite, read: read, write: w.do, close: w.close, lease: fileLease(path), waiting: func() int { return len(w.queue) },
		watch: w.watch,
	}, nil
}

// create makes a new file that only its owner may read. A file that is there is left alone: opening and
// closing it here would take SQLite's own locks away.
func create(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) //nolint:gosec // the operator names the file
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sqldb: new database: %w", err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("sqldb: new database: %w", err)
	}
	return nil
}

// sqliteDSN sets, in this order: wait instead of failing; write-ahead log; every commit reaches the disk before it is answered.
func sqliteDSN(path, extra string) string {
	q := url.Values{"_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "wal_autocheckpoint(8000)",
		"journal_size_limit(67108864)", "temp_store(MEMORY)", extra,
	}}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// prepare looks at the version of SQLite and asks to be told when it rolls a transaction back by itself.
func (w *sqliteWriter) prepare(ctx context.Context) error {
	var version string
	if err := w.conn.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return fmt.Errorf("sqldb: version: %w", err)
	}
	var major, minor, patch int
	if _, err := fmt.Sscanf(version, "%d.%d.%d", &major, &minor, &patch); err != nil {
		return fmt.Errorf("sqldb: version %q: %w", version, err)
	}
	if major*1_000_000+minor*1000+patch < oldestSQLite {
		return fmt.Errorf("sqldb: SQLite %s can lose a commit (WAL reset); 3.51.3 or later is needed", version)
	}
	err := w.conn.Raw(func(driverConn any) error {
		hooks, ok := driverConn.(sqlite.HookRegisterer)
		if !ok {
			return fmt.Errorf("sqldb: %T takes no hooks", driverConn)
		}
		hooks.RegisterRollbackHook(func() { w.rolledBack = true })
		return nil
	})
	if err != nil {
		return fmt.Errorf("sqldb: hook: %w", err)
	}
	return nil
}
