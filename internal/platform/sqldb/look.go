package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"
)

// ErrReadOnly is returned by whatever would write into a database that was opened by Look.
var ErrReadOnly = errors.New("sqldb: the database is only looked at")

// Look opens a database that is there and changes nothing in it, whatever happens: every write fails with ErrReadOnly, no step is taken, no file is made
// but the index of an SQLite log, which SQLite needs to read beside a writer. It returns an error of os.ErrNotExist when there is no such file.
func Look(ctx context.Context, dsn string) (*DB, error) {
	db, err := look(ctx, dsn)
	if err != nil {
		return nil, err
	}
	db.write = func(context.Context, context.Context, func(*Tx) error) error { return ErrReadOnly }
	db.lease = func(context.Context, string, bool) (*Lease, error) { return nil, ErrReadOnly }
	db.side = newSide(db.engine, lookBeside(dsn))
	db.side.behind.make, db.side.behind.looks = madeSide, true
	db.close, db.waiting, db.watch = func() error { return nil }, func() int { return 0 }, &watch{}
	return db, nil
}

func look(ctx context.Context, dsn string) (*DB, error) {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		pool, err := postgresPool(dsn, connections, "SET default_transaction_read_only = on;")
		if err != nil {
			return nil, err
		}
		if err := pool.PingContext(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("sqldb: open: %w", err), pool.Close())
		}
		return &DB{engine: Postgres, read: pool}, nil
	}
	path := strings.TrimPrefix(dsn, "sqlite:")
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("sqldb: open: %w", err)
	}
	q := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(10000)", "query_only(1)", "temp_store(MEMORY)"}}
	pool, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, fmt.Errorf("sqldb: open: %w", err)
	}
	pool.SetMaxOpenConns(readers)
	pool.SetMaxIdleConns(readers)
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("sqldb: open: %w", err), pool.Close())
	}
	return &DB{engine: SQLite, read: pool}, nil
}

// lookBeside opens the side store of the database at dsn, and changes nothing there either.
func lookBeside(dsn string) func(context.Context, *watch) (ground, error) {
	if !strings.Contains(dsn, "://") {
		dsn += sideSuffix
	}
	return func(ctx context.Context, seen *watch) (ground, error) {
		db, err := look(ctx, dsn)
		if errors.Is(err, os.ErrNotExist) {
			return ground{}, errors.Join(ErrNotServed, err)
		}
		if err != nil {
			return ground{}, err
		}
		db.write = func(context.Context, context.Context, func(*Tx) error) error { return ErrReadOnly }
		db.close, db.waiting, db.watch = func() error { return nil }, func() int { return 0 }, seen
		return ground{db: db, moved: func() bool { return false }}, nil
	}
}

// ErrNotServed says that the side store lacks tables of the program's: no program of this version has served the database.
var ErrNotServed = errors.New("sqldb: the side store has no tables of this version")

// madeSide returns ErrNotServed when none of the declared tables is there, or one is made otherwise than it is declared.
func madeSide(ctx context.Context, db *DB, declared []SideTables) error {
	made := map[string]string{}
	err := Each(ctx, db, "SELECT owner, ddl FROM side_owner", nil, func(rows *sql.Rows) error {
		var owner, text string
		if err := rows.Scan(&owner, &text); err != nil {
			return fmt.Errorf("sqldb: scan: %w", err)
		}
		made[owner] = text
		return nil
	})
	if err != nil {
		return errors.Join(ErrNotServed, err)
	}
	found := false
	for _, d := range declared {
		text, is := made[d.Owner]
		if is && text != d.SQL {
			return fmt.Errorf("%w: those of %s", ErrNotServed, d.Owner)
		}
		found = found || is
	}
	if !found {
		return ErrNotServed
	}
	return nil
}

// Size returns how many bytes the database takes, its log aside.
func (db *DB) Size(ctx context.Context) (int64, error) {
	query := "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
	if db.engine == Postgres {
		query = "SELECT pg_database_size(current_database())"
	}
	var size int64
	if err := db.read.QueryRowContext(ctx, query).Scan(&size); err != nil {
		return 0, fmt.Errorf("sqldb: size: %w", err)
	}
	return size, nil
}

// note keeps in mind what the outcome of a write says about the database.
func (db *DB) note(err error) {
	switch {
	case err == nil:
		if db.full.Load() { // a write that changes nothing needs no room; only the trial of CanWrite says that there is some
			return
		}
	case errors.Is(err, ErrFull):
		db.full.Store(true)
	case damaged(err):
		db.broken.Store(true)
	}
}

// ErrDamaged says that a write has met damage in the database's file: it must be looked at and restored, not waited for.
var ErrDamaged = errors.New("sqldb: the database is damaged")

// CanWrite asks whether a write would be taken now, for readiness checks: the file is locked by nobody else, the server is no standby, there is room, and no
// write has met damage. It returns ErrFull, ErrDamaged, or what the engine says; the end of ctx when nobody answers.
func (db *DB) CanWrite(ctx context.Context) error {
	if db.broken.Load() {
		return ErrDamaged
	}
	full := db.full.Load()
	err := db.Write(ctx, func(tx *Tx) error {
		if db.engine == Postgres {
			standby := false
			if err := tx.QueryRow(ctx, "SELECT pg_is_in_recovery()").Scan(&standby); err != nil || standby {
				return errors.Join(ErrReadOnly, err)
			}
		}
		if !full {
			return nil
		}
		return tryRoom(ctx, tx)
	})
	if err == nil && full {
		db.full.Store(false)
	}
	return err
}

// roomTried is how much room there must be again before writes are asked for, in bytes.
const roomTried = 256 << 10

// tryRoom writes as much as that and takes it away.
func tryRoom(ctx context.Context, tx *Tx) error {
	if err := tx.Define(ctx, "CREATE TABLE room_trial (trial BLOB NOT NULL);\n"); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "INSERT INTO room_trial (trial) VALUES ($1)", make([]byte, roomTried)); err != nil {
		return err
	}
	return tx.Define(ctx, "DROP TABLE room_trial;\n")
}

// Steps returns how many of the steps were taken in the database; none where there are no tables yet. It returns ErrNewer when the database knows steps
// that the program does not; nil stands for a program that knows them all.
func (db *DB) Steps(ctx context.Context, steps []Migration) (int, error) {
	query := "SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_migration'"
	if db.engine == Postgres {
		query = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_migration'"
	}
	var n int
	if err := db.read.QueryRowContext(ctx, query).Scan(&n); err != nil || n == 0 {
		return 0, err //nolint:wrapcheck // of the connection
	}
	done, err := stepsIn(ctx, db)
	if err != nil {
		return 0, err
	}
	if steps == nil {
		return len(done), nil
	}
	return len(done), known(done, steps)
}

const (
	// viewWait is how long a further connection is waited for when several readers shall look at once.
	viewWait = time.Second
	// viewTries is how often it is tried to begin to read everywhere before somebody writes.
	viewTries = 50
)

// Snapshots runs fn with readers of one and the same unchanging view of the database, each for one goroutine at a time. There are up to n of them and at
// least one: fewer where connections are scarce, or where somebody writes all the time.
func (db *DB) Snapshots(ctx context.Context, n int, fn func([]Reader) error) error {
	if n < 2 || db.behind != nil {
		return db.Snapshot(ctx, func(r Reader) error { return fn([]Reader{r}) })
	}
	alike := db.exported
	if db.engine == SQLite {
		alike = db.undisturbed
	}
	all, err := alike(ctx, n)
	if err == nil && len(all) == 0 {
		return db.Snapshot(ctx, func(r Reader) error { return fn([]Reader{r}) })
	}
	if err == nil {
		readers := make([]Reader, len(all))
		for i, v := range all {
			readers[i] = snapshot{v.tx, db.watch}
		}
		err = fn(readers)
	}
	return errors.Join(err, all.end())
}

// views are transactions that read, each on its connection.
type views []view

type view struct {
	conn *sql.Conn
	tx   *sql.Tx
}

func (all views) end() error {
	var errs []error
	for _, v := range all {
		if err := v.tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
			errs = append(errs, fmt.Errorf("sqldb: end of snapshot: %w", err))
		}
		errs = append(errs, v.conn.Close())
	}
	return errors.Join(errs...)
}

// view begins one more, with a statement that must go first. There is none where no connection is to be had.
func (db *DB) view(ctx context.Context, all views, first string) (views, error) {
	soon, stop := context.WithTimeout(ctx, viewWait)
	defer stop()
	conn, err := db.read.Conn(soon)
	if err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return all, nil // fewer look together
	}
	if err != nil {
		return all, fmt.Errorf("sqldb: snapshot: %w", err)
	}
	opts := &sql.TxOptions{ReadOnly: true}
	if db.engine == Postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	tx, err := conn.BeginTx(ctx, opts)
	if err != nil {
		return all, errors.Join(fmt.Errorf("sqldb: snapshot: %w", err), conn.Close())
	}
	all = append(all, view{conn, tx})
	if _, err := tx.ExecContext(ctx, first); err != nil {
		return all, fmt.Errorf("sqldb: snapshot: %w", err)
	}
	return all, patient(ctx, db.engine, tx)
}

// undisturbed begins to read everywhere while nobody writes: SQLite has no other way to make several views one. There are none where it does not come to that.
func (db *DB) undisturbed(ctx context.Context, n int) (views, error) {
	watch, err := db.read.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("sqldb: snapshots: %w", err)
	}
	defer func() { _ = watch.Close() }() //nolint:errcheck // it goes back to the pool
	for range viewTries {
		var all views
		var before, after int64 // PRAGMA data_version changes when somebody else has written
		err := watch.QueryRowContext(ctx, "PRAGMA data_version").Scan(&before)
		for held := -1; err == nil && len(all) < n && held < len(all); {
			held = len(all)
			all, err = db.view(ctx, all, "SELECT 1 FROM sqlite_schema LIMIT 1") // the view begins with what is read first
		}
		if err == nil {
			err = watch.QueryRowContext(ctx, "PRAGMA data_version").Scan(&after)
		}
		if err == nil && before == after {
			return all, nil
		}
		if err = errors.Join(err, all.end()); err != nil {
			return nil, fmt.Errorf("sqldb: snapshots: %w", err)
		}
	}
	return nil, nil
}

// exported has the server hand the first view on to the others.
func (db *DB) exported(ctx context.Context, n int) (views, error) {
	all, err := db.view(ctx, nil, "SELECT 1")
	if err != nil || len(all) == 0 {
		return all, err
	}
	var name string
	if err := all[0].tx.QueryRowContext(ctx, "SELECT pg_export_snapshot()").Scan(&name); err != nil {
		return nil, all.end() // a server that does not hand it on, such as one that follows another
	}
	for held := 0; err == nil && len(all) < n && held < len(all); {
		held = len(all)
		all, err = db.view(ctx, all, "SET TRANSACTION SNAPSHOT '"+name+"'")
	}
	return all, err
}
