package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
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
	db.side = newSide(db.engine, func(context.Context, *watch) (ground, error) { return ground{}, ErrReadOnly })
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
