package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
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

// settings are what tells one SQLite file from another.
type settings struct {
	// synchronous is FULL where every commit reaches the disk before it is answered, and NORMAL where the last ones may be lost with the power.
	synchronous string
	// busy is how long to wait for another process, in milliseconds.
	busy int
	// checkpoint is how many pages the log takes before it is folded into the file.
	checkpoint int
	// cache is the memory for pages of the writer, in kB.
	cache int
	watch *watch
}

// durable are the settings of the file that holds the journal.
func durable() settings {
	return settings{synchronous: "FULL", busy: 10_000, checkpoint: 8000, cache: 32_000, watch: &watch{}}
}

func openSQLite(ctx context.Context, path string) (*DB, error) {
	db, err := openFile(ctx, path, durable(), lockDir)
	if err != nil {
		return nil, err
	}
	db.lease = fileLease(path)
	db.side = newSide(SQLite, sideFile(path+sideSuffix))
	return db, nil
}

// OpenScratch opens a new SQLite file at path for data that need not outlive the process: no write waits for the disk.
func OpenScratch(ctx context.Context, path string) (*DB, error) {
	db, err := openFile(ctx, path, settings{synchronous: "OFF", busy: 1000, checkpoint: 8000, cache: 64_000, watch: &watch{}}, lockDir)
	if err != nil {
		return nil, err
	}
	db.lease = fileLease(path)
	return db, nil
}

func openFile(ctx context.Context, path string, with settings, lock locker) (*DB, error) {
	if err := create(path); err != nil {
		return nil, err
	}
	pool, err := sql.Open("sqlite", sqliteDSN(path, with, fmt.Sprintf("cache_size(-%d)", with.cache)))
	if err != nil {
		return nil, fmt.Errorf("sqldb: open: %w", err)
	}
	pool.SetMaxOpenConns(1)
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sqldb: open %s: %w", path, err), pool.Close())
	}
	w := newWriter(pool, conn, with.watch)
	if err := w.prepare(ctx); err != nil {
		return nil, errors.Join(err, conn.Close(), pool.Close())
	}
	if err := logAhead(ctx, conn, path, lock); err != nil {
		return nil, errors.Join(fmt.Errorf("sqldb: open %s: %w", path, err), conn.Close(), pool.Close())
	}
	read, err := sql.Open("sqlite", sqliteDSN(path, with, "query_only(1)"))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sqldb: open: %w", err), conn.Close(), pool.Close())
	}
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	read.SetConnMaxIdleTime(idleTime)
	go w.serve(context.WithoutCancel(ctx))
	return &DB{
		engine: SQLite, read: read, write: w.do, close: w.close, waiting: func() int { return len(w.queue) }, watch: w.watch,
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

// sqliteDSN sets, in this order: wait instead of failing; what a commit waits for. What is erased is written over with zeros. That the file has a write-ahead log
// stands in the file.
func sqliteDSN(path string, with settings, extra string) string {
	q := url.Values{"_pragma": {
		fmt.Sprintf("busy_timeout(%d)", with.busy), "synchronous(" + with.synchronous + ")", fmt.Sprintf("wal_autocheckpoint(%d)", with.checkpoint),
		"journal_size_limit(67108864)", "temp_store(MEMORY)", "secure_delete(1)", extra,
	}}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// locker keeps other processes away from a file for a moment.
type locker func(path string) (unlock func() error, err error)

// logAhead gives the file its write-ahead log, once. The switch needs the file for itself and does not wait for others as everything else does
// (two programs that switch at once fail), so it is made under a lock.
func logAhead(ctx context.Context, conn *sql.Conn, path string, lock locker) (err error) {
	var mode string
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil || mode == "wal" {
		return err
	}
	unlock, err := lock(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("the file keeps a log of the kind %q; a write-ahead log is needed", mode)
	}
	return nil
}

// lockDir locks the directory of a file (flock, which the kernel takes back when the process ends). The file itself is not locked so, because
// opening and closing it here would take SQLite's own locks away.
func lockDir(path string) (func() error, error) {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("sqldb: lock: %w", err)
	}
	for {
		err = syscall.Flock(int(dir.Fd()), syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sqldb: lock: %w", err), dir.Close())
	}
	return dir.Close, nil
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
