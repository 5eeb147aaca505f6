package delivery_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/platform/delivery"
	"vienkopus/internal/platform/sqldb"
)

func newWorld() *world { return &world{heard: map[string][]string{}} }

// complete complains unless every receiver has heard all that the journal owes it.
func complete(t *testing.T, p *program, w *world, to ...string) {
	t.Helper()
	for _, receiver := range to {
		if got, want := w.has(receiver), p.owed(receiver); !slices.Equal(got, want) {
			t.Errorf("%s has heard %d messages of %d", receiver, len(got), len(want))
		}
	}
}

func TestEveryReceiverHearsWhatTheLinesSay(t *testing.T) {
	each(t, func(t *testing.T, dsn string) {
		w := newWorld()
		p := start(t, dsn, w)
		p.says("A", 5, "water", "council")
		p.says("B", 3, "council")
		p.says("B", 600) // tells nobody anything
		time.Sleep(10 * time.Second)
		complete(t, p, w, "water", "council")
		if w.told() != 5+5+3 || len(p.waiting()) > 0 {
			t.Errorf("told %d times, %v waits", w.told(), p.waiting())
		}
	})
}

func TestASlowReceiverHoldsUpNobodyAndIsNotForgotten(t *testing.T) {
	each(t, func(t *testing.T, dsn string) {
		w := newWorld()
		away := true
		w.answer = func(ctx context.Context, m delivery.Message) error {
			switch {
			case m.To == "slow": // answers after its time
				<-ctx.Done()
				return ctx.Err()
			case m.To == "away" && away:
				return errors.New("nobody there")
			case m.To == "mad":
				panic("what is that?")
			}
			return nil
		}
		p := start(t, dsn, w)
		p.says("A", 20, "slow", "away", "mad", "water")
		time.Sleep(20 * time.Second)
		complete(t, p, w, "water")
		if n := p.waiting(); n["slow"] != 20 || n["away"] != 20 || n["mad"] != 20 || n["water"] != 0 {
			t.Errorf("waiting: %v", n)
		}
		time.Sleep(6 * time.Hour)
		if m := p.marks(); m["A"] != 0 {
			t.Errorf("the mark stands at %v though the first line is not confirmed", m)
		}
		away = false
		time.Sleep(time.Hour)
		complete(t, p, w, "away", "water")
	})
}

func TestALostSideStoreCostsRepetitionAndNoMessage(t *testing.T) {
	each(t, func(t *testing.T, dsn string) {
		w := newWorld()
		p := start(t, dsn, w)
		p.says("A", 5, "water")
		time.Sleep(10 * time.Minute) // heard, and the mark is moved
		if m := p.marks(); m["A"] != 5 {
			t.Fatalf("the mark stands at %v", m)
		}
		before := w.told()
		w.answer = func(context.Context, delivery.Message) error { return errors.New("away") }
		p.says("A", 3, "water")
		p.says("B", 2, "water", "council")
		time.Sleep(10 * time.Second)
		empties(t, p.db)
		w.answer = nil
		p.kill()
		p = start(t, dsn, w)
		time.Sleep(time.Minute)
		complete(t, p, w, "water", "council")
		if w.told()-before != 3+4 {
			t.Errorf("%d messages were told after the loss, though 7 were owed", w.told()-before)
		}
	})
}

// empties takes everything out of the side store.
func empties(t *testing.T, db *sqldb.DB) {
	t.Helper()
	err := delivery.Store(db).Write(t.Context(), func(tx *sqldb.Tx) error {
		for _, table := range strings.Fields("side_job side_job_lane side_job_work side_delivery_cursor") {
			if _, err := tx.Exec(t.Context(), "DELETE FROM "+table); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestADatabaseOfYesterdayTellsWhatIsNew puts the database back while the side store stays that of today.
func TestADatabaseOfYesterdayTellsWhatIsNew(t *testing.T) {
	each(t, func(t *testing.T, dsn string) {
		w := newWorld()
		p := start(t, dsn, w)
		p.says("A", 5, "water")
		time.Sleep(time.Minute)
		p.kill()
		p = start(t, dsn, newWorld())
		p.kill() // nothing runs while the lines are taken away
		db, err := sqldb.Open(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		err = db.Write(t.Context(), func(tx *sqldb.Tx) error {
			for _, statement := range []string{
				"DELETE FROM entry WHERE number > 2", "DELETE FROM request WHERE first > 2",
				"UPDATE follower_cursor SET number = 2 WHERE number > 2", // the mark is of yesterday too
				"UPDATE desk_head SET number = 2, hash = (SELECT e.hash FROM entry e WHERE e.desk = desk_head.desk AND e.number = 2)",
			} {
				if _, err := tx.Exec(t.Context(), statement); err != nil {
					return err
				}
			}
			return nil
		})
		if err := errors.Join(err, db.Close()); err != nil {
			t.Fatal(err)
		}
		p = start(t, dsn, w)
		p.says("A", 2, "water") // lines 3 and 4, which the cursor believes to know
		time.Sleep(time.Minute)
		for _, id := range p.owed("water") {
			if !slices.Contains(w.has("water"), id) {
				t.Errorf("%s was never told", id)
			}
		}
		p.says("A", 10, "water")
		time.Sleep(20 * time.Minute)
		if m := p.marks(); m["A"] != 14 {
			t.Errorf("the mark stands at %v", m)
		}
	})
}

// TestFiftyReceiversCostOneCommit counts what the writer of the money commits for messages.
func TestFiftyReceiversCostOneCommit(t *testing.T) {
	each(t, func(t *testing.T, dsn string) {
		w := newWorld()
		p := start(t, dsn, w)
		commits := make(chan string, 1000)
		p.says("A", 1)
		time.Sleep(2*time.Minute + 10*time.Second) // what is written at the start is behind us, and the next mark is 50 seconds away
		p.db.Watch(func(s sqldb.Statement) {
			if s.Query == "COMMIT" {
				commits <- s.Query
			}
		})
		to := strings.Fields(strings.Repeat("r ", 50))
		for i := range to {
			to[i] += string(rune('a'+i/10)) + string(rune('a'+i%10))
		}
		p.says("A", 20, to...)
		time.Sleep(30 * time.Second)
		if n := len(commits); n != 20 {
			t.Errorf("20 lines for 50 receivers cost %d commits before the mark", n)
		}
		time.Sleep(2 * time.Minute)
		if n := len(commits); n != 21 {
			t.Errorf("20 lines for 50 receivers cost %d commits with the mark", n)
		}
		complete(t, p, w, to...)
	})
}
