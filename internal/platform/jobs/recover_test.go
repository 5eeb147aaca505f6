package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/sqldb"
)

func TestWorkThatPanicsOrHangsHoldsUpNobody(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		release := make(chan struct{})
		var d done
		do := func(_ context.Context, w jobs.Work) error {
			switch {
			case w.Lane == "panics" && w.Attempt == 1:
				panicDeepInside()
			case w.Lane == "exits" && w.Attempt == 1:
				runtime.Goexit()
			case w.Lane == "hangs" && w.Attempt == 1:
				<-release // whatever its context says
				return errors.New("late")
			}
			d.begin(w)()
			return nil
		}
		first := start(t, jobs.Config{DB: open(), Queues: notices(2, do)})
		first.enqueue(t, notice("hangs", 1), notice("panics", 1), notice("exits", 1))
		time.Sleep(time.Minute)
		for n := range 10 {
			first.enqueue(t, notice("good", n))
		}
		time.Sleep(5 * time.Second)
		if got := len(d.all()); got != 12 || !first.log.has("panicDeepInside") {
			t.Errorf("%d of 12 are done: %v", got, d.all())
		}
		time.Sleep(time.Minute) // the hold of the one that hangs was given back: another worker takes it
		if got := d.all(); len(got) != 13 || got[12] != "hangs:1" {
			t.Errorf("done: %v", got)
		}
		if err := first.stop(); !errors.Is(err, jobs.ErrHanging) || !strings.Contains(err.Error(), "notice hangs:1") {
			t.Errorf("the program ended with %v", err)
		}
		close(release)
	})
}

func TestLateWorkIsNotWrittenDown(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		begun, late := make(chan struct{}), make(chan struct{})
		first := start(t, jobs.Config{DB: open(), Queues: notices(1, func(context.Context, jobs.Work) error {
			close(begun)
			<-late
			return nil
		})})
		first.enqueue(t, notice("a", 1))
		<-begun
		time.Sleep(time.Second)
		// To a clock that is a minute ahead the lease of the first has lapsed.
		second := start(t, jobs.Config{DB: open(), Clock: &shifted{by: time.Minute}, Queues: notices(1, func(ctx context.Context, _ jobs.Work) error {
			close(late)
			if err := sleep(ctx, 5*time.Second); err != nil {
				return err
			}
			return jobs.Stop(errors.New("refused"))
		})})
		time.Sleep(7 * time.Second)
		if s := second.queue(t); s.Stopped != 1 || s.Waiting != 0 {
			t.Errorf("%+v, expected what the second program said", s)
		}
		if !first.log.has("ended late") {
			t.Error("nobody is told that the first program was late")
		}
	})
}

func TestWorkOfAProgramThatLostItsDatabaseIsTakenOver(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		cut, begun := open(), make(chan struct{})
		first := start(t, jobs.Config{DB: cut, Queues: notices(1, func(ctx context.Context, _ jobs.Work) error {
			close(begun)
			<-ctx.Done()
			return context.Cause(ctx)
		})})
		first.enqueue(t, notice("a", 1), notice("a", 2))
		<-begun
		if err := cut.Close(); err != nil {
			t.Fatal(err)
		}
		gone := time.Now()
		var d done
		second := start(t, jobs.Config{DB: open(), Queues: notices(1, just(&d))})
		for len(d.all()) < 2 && time.Since(gone) < time.Hour {
			time.Sleep(time.Second)
		}
		if took := time.Since(gone); took > 35*time.Second || second.queue(t).Waiting != 0 {
			t.Errorf("taken over after %s, expected a lease", took)
		}
	})
}

func TestAClockThatIsSetBackDoesNotKeepWorkWaiting(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		now := &shifted{by: 48 * time.Hour}
		var well shared[bool]
		var d done
		p := start(t, jobs.Config{DB: open(), Clock: now, Queues: notices(1, func(_ context.Context, w jobs.Work) error {
			if !well.get() {
				return errors.New("no answer")
			}
			d.begin(w)()
			return nil
		})})
		p.enqueue(t, notice("a", 1), notice("b", 1))
		time.Sleep(30 * time.Second)
		well.set(true)
		now.set(0)
		p.enqueue(t, notice("b", 2))
		time.Sleep(time.Hour + time.Minute)
		if got := len(d.all()); got != 3 {
			t.Errorf("%d of 3 are done an hour after the clock was set back by two days", got)
		}
	})
}

func TestADatabaseThatIsAwayIsWaitedFor(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		db, operator := open(), open()
		operate := func(format string) {
			t.Helper()
			err := operator.Write(t.Context(), func(tx *sqldb.Tx) error {
				for _, table := range []string{"side_job", "side_job_lane", "side_job_work"} {
					if _, err := tx.Exec(t.Context(), fmt.Sprintf(format, table)); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		var at busy
		var d done
		p := start(t, jobs.Config{
			DB: db, Jobs: []jobs.Job{{Name: "sweep", Every: 10 * time.Second, Within: time.Minute, Run: func(ctx context.Context) error {
				defer at.begin()()
				return sleep(ctx, time.Second)
			}}},
			Queues: notices(2, func(ctx context.Context, w jobs.Work) error {
				defer d.begin(w)()
				return sleep(ctx, 5*time.Second)
			}),
		})
		p.enqueue(t, notice("a", 1))
		time.Sleep(time.Second / 2) // both are under way
		operate("ALTER TABLE %[1]s RENAME TO away_%[1]s")
		time.Sleep(20 * time.Second)
		if _, err := p.Overdue(t.Context()); err == nil {
			t.Error("the alarm is quiet although nobody can know")
		}
		operate("ALTER TABLE away_%[1]s RENAME TO %[1]s")
		p.enqueue(t, notice("a", 2))
		time.Sleep(time.Minute)
		if s := p.status(t); s.Failures != 0 || s.Overdue || at.times() < 5 {
			t.Errorf("%+v after %d runs", s, at.times())
		}
		if s := p.queue(t); s.Waiting != 0 || len(d.all()) != 2 {
			t.Errorf("%+v after %v: what was done while the database was away is noted when it is back", s, d.all())
		}
	})
}
