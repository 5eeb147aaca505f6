package sqldb_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

func TestALeaseOfManyAndOneOfOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		server, second, rebuild := open(t, dsn), open(t, dsn), open(t, dsn)
		ctx := t.Context()
		must := func(l *sqldb.Lease, err error) *sqldb.Lease {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		one, two := must(server.Share(ctx)), must(second.Share(ctx))
		if _, err := rebuild.Exclude(ctx); !errors.Is(err, sqldb.ErrInUse) {
			t.Errorf("two serve: %v", err)
		}
		if err := errors.Join(one.Release(), one.Release()); err != nil {
			t.Error(err)
		}
		if _, err := rebuild.Exclude(ctx); !errors.Is(err, sqldb.ErrInUse) {
			t.Errorf("one still serves: %v", err)
		}
		if err := two.Release(); err != nil {
			t.Error(err)
		}
		alone := must(rebuild.Exclude(ctx))
		if _, err := server.Share(ctx); !errors.Is(err, sqldb.ErrInUse) {
			t.Errorf("somebody rebuilds: %v", err)
		}
		if err := alone.Release(); err != nil {
			t.Error(err)
		}
		if err := must(server.Share(ctx)).Release(); err != nil {
			t.Error(err)
		}
	})
}

// breakLease ends the connection that holds the advisory lock, as a restart of the server does.
func breakLease(t *testing.T, db *sqldb.DB) {
	t.Helper()
	_, err := sqldb.Pool(db).ExecContext(t.Context(), `SELECT pg_terminate_backend(pid, 5000) FROM pg_locks
WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
	if err != nil && !strings.Contains(err.Error(), "57P01") {
		t.Fatal(err)
	}
}

func TestALeaseComesBackOrIsLost(t *testing.T) {
	t.Parallel()
	dsn := dbtest.Postgres(t)
	db, other := open(t, dsn), open(t, dsn)
	ctx := t.Context()
	lease, err := sqldb.WatchedLease(ctx, db, 20*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	breakLease(t, other)
	if !eventually(func() bool {
		l, err := other.Exclude(ctx)
		if err == nil {
			_ = l.Release()
		}
		return errors.Is(err, sqldb.ErrInUse)
	}) {
		t.Error("the lease did not come back")
	}
	slow, err := sqldb.WatchedLease(ctx, db, 300*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if err := lease.Release(); err != nil {
		t.Error(err)
	}
	breakLease(t, other)
	alone, err := other.Exclude(ctx)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-slow.Lost():
	case <-time.After(10 * time.Second):
		t.Error("nobody was told that the lease is lost")
	}
	if err := errors.Join(alone.Release(), slow.Release()); err != nil {
		t.Error(err)
	}
}

func eventually(done func() bool) bool {
	for range 500 {
		if done() {
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}
