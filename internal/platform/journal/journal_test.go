package journal_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

type noted struct {
	Thing string `json:"thing"`
	Text  string `json:"text"`
}

func (noted) Kind() string         { return "thing.noted" }
func (noted) Version() int         { return 1 }
func (n noted) Subjects() []string { return []string{"thing:" + n.Thing} }

type notes struct{}

func (notes) Name() string { return "notes" }
func (notes) Schema() string {
	return `
CREATE TABLE note (desk TEXT NOT NULL, number BIGINT NOT NULL, thing TEXT NOT NULL, PRIMARY KEY (desk, number));
CREATE TABLE note_count (thing TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL);
`
}

func (notes) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	n, ok := e.Fact.(noted)
	if !ok {
		return nil
	}
	if n.Text == "poison" {
		return errors.New("poisoned")
	}
	if _, err := tx.Exec(ctx, "INSERT INTO note (desk, number, thing) VALUES ($1, $2, $3)", e.Desk, e.Number, n.Thing); err != nil {
		return err
	}
	const add = `INSERT INTO note_count (thing, n) VALUES ($1, $2) ON CONFLICT (thing) DO UPDATE SET n = note_count.n + excluded.n`
	tx.Defer("count:"+n.Thing, sqldb.Count{Upsert: add, Key: []any{n.Thing}, N: 1})
	return nil
}

func open(t *testing.T) *journal.Journal {
	t.Helper()
	ctx := t.Context()
	db, err := sqldb.Open(ctx, filepath.Join(t.TempDir(), "j.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Migrate(ctx, []sqldb.Migration{journal.Migration}); err != nil {
		t.Fatal(err)
	}
	j, err := journal.New(journal.Config{
		DB: db, Clock: clock.NewHand(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)),
		Facts: []journal.Definition{journal.Define[noted]()}, Projections: []journal.Projection{notes{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.Prepare(ctx, nil); err != nil {
		t.Fatal(err)
	}
	return j
}

var clerk = actor.Staff("s1", "clerk")

func note(t *testing.T, j *journal.Journal, desk, key string, n noted) (journal.Posted, error) {
	t.Helper()
	k, err := journal.NewKey(key, n)
	if err != nil {
		t.Fatal(err)
	}
	return j.Post(t.Context(), clerk, desk, k, func(tx *journal.Tx) error { return tx.Record(t.Context(), n) })
}

func TestSameKeyHasOneEffect(t *testing.T) {
	j := open(t)
	first, err := note(t, j, "A-1", "k1", noted{Thing: "x", Text: "a"})
	if err != nil || first.Replayed || first.Entries[0].Number != 1 {
		t.Fatalf("first: %+v %v", first, err)
	}
	again, err := note(t, j, "A-1", "k1", noted{Thing: "x", Text: "a"})
	if err != nil || !again.Replayed || again.Entries[0].Hash != first.Entries[0].Hash {
		t.Fatalf("again: %+v %v", again, err)
	}
	if _, err := note(t, j, "A-1", "k1", noted{Thing: "x", Text: "b"}); fault.KindOf(err) != fault.Conflict {
		t.Fatalf("other input: %v", err)
	}
}

func TestConcurrentPosts(t *testing.T) {
	j := open(t)
	var wg sync.WaitGroup
	for d := range 4 {
		for i := range 50 {
			wg.Go(func() {
				if _, err := note(t, j, fmt.Sprintf("D-%d", d), fmt.Sprintf("k%d", i/2), noted{Thing: "x", Text: fmt.Sprint(i / 2)}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	heads, err := j.Heads(t.Context(), j.DB())
	if err != nil || len(heads) != 4 {
		t.Fatal(heads, err)
	}
	for _, h := range heads {
		if h.Number != 25 {
			t.Errorf("%s stands at %d, expected 25", h.Desk, h.Number)
		}
	}
	var n int
	if err := j.DB().QueryRow(t.Context(), "SELECT n FROM note_count WHERE thing = $1", "x").Scan(&n); err != nil || n != 100 {
		t.Fatal(n, err)
	}
	if err := j.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := j.DB().QueryRow(t.Context(), "SELECT n FROM note_count WHERE thing = $1", "x").Scan(&n); err != nil || n != 100 {
		t.Fatal(n, err)
	}
}
