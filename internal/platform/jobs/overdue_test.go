package jobs_test

import (
	"context"
	"errors"
	"maps"
	"testing"
	"time"

	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/sqldb"
)

func nothing(context.Context) error { return nil }

func TestAScheduleThatDidNotRunIsSeen(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := open()
		declared := []jobs.Job{{Name: "checkpoint", Every: 15 * time.Minute, Within: time.Minute, Run: nothing}}
		overdue := func(p program, want float64, when string) {
			t.Helper()
			got, err := p.Overdue(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if want := map[string]float64{"checkpoint": want}; !maps.Equal(got, want) {
				t.Errorf("%s the alarm is %v, expected %v", when, got, want)
			}
		}
		never := prepare(t, jobs.Config{DB: db, Jobs: declared})
		overdue(never, 0, "at first")
		time.Sleep(45 * time.Minute)
		overdue(never, 0, "at the end of its time")
		time.Sleep(time.Minute)
		overdue(never, 1, "when nobody ever started it")

		running := start(t, jobs.Config{DB: db, Jobs: declared})
		time.Sleep(10 * time.Hour)
		overdue(running, 0, "while it runs")
		if err := running.stop(); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Hour)
		overdue(running, 1, "an hour after the program has stopped")
		overdue(prepare(t, jobs.Config{DB: db, Jobs: declared}), 1, "to a program that has just begun")
		seconds, err := running.LastSuccess(t.Context())
		if s := seconds["checkpoint"]; err != nil || s < 3600 || s > 3600+900 {
			t.Errorf("the last success was %v seconds ago, %v", s, err)
		}
	})
}

func TestAClockThatIsSetBackHidesNothing(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		now := &shifted{by: 48 * time.Hour}
		var broken shared[error]
		var ran shared[[]time.Time]
		p := start(t, jobs.Config{DB: open(), Clock: now, Jobs: []jobs.Job{{Name: "checkpoint", Every: time.Hour, Within: time.Minute, Run: func(context.Context) error {
			add(&ran, time.Now())
			return broken.get()
		}}}})
		time.Sleep(90 * time.Minute)
		if n := len(ran.get()); n != 2 {
			t.Fatalf("it ran %d times", n)
		}
		now.set(0)
		set := time.Now()
		time.Sleep(62 * time.Minute)
		if at := ran.get(); len(at) != 4 || at[2].Sub(set) > 31*time.Second {
			t.Fatalf("it ran %d times in the hour after the clock was set back by two days, expected at once and an hour later", len(at)-2)
		}
		now.set(48 * time.Hour) // a last success in the future …
		time.Sleep(2 * time.Hour)
		broken.set(errors.New("broken"))
		now.set(0) // … must not keep the alarm quiet
		time.Sleep(4 * time.Hour)
		if s := p.status(t); !s.Overdue || s.Failures == 0 {
			t.Errorf("%+v, expected an alarm", s)
		}
	})
}

func TestAHoldFromTheFutureLapses(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		cut, begun := open(), make(chan time.Time, 9)
		job := jobs.Job{Name: "checkpoint", Every: time.Hour, Within: time.Hour, Run: func(ctx context.Context) error {
			begun <- time.Now()
			return sleep(ctx, 10*time.Minute)
		}}
		start(t, jobs.Config{DB: cut, Clock: &shifted{by: 48 * time.Hour}, Jobs: []jobs.Job{job}})
		<-begun
		if err := cut.Close(); err != nil {
			t.Fatal(err)
		}
		gone := time.Now()
		start(t, jobs.Config{DB: open(), Jobs: []jobs.Job{job}})
		if took := (<-begun).Sub(gone); took < 29*time.Second || took > 35*time.Second {
			t.Errorf("taken over after %s, expected a lease", took)
		}
	})
}

func TestAWakenedJobRunsBeforeItsTime(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		changed := newSignal()
		var broken shared[error]
		var diary shared[[]time.Duration]
		begun := time.Now()
		start(t, jobs.Config{DB: open(), Jobs: []jobs.Job{{
			Name: "tell", Every: time.Hour, Within: time.Minute, Apart: 10 * time.Second, Wake: changed.next, Run: func(ctx context.Context) error {
				add(&diary, time.Since(begun).Round(time.Second))
				return errors.Join(broken.get(), sleep(ctx, time.Second))
			},
		}}})
		expect := func(want ...time.Duration) {
			t.Helper()
			ran := diary.get()
			if len(ran) != len(want) {
				t.Fatalf("it ran at %v, expected %v", ran, want)
			}
			for i := range want {
				if off := ran[i] - want[i]*time.Second; off < -time.Second || off > 2*time.Second {
					t.Fatalf("it ran at %v, expected %v", ran, want)
				}
			}
		}
		time.Sleep(time.Minute)
		expect(0)
		changed.tell()
		time.Sleep(500 * time.Millisecond)
		changed.tell() // while it runs: again afterwards, but not at once
		time.Sleep(29500 * time.Millisecond)
		expect(0, 60, 70)
		broken.set(errors.New("nobody answers"))
		for range 120 {
			changed.tell() // a failure is not hurried: again after 5, 10, 20 and 40 s
			time.Sleep(time.Second)
		}
		if ran := diary.get(); len(ran) < 7 || len(ran) > 9 {
			t.Errorf("it ran at %v, expected three times and then four to six times", ran)
		}
	})
}

func TestSomeJobsRunEverywhere(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		db := open()
		var at busy
		job := jobs.Job{Name: "shelf", Every: time.Minute, Within: 30 * time.Second, Everywhere: true, Run: func(ctx context.Context) error {
			defer at.begin()()
			return sleep(ctx, 10*time.Second)
		}}
		first := start(t, jobs.Config{DB: db, Jobs: []jobs.Job{job}})
		second := start(t, jobs.Config{DB: db, Jobs: []jobs.Job{job}})
		third := prepare(t, jobs.Config{DB: db, Jobs: []jobs.Job{job}})
		time.Sleep(10*time.Minute - time.Second)
		if at.times() != 20 || at.peak() != 2 {
			t.Errorf("two programs ran it %d times, up to %d at once", at.times(), at.peak())
		}
		if first.status(t).Overdue || second.status(t).Overdue || !third.status(t).Overdue {
			t.Error("each program answers for itself: the third one never ran it")
		}
	})
}

func TestWhatCannotRunIsNotDeclared(t *testing.T) {
	t.Parallel()
	job := jobs.Job{Name: "a", Every: time.Hour, Within: time.Minute, Run: nothing}
	queue := jobs.Queue{Kind: "b", Workers: 1, Within: time.Minute, Do: func(context.Context, jobs.Work) error { return nil }}
	with := func(change func(*jobs.Job, *jobs.Queue)) jobs.Config {
		j, q := job, queue
		change(&j, &q)
		return jobs.Config{Clock: &shifted{}, Jobs: []jobs.Job{j}, Queues: []jobs.Queue{q}}
	}
	if _, err := jobs.New(with(func(*jobs.Job, *jobs.Queue) {})); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]jobs.Config{
		"no name":      with(func(j *jobs.Job, _ *jobs.Queue) { j.Name = "" }),
		"zero in name": with(func(j *jobs.Job, _ *jobs.Queue) { j.Name = "a\x00" }),
		"no time":      with(func(j *jobs.Job, _ *jobs.Queue) { j.Every = 0 }),
		"no deadline":  with(func(j *jobs.Job, _ *jobs.Queue) { j.Within = 0 }),
		"nothing":      with(func(j *jobs.Job, _ *jobs.Queue) { j.Run = nil }),
		"one name":     with(func(j *jobs.Job, q *jobs.Queue) { q.Kind = j.Name }),
		"twice":        {Clock: &shifted{}, Jobs: []jobs.Job{job, job}},
		"no kind":      with(func(_ *jobs.Job, q *jobs.Queue) { q.Kind = "" }),
		"no workers":   with(func(_ *jobs.Job, q *jobs.Queue) { q.Workers = 0 }),
		"no end":       with(func(_ *jobs.Job, q *jobs.Queue) { q.Within = 0 }),
		"no do":        with(func(_ *jobs.Job, q *jobs.Queue) { q.Do = nil }),
	} {
		if _, err := jobs.New(c); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// signal wakes as the journal does.
type signal struct{ c chan chan struct{} }

func newSignal() *signal {
	s := &signal{c: make(chan chan struct{}, 1)}
	s.c <- make(chan struct{})
	return s
}

func (s *signal) next() <-chan struct{} {
	now := <-s.c
	defer func() { s.c <- now }()
	return now
}

func (s *signal) tell() {
	close(<-s.c)
	s.c <- make(chan struct{})
}
