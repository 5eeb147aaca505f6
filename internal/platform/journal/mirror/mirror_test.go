package mirror_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/journal/mirror"
	"vienkopus/internal/platform/journal/mirror/mirrortest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// put says that a thing was put somewhere.
type put struct {
	Thing string `json:"thing"`
	Shelf int64  `json:"shelf"`
}

func (put) Kind() string         { return "thing.put" }
func (put) Version() int         { return 1 }
func (p put) Subjects() []string { return []string{"thing:" + p.Thing} }

// shelves is a table with a column of every type.
type shelves struct{ text string }

func (shelves) Name() string { return "shelves" }
func (s shelves) Schema() string {
	return `
CREATE TABLE thing (thing TEXT NOT NULL PRIMARY KEY, shelf BIGINT NOT NULL, line BLOB NOT NULL, high BOOLEAN NOT NULL, part DOUBLE PRECISION, note TEXT);
CREATE TABLE shelf (shelf BIGINT NOT NULL PRIMARY KEY, things BIGINT NOT NULL);
` + s.text
}

func (shelves) Reads() []journal.Type { return []journal.Type{journal.Of[put]()} }

func (shelves) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	p, ok := e.Fact.(put)
	if !ok {
		return nil
	}
	const thing = `INSERT INTO thing (thing, shelf, line, high, part, note) VALUES ($1, $2, $3, $4, $5, $6)`
	var note any
	if p.Shelf%2 == 0 {
		note = "even"
	}
	if err := tx.Run(ctx, "thing", thing, p.Thing, p.Shelf, e.ID[:], p.Shelf > 3, float64(p.Shelf)/3, note); err != nil {
		return err
	}
	const shelf = `INSERT INTO shelf (shelf, things) VALUES ($1, 1) ON CONFLICT (shelf) DO UPDATE SET things = shelf.things + 1`
	return tx.Run(ctx, "shelf", shelf, p.Shelf)
}

var facts = []journal.Definition{journal.Define[put]()}

const desks, lines = 3, 40

var template = dbtest.NewTemplate(func(ctx context.Context, dsn string) error {
	db, err := sqldb.Open(ctx, dsn)
	if err != nil {
		return err
	}
	j, err := journal.New(journal.Config{DB: db, Clock: clock.System{}, Facts: facts, Projections: []journal.Projection{shelves{}}})
	if err != nil {
		return err
	}
	if err := db.Migrate(ctx, journaltest.Steps()); err != nil {
		return err
	}
	if _, err := j.Prepare(ctx, nil); err != nil {
		return err
	}
	for n := range lines {
		for d := range desks {
			if err := post(ctx, j, d, n); err != nil {
				return err
			}
		}
	}
	return db.Close()
})

func post(ctx context.Context, j *journal.Journal, desk, n int) error {
	req := journal.Request{By: actor.System("test"), Desk: fmt.Sprint("D", desk), Key: fmt.Sprint("k", n)}
	_, err := j.Do(ctx, req, n, func(tx *journal.Tx) error {
		return tx.Record(ctx, put{Thing: fmt.Sprintf("t%d-%d", desk, n), Shelf: int64(n % 7)})
	})
	return err
}

// look compares what stands at dsn with its lines, and returns what differs.
func look(t *testing.T, dsn string, p ...journal.Projection) ([]string, mirror.Result) {
	t.Helper()
	db, err := sqldb.Look(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	if len(p) == 0 {
		p = []journal.Projection{shelves{}}
	}
	var found []string
	dir := t.TempDir()
	result, err := mirror.Run(t.Context(), mirror.Config{
		DB: db, Migrations: journaltest.Steps(), Facts: facts, Projections: p, Scratch: dir,
		Found: func(p audit.Problem) { found = append(found, p.String()) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("the scratch directory holds %v, %v", left, err)
	}
	return found, result
}

// change changes what stands at dsn behind everybody's back.
func change(t *testing.T, dsn string, statements ...string) {
	t.Helper()
	db, err := sqldb.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(tx *sqldb.Tx) error {
		for _, s := range statements {
			n, err := tx.Exec(t.Context(), s)
			if err == nil && n == 0 {
				err = errors.New("no row: " + s)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestWhatTheLinesMakeIsWhatStandsThere(t *testing.T) {
	t.Parallel()
	template.Each(t, func(t *testing.T, dsn string) {
		found, result := look(t, dsn)
		if len(found) > 0 || result.Tables != 4 || result.Rows != 2*desks*lines+7 {
			t.Errorf("%+v %v", result, found)
		}
	})
}

func TestEveryChangedCellIsFound(t *testing.T) {
	t.Parallel()
	const one = " WHERE thing = 't1-5'"
	for name, c := range map[string]struct {
		sql  string
		want []string // how each problem begins
	}{
		"a number":         {"UPDATE thing SET shelf = 9" + one, []string{"table: thing: the lines make no row t1-5|9|", "table: thing: there is no row t1-5|5|"}},
		"a text":           {"UPDATE thing SET thing = 'x'" + one, []string{"table: thing: the lines make no row x|5|", "table: thing: there is no row t1-5|5|"}},
		"bytes":            {"UPDATE thing SET line = (SELECT line FROM thing WHERE thing = 't1-6')" + one, []string{"table: thing: the lines make no row t1-5|", "table: thing: there is no row t1-5|"}},
		"a boolean":        {"UPDATE thing SET high = NOT high" + one, []string{"table: thing: the lines make no row t1-5|", "table: thing: there is no row t1-5|"}},
		"a fraction":       {"UPDATE thing SET part = part + 0.0000001" + one, []string{"table: thing: the lines make no row t1-5|", "table: thing: there is no row t1-5|"}},
		"nothing":          {"UPDATE thing SET note = ''" + one, []string{"table: thing: the lines make no row t1-5|", "table: thing: there is no row t1-5|"}},
		"a row more":       {"INSERT INTO shelf (shelf, things) VALUES (99, 1)", []string{"table: shelf: the lines make no row 99|1"}},
		"a row less":       {"DELETE FROM shelf WHERE shelf = 3", []string{"table: shelf: there is no row 3|"}},
		"a subject more":   {"INSERT INTO entry_subject (subject, desk, number) VALUES ('thing:x', 'D1', 3)", []string{"table: entry_subject: the lines make no row thing:x|D1|3"}},
		"a subject less":   {"DELETE FROM entry_subject WHERE subject = 'thing:t1-5'", []string{"table: entry_subject: there is no row thing:t1-5|D1|6"}},
		"a line set aside": {"INSERT INTO quarantine (desk, number, reason) VALUES ('D1', 3, 'why not')", []string{"table: quarantine: the lines make no row |D1|3"}},
		"a whole table": {"DELETE FROM shelf", []string{
			"table: shelf: there is no row 0|18", "table: shelf: there is no row 1|18", "table: shelf: there is no row 2|18", "table: shelf: there is no row 3|18",
			"table: shelf: there is no row 4|18", "table: shelf: there is no row 5|15", "table: shelf: there is no row 6|15",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			template.Each(t, func(t *testing.T, dsn string) {
				change(t, dsn, c.sql)
				found, _ := look(t, dsn)
				slices.Sort(found)
				if len(found) != len(c.want) {
					t.Fatalf("found: %q", found)
				}
				for i, begins := range c.want {
					if !strings.HasPrefix(found[i], begins) {
						t.Errorf("%q does not begin with %q", found[i], begins)
					}
				}
			})
		})
	}
}

func TestTablesOfAnotherVersionAreNamedAndLeftAlone(t *testing.T) {
	t.Parallel()
	template.Each(t, func(t *testing.T, dsn string) {
		change(t, dsn, "DELETE FROM shelf")
		found, result := look(t, dsn, shelves{text: "CREATE INDEX thing_shelf ON thing (shelf);\n"})
		if len(found) > 0 || !slices.Equal(result.Stale, []string{"shelves"}) {
			t.Errorf("%v %v", result.Stale, found)
		}
		again, _ := look(t, dsn) // nothing was mended
		if len(again) != 7 {
			t.Errorf("found: %v", again)
		}
	})
}

func TestItLooksWhileOthersWrite(t *testing.T) {
	t.Parallel()
	template.Each(t, func(t *testing.T, dsn string) {
		db, err := sqldb.Open(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		j, err := journal.New(journal.Config{DB: db, Clock: clock.System{}, Facts: facts, Projections: []journal.Projection{shelves{}}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		written := make(chan int)
		go func() {
			n := lines
			for ; ctx.Err() == nil; n++ {
				if err := post(ctx, j, n%desks, n); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
			written <- n
		}()
		for range 3 {
			if found, _ := look(t, dsn); len(found) > 0 {
				t.Errorf("found: %v", found)
			}
		}
		stop()
		if n := <-written; n == lines {
			t.Error("nobody wrote")
		}
	})
}

func TestADatabaseThatIsLookedAtIsNotChanged(t *testing.T) {
	t.Parallel()
	template.Each(t, func(t *testing.T, dsn string) {
		db, err := sqldb.Look(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		err = db.Write(t.Context(), func(tx *sqldb.Tx) error { return tx.Run(t.Context(), "planted", "DELETE FROM entry") })
		if !errors.Is(err, sqldb.ErrReadOnly) {
			t.Errorf("a write: %v", err)
		}
		for _, query := range []string{"DELETE FROM entry WHERE number = 1 RETURNING number", "UPDATE desk_head SET number = 0 RETURNING number"} {
			var n int
			if err := db.QueryRow(t.Context(), query).Scan(&n); err == nil {
				t.Errorf("%s went through", query)
			}
		}
		if _, err := db.Share(t.Context()); !errors.Is(err, sqldb.ErrReadOnly) {
			t.Errorf("a lease: %v", err)
		}
		if err := db.Side().Write(t.Context(), func(*sqldb.Tx) error { return nil }); !errors.Is(err, sqldb.ErrReadOnly) {
			t.Errorf("beside: %v", err)
		}
	})
}

// first is a table whose rows depend on which desk wrote first, as no table may.
type first struct{}

func (first) Name() string { return "first" }
func (first) Schema() string {
	return `CREATE TABLE first (shelf BIGINT NOT NULL PRIMARY KEY, thing TEXT NOT NULL);`
}

func (first) Reads() []journal.Type { return []journal.Type{journal.Of[put]()} }

func (first) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	p, ok := e.Fact.(put)
	if !ok {
		return nil
	}
	return tx.Run(ctx, "first", `INSERT INTO first (shelf, thing) VALUES ($1, $2) ON CONFLICT (shelf) DO NOTHING`, p.Shelf, p.Thing)
}

func TestATableThatDependsOnTheOrderOfDesksIsFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		db, err := sqldb.Open(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		j, err := journal.New(journal.Config{DB: db, Clock: clock.System{}, Facts: facts, Projections: []journal.Projection{shelves{}, first{}}})
		if err == nil {
			err = db.Migrate(t.Context(), journaltest.Steps())
		}
		if err == nil {
			_, err = j.Prepare(t.Context(), nil)
		}
		for n := 0; n < 2*lines && err == nil; n++ {
			err = post(t.Context(), j, n%desks, n/desks)
		}
		if err != nil {
			t.Fatal(err)
		}
		tables := map[string]bool{}
		for seed := range uint64(8) {
			_, err := mirror.Run(t.Context(), mirror.Config{
				DB: db, Migrations: journaltest.Steps(), Facts: facts, Projections: []journal.Projection{shelves{}, first{}},
				Scratch: t.TempDir(), Order: mirrortest.Interleaved(rand.New(rand.NewPCG(seed, seed))),
				Found: func(p audit.Problem) { table, _, _ := strings.Cut(p.What, ":"); tables[table] = true },
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if fmt.Sprint(tables) != "map[first:true]" {
			t.Errorf("found in %v", tables)
		}
	})
}
