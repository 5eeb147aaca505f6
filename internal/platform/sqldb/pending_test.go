package sqldb_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// counted is a Count that tells how often it was written.
type counted struct {
	sqldb.Count
	written *int
}

func (c counted) Merge(next sqldb.Pending) sqldb.Pending {
	merged, _ := c.Count.Merge(next.(counted).Count).(sqldb.Count)
	return counted{merged, c.written}
}

func (c counted) Write(ctx context.Context, tx *sqldb.Tx) error {
	*c.written++
	return c.Count.Write(ctx, tx)
}

func TestADeferredRowIsWrittenOncePerGroup(t *testing.T) {
	t.Parallel()
	db := open(t, dbtest.SQLite(t))
	written := 0
	add := func(answer error) func(*sqldb.Tx) error {
		return func(tx *sqldb.Tx) error {
			tx.Defer("x", counted{sqldb.Count{Upsert: upsert, Key: []any{"x"}, N: 1}, &written})
			tx.Defer("x", counted{sqldb.Count{Upsert: upsert, Key: []any{"x"}, N: 2}, &written})
			return answer
		}
	}
	errs := together(t, db, add(nil), add(nil), add(errRule), add(nil))
	if errs[0] != nil || errs[1] != nil || !errors.Is(errs[2], errRule) || errs[3] != nil {
		t.Errorf("answers %v", errs)
	}
	expect(t, db, "x=9 ")
	if written != 1 {
		t.Errorf("the row was written %d times", written)
	}
}

func TestCountsAddUpOnBothEngines(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		var wg sync.WaitGroup
		names := []string{"a", "b", "c", "d"}
		for i := range 40 {
			wg.Go(func() {
				err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
					for k := range names { // every other way round, so that unsorted rows would wait for each other
						name := names[(k*(1-2*(i%2))+len(names))%len(names)]
						tx.Defer(name, sqldb.Count{Upsert: upsert, Key: []any{name}, N: 1})
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		expect(t, db, "a=40 b=40 c=40 d=40 ")
	})
}

// broken is a change that cannot be written.
type broken struct{ panics bool }

func (b broken) Merge(sqldb.Pending) sqldb.Pending { return b }

func (b broken) Write(ctx context.Context, tx *sqldb.Tx) error {
	if b.panics {
		panic("the change is broken")
	}
	_, err := tx.Exec(ctx, "INSERT INTO nowhere VALUES (1)")
	return err
}

func TestADeferredChangeThatFailsHurtsOnlyItsRequest(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		for _, panics := range []bool{false, true} {
			errs := together(t, db,
				func(tx *sqldb.Tx) error {
					tx.Defer("x", sqldb.Count{Upsert: upsert, Key: []any{"x"}, N: 1})
					return nil
				},
				func(tx *sqldb.Tx) error {
					tx.Defer("broken", broken{panics})
					return insert(ctx, tx, "b")
				},
				func(tx *sqldb.Tx) error { return errRule },
				func(tx *sqldb.Tx) error { // of another kind under the same key: the two cannot be merged
					tx.Defer("x", broken{})
					tx.Defer("x", sqldb.Count{})
					return nil
				},
				func(tx *sqldb.Tx) error {
					tx.Defer("y", sqldb.Count{Upsert: upsert, Key: []any{"y"}, N: 1})
					return nil
				},
			)
			if errs[0] != nil || errs[1] == nil || !errors.Is(errs[2], errRule) || errs[3] == nil || errs[4] != nil {
				t.Errorf("answers %v", errs)
			}
		}
		expect(t, db, "x=2 y=2 ")
	})
}

// chain is a change that defers another one.
type chain struct{ left int }

func (c chain) Merge(sqldb.Pending) sqldb.Pending { return c }

func (c chain) Write(_ context.Context, tx *sqldb.Tx) error {
	if c.left > 0 {
		tx.Defer("chain", chain{c.left - 1})
	}
	tx.Defer("n", sqldb.Count{Upsert: upsert, Key: []any{"n"}, N: 1})
	return nil
}

func TestAChangeMayDeferAnother(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
			tx.Defer("chain", chain{3})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		expect(t, db, "n=4 ")
	})
}

func kept(t *testing.T, db *sqldb.DB, want any) {
	t.Helper()
	err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
		got, ok := tx.Kept("k")
		if got != want || ok != (want != nil) {
			t.Errorf("kept %v %v, expected %v", got, ok, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func keep(v any, err error) func(*sqldb.Tx) error {
	return func(tx *sqldb.Tx) error {
		tx.Keep("k", v)
		if got, ok := tx.Kept("k"); !ok || got != v {
			return errors.New("a request does not see what it keeps")
		}
		return err
	}
}

func TestWhatIsKeptIsTrue(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "kept.db")
	db, other := open(t, path), open(t, path)
	ctx := t.Context()
	together(t, db, keep(1, nil), keep(2, errRule))
	kept(t, db, 1) // that of the failed neighbour is not kept

	errs := together(t, db, keep(3, nil), func(tx *sqldb.Tx) error {
		if v, _ := tx.Kept("k"); v != 3 {
			t.Errorf("within the group: %v", v)
		}
		tx.Defer("broken", broken{})
		return nil
	})
	if errs[0] != nil || errs[1] == nil {
		t.Errorf("answers %v", errs)
	}
	kept(t, db, nil) // a transaction that failed is forgotten altogether, with what its neighbours kept

	if err := db.Write(ctx, func(tx *sqldb.Tx) error {
		tx.Keep("k", 4)
		tx.Defer("broken", broken{})
		return nil
	}); err == nil {
		t.Error("a broken change was committed")
	}
	kept(t, db, nil)

	together(t, db, keep(5, nil))
	kept(t, db, 5)
	if err := other.Write(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, "other") }); err != nil {
		t.Fatal(err)
	}
	kept(t, db, nil) // somebody else has written

	together(t, db, keep(6, nil), func(tx *sqldb.Tx) error {
		if err := tx.Define(ctx, "CREATE TABLE more (n BIGINT);\n"); err != nil {
			return err
		}
		if v, ok := tx.Kept("k"); ok {
			t.Errorf("kept over new tables: %v", v)
		}
		return nil
	})
	kept(t, db, nil) // the tables have changed
}

func TestNothingIsKeptBetweenTransactionsOfPostgreSQL(t *testing.T) {
	t.Parallel()
	db := open(t, dbtest.Postgres(t))
	if err := db.Write(t.Context(), keep(1, nil)); err != nil {
		t.Fatal(err)
	}
	kept(t, db, nil)
}
