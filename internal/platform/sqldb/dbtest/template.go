package dbtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Template is a database that is prepared once per test process and copied for each test: migrations and a seed
// cost their time once. Make one as a package variable of the test.
type Template struct {
	prepare  func(ctx context.Context, dsn string) error
	sqlite   func(tb testing.TB) ([]byte, error)
	postgres func(tb testing.TB) (string, error)
}

// NewTemplate returns a template that prepare fills. It is called at most once per engine, with the address of an
// empty database, and must close what it opens there.
func NewTemplate(prepare func(ctx context.Context, dsn string) error) *Template {
	t := &Template{prepare: prepare}
	t.sqlite = once(t.prepareSQLite)
	t.postgres = once(t.preparePostgres)
	return t
}

// Each runs the test on a copy of the template on both engines, as parallel subtests named after the engine; in make quick on SQLite alone.
func (t *Template) Each(test *testing.T, run func(t *testing.T, dsn string)) {
	test.Helper()
	test.Run("sqlite", func(test *testing.T) {
		test.Parallel()
		run(test, t.SQLite(test))
	})
	if quick() {
		return
	}
	test.Run("postgres", func(test *testing.T) {
		test.Parallel()
		run(test, t.Postgres(test))
	})
}

// SQLite returns the path of a copy of the template, removed with the test.
func (t *Template) SQLite(tb testing.TB) string {
	tb.Helper()
	content, err := t.sqlite(tb)
	if err != nil {
		tb.Fatalf("dbtest: prepare the template: %v", err)
	}
	path := SQLite(tb)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		tb.Fatalf("dbtest: copy the template: %v", err)
	}
	return path
}

// Postgres returns the address of a copy of the template, dropped at the end of the test.
func (t *Template) Postgres(tb testing.TB) string {
	tb.Helper()
	name, err := t.postgres(tb)
	if err != nil {
		tb.Fatalf("dbtest: prepare the template: %v", err)
	}
	return newDatabase(tb, name)
}

func (t *Template) prepareSQLite(tb testing.TB) ([]byte, error) {
	path := filepath.Join(tb.TempDir(), "template.db")
	if err := t.prepare(outliving(tb), path); err != nil {
		return nil, err
	}
	// SQLite folds the log into the file when the last connection closes; what is still in the log would be lost.
	info, err := os.Stat(path + "-wal")
	if err == nil && info.Size() > 0 {
		return nil, errors.New("the template was left open")
	}
	content, err := os.ReadFile(path) //nolint:gosec // a file that this function made
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	return content, nil
}

// preparePostgres leaves the template on the server: it lives as long as the server that scripts/with-postgres made.
func (t *Template) preparePostgres(tb testing.TB) (string, error) {
	s, err := admin()
	if err != nil {
		return "", err
	}
	name := "template_" + strings.ToLower(rand.Text())
	if err := s.create(tb.Context(), name, "template0"); err != nil {
		return "", fmt.Errorf("make it: %w", err)
	}
	return name, t.prepare(outliving(tb), s.at(name))
}

// once calls make for the first test that asks and gives every later one the same answer.
func once[T any](prepare func(tb testing.TB) (T, error)) func(tb testing.TB) (T, error) {
	var (
		lock   sync.Mutex
		done   bool
		answer T
		err    error
	)
	return func(tb testing.TB) (T, error) {
		lock.Lock()
		defer lock.Unlock()
		if !done {
			answer, err = prepare(tb)
			done = true
		}
		return answer, err
	}
}
