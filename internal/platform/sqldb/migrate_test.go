package sqldb_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

var more = sqldb.Migration{Number: 2, Name: "more", SQL: `
CREATE TABLE more (
  key  TEXT NOT NULL PRIMARY KEY,
  body BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX more_body ON more (body);
`}

func TestSeveralProgramsMayStartAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				db, err := sqldb.Open(ctx, dsn)
				if err != nil {
					t.Error(err)
					return
				}
				if err := errors.Join(db.Migrate(ctx, []sqldb.Migration{items, more}), db.Close()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		db, err := sqldb.Open(ctx, dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		var n, last int
		if err := db.QueryRow(ctx, "SELECT COUNT(*), MAX(number) FROM schema_migration").Scan(&n, &last); err != nil || n != 2 || last != 2 {
			t.Errorf("%d steps, the last is %d, %v", n, last, err)
		}
	})
}

// starting makes this test binary one of several programs that start on the same files.
const starting = "VIENKOPUS_SQLDB_START"

func TestMain(m *testing.M) {
	if os.Getenv(starting) == "" {
		os.Exit(m.Run())
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		fmt.Println(start(context.Background(), lines.Text()))
	}
}

// start does what a program does at its first start: it opens, makes the tables, writes, and ends.
func start(ctx context.Context, path string) error {
	db, err := sqldb.Open(ctx, path)
	if err != nil {
		return err
	}
	err = db.Migrate(ctx, []sqldb.Migration{items})
	if err == nil {
		err = db.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, upsert, "started", 1)
			return err
		})
	}
	return errors.Join(err, note(ctx, db.Side(notes), "started"), db.Close())
}

// TestSeveralProcessesMayStartAtOnce has real processes start on files that are not there yet. Once in some dozens of starts two of them used to
// meet in the switch to the write-ahead log.
func TestSeveralProcessesMayStartAtOnce(t *testing.T) {
	t.Parallel()
	const programs, rounds = 4, 8
	var in [programs]io.WriteCloser
	var out [programs]*bufio.Scanner
	for i := range programs {
		cmd := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0])
		cmd.Env, cmd.Stderr = append(os.Environ(), starting+"=yes"), os.Stderr
		stdin, err := cmd.StdinPipe()
		stdout, oerr := cmd.StdoutPipe()
		if err := errors.Join(err, oerr); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		in[i], out[i] = stdin, bufio.NewScanner(stdout)
		t.Cleanup(func() {
			if err := errors.Join(stdin.Close(), cmd.Wait()); err != nil {
				t.Error(err)
			}
		})
	}
	dir := t.TempDir()
	for round := range rounds {
		path := filepath.Join(dir, fmt.Sprintf("%d.db", round))
		for i := range programs {
			if _, err := fmt.Fprintln(in[i], path); err != nil {
				t.Fatal(err)
			}
		}
		for i := range programs {
			if !out[i].Scan() || out[i].Text() != "<nil>" {
				t.Errorf("program %d: %s", i, out[i].Text())
			}
		}
		db := open(t, path)
		expect(t, db, fmt.Sprintf("started=%d ", programs))
		expectNotes(t, db.Side(notes), programs)
	}
}

func TestAnOlderProgramLeavesANewerDatabaseAlone(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		if err := db.Migrate(ctx, []sqldb.Migration{items, more}); err != nil {
			t.Fatal(err)
		}
		if err := db.Migrate(ctx, []sqldb.Migration{items}); !errors.Is(err, sqldb.ErrNewer) {
			t.Errorf("a newer database: %v", err)
		}
		other := more
		other.Name = "another"
		if err := db.Migrate(ctx, []sqldb.Migration{items, other}); !errors.Is(err, sqldb.ErrNewer) {
			t.Errorf("another step of the same number: %v", err)
		}
		if err := db.Migrate(ctx, []sqldb.Migration{items, {Number: 3, Name: "gap"}}); err == nil {
			t.Error("a gap in the numbers")
		}
		if err := db.Migrate(ctx, []sqldb.Migration{items, more}); err != nil {
			t.Errorf("the program of the database: %v", err)
		}
	})
}

func TestAStepThatFailsLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		bad := sqldb.Migration{Number: 2, Name: "bad", SQL: "CREATE TABLE half (n BIGINT);\nCREATE TABLE item (n BIGINT);\n"}
		if err := db.Migrate(ctx, []sqldb.Migration{items, bad}); err == nil || !strings.Contains(err.Error(), "migration 2 bad") {
			t.Errorf("answered %v", err)
		}
		good := sqldb.Migration{Number: 2, Name: "good", SQL: "CREATE TABLE half (n BIGINT);\n"}
		if err := db.Migrate(ctx, []sqldb.Migration{items, good}); err != nil {
			t.Errorf("half of the step had stayed: %v", err)
		}
	})
}

func TestTranslate(t *testing.T) {
	t.Parallel()
	const ddl = `CREATE TABLE a (
  id   BLOB   NOT NULL PRIMARY KEY,
  name TEXT   NOT NULL,
  n    BIGINT NOT NULL
) WITHOUT ROWID;
CREATE TABLE b (key TEXT NOT NULL, body BLOB, PRIMARY KEY (key));
CREATE INDEX c ON b (CAST(body AS TEXT));
`
	if got := sqldb.Translate(sqldb.SQLite, ddl); got != ddl {
		t.Errorf("SQLite's own words were changed: %s", got)
	}
	const want = `CREATE TABLE a (
  id   BYTEA   NOT NULL PRIMARY KEY,
  name TEXT COLLATE "C"   NOT NULL,
  n    BIGINT NOT NULL
);
CREATE TABLE b (key TEXT COLLATE "C" NOT NULL, body BYTEA, PRIMARY KEY (key));
CREATE INDEX c ON b (CAST(body AS TEXT));
`
	if got := sqldb.Translate(sqldb.Postgres, ddl); got != want {
		t.Errorf("PostgreSQL gets %s", got)
	}
}

func TestTextSortsByItsBytes(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		names := []string{"CES-1", "CES-10", "CES-2", "CES 1", "ces-1", "Cēsis", "Cesis", "ābols", "zīle", "_", "~"}
		err := db.Write(ctx, func(tx *sqldb.Tx) error {
			for _, name := range names {
				if err := insert(ctx, tx, name); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(names)
		expect(t, db, strings.Join(names, "=1 ")+"=1 ")
	})
}
