package dbtest_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	_ "modernc.org/sqlite"

	"vienkopus/internal/platform/sqldb/dbtest"
)

func open(tb testing.TB, dsn string) *sql.DB {
	tb.Helper()
	driver := "sqlite"
	if dbtest.Engine(dsn) == "postgres" {
		driver = "pgx"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		tb.Fatal(err)
	}
	return db
}

func exec(tb testing.TB, db *sql.DB, statement string) {
	tb.Helper()
	if _, err := db.ExecContext(tb.Context(), statement); err != nil {
		tb.Fatalf("%s: %v", statement, err)
	}
}

func TestEachTestHasItsOwnEmptyDatabase(t *testing.T) {
	t.Parallel()
	var seen atomic.Int32
	t.Run("group", func(t *testing.T) {
		for range 3 {
			dbtest.Each(t, func(t *testing.T, dsn string) {
				if want := "/" + dbtest.Engine(dsn); !strings.Contains(t.Name(), want) {
					t.Errorf("%s got a database of another engine: %s", t.Name(), dsn)
				}
				db := open(t, dsn)
				defer db.Close()
				exec(t, db, "CREATE TABLE line (number BIGINT PRIMARY KEY)") // fails in a database that is not empty
				seen.Add(1)
			})
		}
	})
	if seen.Load() != 6 {
		t.Errorf("%d of 6 tests ran", seen.Load())
	}
}

func TestATemplateIsPreparedOnceAndCopied(t *testing.T) {
	t.Parallel()
	var prepared atomic.Int32
	template := dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
		prepared.Add(1)
		db := open(t, dsn)
		defer db.Close()
		for _, statement := range []string{"CREATE TABLE line (number BIGINT PRIMARY KEY)", "INSERT INTO line VALUES (1)"} {
			if _, err := db.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
		return nil
	})
	t.Run("group", func(t *testing.T) {
		for range 2 {
			template.Each(t, func(t *testing.T, dsn string) {
				db := open(t, dsn)
				defer db.Close()
				exec(t, db, "INSERT INTO line VALUES (2)") // fails when the other copy is the same database
				var lines int
				if err := db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM line").Scan(&lines); err != nil || lines != 2 {
					t.Errorf("%d lines in the copy, %v", lines, err)
				}
			})
		}
	})
	if prepared.Load() != 2 {
		t.Errorf("prepared %d times for two engines", prepared.Load())
	}
}

// complaints is a test that remembers its failures instead of failing.
type complaints struct {
	testing.TB
	errors   []string
	cleanups []func()
}

func (c *complaints) Helper()          {}
func (c *complaints) Cleanup(f func()) { c.cleanups = append(c.cleanups, f) }
func (c *complaints) Errorf(format string, args ...any) {
	c.errors = append(c.errors, fmt.Sprintf(format, args...))
}

func TestAConnectionLeftOpenFailsTheTest(t *testing.T) {
	t.Parallel()
	inner := &complaints{TB: t}
	db := open(t, dbtest.Postgres(inner))
	defer db.Close()
	exec(t, db, "SELECT 1")
	for _, cleanup := range inner.cleanups {
		cleanup()
	}
	if len(inner.errors) != 1 || !strings.Contains(inner.errors[0], "left connections") {
		t.Errorf("complaints %q", inner.errors)
	}
	if err := db.PingContext(t.Context()); err == nil {
		t.Error("the database outlived its test")
	}
}

func TestATemplateLeftOpenIsRefused(t *testing.T) {
	t.Parallel()
	template := dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
		db := open(t, dsn)
		t.Cleanup(func() { db.Close() })
		_, err := db.ExecContext(ctx, "PRAGMA journal_mode = WAL; CREATE TABLE line (number BIGINT PRIMARY KEY)")
		return err
	})
	inner := &fatal{complaints: complaints{TB: t}}
	func() {
		defer func() { _ = recover() }()
		template.SQLite(inner)
	}()
	if len(inner.errors) != 1 || !strings.Contains(inner.errors[0], "left open") {
		t.Errorf("complaints %q", inner.errors)
	}
}

// fatal stops at the first failure, as a test does.
type fatal struct{ complaints }

func (f *fatal) TempDir() string { return f.TB.TempDir() }
func (f *fatal) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	panic("stopped")
}

func TestSQLiteFilesLieApart(t *testing.T) {
	t.Parallel()
	first, second := dbtest.SQLite(t), dbtest.SQLite(t)
	if first == second || filepath.Dir(first) == filepath.Dir(second) {
		t.Errorf("%s and %s", first, second)
	}
	if _, err := os.Stat(first); !os.IsNotExist(err) {
		t.Errorf("the file is there already: %v", err)
	}
}
