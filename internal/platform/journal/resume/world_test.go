package resume_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/backup"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/audit"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/journal/mirror"
	"vienkopus/internal/platform/journal/mirror/mirrortest"
	"vienkopus/internal/platform/journal/resume"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// put says that a thing was put onto a shelf.
type put struct {
	Thing string `json:"thing"`
	Shelf string `json:"shelf"`
}

func (put) Kind() string         { return "thing.put" }
func (put) Version() int         { return 1 }
func (p put) Subjects() []string { return []string{"thing:" + p.Thing} }

// shelves keeps where things are, and of each shelf the last thing, so that the order of lines matters.
type shelves struct{}

func (shelves) Name() string { return "shelves" }
func (shelves) Schema() string {
	return `
CREATE TABLE thing (thing TEXT NOT NULL, desk TEXT NOT NULL, number BIGINT NOT NULL, at BIGINT NOT NULL, who TEXT NOT NULL, PRIMARY KEY (thing, desk, number));
CREATE TABLE shelf (desk TEXT NOT NULL, shelf TEXT NOT NULL, last TEXT NOT NULL, things BIGINT NOT NULL, PRIMARY KEY (desk, shelf));
`
}

func (shelves) Reads() []journal.Type { return []journal.Type{journal.Of[put]()} }

func (shelves) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	p, ok := e.Fact.(put)
	if !ok {
		return nil
	}
	const thing = `INSERT INTO thing (thing, desk, number, at, who) VALUES ($1, $2, $3, $4, $5)`
	if err := tx.Run(ctx, "thing", thing, p.Thing, e.Desk, e.Number, e.RecordedAt.UnixMicro(), e.Actor.String()); err != nil {
		return err
	}
	const shelf = `INSERT INTO shelf (desk, shelf, last, things) VALUES ($1, $2, $3, 1)
ON CONFLICT (desk, shelf) DO UPDATE SET things = shelf.things + 1, last = excluded.last`
	return tx.Run(ctx, "shelf", shelf, e.Desk, p.Shelf, p.Thing)
}

var (
	facts    = append(journal.Facts(), journal.Define[put]())
	operator = actor.System("operator")
	clerk    = actor.Staff("s1", "clerk")
)

func steps() []sqldb.Migration {
	return journaltest.Steps(resume.Migration)
}

// house is one database with its journal.
type house struct {
	*journal.Journal
	service resume.Service
	dsn     string
	clock   *clock.Hand
}

// open opens an empty database of the engine, or one with what a backup holds.
func open(t testing.TB, engine string, from []byte) *house {
	t.Helper()
	h := &house{dsn: dbtest.SQLite(t), clock: clock.NewHand(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))}
	if engine == "postgres" {
		h.dsn = dbtest.Postgres(t)
	}
	db, err := sqldb.Open(t.Context(), h.dsn)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	must(t, db.Migrate(t.Context(), steps()))
	if from != nil {
		_, err := backup.Restore(t.Context(), db, backup.Source{From: bytes.NewReader(from)})
		must(t, err)
	}
	h.Journal, err = journal.New(journal.Config{DB: db, Clock: h.clock, Facts: facts, Projections: []journal.Projection{shelves{}}})
	must(t, err)
	h.service = resume.Service{Journal: h.Journal}
	h.prepare(t)
	return h
}

func (h *house) prepare(t testing.TB) {
	t.Helper()
	_, err := h.Prepare(t.Context(), nil)
	must(t, err)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// post puts things onto shelves of a desk, by one request.
func (h *house) post(t testing.TB, desk, key string, things ...string) {
	t.Helper()
	h.clock.Advance(time.Second)
	_, err := h.Do(t.Context(), journal.Request{By: clerk, Desk: desk, Key: key}, things, func(tx *journal.Tx) error {
		for _, thing := range things {
			if err := tx.Record(t.Context(), put{Thing: thing, Shelf: thing[:1]}); err != nil {
				return err
			}
		}
		return nil
	})
	must(t, err)
}

func (h *house) backup(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	_, err := backup.Write(t.Context(), h.DB(), &b, backup.Plan{Tables: resume.Kept, At: h.clock.Now()})
	must(t, err)
	_, err = backup.Check(t.Context(), bytes.NewReader(b.Bytes()))
	must(t, err)
	return b.Bytes()
}

func (h *house) heads(t testing.TB) []journal.Head {
	t.Helper()
	heads, err := h.Heads(t.Context(), h.DB())
	must(t, err)
	return heads
}

// resume lets all desks go on behind what was seen.
func (h *house) resume(t testing.TB, seen []journal.Head) []journal.Entry {
	t.Helper()
	lines, err := h.service.Resume(t.Context(), resume.Order{By: operator, Seen: seen, Why: "the disk broke", Evidence: "the last checkpoint"})
	must(t, err)
	return lines
}

// returned takes in what another database holds.
func (h *house) returned(t testing.TB, from *house) map[string]resume.Returned {
	t.Helper()
	all, err := h.service.Return(t.Context(), operator, from.DB(), "the old disk was read")
	must(t, err)
	h.prepare(t)
	by := map[string]resume.Returned{}
	for _, one := range all {
		by[one.Desk] = one
	}
	return by
}

// sound sees that the lines are sound, and the tables those that the lines make in whatever order desks are replayed.
func (h *house) sound(t testing.TB, dice *rand.Rand) {
	t.Helper()
	report, err := audit.Run(t.Context(), audit.Config{DB: h.DB(), Checks: []audit.Check{audit.Found("stray", resume.Check)}})
	must(t, err)
	for _, p := range report.Problems {
		t.Error(p)
	}
	for _, order := range []func([]journal.Span) [][]journal.Span{nil, mirrortest.Interleaved(dice)} {
		result, err := mirror.Run(t.Context(), mirror.Config{
			DB: h.DB(), Migrations: steps(), Facts: facts, Projections: []journal.Projection{shelves{}}, Scratch: t.TempDir(), Order: order,
			Found: func(p audit.Problem) { t.Error(p) },
		})
		must(t, err)
		if result.Tables < 4 || len(result.Stale) > 0 {
			t.Errorf("%d tables compared, %v not", result.Tables, result.Stale)
		}
	}
}

// things returns how often each thing stands in the tables.
func (h *house) things(t testing.TB) map[string]int {
	t.Helper()
	all := map[string]int{}
	rows, err := h.DB().Query(t.Context(), `SELECT thing FROM thing`)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var thing string
		must(t, rows.Scan(&thing))
		all[thing]++
	}
	must(t, rows.Err())
	return all
}

func (h *house) want(t testing.TB, things string) {
	t.Helper()
	var have []string
	for _, thing := range slices.Sorted(maps.Keys(h.things(t))) {
		have = append(have, fmt.Sprint(thing, "×", h.things(t)[thing]))
	}
	if text := strings.Join(have, " "); text != things {
		t.Errorf("the tables hold %s; want %s", text, things)
	}
}

func each(t *testing.T, test func(t *testing.T, engine string)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) { test(t, dbtest.Engine(dsn)) })
}

// keyOf is the message of a fault, or "".
func keyOf(err error) string {
	if f := fault.First(err); f != nil {
		return f.Key
	}
	return ""
}
