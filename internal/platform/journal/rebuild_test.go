package journal_test

import (
	stdcmp "cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// forge changes the database behind the journal's back.
func forge(t testing.TB, j *journal.Journal, query string, args ...any) {
	t.Helper()
	err := j.DB().Write(t.Context(), func(tx *sqldb.Tx) error {
		_, err := tx.Exec(t.Context(), query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func fill(t testing.TB, j *journal.Journal, desks, requests int) {
	t.Helper()
	for d := range desks {
		for r := range requests {
			thing := fmt.Sprint(r % 7)
			mustPost(t, j, desk(d), fmt.Sprint("k", r), noted{Thing: thing, Tags: []string{"a"}}, moved{Thing: thing, To: fmt.Sprint(r % 3)})
		}
	}
}

// changed is places with another schema, as a later program may have it.
type changed struct{ places }

func (changed) Schema() string {
	return strings.Replace(places{}.Schema(), "  moves ", "  extra BIGINT,\n  moves ", 1)
}

func TestPrepare(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		fill(t, j, 3, 10)
		live := dump(t, j, tables...)
		if prepare(t, j) {
			t.Error("replayed although nothing had changed")
		}
		later := with(t, j.DB(), notes{}, changed{})
		var seen []string
		if replayed, err := later.Prepare(t.Context(), func(done, total int64) { seen = append(seen, fmt.Sprint(done, "/", total)) }); !replayed || err != nil {
			t.Errorf("a changed schema: %v %v", replayed, err)
		}
		if !cmp.Equal(seen, []string{"30/30"}) {
			t.Errorf("progress %v", seen)
		}
		if text := dump(t, later, "place"); !strings.Contains(text, "extra=NULL") {
			t.Errorf("the new table was not made: %s", text)
		}
		fewer := with(t, j.DB(), notes{})
		if !prepare(t, fewer) {
			t.Error("a projection that is gone was left in the database")
		}
		if !prepare(t, j) || dump(t, j, tables...) != live {
			t.Error("back again, the tables differ")
		}
	})
}

// breaker fails at a line the first time, as a process does that is killed.
type breaker struct {
	places
	at   int
	seen *int
}

var errKilled = fmt.Errorf("killed: %w", context.Canceled)

func (b breaker) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	if *b.seen++; *b.seen == b.at {
		return errKilled
	}
	return b.places.Apply(ctx, tx, e)
}

func TestAnInterruptedReplayGoesOn(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		const lines = 5_100
		ctx := t.Context()
		_, err := j.Post(ctx, clerk, "A-1", key(t, "many", lines), func(tx *journal.Tx) error {
			for i := range lines {
				if err := tx.Record(ctx, moved{Thing: fmt.Sprint(i % 100), To: fmt.Sprint(i % 3)}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		live := dump(t, j, tables...)
		seen := 0
		broken := with(t, j.DB(), notes{}, breaker{at: 5_050, seen: &seen})
		if err := broken.Rebuild(ctx, nil); !errors.Is(err, errKilled) {
			t.Fatalf("the rebuild was not interrupted: %v", err)
		}
		var first int64
		replayed, err := j.Prepare(ctx, func(done, _ int64) {
			if first == 0 {
				first = done
			}
		})
		if err != nil || !replayed {
			t.Fatal(replayed, err)
		}
		if first != lines {
			t.Errorf("it began again instead of going on behind the first 5 000: the first batch brought it to %d", first)
		}
		if diff := cmp.Diff(live, dump(t, j, tables...)); diff != "" {
			t.Errorf("the tables differ:\n%s", diff)
		}
		if list, err := j.Quarantine(ctx, j.DB()); len(list) > 0 || err != nil {
			t.Errorf("the interruption was taken for the line's fault: %v %v", list, err)
		}
	})
}

func TestALineThatCannotBeAppliedDoesNotStopTheOthers(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		ctx := t.Context()
		fill(t, j, 3, 4) // eight lines each
		good := dump(t, j, tables...)
		body := `UPDATE entry SET body = $1 WHERE desk = $2 AND number = $3`
		forge(t, j, body, []byte(`{"thing":"0","text":"poison"}`), desk(0), 1)
		forge(t, j, body, []byte(`{"thing":"1","text":"late"}`), desk(0), 3)
		forge(t, j, body, []byte(`{"thing"`), desk(1), 1)
		forge(t, j, "UPDATE entry SET version = 9 WHERE desk = $1 AND number = 3", desk(1))
		forge(t, j, "UPDATE entry SET actor = '' WHERE desk = $1 AND number = 5", desk(1))
		forge(t, j, "UPDATE entry SET hash = $1 WHERE desk = $2 AND number = 7", []byte("short"), desk(1))
		forge(t, j, "DELETE FROM entry WHERE desk = $1 AND number IN (1, 8)", desk(2))
		if err := j.Rebuild(ctx, nil); err != nil {
			t.Fatal(err)
		}
		list, err := j.Quarantine(ctx, j.DB())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, q := range list {
			if q.Reason == "" {
				t.Errorf("line %d of %s is in quarantine without a reason", q.Number, q.Desk)
			}
			got = append(got, fmt.Sprintf("%s/%d", q.Desk, q.Number))
		}
		if diff := cmp.Diff([]string{"D-0/1", "D-0/3", "D-1/1", "D-1/3", "D-1/5", "D-1/7", "D-2/1", "D-2/8"}, got); diff != "" {
			t.Errorf("quarantine:\n%s", diff)
		}
		var count, behind int
		row := j.DB().QueryRow(ctx, "SELECT (SELECT COUNT(*) FROM note), (SELECT COUNT(*) FROM place)")
		if err := row.Scan(&count, &behind); err != nil || count != 12-7 || behind != 12-1 {
			t.Errorf("%d notes, %d places, %v; before:\n%s", count, behind, err, good)
		}
		if prepare(t, j) {
			t.Error("the rebuild was left unfinished")
		}
	})
}

func TestARebuildNeedsTheDatabaseForItself(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		j := with(t, openDB(t, dsn), projections...)
		prepare(t, j)
		fill(t, j, 1, 3)
		serving, err := j.DB().Share(ctx)
		if err != nil {
			t.Fatal(err)
		}
		other := with(t, openDB(t, dsn), projections...)
		if err := other.Rebuild(ctx, nil); !errors.Is(err, sqldb.ErrInUse) {
			t.Errorf("a rebuild beside a server: %v", err)
		}
		if _, err := with(t, other.DB(), notes{}).Prepare(ctx, nil); !errors.Is(err, sqldb.ErrInUse) {
			t.Errorf("a replay beside a server: %v", err)
		}
		if prepare(t, other) {
			t.Error("a start beside a server replayed")
		}
		if err := serving.Release(); err != nil {
			t.Fatal(err)
		}
		sameAfterRebuild(t, other)
	})
}

func TestProgramsThatStartTogetherReplayOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		j := with(t, openDB(t, dsn), projections...)
		prepare(t, j)
		fill(t, j, 3, 20)
		live := dump(t, j, tables...)
		forge(t, j, "UPDATE projection SET ddl = ddl || ' '")
		var replays [4]bool
		var wg sync.WaitGroup
		for i := range replays {
			other := with(t, openDB(t, dsn), projections...)
			wg.Go(func() {
				var err error
				if replays[i], err = other.Prepare(t.Context(), nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		n := 0
		for _, replayed := range replays {
			if replayed {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d of four programs replayed", n)
		}
		if diff := cmp.Diff(live, dump(t, j, tables...)); diff != "" {
			t.Errorf("the tables differ:\n%s", diff)
		}
	})
}

// meddler posts while a rebuild is under way, as a program would that takes no lease.
type meddler struct {
	places
	post func()
}

func (meddler) Reads() []journal.Type { return []journal.Type{journal.Of[journal.Fact]()} }

func (m meddler) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	if e.Desk == desk(2) && e.Number == 1 {
		m.post()
	}
	return m.places.Apply(ctx, tx, e)
}

func TestALinePostedDuringARebuildIsAppliedOnce(t *testing.T) {
	t.Parallel()
	dsn := dbtest.Postgres(t)
	j := with(t, openDB(t, dsn), projections...)
	prepare(t, j)
	fill(t, j, 3, 2)
	outside := with(t, openDB(t, dsn), projections...)
	var once sync.Once
	inside := with(t, j.DB(), notes{}, meddler{post: func() {
		once.Do(func() {
			for d := range 4 {
				mustPost(t, outside, desk(d), "meddled", noted{Thing: "new"})
			}
		})
	}})
	if err := inside.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	live := dump(t, j, tables...)
	sameAfterRebuild(t, j)
	if !strings.Contains(live, "thing=new n=4") {
		t.Errorf("the lines were counted otherwise than once:\n%s", live)
	}
}

// keeper keeps a value about its table, which a rebuild makes anew.
type keeper struct{ places }

func (keeper) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	m, ok := e.Fact.(moved)
	if !ok {
		return nil
	}
	if _, known := tx.Kept("known " + m.Thing); known {
		return tx.Change(ctx, "place", "UPDATE place SET moves = moves + 1 WHERE thing = $1", m.Thing)
	}
	tx.Keep("known "+m.Thing, true)
	const insert = `INSERT INTO place (desk, thing, state, moves, still, id) VALUES ($1, $2, '', 1, $3, $4)`
	_, err := tx.Exec(ctx, insert, e.Desk, m.Thing, false, e.ID)
	return err
}

func TestWhatWasKeptIsForgottenByARebuild(t *testing.T) {
	t.Parallel()
	j := with(t, openDB(t, dbtest.SQLite(t)), notes{}, keeper{})
	prepare(t, j)
	mustPost(t, j, "A-1", "k1", moved{Thing: "x"})
	mustPost(t, j, "A-1", "k2", moved{Thing: "x"})
	sameAfterRebuild(t, j)
	mustPost(t, j, "A-1", "k3", moved{Thing: "x"})
	sameAfterRebuild(t, j)
}

// oddSchema is a projection with another text.
type oddSchema struct {
	journal.Projection
	text, name string
}

func (o oddSchema) Name() string   { return stdcmp.Or(o.name, "odd") }
func (o oddSchema) Schema() string { return o.text }

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	db := openDB(t, dbtest.SQLite(t))
	for name, c := range map[string]journal.Config{
		"a kind defined twice":       {DB: db, Facts: []journal.Definition{journal.Define[noted](), journal.Define[noted]()}},
		"a projection twice":         {DB: db, Projections: []journal.Projection{notes{}, notes{}}},
		"a table twice":              {DB: db, Projections: []journal.Projection{places{}, oddSchema{Projection: places{}, text: places{}.Schema()}}},
		"a table that may be there":  {DB: db, Projections: []journal.Projection{oddSchema{Projection: places{}, text: "CREATE TABLE IF NOT EXISTS a (n BIGINT);\n"}}},
		"one that leans on nothing":  {DB: db, Projections: []journal.Projection{situated{}}},
		"one that leans forward":     {DB: db, Projections: []journal.Projection{situated{}, places{}}},
		"a trigger":                  {DB: db, Projections: []journal.Projection{oddSchema{Projection: places{}, text: "CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT 1; END;\n"}}},
		"a drop behind a good table": {DB: db, Projections: []journal.Projection{oddSchema{Projection: places{}, text: "CREATE TABLE a (n BIGINT);\n DROP TABLE entry;\n"}}},
	} {
		if _, err := journal.New(c); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// recorder is a projection that tries to write a line of its own.
type recorder struct{ places }

func (recorder) Reads() []journal.Type { return []journal.Type{journal.Of[noted]()} }

func (recorder) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	return tx.Record(ctx, moved{Thing: "again"})
}

func TestAProjectionMustNotRecord(t *testing.T) {
	t.Parallel()
	j := with(t, openDB(t, dbtest.SQLite(t)), recorder{})
	prepare(t, j)
	if _, err := post(t, j, "A-1", "k1", noted{Thing: "x"}); err == nil || !strings.Contains(err.Error(), "must not record") {
		t.Errorf("answered %v", err)
	}
}
