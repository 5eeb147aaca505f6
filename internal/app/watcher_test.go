package app

import (
	"testing"
	"time"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/demo/places"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/journal/journalroom"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// The watcher passes sound lines, goes on where it stopped, and raises the alarm for a line that was changed.
func TestTheWatcherSeesAChangedLine(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		a, err := Open(ctx, Config{DSN: dsn, Clock: clock.NewHand(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := a.Close(); err != nil {
				t.Error(err)
			}
		})
		if err := places.Seed(ctx, places.Services{Territory: a.Territory, Centre: a.Centre}, actor.System("test")); err != nil {
			t.Fatal(err)
		}
		w := &journalroom.Watcher{Journal: a.Journal}
		look := func() int64 {
			t.Helper()
			if err := a.Journal.CatchUp(ctx, journal.Follower{Name: "witness", Handle: w.Check}); err != nil {
				t.Fatal(err)
			}
			return w.Problems()
		}
		if n := look(); n != 0 {
			t.Fatalf("%d problems in a sound journal", n)
		}
		if err := a.DefineRoles(ctx, actor.System("test")); err != nil {
			t.Fatal(err)
		}
		if n := look(); n != 0 {
			t.Fatalf("%d problems in the lines that came later", n)
		}
		if err := a.DefineRoles(ctx, actor.System("test")); err != nil {
			t.Fatal(err)
		}
		err = a.DB.Write(ctx, func(tx *sqldb.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE follower_cursor SET number = number - 3 WHERE follower = 'witness'`)
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `UPDATE entry SET actor = 'system:somebody' WHERE number = (SELECT number - 1 FROM desk_head WHERE desk = 'NETWORK') AND desk = 'NETWORK'`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := look(); n == 0 {
			t.Fatal("a changed line was not seen")
		}
	})
}
