package journal_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// noted says that something was noted about a thing.
type noted struct {
	Thing string   `json:"thing"`
	Text  string   `json:"text"`
	Tags  []string `json:"tags,omitempty"`
}

func (noted) Kind() string { return "thing.noted" }
func (noted) Version() int { return 1 }
func (n noted) Subjects() []string {
	return []string{"thing:" + n.Thing, "thing:" + n.Thing} // twice, as a fact about two equal things would say
}

// moved says that a thing went to another state; what the table says then depends on the order of the lines.
type moved struct {
	Thing string `json:"thing"`
	To    string `json:"to"`
}

func (moved) Kind() string         { return "thing.moved" }
func (moved) Version() int         { return 1 }
func (m moved) Subjects() []string { return []string{"thing:" + m.Thing} }

var facts = []journal.Definition{journal.Define[noted](), journal.Define[moved]()}

// notes lists what was noted, and counts it over all desks.
type notes struct{}

func (notes) Name() string { return "notes" }
func (notes) Schema() string {
	return `
-- what was noted
CREATE TABLE note (desk TEXT NOT NULL, number BIGINT NOT NULL, thing TEXT NOT NULL, tags BIGINT NOT NULL, PRIMARY KEY (desk, number));
CREATE INDEX note_thing ON note (thing);
CREATE TABLE note_count (thing TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL);
`
}

// poison is a text that the projection cannot apply, and late one whose count cannot be written.
const (
	poison = "poison"
	late   = "late"
)

func (notes) Reads() []journal.Type { return []journal.Type{journal.Of[noted]()} }

func (notes) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	n, ok := e.Fact.(noted)
	if !ok {
		return nil
	}
	const insert = "INSERT INTO note (desk, number, thing, tags) VALUES ($1, $2, $3, $4)"
	if _, err := tx.Exec(ctx, insert, e.Desk, e.Number, n.Thing, len(n.Tags)); err != nil {
		return err
	}
	if n.Text == poison {
		return errors.New("poisoned")
	}
	add := `INSERT INTO note_count (thing, n) VALUES ($1, $2) ON CONFLICT (thing) DO UPDATE SET n = note_count.n + excluded.n`
	if n.Text == late {
		add = `INSERT INTO nowhere (thing, n) VALUES ($1, $2)`
	}
	tx.Defer([2]string{"count", n.Thing + add[12:19]}, sqldb.Count{Upsert: add, Key: []any{n.Thing}, N: 1})
	return nil
}

// places keeps the last state of each thing at each desk.
type places struct{}

func (places) Name() string { return "places" }
func (places) Schema() string {
	return `
CREATE TABLE place (
  desk  TEXT    NOT NULL,
  thing TEXT    NOT NULL,
  state TEXT    NOT NULL,
  moves BIGINT  NOT NULL,
  still BOOLEAN NOT NULL,
  id    BLOB    NOT NULL,
  PRIMARY KEY (desk, thing)
) WITHOUT ROWID;
`
}

func (places) Reads() []journal.Type { return []journal.Type{journal.Of[moved]()} }

func (places) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	m, ok := e.Fact.(moved)
	if !ok {
		return nil
	}
	const upsert = `INSERT INTO place (desk, thing, state, moves, still, id) VALUES ($1, $2, $3, 1, $4, $5)
ON CONFLICT (desk, thing) DO UPDATE SET state = excluded.state, moves = place.moves + 1, still = (place.state = excluded.state), id = excluded.id`
	_, err := tx.Exec(ctx, upsert, e.Desk, m.Thing, m.To, true, e.ID)
	return err
}

var (
	projections = []journal.Projection{notes{}, places{}}
	tables      = append(journal.Tables(notes{}), journal.Tables(places{})...)
	clerk       = actor.Staff("s1", "clerk")
)

// openDB opens the database with the tables of the journal.
func openDB(t testing.TB, dsn string) *sqldb.DB {
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
	if err := db.Migrate(t.Context(), journaltest.Steps()); err != nil {
		t.Fatal(err)
	}
	return db
}

// with returns a journal over the database that knows all the facts and the given projections.
func with(t testing.TB, db *sqldb.DB, list ...journal.Projection) *journal.Journal {
	t.Helper()
	j, err := journal.New(journal.Config{
		DB: db, Clock: clock.NewHand(time.Date(2026, 11, 21, 9, 0, 0, 123456789, time.UTC)), Facts: facts, Projections: list,
	})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func prepare(t testing.TB, j *journal.Journal) bool {
	t.Helper()
	replayed, err := j.Prepare(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return replayed
}

// each runs the test on an empty journal on both engines.
func each(t *testing.T, test func(t *testing.T, j *journal.Journal)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		j := with(t, openDB(t, dsn), projections...)
		prepare(t, j)
		test(t, j)
	})
}

func key(t testing.TB, name string, input any) journal.Key {
	t.Helper()
	k, err := journal.NewKey(name, input)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// post posts the facts in one request under the key.
func post(t testing.TB, j *journal.Journal, desk, name string, list ...journal.Fact) (journal.Posted, error) {
	t.Helper()
	return j.Post(t.Context(), clerk, desk, key(t, name, list), func(tx *journal.Tx) error {
		for _, f := range list {
			if err := tx.Record(t.Context(), f); err != nil {
				return err
			}
		}
		return nil
	})
}

func mustPost(t testing.TB, j *journal.Journal, desk, name string, list ...journal.Fact) journal.Posted {
	t.Helper()
	posted, err := post(t, j, desk, name, list...)
	if err != nil {
		t.Fatal(err)
	}
	return posted
}

func dump(t testing.TB, j *journal.Journal, names ...string) string {
	t.Helper()
	text, err := journaltest.Dump(t.Context(), j.DB(), names...)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// sameAfterRebuild fails when the tables are not those that the lines alone make.
func sameAfterRebuild(t testing.TB, j *journal.Journal) {
	t.Helper()
	live := dump(t, j, tables...)
	if err := j.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(live, dump(t, j, tables...)); diff != "" {
		t.Errorf("the rebuilt tables differ (- live, + rebuilt):\n%s", diff)
	}
}

// intact checks the numbers and the chain of every desk and returns how many lines there are in all.
func intact(t testing.TB, j *journal.Journal) int {
	t.Helper()
	heads, err := j.Heads(t.Context(), j.DB())
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, h := range heads {
		lines, err := j.Lines(t.Context(), j.DB(), h.Desk, 0, 1_000_000)
		if err != nil {
			t.Fatal(err)
		}
		var prev journal.Hash
		for i, e := range lines {
			if e.Number != int64(i)+1 || e.Prev != prev || e.Hash == prev {
				t.Fatalf("line %d of %s has number %d, prev %x", i+1, h.Desk, e.Number, e.Prev)
			}
			prev = e.Hash
		}
		if int64(len(lines)) != h.Number || prev != h.Hash {
			t.Errorf("%s stands at %d, but has %d lines", h.Desk, h.Number, len(lines))
		}
		total += len(lines)
	}
	return total
}

func desk(n int) string { return fmt.Sprintf("D-%d", n) }
