package journal_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/journaltest"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// described is a fact that satisfies an interface, as facts of later features do.
type described struct {
	noted
}

func (described) Kind() string    { return "thing.described" }
func (d described) About() string { return d.Thing }

type about interface{ About() string }

// heard counts what Apply is handed, by kind.
type heard struct {
	reads []journal.Type
	kinds map[string]int
}

func (h heard) Name() string          { return "heard" }
func (h heard) Schema() string        { return "" }
func (h heard) Reads() []journal.Type { return h.reads }
func (h heard) Apply(_ context.Context, _ *journal.Tx, e journal.Entry) error {
	h.kinds[e.Kind]++
	return nil
}

func TestAProjectionIsHandedWhatItReadsAndNothingElse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reads []journal.Type
		want  map[string]int
	}{
		"one type":      {[]journal.Type{journal.Of[moved]()}, map[string]int{"thing.moved": 1}},
		"an interface":  {[]journal.Type{journal.Of[about]()}, map[string]int{"thing.described": 1}},
		"twice the one": {[]journal.Type{journal.Of[described](), journal.Of[about]()}, map[string]int{"thing.described": 1}},
		"all":           {[]journal.Type{journal.Of[journal.Fact]()}, map[string]int{"thing.moved": 1, "thing.noted": 1, "thing.described": 1}},
		"none":          {nil, map[string]int{}},
	} {
		h := heard{reads: c.reads, kinds: map[string]int{}}
		j := with(t, openDB(t, dbtest.SQLite(t)), h)
		if err := j.Learn([]journal.Definition{journal.Define[described]()}, nil); err != nil {
			t.Fatal(err)
		}
		prepare(t, j)
		mustPost(t, j, "A-1", "k1", noted{Thing: "x"}, moved{Thing: "x"}, described{noted{Thing: "x"}})
		if !cmp.Equal(h.kinds, c.want) {
			t.Errorf("%s: a post handed over %v", name, h.kinds)
		}
		clear(h.kinds)
		if err := j.Rebuild(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if !cmp.Equal(h.kinds, c.want) {
			t.Errorf("%s: a rebuild handed over %v", name, h.kinds)
		}
	}
}

func TestAChangedSchemaMakesOnlyThatProjectionAnew(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		fill(t, j, 3, 10)
		live := dump(t, j, "place")
		forge(t, j, "UPDATE note SET tags = 99")                                                // would be mended if it were made anew too
		forge(t, j, "UPDATE entry SET body = $1 WHERE kind = 'thing.noted'", []byte(`{"thing`)) // would be set aside if it were read
		var plans []journal.Plan
		later, err := journal.New(journal.Config{
			DB: j.DB(), Facts: facts, Projections: []journal.Projection{notes{}, changed{}}, Told: func(p journal.Plan) { plans = append(plans, p) },
		})
		if err != nil {
			t.Fatal(err)
		}
		if !prepare(t, later) {
			t.Error("nothing was made anew")
		}
		if len(plans) != 1 || !slices.Equal(plans[0].Projections, []string{"places"}) || plans[0].Lines != 30 {
			t.Errorf("told %+v", plans)
		}
		if got := strings.ReplaceAll(dump(t, j, "place"), "extra=NULL ", ""); got != live {
			t.Errorf("the table is\n%s", got)
		}
		if text := dump(t, j, "note"); strings.Count(text, "tags=99") != 30 {
			t.Errorf("the other table was touched:\n%s", text)
		}
		if list, err := j.Quarantine(t.Context(), j.DB()); err != nil || len(list) > 0 {
			t.Errorf("set aside: %v %v", list, err)
		}
	})
}

// situated notes in which state a thing was when something was noted about it, which it reads in the table of another projection.
type situated struct {
	text  string
	alone bool // does not say on whom it leans
}

func (situated) Name() string { return "situated" }
func (s situated) Schema() string {
	return "CREATE TABLE situation (desk TEXT NOT NULL, number BIGINT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (desk, number));\n" + s.text
}
func (situated) Reads() []journal.Type { return []journal.Type{journal.Of[noted]()} }
func (s situated) LeansOn() []string {
	if s.alone {
		return nil
	}
	return []string{"places"}
}

func (situated) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	n, ok := e.Fact.(noted)
	if !ok {
		return nil
	}
	var state string
	err := tx.QueryRow(ctx, "SELECT state FROM place WHERE desk = $1 AND thing = $2", e.Desk, n.Thing).Scan(&state)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("situated: %w", err)
	}
	return tx.Run(ctx, "situated", "INSERT INTO situation (desk, number, state) VALUES ($1, $2, $3)", e.Desk, e.Number, state)
}

// randomly posts notes and moves at several desks in an order by chance.
func randomly(t *testing.T, j *journal.Journal, dice *rand.Rand) {
	t.Helper()
	for n := range 60 {
		var f journal.Fact = noted{Thing: fmt.Sprint(dice.IntN(3))}
		if dice.IntN(2) == 0 {
			f = moved{Thing: fmt.Sprint(dice.IntN(3)), To: fmt.Sprint("s", n)}
		}
		mustPost(t, j, desk(dice.IntN(3)), fmt.Sprint("r", n), f)
	}
}

// What reads tables of another one is made anew with it, whichever of the two has changed: the rows are those of life, one projection by one.
func TestProjectionsMadeAnewOneByOneAreThoseOfLife(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		all := []journal.Projection{notes{}, places{}, situated{}}
		j = with(t, j.DB(), all...)
		prepare(t, j)
		randomly(t, j, rand.New(rand.NewPCG(7, 7)))
		names := append(slices.Clone(tables), "situation")
		live := dump(t, j, names...)
		for name, list := range map[string][]journal.Projection{
			"who leans":            {notes{}, places{}, situated{text: "-- 2\n"}},
			"whom it leans on":     {notes{}, oddSchema{places{}, places{}.Schema() + "-- 2\n", "places"}, situated{}},
			"somebody else":        {oddSchema{notes{}, notes{}.Schema() + "-- 2\n", "notes"}, places{}, situated{}},
			"nobody, but in order": all,
		} {
			prepare(t, with(t, j.DB(), list...))
			if diff := cmp.Diff(live, dump(t, j, names...)); diff != "" {
				t.Errorf("%s has changed (- live, + made anew):\n%s", name, diff)
			}
			prepare(t, j)
		}
		prepare(t, with(t, j.DB(), notes{}, places{}, situated{text: "-- 3\n", alone: true}))
		if live == dump(t, j, names...) {
			t.Error("the test cannot tell: made anew alone, the rows are the same")
		}
	})
}

// failing cannot apply some lines: by an error, by a statement that meets no row, and by a change that is left for later.
type failing struct {
	places
	text string
	sick bool
}

func (f failing) Schema() string { return f.places.Schema() + f.text }
func (f failing) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	if err := f.places.Apply(ctx, tx, e); err != nil || !f.sick {
		return err
	}
	switch e.Number {
	case 2:
		return errors.New("does not like it")
	case 4:
		return tx.Change(ctx, "nowhere", "UPDATE place SET moves = 9 WHERE thing = 'nowhere'")
	case 6:
		tx.Defer("nowhere", sqldb.Count{Upsert: "INSERT INTO nowhere (thing, n) VALUES ($1, $2)", Key: []any{"x"}, N: 1})
	case 8:
		return tx.Run(ctx, "unsaid", "UPDATE place SET moves = moves + 1 WHERE desk = $1", e.Desk)
	}
	return nil
}

func TestAProjectionThatFailsIsSetAsideAlone(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		ctx := t.Context()
		for r := range 6 {
			mustPost(t, j, "A-1", fmt.Sprint("k", r), noted{Thing: "x"}, moved{Thing: fmt.Sprint(r), To: "a"})
		}
		live := dump(t, j, tables...)
		sick := with(t, j.DB(), notes{}, failing{text: "-- sick\n", sick: true})
		prepare(t, sick)
		list, err := j.Quarantine(ctx, j.DB())
		var got []string
		for _, q := range list {
			got = append(got, fmt.Sprint(q.Projection, " ", q.Desk, "/", q.Number))
		}
		if want := []string{"places A-1/2", "places A-1/4", "places A-1/6", "places A-1/8"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("set aside: %v %v", list, err)
		}
		if text := dump(t, j, "place"); !strings.Contains(text, "== place: 2 rows") {
			t.Errorf("of the lines that failed something stayed, or later ones are not there:\n%s", text)
		}
		if err := sick.Rebuild(ctx, nil); err != nil {
			t.Fatal(err)
		}
		if text := dump(t, j, "note", "note_count"); !strings.HasPrefix(live, text) {
			t.Errorf("the other projection lacks lines:\n%s", text)
		}
		mustPost(t, sick, "A-1", "later", moved{Thing: "later"})
		if _, err := post(t, sick, "B-1", "late", noted{Thing: "y"}, moved{Thing: "y"}); err == nil {
			t.Error("a post was stored that one projection could not apply")
		}
		if text := dump(t, j, "note"); strings.Contains(text, "thing=y") {
			t.Error("half a post was stored")
		}
		mended := with(t, j.DB(), notes{}, failing{text: "-- mended\n"})
		prepare(t, mended)
		if list, err := j.Quarantine(ctx, j.DB()); err != nil || len(list) > 0 {
			t.Errorf("after mending: %v %v", list, err)
		}
		sameAfterRebuild(t, mended)
	})
}

func TestAChangeInApplyMeetsARowOrSaysThatItMayNot(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		before, err := journaltest.Dump(t.Context(), j.DB(), "entry", "place")
		if err != nil {
			t.Fatal(err)
		}
		for name, apply := range map[string]func(ctx context.Context, tx *journal.Tx) error{
			"a bare update": func(ctx context.Context, tx *journal.Tx) error { return tx.Run(ctx, "u", "UPDATE place SET moves = 1") },
			"a bare delete": func(ctx context.Context, tx *journal.Tx) error { return tx.Run(ctx, "d", "DELETE FROM place") },
			"an update that is executed": func(ctx context.Context, tx *journal.Tx) error {
				_, err := tx.Exec(ctx, "UPDATE place SET moves = 1")
				return err
			},
			"one that meets nothing": func(ctx context.Context, tx *journal.Tx) error {
				return tx.Change(ctx, "u", "UPDATE place SET moves = 1 WHERE desk = 'none'")
			},
			"one whose error is swallowed": func(ctx context.Context, tx *journal.Tx) error {
				_ = tx.Change(ctx, "d", "DELETE FROM place WHERE desk = 'none'")
				return nil
			},
		} {
			_, err := post(t, with(t, j.DB(), notes{}, doing{apply}), "A-1", strings.ReplaceAll(name, " ", "-"), moved{Thing: "x"})
			if err == nil || strings.HasPrefix(name, "one") && !errors.Is(err, sqldb.ErrNoRow) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if after, err := journaltest.Dump(t.Context(), j.DB(), "entry", "place"); err != nil || after != before {
			t.Errorf("something was stored: %v\n%s", err, after)
		}
		may := func(ctx context.Context, tx *journal.Tx) error {
			return tx.ChangeIfAny(ctx, "d", "DELETE FROM place WHERE desk = 'none'")
		}
		mustPost(t, with(t, j.DB(), notes{}, doing{may}), "A-1", "k1", moved{Thing: "x"})
	})
}

// doing does something else at each line.
type doing struct {
	do func(context.Context, *journal.Tx) error
}

func (doing) Name() string          { return "places" }
func (doing) Schema() string        { return places{}.Schema() }
func (doing) Reads() []journal.Type { return places{}.Reads() }
func (d doing) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	return d.do(ctx, tx)
}
