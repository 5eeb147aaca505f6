package journal_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// Two programs on one database, of which one has other tables: the other writes nothing from then on, and goes on when the tables are its own again.
func TestAProgramWhoseTablesAreMadeAnewWritesNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		old := with(t, openDB(t, dsn), projections...)
		prepare(t, old)
		fill(t, old, 2, 3)
		same := with(t, openDB(t, dsn), projections...)
		if prepare(t, same) {
			t.Error("a second program of the same kind made tables anew")
		}
		mustPost(t, same, desk(0), "beside", moved{Thing: "0", To: "b"})
		mustPost(t, old, desk(0), "too", moved{Thing: "0", To: "c"})

		later := with(t, openDB(t, dsn), notes{}, changed{})
		prepare(t, later)
		lines := intact(t, later)
		for range 2 {
			if _, err := post(t, old, desk(0), "half", moved{Thing: "0", To: "x"}); !errors.Is(err, journal.ErrOutdated) {
				t.Fatalf("the old program answers %v", err)
			}
		}
		if intact(t, later) != lines || !old.Outdated() || later.Outdated() {
			t.Errorf("%d lines, were %d; outdated: %t, %t", intact(t, later), lines, old.Outdated(), later.Outdated())
		}
		mustPost(t, later, desk(0), "half", moved{Thing: "0", To: "x"})
		if err := old.Look(ctx); err != nil || !old.Outdated() {
			t.Errorf("the old program takes the new tables for its own: %v", err)
		}
		if err := later.Rebuild(ctx, nil); err != nil || later.Outdated() {
			t.Errorf("after a rebuild of its own: %v", err)
		}
		mustPost(t, later, desk(0), "after", moved{Thing: "0", To: "y"})

		prepare(t, same) // back to the old tables
		if err := old.Look(ctx); err != nil || old.Outdated() {
			t.Errorf("the old program does not go on with its own tables: %v", err)
		}
		mustPost(t, old, desk(0), "again", moved{Thing: "0", To: "z"})
		if err := later.Look(ctx); err != nil || !later.Outdated() {
			t.Errorf("the later program takes the old tables for its own: %v", err)
		}
		sameAfterRebuild(t, same)
	})
}

// shouting is places of a later program, which writes states otherwise.
type shouting struct{ places }

func (shouting) Schema() string { return places{}.Schema() + "-- 2: shouts\n" }
func (shouting) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	m, ok := e.Fact.(moved)
	if ok {
		m.To += "!"
		e.Fact = m
	}
	return places{}.Apply(ctx, tx, e)
}

// A post that has begun is waited for: its line is in the new tables, once. One that comes behind writes nothing.
func TestAPostUnderWayIsWaitedFor(t *testing.T) {
	t.Parallel()
	dsn := dbtest.Postgres(t)
	old := with(t, openDB(t, dsn), projections...)
	prepare(t, old)
	later := with(t, openDB(t, dsn), notes{}, shouting{})
	begun, goOn, done := make(chan struct{}), make(chan struct{}), make(chan error, 2)
	go func() {
		first := true
		_, err := old.Post(t.Context(), clerk, "A-1", key(t, "k1", nil), func(tx *journal.Tx) error {
			if first {
				first = false
				close(begun)
				<-goOn
			}
			return tx.Record(t.Context(), moved{Thing: "x", To: "y"})
		})
		done <- err
	}()
	<-begun
	go func() {
		_, err := later.Prepare(t.Context(), nil)
		done <- err
	}()
	time.Sleep(300 * time.Millisecond) // it waits for the post by now
	close(goOn)
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if _, err := post(t, old, "A-1", "k2", moved{Thing: "x", To: "z"}); !errors.Is(err, journal.ErrOutdated) {
		t.Errorf("behind it: %v", err)
	}
	live := dump(t, later, "place")
	if err := later.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(live, dump(t, later, "place")); diff != "" || intact(t, later) != 1 {
		t.Errorf("%d lines; the rebuilt table differs:\n%s", intact(t, later), diff)
	}
}

// In the middle of a rebuild of another program the old one reads incomplete tables; it is outdated all the while, also when that program was killed.
func TestAProgramIsOutdatedWhileARebuildOfAnotherIsUnfinished(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		old := with(t, openDB(t, dsn), projections...)
		prepare(t, old)
		fill(t, old, 2, 3)
		seen := 0
		killed := with(t, openDB(t, dsn), notes{}, breaker{at: 3, seen: &seen})
		if err := killed.Rebuild(t.Context(), nil); !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		if err := old.Look(t.Context()); err != nil || !old.Outdated() {
			t.Errorf("outdated: %t, %v", old.Outdated(), err)
		}
		if _, err := post(t, old, desk(0), "half", moved{Thing: "0"}); !errors.Is(err, journal.ErrOutdated) {
			t.Errorf("it posts: %v", err)
		}
		again := with(t, openDB(t, dsn), projections...)
		prepare(t, again)
		if err := old.Look(t.Context()); err != nil || old.Outdated() {
			t.Errorf("whole again, outdated: %t, %v", old.Outdated(), err)
		}
		mustPost(t, old, desk(0), "whole", moved{Thing: "0"})
		sameAfterRebuild(t, old)
	})
}

func TestLookingAroundEnds(t *testing.T) {
	t.Parallel()
	j := with(t, openDB(t, dbtest.SQLite(t)), projections...)
	prepare(t, j)
	forge(t, j, "UPDATE generation SET number = 99")
	ctx, end := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer end()
	if _, err := post(t, j, "A-1", "k1", moved{Thing: "x"}); !errors.Is(err, journal.ErrOutdated) || sqldb.Unavailable(err) {
		t.Errorf("posts: %v", err)
	}
	j.LookAround(ctx)
	mustPost(t, j, "A-1", "k1", moved{Thing: "x"}) // the tables are its own, whatever the number
}

// Beside a program that serves only who takes over makes tables anew, and of several that do so one does it and the others wait.
func TestWhoTakesOverWaitsForNobodyThatServes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		old := with(t, openDB(t, dsn), projections...)
		prepare(t, old)
		fill(t, old, 2, 3)
		serving, err := old.DB().Share(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = serving.Release() }()
		if _, err := with(t, openDB(t, dsn), notes{}, shouting{}).Prepare(ctx, nil); !errors.Is(err, sqldb.ErrInUse) {
			t.Errorf("beside a server: %v", err)
		}
		mustPost(t, old, desk(0), "still", moved{Thing: "0", To: "s"})
		var worked [3]bool
		var wg sync.WaitGroup
		for i := range worked {
			later := with(t, openDB(t, dsn), notes{}, shouting{})
			wg.Go(func() {
				var err error
				if worked[i], err = later.TakeOver(ctx, nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := strings.Count(fmt.Sprint(worked), "true"); n != 1 {
			t.Errorf("%d of three made the tables anew", n)
		}
		if _, err := post(t, old, desk(0), "half", moved{Thing: "0"}); !errors.Is(err, journal.ErrOutdated) {
			t.Errorf("the old program posts: %v", err)
		}
		if text := dump(t, old, "place"); strings.Count(text, "!") != strings.Count(text, "thing=") {
			t.Errorf("the tables are\n%s", text)
		}
	})
}
