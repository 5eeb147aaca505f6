package jobs

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"
)

// keeper runs one job when it is due.
type keeper struct {
	*Runner
	job  Job
	book book
	gone bool // the state could not be read or written last time
}

// keep runs the job until ctx ends.
func (k *keeper) keep(ctx context.Context) {
	hurry := false // woken, and not run since
	for ctx.Err() == nil {
		var woken <-chan struct{}
		if k.job.Wake != nil {
			woken = k.job.Wake() // asked before the run reads: what happens in between wakes us again
		}
		ran, pause := k.once(ctx, hurry)
		if ran {
			hurry = false
		}
		if hurry {
			woken = nil // once is enough
		}
		hurry = wait(ctx, pause, woken) || hurry
	}
}

// once runs the job when it is due and free, and returns how long to wait for the next look.
func (k *keeper) once(ctx context.Context, hurry bool) (ran bool, pause time.Duration) {
	seen, err := k.state(ctx)
	if err == nil {
		now := k.clock.Now()
		due := seen.due
		if soon := seen.started.Add(k.job.Apart); hurry && seen.failures == 0 && soon.Before(due) {
			due = soon
		}
		if now.Before(due) {
			return false, min(due.Sub(now), k.lookEvery())
		}
		if seen.held(now) {
			if hurry { // who holds it may have read before we were woken
				return false, k.poll
			}
			return false, min(seen.until.Sub(now), k.lookEvery())
		}
		ran, err = k.claimAndRun(ctx, seen)
	}
	if err != nil && ctx.Err() == nil {
		if !k.gone {
			k.log.ErrorContext(ctx, "the state of a job cannot be read or written", slog.String("job", k.job.Name), slog.Any("error", err))
		}
		k.gone = true
		return ran, k.poll
	}
	k.gone = false
	if !ran { // another program was quicker
		return false, k.poll
	}
	return true, 0
}

// lookEvery is how often the state is looked at, for what other programs did and the clock.
func (k *keeper) lookEvery() time.Duration {
	return min(max(k.job.Every/20, k.poll), 30*k.poll)
}

// first is the state of a job that was never declared before: it is due now.
func (k *keeper) first() state {
	now := k.clock.Now()
	return state{since: now, due: now}
}

// state returns the state, which it begins or mends where that is needed.
func (k *keeper) state(ctx context.Context) (state, error) {
	s, known, err := k.book.look(ctx)
	if err != nil {
		return s, err
	}
	now := k.clock.Now()
	if known && !s.mend(now, k.job.Every, k.lease) {
		return s, nil
	}
	_, err = k.book.change(ctx, k.first(), func(stored *state) bool {
		stored.mend(now, k.job.Every, k.lease)
		s = *stored
		return true
	})
	return s, err
}

func (k *keeper) claimAndRun(ctx context.Context, seen state) (bool, error) {
	token, begun := rand.Text(), k.clock.Now()
	claimed, err := k.book.change(ctx, k.first(), func(s *state) bool { return s.claim(seen, token, begun, k.lease) })
	if err != nil || !claimed {
		return false, err
	}
	returned, err := k.run(ctx, attempt{
		name: k.job.Name, within: k.job.Within, until: begun.Add(k.lease), do: k.job.Run,
		renew: func(ctx context.Context, until time.Time) (bool, error) {
			return k.book.change(ctx, k.first(), func(s *state) bool { return s.renew(token, until) })
		},
	})
	if errors.Is(err, errLost) {
		k.log.WarnContext(ctx, "a job lost its hold; another program has it", slog.String("job", k.job.Name))
		return true, nil
	}
	cutOff := err != nil && ctx.Err() != nil && !errors.Is(err, errHangs) // because the program ends, which is no failure
	if err != nil && !cutOff {
		k.log.ErrorContext(ctx, "a job failed", slog.String("job", k.job.Name), slog.Any("error", err))
	}
	k.note(ctx, k.job.Name, func() (bool, error) {
		return k.book.change(ctx, k.first(), func(s *state) bool {
			if cutOff {
				return s.free(token, k.clock.Now())
			}
			return k.end(s, token, begun, err)
		})
	})
	if errors.Is(err, errHangs) {
		wait(ctx, 1<<62, returned) // never twice at once in one program
	}
	return true, nil
}

// end writes down how a run went.
func (k *keeper) end(s *state, token string, begun time.Time, err error) bool {
	now := k.clock.Now()
	if err == nil {
		return s.end(token, nil, now, latest(now, begun.Add(k.job.Every)))
	}
	again := Retry{First: firstRetry, Most: k.job.Every}
	return s.end(token, err, now, now.Add(again.after(s.failures+1)))
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
