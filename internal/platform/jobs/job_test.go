package jobs_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/sqldb"
)

func TestAJobComesRoundAndOneOfManyProgramsRunsIt(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		var at busy
		job := jobs.Job{Name: "rollup", Every: time.Hour, Within: time.Hour, Run: func(ctx context.Context) error {
			defer at.begin()()
			return sleep(ctx, 40*time.Minute) // many leases long
		}}
		for range 3 {
			start(t, jobs.Config{DB: open(), Jobs: []jobs.Job{job}})
		}
		time.Sleep(6*time.Hour - 10*time.Minute)
		if at.peak() != 1 || at.times() != 6 {
			t.Errorf("in six hours it ran %d times, up to %d at once; expected 6 and 1", at.times(), at.peak())
		}
	})
}

func TestAnotherProgramTakesOverAfterTheLease(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		cut := open()
		begun := make(chan time.Time, 9)
		job := jobs.Job{Name: "rollup", Every: time.Hour, Within: 30 * time.Minute, Run: func(ctx context.Context) error {
			begun <- time.Now()
			<-ctx.Done()
			return ctx.Err()
		}}
		first := start(t, jobs.Config{DB: cut, Jobs: []jobs.Job{job}})
		<-begun
		second := start(t, jobs.Config{DB: open(), Jobs: []jobs.Job{{Name: "rollup", Every: time.Hour, Within: time.Hour, Run: func(context.Context) error {
			begun <- time.Now()
			return nil
		}}}})
		gone := time.Now()
		if err := cut.Close(); err != nil { // the first program can tell nobody any more that it lives
			t.Fatal(err)
		}
		if took := (<-begun).Sub(gone); took < 20*time.Second || took > 32*time.Second {
			t.Errorf("taken over after %s, expected what was left of a lease of 30 s", took)
		}
		time.Sleep(time.Second)
		if s := second.status(t); s.Succeeded.IsZero() || s.Running {
			t.Errorf("%+v after the second program has run it", s)
		}
		time.Sleep(20 * time.Second)
		if !first.log.has("lost its hold") {
			t.Error("the first program goes on although its hold has lapsed")
		}
	})
}

func TestWhatALateOneSaysIsNotWrittenDown(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		begun, late := make(chan struct{}), make(chan struct{})
		declare := func(run func(context.Context) error) []jobs.Job {
			return []jobs.Job{{Name: "rollup", Every: time.Hour, Within: time.Hour, Run: run}}
		}
		first := start(t, jobs.Config{DB: open(), Jobs: declare(func(context.Context) error {
			close(begun)
			<-late
			return nil
		})})
		<-begun
		time.Sleep(time.Second)
		// To a clock that is a minute ahead the lease of the first has lapsed.
		second := start(t, jobs.Config{DB: open(), Clock: &shifted{by: time.Minute}, Jobs: declare(func(ctx context.Context) error {
			close(late)
			if err := sleep(ctx, 5*time.Second); err != nil {
				return err
			}
			return errors.New("the disk is full")
		})})
		time.Sleep(7 * time.Second)
		if s := second.status(t); s.Failures != 1 || !s.Succeeded.IsZero() || s.Error != "the disk is full" {
			t.Errorf("%+v, expected the failure of the second program", s)
		}
		if !first.log.has("ended late") {
			t.Error("nobody is told that the first program was late")
		}
	})
}

func TestAPanicIsAFailureWithItsStackInTheLog(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		var at busy
		p := start(t, jobs.Config{DB: open(), Jobs: []jobs.Job{{Name: "rollup", Every: time.Hour, Within: time.Minute, Run: func(context.Context) error {
			at.begin()()
			switch at.times() {
			case 1:
				panicDeepInside()
			case 2:
				runtime.Goexit()
			}
			return nil
		}}}})
		time.Sleep(3 * time.Second)
		if s := p.status(t); s.Failures != 1 || s.Error != "jobs: panic: bad \ufffdname?" || !p.log.has("panicDeepInside") {
			t.Errorf("after a panic: %+v", s)
		}
		time.Sleep(5 * time.Second)
		if s := p.status(t); s.Failures != 2 || !strings.Contains(s.Error, "goroutine") {
			t.Errorf("after the end of its goroutine: %+v", s)
		}
		time.Sleep(10 * time.Second)
		if s := p.status(t); s.Failures != 0 || s.Error != "" || s.Succeeded.IsZero() || at.times() != 3 {
			t.Errorf("after a success: %+v", s)
		}
	})
}

// panicDeepInside says what PostgreSQL cannot store.
func panicDeepInside() { panic("bad \ufffdname\x00") }

func TestAFailureIsTriedAgainEverMoreSlowly(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		var ran shared[[]time.Time]
		p := start(t, jobs.Config{DB: open(), Jobs: []jobs.Job{{Name: "rollup", Every: 30 * time.Second, Within: time.Second, Overdue: time.Minute, Run: func(context.Context) error {
			if add(&ran, time.Now()) <= 5 {
				return errors.New("not yet")
			}
			return nil
		}}}})
		time.Sleep(68 * time.Second)
		if s := p.status(t); s.Failures != 5 || !s.Overdue {
			t.Errorf("%+v, expected five failures and an alarm after a minute", s)
		}
		time.Sleep(30 * time.Second)
		if s := p.status(t); s.Failures != 0 || s.Overdue {
			t.Errorf("%+v, expected a success and no alarm", s)
		}
		at := ran.get()
		for i, want := range []time.Duration{5, 10, 20, 30, 30} {
			want *= time.Second
			if pause := at[i+1].Sub(at[i]); pause > want+2*time.Second || pause < want*3/4 {
				t.Errorf("the pause after failure %d was %s, expected about %s", i+1, pause, want)
			}
		}
	})
}

func TestAJobThatHangsGivesWay(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		release, ran := make(chan struct{}), make(chan struct{}, 99)
		var at busy
		first := start(t, jobs.Config{DB: open(), Jobs: []jobs.Job{{Name: "rollup", Every: time.Hour, Within: time.Minute, Run: func(context.Context) error {
			defer at.begin()()
			<-release // whatever its context says
			return nil
		}}}})
		time.Sleep(90 * time.Second)
		if s := first.status(t); s.Failures != 1 || s.Running || !strings.Contains(s.Error, "did not return") || !first.log.has("does not return") {
			t.Errorf("%+v, expected that the run was given up", s)
		}
		time.Sleep(time.Hour)
		if at.times() != 1 {
			t.Errorf("the program that hangs has begun it %d times", at.times())
		}
		start(t, jobs.Config{DB: open(), Jobs: []jobs.Job{{Name: "rollup", Every: time.Hour, Within: time.Minute, Run: func(context.Context) error {
			ran <- struct{}{}
			return nil
		}}}})
		<-ran
		if err := first.stop(); !errors.Is(err, jobs.ErrHanging) || !strings.Contains(err.Error(), "rollup") {
			t.Errorf("the program that hangs ended with %v", err)
		}
		close(release)
		time.Sleep(time.Second)
		if s := first.status(t); s.Failures != 0 || s.Succeeded.IsZero() {
			t.Errorf("%+v, expected the success of the other program", s)
		}
	})
}

func TestAJobThatIsCutOffByTheEndOfTheProgramHasNotFailed(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		var at busy
		job := jobs.Job{Name: "rollup", Every: time.Hour, Within: time.Minute, Run: func(ctx context.Context) error {
			if at.begin()(); at.times() == 1 {
				<-ctx.Done()
			}
			return ctx.Err()
		}}
		first := start(t, jobs.Config{DB: open(), Jobs: []jobs.Job{job}})
		time.Sleep(2 * time.Second)
		if err := first.stop(); err != nil {
			t.Error(err)
		}
		if s := first.status(t); s.Failures != 0 || s.Running {
			t.Errorf("%+v, expected no failure", s)
		}
		second := start(t, jobs.Config{DB: open(), Jobs: []jobs.Job{job}})
		time.Sleep(time.Second)
		if s := second.status(t); s.Succeeded.IsZero() {
			t.Errorf("%+v, expected that the next program runs it at once", s)
		}
	})
}
