package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/sqldb"
)

// done notes what was done.
type done struct {
	mu   sync.Mutex
	keys []string
	lane map[string]*busy
}

func (d *done) begin(w jobs.Work) func() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.lane == nil {
		d.lane = map[string]*busy{}
	}
	if d.lane[w.Lane] == nil {
		d.lane[w.Lane] = &busy{}
	}
	end := d.lane[w.Lane].begin()
	return func() {
		end()
		d.mu.Lock()
		defer d.mu.Unlock()
		d.keys = append(d.keys, w.Key)
	}
}

func (d *done) all() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.keys)
}

// peak is how many works of a lane were done at once.
func (d *done) peak(lane string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lane[lane].peak()
}

// notices declares a queue.
func notices(workers int, do func(context.Context, jobs.Work) error) []jobs.Queue {
	return []jobs.Queue{{Kind: "notice", Workers: workers, Within: time.Minute, Do: do}}
}

func notice(lane string, n int) jobs.Work {
	return jobs.Work{Kind: "notice", Key: fmt.Sprintf("%s:%d", lane, n), Lane: lane, Payload: []byte("paid")}
}

func (p program) enqueue(t *testing.T, works ...jobs.Work) {
	t.Helper()
	if err := p.Enqueue(t.Context(), works...); err != nil {
		t.Fatal(err)
	}
}

// queue returns how the only queue stands.
func (p program) queue(t *testing.T) jobs.QueueStatus {
	t.Helper()
	all, err := p.Queues(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

func (p program) lane(t *testing.T, lane string) jobs.LaneStatus {
	t.Helper()
	s, err := p.Lane(t.Context(), "notice", lane)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestASlowLaneHoldsUpNobodyInOneProgram(t *testing.T) { slowLane(t, 1) }

func TestASlowLaneHoldsUpNobodyInTwoPrograms(t *testing.T) { slowLane(t, 2) }

func slowLane(t *testing.T, programs int) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		release := make(chan struct{})
		var d done
		do := func(_ context.Context, w jobs.Work) error {
			defer d.begin(w)()
			if w.Lane == "stuck" {
				<-release
			}
			return nil
		}
		var first program
		for range programs {
			first = start(t, jobs.Config{DB: open(), Queues: notices(2, do)})
		}
		for n := range 20 {
			first.enqueue(t, notice("stuck", n), notice("x", n), notice("y", n)) // the stuck one is first in every order
		}
		time.Sleep(30 * time.Second)
		if got := len(d.all()); got != 40 {
			t.Errorf("%d of 40 works of the lanes that are not stuck are done", got)
		}
		for _, lane := range []string{"stuck", "x", "y"} {
			if most := d.peak(lane); most != 1 {
				t.Errorf("%d works of lane %s at once", most, lane)
			}
		}
		if s := first.queue(t); s.Waiting != 20 || s.Stopped != 0 || s.Oldest < 29*time.Second {
			t.Errorf("%+v, expected 20 that wait for half a minute", s)
		}
		close(release)
		time.Sleep(time.Minute)
		if s := first.queue(t); s.Waiting != 0 || s.Oldest != 0 {
			t.Errorf("%+v, expected an empty queue", s)
		}
		if s := first.lane(t, "stuck"); s != (jobs.LaneStatus{}) {
			t.Errorf("the empty lane stands at %+v", s)
		}
	})
}

func TestALaneKeepsItsOrderAndLanesTakeTurns(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		var d done
		p := prepare(t, jobs.Config{DB: open(), Queues: notices(1, func(ctx context.Context, w jobs.Work) error {
			defer d.begin(w)()
			return sleep(ctx, time.Millisecond)
		})})
		for n := range 15 {
			p.enqueue(t, notice("long", n))
		}
		p.enqueue(t, notice("short", 0), notice("short", 1))
		run(t, p, time.Minute)
		got := d.all()
		var long []string
		for _, key := range got {
			if strings.HasPrefix(key, "long") {
				long = append(long, key)
			}
		}
		for n, key := range long {
			if key != fmt.Sprintf("long:%d", n) {
				t.Fatalf("the order of the lane: %v", long)
			}
		}
		if len(got) != 17 || slices.Index(got, "short:1") > 4 {
			t.Errorf("the short lane waits for the long one: %v", got)
		}
	})
}

// just notes that the work is done.
func just(d *done) func(context.Context, jobs.Work) error {
	return func(_ context.Context, w jobs.Work) error {
		d.begin(w)()
		return nil
	}
}

// run lets the Runner work for a while.
func run(t *testing.T, p program, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := p.Run(ctx); err != nil {
		t.Error(err)
	}
}

func TestWorkIsTriedAgainAndGivenUpAndTakenUpByAPerson(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		var mu sync.Mutex
		attempts := map[string]int{}
		broken := map[string]error{"away:0": errors.New("no answer"), "foreign:0": jobs.Stop(errors.New("we do not know you"))}
		db := open()
		queues := notices(4, func(_ context.Context, w jobs.Work) error {
			mu.Lock()
			defer mu.Unlock()
			if attempts[w.Key]++; w.Attempt != attempts[w.Key] {
				t.Errorf("%s: attempt %d calls itself %d", w.Key, attempts[w.Key], w.Attempt)
			}
			return broken[w.Key]
		})
		queues[0].Retry = jobs.Retry{Times: 4}
		p := start(t, jobs.Config{DB: db, Queues: queues})
		p.enqueue(t, notice("away", 0), notice("foreign", 0), notice("foreign", 1))
		time.Sleep(time.Second)
		if s := p.lane(t, "away"); s.Failures != 1 || s.Error != "no answer" || s.Waiting != 1 || !s.Next.After(time.Now()) {
			t.Errorf("the lane stands at %+v", s)
		}
		if err := p.stop(); err != nil { // the pause outlasts the program
			t.Fatal(err)
		}
		p = start(t, jobs.Config{DB: db, Queues: queues})
		time.Sleep(time.Hour)
		mu.Lock()
		if want := map[string]int{"away:0": 4, "foreign:0": 1, "foreign:1": 1}; !maps.Equal(attempts, want) {
			t.Errorf("attempts %v, expected %v", attempts, want)
		}
		mu.Unlock()
		if !p.log.has("stopped=true") {
			t.Error("nobody is told that a work was given up")
		}
		stopped, err := p.Stopped(t.Context(), "notice", "", 10)
		if err != nil || len(stopped) != 2 || stopped[0].Key != "away:0" || stopped[0].Error != "no answer" || stopped[0].Attempt != 4 ||
			string(stopped[0].Payload) != "paid" || stopped[1].Error != "we do not know you" || stopped[1].Since.IsZero() {
			t.Fatalf("given up: %+v, %v", stopped, err)
		}
		if rest, err := p.Stopped(t.Context(), "notice", stopped[0].Key, 10); err != nil || len(rest) != 1 {
			t.Errorf("behind the first: %+v, %v", rest, err)
		}
		counts, err := p.WorksStopped(t.Context())
		if err != nil || counts["notice"] != 2 {
			t.Errorf("the reading is %v, %v", counts, err)
		}
		mu.Lock()
		clear(broken)
		clear(attempts)
		mu.Unlock()
		for key, want := range map[string]bool{"away:0": true, "foreign:0": true, "nobody": false} {
			if found, err := p.Resume(t.Context(), "notice", key); err != nil || found != want {
				t.Errorf("resume %s: %t, %v", key, found, err)
			}
		}
		time.Sleep(time.Second)
		mu.Lock()
		defer mu.Unlock()
		if s := p.queue(t); s.Waiting != 0 || s.Stopped != 0 || len(attempts) != 2 {
			t.Errorf("%+v after %v", s, attempts)
		}
	})
}

func TestAReceiverThatIsAwayForADayGetsEverythingThen(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		var d done
		var tries busy
		back := time.Now().Add(24 * time.Hour)
		p := start(t, jobs.Config{DB: open(), Poll: time.Minute, Queues: notices(2, func(ctx context.Context, w jobs.Work) error {
			if tries.begin()(); time.Now().Before(back) {
				return errors.New("connection refused")
			}
			return just(&d)(ctx, w)
		})})
		for n := range 50 {
			p.enqueue(t, notice("away", n))
		}
		time.Sleep(24 * time.Hour)
		if tries.times() > 60 {
			t.Errorf("a lane whose receiver is away was tried %d times in a day", tries.times())
		}
		time.Sleep(2 * time.Hour)
		if got := len(d.all()); got != 50 {
			t.Errorf("%d of 50 arrived", got)
		}
	})
}

func TestWhatIsEnqueuedAgain(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		var seen shared[[]string]
		var broken shared[error]
		p := prepare(t, jobs.Config{DB: open(), Queues: notices(2, func(ctx context.Context, w jobs.Work) error {
			add(&seen, string(w.Payload))
			return errors.Join(broken.get(), sleep(ctx, 10*time.Second))
		})})
		enqueue := func(payload string) {
			p.enqueue(t, jobs.Work{Kind: "notice", Key: "index:5", Payload: []byte(payload)})
		}
		expect := func(when string, want ...string) {
			t.Helper()
			if got := seen.get(); !slices.Equal(got, want) {
				t.Errorf("%s: %v, expected %v", when, got, want)
			}
		}
		enqueue("one")
		enqueue("two")
		run(t, p, 30*time.Second)
		expect("while it waits", "two")
		go run(t, p, time.Minute)
		enqueue("three")
		time.Sleep(5 * time.Second)
		enqueue("four")
		time.Sleep(time.Minute)
		expect("while it is done", "two", "three", "four")
		broken.set(jobs.Stop(errors.New("no")))
		enqueue("five")
		run(t, p, time.Minute)
		broken.set(nil)
		run(t, p, time.Minute)
		expect("after it was stopped", "two", "three", "four", "five")
		enqueue("six")
		run(t, p, time.Minute)
		expect("anew", "two", "three", "four", "five", "six")
	})
}

func TestWorkOfTheFutureWaitsForItsTime(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		var d done
		p := start(t, jobs.Config{DB: open(), Poll: time.Minute, Queues: notices(2, just(&d))})
		later := notice("a", 1)
		later.At = time.Now().Add(72 * time.Hour)
		p.enqueue(t, later, notice("a", 2))
		time.Sleep(71 * time.Hour)
		if got := d.all(); !slices.Equal(got, []string{"a:2"}) {
			t.Errorf("before the time %v are done", got)
		}
		if s := p.queue(t); s.Waiting != 1 || s.Oldest != 0 {
			t.Errorf("%+v, expected one that waits for its time", s)
		}
		time.Sleep(time.Hour + time.Second)
		if got := d.all(); len(got) != 2 {
			t.Errorf("at the time %v are done", got)
		}
	})
}

func TestWhatIsNoWorkIsRefused(t *testing.T) {
	each(t, func(t *testing.T, open func() *sqldb.DB) {
		p := prepare(t, jobs.Config{DB: open(), Queues: notices(1, func(context.Context, jobs.Work) error { return nil })})
		for _, w := range []jobs.Work{
			{Kind: "letter", Key: "a"},
			{Kind: "notice"},
			{Kind: "notice", Key: "a\x00b"},
			{Kind: "notice", Key: "a", Lane: "\xff"},
			{Kind: "notice", Key: strings.Repeat("a", 201)},
			{Kind: "notice", Key: "a", Payload: make([]byte, 16<<10+1)},
		} {
			if err := p.Enqueue(t.Context(), notice("good", 1), w); !errors.Is(err, jobs.ErrWork) {
				t.Errorf("%+v: %v", w, err)
			}
		}
		if s := p.queue(t); s.Waiting != 0 {
			t.Errorf("%+v, expected nothing", s)
		}
	})
}
