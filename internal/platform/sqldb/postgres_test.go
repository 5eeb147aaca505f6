package sqldb_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

func TestTransactionsThatWaitForEachOtherAreTriedAgain(t *testing.T) {
	t.Parallel()
	db := open(t, dbtest.Postgres(t))
	ctx := t.Context()
	var wg sync.WaitGroup
	var met sync.WaitGroup
	met.Add(2)
	for _, names := range [][]string{{"a", "b"}, {"b", "a"}} {
		wg.Go(func() {
			first := true
			err := db.Write(ctx, func(tx *sqldb.Tx) error {
				if _, err := tx.Exec(ctx, upsert, names[0], 1); err != nil {
					return err
				}
				if first { // both hold what the other wants
					first = false
					met.Done()
					met.Wait()
				}
				_, err := tx.Exec(ctx, upsert, names[1], 1)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	expect(t, db, "a=2 b=2 ")
}

// TestALockShowsTheNews holds on a server whose transactions would see only what was there when they began.
func TestALockShowsTheNews(t *testing.T) {
	t.Parallel()
	dsn := dbtest.Postgres(t)
	ctx := t.Context()
	before := open(t, dsn)
	if _, err := sqldb.Pool(before).ExecContext(ctx, "ALTER ROLE CURRENT_USER IN DATABASE "+database(dsn)+
		" SET default_transaction_isolation = 'serializable'"); err != nil {
		t.Fatal(err)
	}
	db := open(t, dsn)
	var wg sync.WaitGroup
	for range 30 {
		wg.Go(func() {
			err := db.Write(ctx, func(tx *sqldb.Tx) error {
				if err := tx.Lock(ctx, "counter"); err != nil {
					return err
				}
				var n int
				if err := tx.QueryRow(ctx, "SELECT COALESCE(MAX(n), 0) FROM item").Scan(&n); err != nil {
					return err
				}
				if n == 0 {
					return insert(ctx, tx, "counter")
				}
				_, err := tx.Exec(ctx, "UPDATE item SET n = $1 WHERE name = 'counter'", n+1)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	expect(t, db, "counter=30 ")
}

// database is the name of the database in the address.
func database(dsn string) string {
	_, rest, _ := strings.Cut(strings.TrimPrefix(dsn, "postgres://"), "/")
	name, _, _ := strings.Cut(rest, "?")
	return name
}

func TestAServerThatMayLoseAnAnsweredWriteIsRefused(t *testing.T) {
	t.Parallel()
	dsn := dbtest.Postgres(t)
	ctx := t.Context()
	if _, err := sqldb.Pool(open(t, dsn)).ExecContext(ctx, "ALTER DATABASE "+database(dsn)+" SET synchronous_commit = off"); err != nil {
		t.Fatal(err)
	}
	if db, err := sqldb.Open(ctx, dsn); err == nil {
		t.Error("a server with synchronous_commit off was taken", db.Close())
	}
}

func TestUnavailable(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		err := db.Write(ctx, func(tx *sqldb.Tx) error { return errors.Join(insert(ctx, tx, "a"), insert(ctx, tx, "a")) })
		if sqldb.Unavailable(err) || !errors.Is(err, sqldb.ErrDuplicate) {
			t.Errorf("a duplicate is the statement's own fault: %v", err)
		}
		err = sqldb.Each(ctx, db, "SELECT nothing FROM nowhere", nil, func(*sql.Rows) error { return nil })
		if err == nil || sqldb.Unavailable(err) {
			t.Errorf("a wrong statement is its own fault: %v", err)
		}
		if sqldb.Unavailable(errRule) || !sqldb.Unavailable(sqldb.ErrFull) {
			t.Error("a rule's refusal, or a full disk, is taken for the other")
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if err := db.Write(ctx, func(*sqldb.Tx) error { return nil }); !sqldb.Unavailable(err) {
			t.Errorf("a closed database: %v", err)
		}
	})
}

func TestABrokenConnectionIsNotTheStatementsFault(t *testing.T) {
	t.Parallel()
	dsn := dbtest.Postgres(t)
	db, other := open(t, dsn), open(t, dsn)
	ctx := t.Context()
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		var pid int
		if err := tx.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&pid); err != nil {
			return err
		}
		if _, err := sqldb.Pool(other).ExecContext(ctx, "SELECT pg_terminate_backend($1, 5000)", pid); err != nil {
			t.Error(err)
		}
		return insert(ctx, tx, "a")
	})
	if err == nil || !sqldb.Unavailable(err) {
		t.Errorf("a killed connection: %v", err)
	}
	if err := db.Write(ctx, func(tx *sqldb.Tx) error { return insert(ctx, tx, "b") }); err != nil {
		t.Errorf("the next write: %v", err)
	}
	expect(t, db, "b=1 ")
}

func TestTheServerGivesUpAStatementUnlessTheWorkIsPatient(t *testing.T) {
	t.Parallel()
	dsn := dbtest.Postgres(t)
	var usual string
	if err := open(t, dsn).QueryRow(t.Context(), "SHOW statement_timeout").Scan(&usual); err != nil || usual != "30s" {
		t.Errorf("a statement may take %s, %v", usual, err)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("statement_timeout", "300")
	u.RawQuery = q.Encode()
	db := open(t, u.String())
	sleep := func(ctx context.Context, r sqldb.Reader) error {
		var s sql.NullString
		return r.QueryRow(ctx, "SELECT pg_sleep(1)").Scan(&s)
	}
	works := map[string]func(context.Context) error{
		"snapshot": func(ctx context.Context) error {
			return db.Snapshot(ctx, func(r sqldb.Reader) error { return sleep(ctx, r) })
		},
		"write": func(ctx context.Context) error {
			return db.Write(ctx, func(tx *sqldb.Tx) error { return sleep(ctx, tx) })
		},
	}
	for name, work := range works {
		if err := work(t.Context()); err == nil || !sqldb.Unavailable(err) {
			t.Errorf("%s: %v", name, err)
		}
		if err := work(sqldb.Patient(t.Context())); err != nil {
			t.Errorf("%s of patient work: %v", name, err)
		}
		if err := work(t.Context()); err == nil {
			t.Errorf("%s: patience stays behind on the connection", name)
		}
	}
}

// What a rule makes of an error that was left by an earlier statement is not what Write says.
func TestAStatementThatWasLeftForLaterFailsAsItself(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		ctx := t.Context()
		const add = "INSERT INTO item (name, n) VALUES ('a', 1)"
		left := func(tx *sqldb.Tx) error {
			return errors.Join(tx.Run(ctx, "the first", add), tx.Run(ctx, "the second", add))
		}
		for name, rule := range map[string]func(tx *sqldb.Tx) error{
			"nothing behind it": left,
			"an exec behind it": func(tx *sqldb.Tx) error {
				if err := left(tx); err != nil {
					return err
				}
				if _, err := tx.Exec(ctx, "INSERT INTO item (name, n) VALUES ('b', 1)"); errors.Is(err, sqldb.ErrDuplicate) {
					return errRule
				}
				return nil
			},
			"a question behind it": func(tx *sqldb.Tx) error {
				if err := left(tx); err != nil {
					return err
				}
				var n int
				return tx.QueryRow(ctx, "SELECT n FROM item WHERE name = 'a'").Scan(&n)
			},
			"a question behind one that was swallowed": func(tx *sqldb.Tx) error {
				if err := left(tx); err == nil {
					_ = tx.Settle(ctx)
				}
				var n int
				_ = tx.QueryRow(ctx, "SELECT n FROM item WHERE name = 'a'").Scan(&n)
				return nil
			},
		} {
			err := db.Write(ctx, rule)
			if !errors.Is(err, sqldb.ErrDuplicate) || !strings.Contains(err.Error(), "duplicate") || sqldb.Unavailable(err) || errors.Is(err, errRule) {
				t.Errorf("%s: %v", name, err)
			}
		}
		expect(t, db, "")
	})
}

func TestAQuestionBehindAFailureThatWasSwallowedDoesNotHideIt(t *testing.T) {
	t.Parallel()
	db := open(t, dbtest.Postgres(t))
	ctx := t.Context()
	err := db.Write(ctx, func(tx *sqldb.Tx) error {
		_, _ = tx.Exec(ctx, "UPDATE nowhere SET n = 1")
		var n int
		return tx.QueryRow(ctx, "SELECT 1").Scan(&n)
	})
	if err == nil || sqldb.Unavailable(err) || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("said: %v", err)
	}
}

// crowd writes so many times at once, and returns how many were in it at the same time.
func crowd(t *testing.T, db *sqldb.DB, writes int) int64 {
	t.Helper()
	var now, most atomic.Int64
	var wg sync.WaitGroup
	for i := range writes {
		wg.Go(func() {
			err := db.Write(t.Context(), func(tx *sqldb.Tx) error {
				defer now.Add(-1)
				for n := now.Add(1); ; {
					if was := most.Load(); n <= was || most.CompareAndSwap(was, n) {
						break
					}
				}
				_, err := tx.Exec(t.Context(), upsert, fmt.Sprint("w", i), 1)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	return most.Load()
}

func TestNoMoreWriteAtOnceThanMay(t *testing.T) {
	t.Parallel()
	dsn := dbtest.Postgres(t)
	db := sqldb.InTurn(open(t, dsn), 3, time.Hour)
	if most := crowd(t, db, 40); most > 3 {
		t.Errorf("%d wrote at once", most)
	}
	for _, bad := range []string{"0", "33", "many"} {
		if _, err := sqldb.Open(t.Context(), with(dsn, bad)); err == nil || !strings.Contains(err.Error(), "writers="+bad) {
			t.Errorf("writers=%s: %v", bad, err)
		}
	}
	if most := crowd(t, open(t, with(dsn, "2")), 20); most < 1 {
		t.Error("nobody wrote")
	}
}

// with returns the address with a bound of writers.
func with(dsn, writers string) string {
	if strings.Contains(dsn, "?") {
		return dsn + "&writers=" + writers
	}
	return dsn + "?writers=" + writers
}

// Everybody who has a turn waits for somebody who has none: a write within each write, a lock of theirs, and a lease. Nobody is locked out.
func TestWritersThatWaitForOthersLockNobodyOut(t *testing.T) {
	t.Parallel()
	at := open(t, dbtest.Postgres(t))
	db := sqldb.InTurn(at, 3, 20*time.Millisecond)
	lease, err := at.Share(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := lease.Release(); err != nil {
			t.Error(err)
		}
	}()
	ctx := t.Context()
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			err := db.Write(ctx, func(tx *sqldb.Tx) error {
				if err := tx.Lock(ctx, fmt.Sprint("desk", i%2)); err != nil {
					return err
				}
				return db.Write(ctx, func(tx *sqldb.Tx) error {
					_, err := tx.Exec(ctx, upsert, fmt.Sprint("w", i), 1)
					return err
				})
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	expect(t, at, "w0=1 w1=1 w2=1 w3=1 w4=1 w5=1 ")
}

// Whoever gives up while he waits for his turn has written nothing, and patient work takes no turn.
func TestAWaitForATurnIsGivenUp(t *testing.T) {
	t.Parallel()
	at := open(t, dbtest.Postgres(t))
	db := sqldb.InTurn(at, 1, time.Hour)
	err := db.Write(t.Context(), func(*sqldb.Tx) error {
		err := db.WriteInTurn(t.Context(), soon(t), func(*sqldb.Tx) error { t.Error("it ran"); return nil })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a wait that was given up: %v", err)
		}
		return db.Write(sqldb.Patient(t.Context()), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(t.Context(), upsert, "patient", 1)
			return err
		})
	})
	if err != nil {
		t.Error(err)
	}
	expect(t, at, "patient=1 ")
}
