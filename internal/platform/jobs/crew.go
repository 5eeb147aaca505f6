package jobs

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// crew does the works of one kind.
type crew struct {
	*Runner
	queue Queue
	poked chan struct{} // gets a token when there may be something to do

	all  sync.WaitGroup
	mu   sync.Mutex
	free int // workers
	gone bool
}

// poke has the queue looked at now.
func (c *crew) poke() {
	select {
	case c.poked <- struct{}{}:
	default:
	}
}

// serve does works until ctx ends, and returns when those under way have ended.
func (c *crew) serve(ctx context.Context) {
	defer c.all.Wait()
	var seen time.Time
	for ctx.Err() == nil {
		pause, err := c.poll, error(nil)
		now := c.clock.Now()
		if seen.IsZero() || now.Before(seen.Add(-c.lease)) { // at the start, and when the clock was set back
			err = c.mend(ctx)
		}
		if err == nil {
			seen = now
			pause, err = c.fill(ctx)
		}
		if err != nil && ctx.Err() == nil && !c.gone {
			c.log.ErrorContext(ctx, "a queue cannot be read or written", slog.String("queue", c.queue.Kind), slog.Any("error", err))
		}
		c.gone = err != nil
		wait(ctx, pause, c.poked)
	}
}

// claimLimit bounds the lanes that are taken in one transaction: the time of their lease passes meanwhile.
const claimLimit = 16

// fill gives work to the free workers, and returns how long to wait for more.
func (c *crew) fill(ctx context.Context) (time.Duration, error) {
	c.mu.Lock()
	free := c.free
	c.mu.Unlock()
	if free == 0 {
		return c.poll, nil // who becomes free pokes
	}
	now := c.clock.Now()
	atOnce := min(free, claimLimit)
	lanes, err := c.candidates(ctx, now, atOnce+1)
	if err != nil {
		return c.poll, err
	}
	pause := c.poll
	for i, l := range lanes {
		if l.ready.After(now) {
			lanes, pause = lanes[:i], min(pause, l.ready.Sub(now))
			break
		}
	}
	if len(lanes) == 0 {
		return pause, nil
	}
	works, err := c.claim(ctx, lanes[:min(atOnce, len(lanes))])
	if err != nil {
		return c.poll, err
	}
	c.mu.Lock()
	c.free -= len(works)
	c.mu.Unlock()
	for i := range works {
		c.all.Go(func() { c.work(ctx, &works[i]) })
	}
	if len(works) < atOnce && len(works) == len(lanes) {
		return pause, nil
	}
	return 0, nil // there may be more, or others were quicker: look again
}

// work does one work and notes how it went.
func (c *crew) work(ctx context.Context, w *claimed) {
	name := c.queue.Kind + " " + w.Key
	returned, err := c.run(ctx, attempt{
		name: name, within: c.queue.Within, until: w.begun.Add(c.lease),
		do:    func(ctx context.Context) error { return c.queue.Do(ctx, w.Work) },
		renew: func(ctx context.Context, until time.Time) (bool, error) { return c.renew(ctx, w, until) },
	})
	c.note(ctx, name, func() (bool, error) { return c.outcome(ctx, w, err) })
	free := func() {
		c.mu.Lock()
		c.free++
		c.mu.Unlock()
		c.poke()
	}
	if errors.Is(err, errHangs) {
		go func() { // the worker stays taken: there are never more than Workers under way
			<-returned
			free()
		}()
		return
	}
	free()
}

// outcome writes down how a work went, and tells whether it was still ours.
func (c *crew) outcome(ctx context.Context, w *claimed, err error) (bool, error) {
	var given stopError
	switch {
	case err == nil:
		return c.done(ctx, w)
	case errors.Is(err, errLost):
		return false, nil
	case ctx.Err() != nil && !errors.Is(err, errHangs):
		return c.cutOff(ctx, w)
	}
	stopped := errors.As(err, &given) || w.Attempt >= c.queue.Retry.Times
	level := slog.LevelInfo
	switch {
	case stopped:
		level = slog.LevelError
	case w.failures == 0:
		level = slog.LevelWarn // the first of a row is told, the others only to who looks closely
	}
	c.log.Log(ctx, level, "a work failed", slog.String("queue", w.Kind), slog.String("lane", w.Lane), slog.String("key", w.Key),
		slog.Int("attempt", w.Attempt), slog.Bool("stopped", stopped), slog.Any("error", err))
	return c.failed(ctx, w, err, stopped)
}
