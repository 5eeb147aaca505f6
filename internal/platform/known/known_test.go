package known_test

import (
	"context"
	"errors"
	"os"
	"testing"

	"vienkopus/internal/platform/known"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

var tables = sqldb.Migration{Number: 1, Name: "words", SQL: `
CREATE TABLE word (word TEXT NOT NULL PRIMARY KEY);
CREATE TABLE word_version (n BIGINT NOT NULL);
INSERT INTO word_version (n) VALUES (0);
`}

func open(t *testing.T, dsn string) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func write(ctx context.Context, tx *sqldb.Tx, word string) error {
	if err := tx.Run(ctx, "word", "INSERT INTO word (word) VALUES ($1)", word); err != nil {
		return err
	}
	return tx.Run(ctx, "version", "UPDATE word_version SET n = n + 1")
}

// words counts the words, and how often it had to.
type words struct {
	kept  *known.Values[int]
	loads int
}

func (w *words) count(t *testing.T, r sqldb.Reader) int {
	t.Helper()
	n, err := w.kept.Get(t.Context(), r, known.Source[int]{
		Version: "SELECT n FROM word_version",
		Load: func(ctx context.Context, r sqldb.Reader) (n int, err error) {
			w.loads++
			return n, r.QueryRow(ctx, "SELECT COUNT(*) FROM word").Scan(&n)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhatIsKeptIsNeverOld(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		here, there := open(t, dsn), open(t, dsn) // two programs
		if err := here.Migrate(t.Context(), []sqldb.Migration{tables}); err != nil {
			t.Fatal(err)
		}
		w := &words{kept: &known.Values[int]{}}
		expect := func(n, loads int) {
			t.Helper()
			for range 3 {
				if got := w.count(t, here); got != n {
					t.Errorf("%d words, not %d", got, n)
				}
			}
			if w.loads != loads {
				t.Errorf("loaded %d times, not %d", w.loads, loads)
			}
		}
		expect(0, 1)
		if err := there.Write(t.Context(), func(tx *sqldb.Tx) error { return write(t.Context(), tx, "a") }); err != nil {
			t.Fatal(err)
		}
		expect(1, 2)
		// What a transaction sees of its own changes is kept for nobody: it may be taken back, and the next one has the same version.
		err := here.Write(t.Context(), func(tx *sqldb.Tx) error {
			if err := write(t.Context(), tx, "b"); err != nil {
				return err
			}
			if n := w.count(t, tx); n != 2 {
				t.Errorf("inside: %d words", n)
			}
			return os.ErrClosed
		})
		if !errors.Is(err, os.ErrClosed) {
			t.Fatal(err)
		}
		expect(1, 3)
		// A view that has stood for a while sees what it saw, and throws out nothing.
		err = here.Snapshot(t.Context(), func(r sqldb.Reader) error {
			if n := w.count(t, r); n != 1 {
				t.Errorf("before: %d words", n)
			}
			if err := there.Write(t.Context(), func(tx *sqldb.Tx) error { return write(t.Context(), tx, "c") }); err != nil {
				return err
			}
			expect(2, 4)
			if n := w.count(t, r); n != 1 {
				t.Errorf("in the old view: %d words", n)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		expect(2, 5)
	})
}
