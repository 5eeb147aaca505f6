package journal_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// ear is a follower that remembers what it was told and can be made to fail.
type ear struct {
	mu    sync.Mutex
	last  map[string]int64 // desk → last number
	total int
	again int // lines told more than once
	wrong []string
	fail  func(lines []journal.Entry) error
}

func newEar() *ear { return &ear{last: map[string]int64{}} }

func (e *ear) follower() journal.Follower {
	return journal.Follower{Name: "ear", Handle: func(_ context.Context, lines []journal.Entry) error {
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.fail != nil {
			if err := e.fail(lines); err != nil {
				return err
			}
		}
		for _, l := range lines {
			switch last := e.last[l.Desk]; {
			case l.Number == last+1:
				e.last[l.Desk] = l.Number
				e.total++
			case l.Number <= last:
				e.again++
			default:
				e.wrong = append(e.wrong, fmt.Sprintf("%s: line %d after %d", l.Desk, l.Number, last))
			}
		}
		return nil
	}}
}

func (e *ear) heard() (total, again int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.total, e.again
}

func TestAFollowerHearsEveryLineInOrder(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		j := with(t, openDB(t, dsn), projections...)
		prepare(t, j)
		e := newEar()
		failures := 0
		e.fail = func([]journal.Entry) error {
			if failures++; failures == 3 {
				return errors.New("the other end is away")
			}
			return nil
		}
		ctx, stop := context.WithCancel(t.Context())
		var following sync.WaitGroup
		following.Go(func() { j.Follow(ctx, e.follower()) })
		var posting sync.WaitGroup
		for d := range 5 {
			posting.Go(func() {
				for r := range 40 {
					if _, err := post(t, j, desk(d), fmt.Sprint("k", r), noted{Thing: "x"}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		posting.Wait()
		within(t, func() bool {
			var n int
			row := j.DB().QueryRow(t.Context(), "SELECT COALESCE(SUM(number), 0) FROM follower_cursor WHERE follower = 'ear'")
			total, _ := e.heard()
			return row.Scan(&n) == nil && n == 200 && total == 200
		})
		stop()
		following.Wait()
		if failures < 3 || len(e.wrong) > 0 {
			t.Errorf("%d batches, wrong: %v", failures, e.wrong)
		}
		// After a restart the cursor stands where it stood.
		restarted := newEar()
		restarted.last = e.last
		mustPost(t, j, desk(0), "after", noted{Thing: "x"})
		if err := with(t, openDB(t, dsn), projections...).CatchUp(t.Context(), restarted.follower()); err != nil {
			t.Fatal(err)
		}
		if total, again := restarted.heard(); total != 1 || again != 0 {
			t.Errorf("after the restart it heard %d new lines and %d again", total, again)
		}
	})
}

func within(t testing.TB, done func() bool) {
	t.Helper()
	for range 2000 {
		if done() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("it did not happen within ten seconds")
}

func TestAFollowerThatFailsHearsTheSameAgain(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		ctx := t.Context()
		fill(t, j, 3, 2)
		e := newEar()
		e.fail = func(lines []journal.Entry) error {
			switch lines[0].Desk {
			case desk(0):
				return errors.New("not this desk")
			case desk(1):
				panic("nor this one")
			}
			return nil
		}
		if err := j.CatchUp(ctx, e.follower()); err == nil {
			t.Error("no error was reported")
		}
		if total, _ := e.heard(); total != 4 {
			t.Errorf("one desk's failure held up the others: %d lines", total)
		}
		e.fail = nil
		if err := j.CatchUp(ctx, e.follower()); err != nil {
			t.Error(err)
		}
		if total, again := e.heard(); total != 12 || again != 0 || len(e.wrong) > 0 {
			t.Errorf("%d lines, %d again, wrong: %v", total, again, e.wrong)
		}
		forge(t, j, "UPDATE follower_cursor SET number = 2 WHERE desk = $1", desk(2))
		if err := j.CatchUp(ctx, e.follower()); err != nil {
			t.Error(err)
		}
		if total, again := e.heard(); total != 12 || again != 2 {
			t.Errorf("behind its cursor it heard %d lines, %d again", total, again)
		}
	})
}

func TestACursorDoesNotGoBack(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		ctx := t.Context()
		fill(t, j, 1, 1)
		slow := newEar()
		away := errors.New("away")
		slow.fail = func([]journal.Entry) error { // while it works, another process with the same follower gets further
			slow.fail = func([]journal.Entry) error { return away }
			mustPost(t, j, desk(0), "more", noted{Thing: "x"})
			return j.CatchUp(ctx, journal.Follower{Name: "ear", Handle: func(context.Context, []journal.Entry) error { return nil }})
		}
		if err := j.CatchUp(ctx, slow.follower()); !errors.Is(err, away) {
			t.Fatal(err)
		}
		var n int
		row := j.DB().QueryRow(ctx, "SELECT number FROM follower_cursor WHERE follower = 'ear'")
		if err := row.Scan(&n); err != nil || n != 3 {
			t.Errorf("the cursor stands at %d, %v", n, err)
		}
	})
}

func TestAFollowerWakesAtACommit(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		changed := j.Changed()
		if _, err := post(t, j, "A-1", "bad", noted{Thing: "x", Text: poison}); err == nil {
			t.Error("posted")
		}
		mustPost(t, j, "A-1", "nothing")
		select {
		case <-changed:
			t.Error("woken by a post that stored nothing")
		default:
		}
		mustPost(t, j, "A-1", "k", noted{Thing: "x"})
		select {
		case <-changed:
		default:
			t.Error("not woken by a commit")
		}
	})
}

func TestOnlyLinesOfAKindWakeWhoWaitsForIt(t *testing.T) {
	each(t, func(t *testing.T, j *journal.Journal) {
		changed := j.ChangedBy(moved{}.Kind())
		now := changed()
		woken := func() bool {
			select {
			case <-now:
				return true
			default:
				return false
			}
		}
		mustPost(t, j, "A-1", "a", noted{Thing: "x"})
		if woken() {
			t.Error("woken by another kind")
		}
		mustPost(t, j, "A-1", "b", noted{Thing: "x"}, moved{Thing: "x", To: "y"})
		if !woken() {
			t.Error("not woken")
		}
		if now = changed(); woken() {
			t.Error("woken by what had been before")
		}
	})
}
