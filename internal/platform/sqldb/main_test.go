package sqldb_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// items is a table for the tests: a name and how often it was counted.
var items = sqldb.Migration{Number: 1, Name: "items", SQL: `
CREATE TABLE item (name TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL);
`}

// open opens the database and makes the table.
func open(t testing.TB, dsn string) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Migrate(t.Context(), []sqldb.Migration{items}); err != nil {
		t.Fatal(err)
	}
	return db
}

// each runs the test on an empty database with the table, on both engines.
func each(t *testing.T, test func(t *testing.T, db *sqldb.DB)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) { test(t, open(t, dsn)) })
}

func insert(ctx context.Context, tx *sqldb.Tx, name string) error {
	_, err := tx.Exec(ctx, "INSERT INTO item (name, n) VALUES ($1, 1)", name)
	return err
}

const upsert = `INSERT INTO item (name, n) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET n = item.n + excluded.n`

// stored returns the rows as text, in the order of their names.
func stored(t testing.TB, r sqldb.Reader) string {
	t.Helper()
	text := ""
	err := sqldb.Each(t.Context(), r, "SELECT name, n FROM item ORDER BY name", nil, func(rows *sql.Rows) error {
		var name string
		var n int
		err := rows.Scan(&name, &n)
		text += fmt.Sprintf("%s=%d ", name, n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func expect(t testing.TB, r sqldb.Reader, want string) {
	t.Helper()
	if got := stored(t, r); got != want {
		t.Errorf("the table holds %q, expected %q", got, want)
	}
}

// together has the writer serve all the functions in one group on SQLite: the first holds it until the others wait behind.
// It returns their errors. On PostgreSQL they run side by side.
func together(t testing.TB, db *sqldb.DB, fns ...func(*sqldb.Tx) error) []error {
	t.Helper()
	errs := make([]error, len(fns))
	held, free := make(chan struct{}), make(chan struct{})
	done := make(chan int)
	go func() {
		once := false
		_ = db.Write(t.Context(), func(*sqldb.Tx) error {
			if !once {
				once = true
				close(held)
				<-free
			}
			return nil
		})
		done <- -1
	}()
	<-held
	for i, fn := range fns {
		go func() {
			errs[i] = db.Write(t.Context(), fn)
			done <- i
		}()
		if db.Engine() == sqldb.SQLite {
			for sqldb.Waiting(db) <= i { // keeps the order
				time.Sleep(time.Millisecond)
			}
		}
	}
	close(free)
	for range len(fns) + 1 {
		<-done
	}
	return errs
}
