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

// Requests that fail behind their first change, among many that succeed: whoever is told that it was stored finds it stored once, and of the others nothing.
func TestManyFailAmongManyThatSucceed(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		var rules []func(*sqldb.Tx) error
		want := ""
		for n := range 240 {
			name, fails := fmt.Sprintf("n%03d", n), n%7 == 3 || n > 200
			if !fails {
				want += name + "=1 "
			}
			rules = append(rules, func(tx *sqldb.Tx) error {
				if n%11 == 5 {
					return errRule // before any change
				}
				if err := insert(ctx, tx, name); err != nil || !fails {
					return err
				}
				return errRule
			})
			if n%11 == 5 {
				want = strings.TrimSuffix(want, name+"=1 ")
			}
		}
		for n, err := range together(t, db, rules...) {
			if fails := n%7 == 3 || n > 200 || n%11 == 5; fails != errors.Is(err, errRule) || !fails && err != nil {
				t.Errorf("request %d: %v", n, err)
			}
		}
		expect(t, db, want)
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

// soon is a context that ends after a moment; the caller need not end it.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

// within complains when something took longer than it may.
func within(t *testing.T, most time.Duration, thing func()) {
	t.Helper()
	begun := time.Now()
	if thing(); time.Since(begun) > most {
		t.Errorf("it took %s, at most %s are allowed", time.Since(begun), most)
	}
}

// Whoever waits for his turn waits no longer than he wants to, and what he gave up never runs.
func TestARequestThatIsGivenUpInTheQueueNeverRuns(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		held, free := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			err := db.Write(ctx, func(tx *sqldb.Tx) error {
				err := tx.Lock(ctx, "desk")
				close(held)
				<-free
				return errors.Join(err, insert(ctx, tx, "first"))
			})
			if err != nil {
				t.Error(err)
			}
		})
		<-held
		for _, name := range []string{"all of it", "his turn"} {
			within(t, 3*time.Second, func() {
				work, turn := t.Context(), soon(t)
				if name == "all of it" {
					work = turn
				}
				err := db.WriteInTurn(work, turn, func(tx *sqldb.Tx) error { //nolint:contextcheck // each has one of its own
					if err := tx.Lock(turn, "desk"); err != nil {
						return err
					}
					return insert(ctx, tx, "given up")
				})
				if !errors.Is(err, context.DeadlineExceeded) || !sqldb.Unavailable(err) || errors.Is(err, sqldb.ErrUnknown) {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
		close(free)
		wg.Wait()
		if err := db.Write(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, "last") }); err != nil {
			t.Error(err)
		}
		expect(t, db, "first=1 last=1 ")
	})
}

// stuck is a change whose writing waits; on SQLite it stands for a disk that takes its time over a commit.
type stuck struct{ free <-chan struct{} }

func (s stuck) Merge(sqldb.Pending) sqldb.Pending { return s }

func (s stuck) Write(context.Context, *sqldb.Tx) error { <-s.free; return nil }

// slowCommit has the commit of the next write take until free is called.
func slowCommit(t *testing.T, db *sqldb.DB) (prepare func(*sqldb.Tx), free func()) {
	t.Helper()
	if db.Engine() == sqldb.SQLite {
		ch := make(chan struct{})
		return func(tx *sqldb.Tx) { tx.Defer("stuck", stuck{ch}) }, func() { close(ch) }
	}
	err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
		for _, text := range []string{
			"CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(4); RETURN NULL; END'",
			"CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.name = 'slow') EXECUTE FUNCTION dawdle()",
		} {
			if _, err := tx.Exec(t.Context(), text); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(*sqldb.Tx) {}, func() {}
}

// A commit that has begun goes on when nobody waits for it any more, and nobody is told that it was not stored.
func TestACommitIsNeverInterrupted(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		prepare, free := slowCommit(t, db)
		ctx := soon(t)
		within(t, 3*time.Second, func() {
			err := db.Write(ctx, func(tx *sqldb.Tx) error {
				prepare(tx)
				return insert(t.Context(), tx, "slow")
			})
			if !errors.Is(err, sqldb.ErrUnknown) || !sqldb.Unavailable(err) {
				t.Errorf("answered %v", err)
			}
		})
		free()
		if !eventually(func() bool { return stored(t, db) == "slow=1 " }) {
			t.Errorf("the commit was lost: %q", stored(t, db))
		}
	})
}

// scarce asks for everything while no connection is left.
func scarce(t *testing.T, db *sqldb.DB) {
	t.Helper()
	var n int
	if err := db.QueryRow(soon(t), "SELECT 1").Scan(&n); !errors.Is(err, context.DeadlineExceeded) || !sqldb.Unavailable(err) {
		t.Errorf("a row without a connection: %v", err)
	}
	err := sqldb.Each(soon(t), db, "SELECT 1", nil, func(*sql.Rows) error { return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("rows without a connection: %v", err)
	}
	if err := db.Ping(soon(t)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a ping without a connection: %v", err)
	}
	err = db.Write(soon(t), func(tx *sqldb.Tx) error { return insert(t.Context(), tx, "a") })
	if (db.Engine() == sqldb.Postgres) != errors.Is(err, context.DeadlineExceeded) { // the writer of SQLite has its own
		t.Errorf("a write without a connection: %v", err)
	}
}

// A read that is given up frees its connection, also one that waits for a connection.
func TestAReadThatIsGivenUpFreesItsConnection(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		endless := "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT COUNT(*) FROM n"
		if db.Engine() == sqldb.Postgres {
			endless = "SELECT COUNT(*) FROM (SELECT pg_sleep(20)) n"
		}
		var n int
		within(t, 5*time.Second, func() {
			if err := db.QueryRow(soon(t), endless).Scan(&n); err == nil || !sqldb.Unavailable(err) {
				t.Errorf("a row: %v", err)
			}
			err := sqldb.Each(soon(t), db, endless, nil, func(*sql.Rows) error { return nil })
			if err == nil || !sqldb.Unavailable(err) {
				t.Errorf("rows: %v", err)
			}
		})
		if !eventually(func() bool { return sqldb.Pool(db).Stats().InUse == 0 }) {
			t.Errorf("%d connections are still in use", sqldb.Pool(db).Stats().InUse)
		}
		most := sqldb.Pool(db).Stats().MaxOpenConnections
		free := make(chan struct{})
		var taken, done sync.WaitGroup
		taken.Add(most)
		for range most {
			done.Go(func() {
				err := db.Snapshot(ctx, func(r sqldb.Reader) error {
					var n int
					err := r.QueryRow(ctx, "SELECT 1").Scan(&n)
					taken.Done()
					<-free
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		taken.Wait()
		within(t, 3*time.Second, func() { scarce(t, db) })
		close(free)
		done.Wait()
		if err := db.QueryRow(ctx, "SELECT 1").Scan(&n); err != nil {
			t.Error(err)
		}
	})
}
