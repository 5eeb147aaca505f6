// Package jobs runs what nobody waits for: named work that comes round, and a queue of single works.
//
// A Job has a name and comes round every so often; over all programs that share a database one at most runs it at a time. A Queue does works that were
// enqueued, each in a lane: one work of a lane at a time, so that a slow lane holds up nobody else. Both are held by a lease with a token: a program
// that dies, hangs or loses its database gives way to another one, and what it says late is not written down.
//
// Everything runs at least once: a program may die between the doing and the note of it. So what runs here can be done twice without harm, and what
// is enqueued can be enqueued anew from where it came: the tables may lie in a file that is thrown away.
//
// A panic is an error of the run, with its stack in the log. Every run has a deadline. A job that has not succeeded for too long is overdue, also
// when it never ran at all; Status and the readings say so.
package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/sqldb"
)

// Job is named work that comes round.
type Job struct {
	// Name is unique and stays the same between releases, for example "drafts.sweep".
	Name string
	// Every is the time from one start to the next.
	Every time.Duration
	// Within is the deadline of one run. Its context ends then, and soon after the run counts as failed, whether it has returned or not.
	Within time.Duration
	// Overdue is how long the job may go without a success before that is an alarm; 0 is three times Every. Hours in which no program ran count.
	Overdue time.Duration
	// Run does the work. It may be cut off anywhere and run again from the beginning. An error is tried again soon, ever more slowly.
	Run func(ctx context.Context) error
	// Wake, when it is set, returns a channel that closes when there is something to do before the time, as journal.Changed does. A job that failed
	// last is not woken.
	Wake func() <-chan struct{}
	// Apart is the least time between two starts of a job that is woken; 0 is a second.
	Apart time.Duration
	// Everywhere says that every program runs the job for itself, because it keeps something in its own memory. There is no lease then, and what is
	// known of the job is that of this program.
	Everywhere bool
}

// Config is what a Runner is made of.
type Config struct {
	// DB has the tables of Schema. It may be disposable.
	DB    *sqldb.DB
	Clock clock.Clock
	// Log is told of failures; nil is slog.Default.
	Log    *slog.Logger
	Jobs   []Job
	Queues []Queue
	// Lease is how long another program waits for one that says nothing more; 0 is 30 s. The clocks of all programs must agree better than that.
	Lease time.Duration
	// Poll is how often a queue is looked at for what others enqueued; 0 is a second. Jobs are looked at twenty times in their time, but not more
	// often than this.
	Poll time.Duration
	// Grace is how long a run whose context has ended may take to return; 0 is 10 s.
	Grace time.Duration
}

// Runner runs the jobs and queues of one program.
type Runner struct {
	db                 *sqldb.DB
	clock              clock.Clock
	log                *slog.Logger
	lease, poll, grace time.Duration
	since              time.Time // when the Runner was made
	jobs               []*keeper
	queues             []*crew
	places             place

	mu      sync.Mutex
	hanging map[string]int // runs by name that did not return when they had to
}

// ErrHanging says that Run has returned although runs that were told to end have not.
var ErrHanging = errors.New("jobs: a run does not end")

// New returns a Runner and touches no database. It returns an error when a declaration is incomplete or a name is taken twice.
func New(c Config) (*Runner, error) {
	r := &Runner{
		db: c.DB, clock: c.Clock, log: c.Log, since: c.Clock.Now(), hanging: map[string]int{},
		lease: cmp.Or(c.Lease, 30*time.Second), poll: cmp.Or(c.Poll, time.Second), grace: cmp.Or(c.Grace, 10*time.Second),
	}
	if r.log == nil {
		r.log = slog.Default()
	}
	taken := map[string]bool{}
	for _, j := range c.Jobs {
		if j.Every <= 0 || j.Within <= 0 || j.Run == nil || badName(j.Name) || taken[j.Name] {
			return nil, fmt.Errorf("jobs: job %q needs a name of its own, Every, Within and Run", j.Name)
		}
		taken[j.Name] = true
		j.Overdue, j.Apart = cmp.Or(j.Overdue, 3*j.Every), cmp.Or(j.Apart, time.Second)
		r.jobs = append(r.jobs, &keeper{Runner: r, job: j, book: r.bookOf(j)})
	}
	for _, q := range c.Queues {
		if q.Workers <= 0 || q.Within <= 0 || q.Do == nil || badName(q.Kind) || taken[q.Kind] {
			return nil, fmt.Errorf("jobs: queue %q needs a kind of its own, Workers, Within and Do", q.Kind)
		}
		taken[q.Kind] = true
		q.Retry = q.Retry.orDefault()
		r.queues = append(r.queues, &crew{Runner: r, queue: q, free: q.Workers, poked: make(chan struct{}, 1)})
	}
	return r, nil
}

// Run runs everything until ctx ends, and returns when all runs have ended. A database that is away is waited for. It returns ErrHanging, with the
// names, when runs do not end within the grace.
func (r *Runner) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for _, k := range r.jobs {
		all.Go(func() { k.keep(ctx) })
	}
	for _, d := range r.queues {
		all.Go(func() { d.serve(ctx) })
	}
	all.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for name := range r.hanging {
		errs = append(errs, fmt.Errorf("%w: %s", ErrHanging, name))
	}
	return errors.Join(errs...)
}

// wait waits for d, or until one of the channels is closed or told something, or ctx ends; it tells whether it was early.
func wait(ctx context.Context, d time.Duration, early <-chan struct{}) bool {
	timer := time.NewTimer(max(d, 0))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-early:
		return true
	}
	select {
	case <-early: // both were ready
		return true
	default:
		return false
	}
}
