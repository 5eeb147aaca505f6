package sqldb_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

var errRule = errors.New("the rule says no")

func TestAFailingRequestLeavesItsNeighboursAlone(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		errs := together(t, db,
			func(tx *sqldb.Tx) error { return insert(ctx, tx, "a") },
			func(tx *sqldb.Tx) error { return errors.Join(insert(ctx, tx, "b"), errRule) },
			func(tx *sqldb.Tx) error {
				if err := insert(ctx, tx, "c"); err != nil {
					return err
				}
				panic("the rule is broken")
			},
			func(tx *sqldb.Tx) error { // a row that comes back from a change before anything else was changed
				var name string
				if err := tx.QueryRow(ctx, "INSERT INTO item (name, n) VALUES ('d', 1) RETURNING name").Scan(&name); err != nil {
					return err
				}
				return errRule
			},
			func(tx *sqldb.Tx) error {
				const query = "INSERT INTO item (name, n) VALUES ('e', 1) RETURNING name"
				return errors.Join(sqldb.Each(ctx, tx, query, nil, func(*sql.Rows) error { return nil }), errRule)
			},
			func(tx *sqldb.Tx) error { return insert(ctx, tx, "f") },
		)
		for i, want := range []error{nil, errRule, nil, errRule, errRule, nil} {
			if i == 2 {
				if errs[i] == nil || !strings.Contains(errs[i].Error(), "the rule is broken") {
					t.Errorf("a panic was answered with %v", errs[i])
				}
			} else if !errors.Is(errs[i], want) {
				t.Errorf("request %d: %v, expected %v", i, errs[i], want)
			}
		}
		expect(t, db, "a=1 f=1 ")
	})
}

func TestASwallowedErrorIsNoSuccess(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		if err := db.Write(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, "a") }); err != nil {
			t.Fatal(err)
		}
		errs := together(t, db,
			func(tx *sqldb.Tx) error { return insert(ctx, tx, "b") },
			func(tx *sqldb.Tx) error {
				if err := insert(ctx, tx, "c"); err != nil {
					return err
				}
				_ = insert(ctx, tx, "a")
				if err := insert(ctx, tx, "d"); err == nil {
					t.Error("a statement ran in a transaction that had failed")
				}
				if err := sqldb.Each(ctx, tx, "SELECT 1", nil, func(*sql.Rows) error { return nil }); err == nil {
					t.Error("a query ran in a transaction that had failed")
				}
				return nil
			},
		)
		if errs[0] != nil || !errors.Is(errs[1], sqldb.ErrDuplicate) {
			t.Errorf("answers %v", errs)
		}
		expect(t, db, "a=1 b=1 ")
	})
}

func TestARuleThatEndsItsGoroutineIsAnswered(t *testing.T) {
	t.Parallel()
	db := open(t, dbtest.SQLite(t))
	ctx := t.Context()
	errs := together(t, db,
		func(tx *sqldb.Tx) error { return insert(ctx, tx, "a") },
		func(tx *sqldb.Tx) error { runtime.Goexit(); return nil },
	)
	if errs[0] == nil || errs[1] == nil {
		t.Errorf("answers %v, expected two errors", errs)
	}
	expect(t, db, "")
	if err := db.Write(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, "b") }); err != nil {
		t.Errorf("the writer did not live on: %v", err)
	}
	expect(t, db, "b=1 ")
}

func TestACancelledRequestIsNotRun(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := db.Write(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, "a") })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("answered %v", err)
		}
		expect(t, db, "")
	})
}

func TestCloseWaitsForWritesAndRefusesLaterOnes(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		begun := make(chan struct{})
		var wrote error
		var wg sync.WaitGroup
		wg.Go(func() {
			wrote = db.Write(ctx, func(tx *sqldb.Tx) error {
				close(begun)
				time.Sleep(50 * time.Millisecond)
				return insert(ctx, tx, "a")
			})
		})
		<-begun
		if err := errors.Join(db.Close(), db.Close()); err != nil {
			t.Errorf("close: %v", err)
		}
		wg.Wait()
		if wrote != nil {
			t.Errorf("the write under way was lost: %v", wrote)
		}
		if err := db.Write(ctx, func(*sqldb.Tx) error { return nil }); !errors.Is(err, sqldb.ErrClosed) {
			t.Errorf("a write after Close: %v", err)
		}
	})
}

func TestMoreTextsThanStatementsAreKept(t *testing.T) {
	t.Parallel()
	db := open(t, dbtest.SQLite(t))
	ctx := t.Context()
	for i := range 2100 {
		var n int
		if err := db.QueryRow(ctx, fmt.Sprintf("SELECT %d", i)).Scan(&n); err != nil || n != i {
			t.Fatal(n, err)
		}
	}
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		for i := range 2100 {
			if _, err := tx.Exec(ctx, fmt.Sprintf("INSERT INTO item (name, n) VALUES ('%04d', %d)", i, i)); err != nil {
				return err
			}
			var n int
			if err := tx.QueryRow(ctx, fmt.Sprintf("SELECT n FROM item WHERE name = '%04d'", i)).Scan(&n); err != nil || n != i {
				return fmt.Errorf("%d: %w", n, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestASnapshotStandsStill(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		count := func(r sqldb.Reader) (n int) {
			if err := r.QueryRow(ctx, "SELECT COUNT(*) FROM item").Scan(&n); err != nil {
				t.Error(err)
			}
			return n
		}
		err := db.Snapshot(ctx, func(r sqldb.Reader) error {
			before := count(r)
			err := db.Write(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, "a") })
			if after := count(r); before != 0 || after != 0 {
				t.Errorf("the snapshot held %d rows and then %d", before, after)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		expect(t, db, "a=1 ")
	})
}
