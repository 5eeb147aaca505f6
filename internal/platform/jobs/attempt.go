package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

var (
	errLost   = errors.New("jobs: another program has taken over")
	errHangs  = errors.New("jobs: the run did not return when its time was up")
	errGoexit = errors.New("jobs: the run ended its goroutine")
)

// attempt is one run of a job or work.
type attempt struct {
	name   string
	within time.Duration
	until  time.Time // when the hold lapses
	// renew prolongs the hold and tells whether it still holds.
	renew func(ctx context.Context, until time.Time) (bool, error)
	do    func(ctx context.Context) error
}

// run does the attempt and keeps its hold alive. It returns errLost when the hold was lost, and errHangs when the run did not return in time; returned is closed
// when it does.
func (r *Runner) run(ctx context.Context, a attempt) (returned <-chan struct{}, err error) {
	limited, cancel := context.WithTimeout(ctx, a.within)
	defer cancel()
	run, lose := context.WithCancelCause(limited)
	defer lose(nil)
	back, name, do := make(chan struct{}), a.name, a.do
	var result error
	go func() {
		defer close(back)
		result = errGoexit
		result = r.guard(run, name, do)
	}()
	beat := time.NewTicker(r.lease / 3)
	defer beat.Stop()
	over := run.Done()
	var late <-chan time.Time
	for {
		select {
		case <-back:
			if errors.Is(context.Cause(run), errLost) {
				return back, errLost
			}
			return back, result
		case <-over:
			over, late = nil, time.After(r.grace)
		case <-late:
			r.hangs(ctx, a.name, back)
			return back, errHangs
		case <-beat.C:
			if !r.prolong(ctx, &a) {
				lose(errLost)
			}
		}
	}
}

// prolong renews the hold and tells whether it can still be trusted: not when somebody else has it, nor when it lapsed while the database was away.
func (r *Runner) prolong(ctx context.Context, a *attempt) bool {
	until := r.clock.Now().Add(r.lease)
	held, err := a.renew(ctx, until)
	if err == nil {
		a.until = until
		return held
	}
	r.log.WarnContext(ctx, "the hold of a run could not be renewed", slog.String("run", a.name), slog.Any("error", err))
	return r.clock.Now().Before(a.until)
}

// hangs remembers a run that did not return until it does.
func (r *Runner) hangs(ctx context.Context, name string, back <-chan struct{}) {
	r.log.ErrorContext(ctx, "a run does not return although its time is up", slog.String("run", name))
	r.mu.Lock()
	r.hanging[name]++
	r.mu.Unlock()
	go func() {
		<-back
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.hanging[name]--; r.hanging[name] == 0 {
			delete(r.hanging, name)
		}
	}()
}

// guard calls the run and turns its panic into an error.
func (r *Runner) guard(ctx context.Context, name string, do func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.log.ErrorContext(ctx, "a run panicked", slog.String("run", name), slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
			err = fmt.Errorf("jobs: panic: %v", p)
		}
	}()
	return do(ctx)
}

// note writes the end of a run down, again while the database is away, as long as the hold lasts.
func (r *Runner) note(ctx context.Context, name string, write func() (bool, error)) {
	until := r.clock.Now().Add(r.lease)
	for {
		written, err := write()
		switch {
		case err == nil && written:
			return
		case err == nil:
			r.log.WarnContext(ctx, "a run ended late, which was not noted: another program has taken over", slog.String("run", name))
			return
		case ctx.Err() != nil, !r.clock.Now().Before(until):
			r.log.ErrorContext(ctx, "the end of a run could not be noted; it will run again", slog.String("run", name), slog.Any("error", err))
			return
		}
		wait(ctx, r.poll, nil)
	}
}
