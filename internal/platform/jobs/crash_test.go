package jobs_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/jobs"
	"vienkopus/internal/platform/sqldb"
)

// part is what a child is told.
type part struct {
	DSN   string
	Lease time.Duration
}

// play works, and says what it begins and ends and when, until it is killed or its parent is gone.
func (p part) play(ctx context.Context) error {
	db, err := sqldb.Open(ctx, p.DSN)
	if err != nil {
		return err
	}
	r, err := jobs.New(p.config(db))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error)
	go func() { ended <- r.Run(ctx) }()
	for orders := bufio.NewScanner(os.Stdin); orders.Scan(); { // ends with its parent
		if orders.Text() == "go" {
			crashtest.Say("ready")
		}
	}
	cancel()
	return <-ended
}

func (p part) config(db *sqldb.DB) jobs.Config {
	lingering := func(ctx context.Context, lane, what string) error {
		crashtest.Say("began %s %s %d", lane, what, time.Now().UnixNano())
		if err := sleep(ctx, rand.N(20*time.Millisecond)); err != nil {
			return err
		}
		crashtest.Say("ended %s %s %d", lane, what, time.Now().UnixNano())
		return nil
	}
	return jobs.Config{
		DB: db, Clock: clock.System{}, Lease: p.Lease, Poll: 20 * time.Millisecond,
		Jobs: []jobs.Job{{Name: "sweep", Every: 50 * time.Millisecond, Within: time.Minute, Run: func(ctx context.Context) error {
			return lingering(ctx, "job", "sweep")
		}}},
		Queues: []jobs.Queue{{
			Kind: "notice", Workers: 3, Within: time.Minute, Retry: jobs.Retry{First: time.Millisecond, Most: time.Millisecond, Times: 3},
			Do: func(ctx context.Context, w jobs.Work) error {
				if w.Lane == "poison" {
					crashtest.Say("dying")
					_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
				}
				return lingering(ctx, w.Lane, w.Key)
			},
		}},
	}
}

// tale is what the children said.
type tale struct {
	began map[string]int    // by work
	ended map[string]int    // by work
	spans map[string][]span // by lane
}

// span is the time in which a child was at a lane, in nanoseconds.
type span struct{ from, to int64 }

// tell reads the words of one child, which was killed at some time.
func (t *tale) tell(words []string, killed int64) error {
	open := map[string]int64{}
	for _, line := range words {
		var word, lane, key string
		var at int64
		if !strings.HasPrefix(line, "began") && !strings.HasPrefix(line, "ended") {
			continue
		}
		if _, err := fmt.Sscan(line, &word, &lane, &key, &at); err != nil {
			return fmt.Errorf("%q: %w", line, err)
		}
		if word == "began" {
			t.began[key]++
			open[lane] = at
			continue
		}
		t.ended[key]++
		t.spans[lane] = append(t.spans[lane], span{open[lane], at})
		delete(open, lane)
	}
	for lane, from := range open {
		t.spans[lane] = append(t.spans[lane], span{from, killed})
	}
	return nil
}

// complaints lists works that nobody ended, more second beginnings than kills allow, and lanes at which two were at once.
func (t *tale) complaints(works []string, most int) []string {
	var all []string
	double := 0
	for _, key := range works {
		if t.ended[key] == 0 {
			all = append(all, key+" was never done")
		}
		double += max(t.began[key]-1, 0)
	}
	if double > most {
		all = append(all, fmt.Sprintf("%d works were begun again, more than the %d that the kills cut off", double, most))
	}
	for lane, spans := range t.spans {
		slices.SortFunc(spans, func(a, b span) int { return int(a.from - b.from) })
		for i := 1; i < len(spans); i++ {
			if spans[i].from < spans[i-1].to {
				all = append(all, "two were at once at "+lane)
				break
			}
		}
	}
	slices.Sort(all)
	return all
}

func newTale() *tale {
	return &tale{began: map[string]int{}, ended: map[string]int{}, spans: map[string][]span{}}
}

func TestNothingIsLostWhenProgramsAreKilled(t *testing.T) {
	t.Parallel()
	withTables.Each(t, func(t *testing.T, dsn string) {
		p := part{DSN: dsn, Lease: 3 * time.Second}
		db := open(t, dsn)
		parent, err := jobs.New(p.config(db))
		if err != nil {
			t.Fatal(err)
		}
		var works []string
		for n := range 1500 {
			w := notice(fmt.Sprint("lane", n%7), n)
			works = append(works, w.Key)
			if err := parent.Enqueue(t.Context(), w); err != nil {
				t.Fatal(err)
			}
		}
		said, enough := newTale(), crashtest.Often(t, 4)
		children := []*crashtest.Child{crashtest.Start(t, p, nil), crashtest.Start(t, p, nil)}
		kill := func(i int) {
			words := children[i].Kill(t)
			if err := said.tell(words, time.Now().UnixNano()); err != nil {
				t.Fatal(err)
			}
		}
		kills := 0
		for ; !enough(kills); kills++ {
			i := kills % 2
			word := []string{"began job", "began lane"}[kills/2%2] // in the middle of a job, or of a work
			children[i].Await(t, word, len(children[i].Words(0)), 1)
			kill(i)
			children[i] = crashtest.Start(t, p, nil)
		}
		patient(t, "all works are done", func() bool {
			all, err := parent.Queues(t.Context())
			return err == nil && all[0].Waiting == 0
		})
		for i := range children {
			children[i].Await(t, "ready", 0, 1)
			kill(i)
		}
		if bad := said.complaints(works, (kills+2)*3); len(bad) > 0 {
			t.Errorf("after %d kills:\n%s", kills, strings.Join(bad, "\n"))
		}
		if s, err := parent.Status(t.Context()); err != nil || s[0].Succeeded.IsZero() {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

// patient waits until it is so.
func patient(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not so after two minutes: %s", what)
		}
	}
}

func TestTheTaleOfTheKilledIsJudged(t *testing.T) {
	t.Parallel()
	sound := []string{"ready", "began a a:1 10", "began b b:1 11", "ended a a:1 20", "ended b b:1 21", "began a a:2 22"}
	for name, c := range map[string]struct {
		second []string
		want   string
	}{
		"sound":       {[]string{"began a a:2 40", "ended a a:2 50"}, ""},
		"lost":        {nil, "a:2 was never done"},
		"twice often": {[]string{"began a a:2 40", "ended a a:2 50", "began b b:1 60", "ended b b:1 70"}, "2 works were begun again"},
		"at once":     {[]string{"began a a:2 29", "ended a a:2 50"}, "two were at once at a"},
	} {
		said := newTale()
		if err := said.tell(sound, 30); err != nil {
			t.Fatal(err)
		}
		if err := said.tell(c.second, 99); err != nil {
			t.Fatal(err)
		}
		got := strings.Join(said.complaints([]string{"a:1", "a:2", "b:1"}, 1), "\n")
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, expected %q", name, got, c.want)
		}
	}
}

func TestWorkThatKillsItsProgramIsGivenUp(t *testing.T) {
	t.Parallel()
	withTables.Each(t, func(t *testing.T, dsn string) {
		p := part{DSN: dsn, Lease: time.Second}
		parent, err := jobs.New(p.config(open(t, dsn)))
		if err != nil {
			t.Fatal(err)
		}
		if err := parent.Enqueue(t.Context(), notice("poison", 1), notice("poison", 2)); err != nil {
			t.Fatal(err)
		}
		for range 6 { // three attempts at each of the two
			child := crashtest.Start(t, p, nil)
			child.Await(t, "dying", 0, 1)
			child.Kill(t)
		}
		child := crashtest.Start(t, p, nil)
		patient(t, "the poison is given up", func() bool {
			all, err := parent.Queues(t.Context())
			return err == nil && all[0].Stopped == 2 && all[0].Waiting == 0
		})
		if err := parent.Enqueue(t.Context(), notice("good", 1)); err != nil {
			t.Fatal(err)
		}
		child.Await(t, "ended good", 0, 1)
		child.Kill(t)
	})
}
