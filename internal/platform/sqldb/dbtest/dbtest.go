// Package dbtest gives every test a database of its own, on both engines.
//
// SQLite is a file in the test's temporary directory. PostgreSQL is a database on the server named in
// VIENKOPUS_TEST_POSTGRES, which scripts/with-postgres starts for a whole run; without it the package
// starts such a server itself, once per test process. A test without PostgreSQL fails, it is never skipped
// but by make quick, which is no proof of anything.
package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each runs the test on an empty SQLite database and on an empty PostgreSQL database, as parallel subtests
// named after the engine; in make quick on SQLite alone. The test must close what it opens at dsn; connections left open fail it.
func Each(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLite(t))
	})
	if quick() {
		return
	}
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, Postgres(t))
	})
}

// quick tells whether make quick asks, which wants SQLite alone. A run that must prove something is never quick.
func quick() bool {
	return os.Getenv("VIENKOPUS_TEST_QUICK") != "" && os.Getenv("CI") == ""
}

// SQLite returns the path of an SQLite file that does not exist yet and is removed with the test.
func SQLite(tb testing.TB) string {
	tb.Helper()
	return filepath.Join(tb.TempDir(), "vienkopus.db")
}

// Postgres returns the address of an empty PostgreSQL database, dropped at the end of the test.
func Postgres(tb testing.TB) string {
	tb.Helper()
	return newDatabase(tb, "template0")
}

// Engine names the engine behind an address that this package handed out: "sqlite" or "postgres".
func Engine(dsn string) string {
	if strings.HasPrefix(dsn, "postgres://") {
		return "postgres"
	}
	return "sqlite"
}

// outliving is the test's context without its end: cleaning up happens after the test's context is done.
func outliving(tb testing.TB) context.Context {
	return context.WithoutCancel(tb.Context())
}
