package tallysql_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/platform/sqldb/dbtest"
	"vienkopus/internal/tally"
	"vienkopus/internal/tally/tallysql"
	"vienkopus/internal/tally/tallytest"
	"vienkopus/internal/visit"
)

func TestMain(m *testing.M) {
	if !crashtest.Play(func(p part) error { return p.play(context.Background()) }) {
		os.Exit(m.Run())
	}
}

// part is what a child is told.
type part struct{ DSN string }

// play rolls up, again and again, until it is killed or its parent is gone.
func (p part) play(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		for orders := bufio.NewScanner(os.Stdin); orders.Scan(); { // ends with its parent
		}
		cancel()
	}()
	db, err := sqldb.Open(ctx, p.DSN)
	if err != nil {
		return err
	}
	j, err := journal.New(journal.Config{DB: db, Clock: clock.System{}, Facts: append(visit.Facts(), tally.Facts()...)})
	if err != nil {
		return err
	}
	rollups := tallysql.NewRollups(j)
	for ctx.Err() == nil {
		crashtest.Say("rolling")
		if err := rollups.Roll(ctx); err != nil && ctx.Err() == nil {
			crashtest.Say("complaint %v", err)
		}
	}
	return nil
}

// TestARollUpThatIsKilledLeavesNothingHalfDone kills the job at any instant, of its first filling too.
func TestARollUpThatIsKilledLeavesNothingHalfDone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		n := tallytest.New(t, dsn, nil)
		day := 0
		post := func(acts int) {
			for range acts {
				day++
				date := fmt.Sprintf("20%02d-%02d-15", 20+day%6, 1+day%12)
				n.Post([]string{"CES-1", "RID-1", "ALU-1"}[day%3], visit.ActRecorded{
					Act: id.New(n.Clock.Now()), Visit: id.New(n.Clock.Now()), Line: tallytest.Line("cesis", date, catalogue.Call, "water-bill"),
				})
			}
		}
		post(300)
		ready, filling := 0, 0
		enough := crashtest.Often(t, 12)
		for kills := 0; !enough(kills); kills++ {
			if kills%3 == 0 {
				plant(t, n, "DELETE FROM rollup_state") // as after an upgrade
			}
			child := crashtest.Start(t, part{DSN: dsn}, nil)
			child.Await(t, "rolling", 0, 1+kills%3/2) // the second time it has filled them
			post(5)
			time.Sleep(rand.N(25 * time.Millisecond)) //nolint:forbidigo // any instant will do
			child.Kill(t)
			if found := again(t, n); len(found) > 0 {
				t.Fatalf("after %d kills: %q", kills+1, found)
			}
			if isReady(t, n) {
				ready++
			} else {
				filling++
			}
		}
		t.Logf("killed %d times while ready, %d times while it was filled", ready, filling)
		if err := n.Rollups.Roll(t.Context()); err != nil {
			t.Fatal(err)
		}
		if found := again(t, n); len(found) > 0 || !isReady(t, n) {
			t.Errorf("at the end: %q", found)
		}
	})
}

func again(t *testing.T, n *tallytest.Network) []string {
	t.Helper()
	var found []string
	err := n.Journal.DB().Snapshot(t.Context(), func(r sqldb.Reader) error {
		return n.Rollups.Compare(t.Context(), r, func(what string) { found = append(found, what) })
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func isReady(t *testing.T, n *tallytest.Network) (ready bool) {
	t.Helper()
	if err := n.Journal.DB().QueryRow(t.Context(), "SELECT COALESCE(MAX(CASE WHEN ready THEN 1 ELSE 0 END), 0) = 1 FROM rollup_state").Scan(&ready); err != nil {
		t.Fatal(err)
	}
	return ready
}
