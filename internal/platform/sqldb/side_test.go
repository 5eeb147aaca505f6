package sqldb_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// notes is a table for the tests of the side store.
var notes = sqldb.SideTables{Owner: "notes", SQL: "CREATE TABLE side_note (text TEXT NOT NULL);\nCREATE INDEX side_note_text ON side_note (text);\n"}

func note(ctx context.Context, side *sqldb.DB, text string) error {
	return side.Write(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO side_note (text) VALUES ($1)", text)
		return err
	})
}

// noted returns how many notes there are, and -1 with an error.
func noted(ctx context.Context, r sqldb.Reader) (int, error) {
	n := -1
	err := r.QueryRow(ctx, "SELECT COUNT(*) FROM side_note").Scan(&n)
	return n, err
}

func expectNotes(t *testing.T, r sqldb.Reader, want int) {
	t.Helper()
	if n, err := noted(t.Context(), r); err != nil || n != want {
		t.Errorf("%d notes, %v, want %d", n, err, want)
	}
}

func TestTheSideStoreCostsTheMainWriterNothing(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		var heard []string
		db.Watch(func(s sqldb.Statement) { heard = append(heard, s.Query) })
		side := db.Side(notes)
		for range 3 {
			if err := note(ctx, side, "a"); err != nil {
				t.Fatal(err)
			}
		}
		expectNotes(t, side, 3)
		if len(heard) > 0 {
			t.Errorf("the main writer was asked for %q", heard)
		}
		if err := side.Snapshot(ctx, func(r sqldb.Reader) error { expectNotes(t, r, 3); return nil }); err != nil {
			t.Error(err)
		}
		if err := side.Ping(ctx); err != nil {
			t.Error(err)
		}
		if db.Side() != side || side.Side() != side || side.Engine() != db.Engine() {
			t.Error("there is more than one side store")
		}
		if err := side.Migrate(ctx, nil); err == nil {
			t.Error("the side store took numbered steps")
		}
		if _, err := side.Share(ctx); err == nil {
			t.Error("the side store gave a lease")
		}
	})
}

func TestACommitOfTheSideStoreWaitsForNoDisk(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		query, want := "PRAGMA synchronous", "1" // NORMAL
		if db.Engine() == sqldb.Postgres {
			query, want = "SHOW synchronous_commit", "off"
		}
		for _, c := range []struct {
			db   *sqldb.DB
			want bool
		}{{db.Side(), true}, {db, false}} {
			var is string
			err := c.db.Write(t.Context(), func(tx *sqldb.Tx) error { return tx.QueryRow(t.Context(), query).Scan(&is) })
			if err != nil || (is == want) != c.want {
				t.Errorf("%s says %s, %v", query, is, err)
			}
		}
	})
}

func TestSideTablesOfAnotherTextAreMadeAnew(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		other := sqldb.SideTables{Owner: "others", SQL: "CREATE TABLE side_other (n BIGINT);\n"}
		first := open(t, dsn)
		if err := errors.Join(note(ctx, first.Side(notes, other), "a"), note(ctx, first.Side(), "b")); err != nil {
			t.Fatal(err)
		}
		second := open(t, dsn)
		expectNotes(t, second.Side(notes), 2) // another program of the same text keeps what is there
		third := open(t, dsn)
		wider := notes
		wider.SQL = "CREATE TABLE side_note (text TEXT NOT NULL, at BIGINT);\n"
		side := third.Side(wider)
		err := side.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, "INSERT INTO side_note (text, at) VALUES ('c', 1)")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		expectNotes(t, side, 1)
		var n int
		if err := side.QueryRow(ctx, "SELECT COUNT(*) FROM side_other").Scan(&n); err != nil {
			t.Errorf("the tables of another owner are gone: %v", err)
		}
	})
}

func TestATableThatIsNotOfTheSideStoreIsRefused(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		bad := sqldb.SideTables{Owner: "bad", SQL: "CREATE TABLE item (name TEXT);\n"}
		if _, err := noted(t.Context(), db.Side(bad)); err == nil || !strings.Contains(err.Error(), "no name of the side store") {
			t.Errorf("answered %v", err)
		}
		if err := db.Write(t.Context(), func(tx *sqldb.Tx) error { return insert(t.Context(), tx, "a") }); err != nil {
			t.Errorf("the main store suffers: %v", err)
		}
	})
}

func TestSeveralProgramsMakeTheSideStoreAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		open(t, dsn)
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				db, err := sqldb.Open(ctx, dsn)
				if err != nil {
					t.Error(err)
					return
				}
				if err := errors.Join(note(ctx, db.Side(notes), "a"), db.Close()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		expectNotes(t, open(t, dsn).Side(notes), 6)
	})
}

// spoil damages a file in one of several ways.
var spoil = map[string]func(path string) error{
	"no database": func(path string) error { return os.WriteFile(path, []byte(strings.Repeat("nothing ", 2000)), 0o600) },
	"pages overwritten": func(path string) error {
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		_, err = f.WriteAt([]byte(strings.Repeat("\xff", 12_000)), 4096)
		return errors.Join(err, f.Close())
	},
	"cut short": func(path string) error { return os.Truncate(path, 5000) },
	"gone":      os.Remove,
}

func TestADamagedSideFileIsMadeAnew(t *testing.T) {
	t.Parallel()
	for name, damage := range spoil {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "main.db")
			ctx := t.Context()
			db := open(t, path)
			for i := range 200 {
				if err := note(ctx, db.Side(notes), fmt.Sprintf("%d %s", i, strings.Repeat("x", 200))); err != nil {
					t.Fatal(err)
				}
			}
			if err := db.Close(); err != nil { // folds the log into the file
				t.Fatal(err)
			}
			if err := damage(path + "-side"); err != nil {
				t.Fatal(err)
			}
			again := open(t, path)
			expectNotes(t, again.Side(notes), 0)
			if err := note(ctx, again.Side(), "b"); err != nil {
				t.Error(err)
			}
			expectNotes(t, again.Side(), 1)
		})
	}
}

// TestASideFileThatIsDamagedWhileInUseHeals overwrites the file under a program that works.
func TestASideFileThatIsDamagedWhileInUseHeals(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"pages overwritten", "gone"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "main.db")
			ctx := t.Context()
			db, beside := open(t, path), open(t, path)
			for i := range 3000 {
				if err := note(ctx, db.Side(notes), fmt.Sprintf("%d %s", i, strings.Repeat("x", 2000))); err != nil {
					t.Fatal(err)
				}
			}
			expectNotes(t, beside.Side(notes), 3000)
			if err := spoil[name](path + "-side"); err != nil {
				t.Fatal(err)
			}
			heals := func(db *sqldb.DB) bool {
				return eventually(func() bool {
					err := db.Side().Write(ctx, func(tx *sqldb.Tx) error {
						_, err := tx.Exec(ctx, "UPDATE side_note SET text = text || '.'")
						return err
					})
					n, rerr := noted(ctx, db.Side())
					return err == nil && rerr == nil && n < 3000
				})
			}
			if !heals(db) || !heals(beside) {
				t.Fatal("it did not heal")
			}
			if err := note(ctx, db.Side(), "one"); err != nil {
				t.Error(err)
			}
			if !eventually(func() bool { n, err := noted(ctx, beside.Side()); return err == nil && n == 1 }) {
				t.Error("the two programs do not share the new file")
			}
			if err := db.Write(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, "a") }); err != nil {
				t.Errorf("the main store suffers: %v", err)
			}
		})
	}
}

func TestASideStoreThatCannotBeOpenedHurtsNothingElse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "main.db")
	if err := os.Mkdir(path+"-side", 0o700); err != nil {
		t.Fatal(err)
	}
	db := open(t, path)
	ctx := t.Context()
	begun := time.Now()
	if err := note(ctx, db.Side(notes), "a"); err == nil || !sqldb.Unavailable(err) {
		t.Errorf("a write: %v", err)
	}
	if _, err := noted(ctx, db.Side()); err == nil || !sqldb.Unavailable(err) {
		t.Errorf("a row: %v", err)
	}
	if err := sqldb.Each(ctx, db.Side(), "SELECT 1", nil, func(*sql.Rows) error { return nil }); err == nil {
		t.Error("a query was answered")
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %s to find out", took)
	}
	if err := db.Write(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, "a") }); err != nil {
		t.Errorf("the main store suffers: %v", err)
	}
	if err := os.Remove(path + "-side"); err != nil {
		t.Fatal(err)
	}
	if err := note(ctx, db.Side(), "a"); err != nil {
		t.Errorf("the hindrance is gone, yet: %v", err)
	}
}
