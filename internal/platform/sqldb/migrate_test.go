package sqldb_test

import (
	"errors"
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
