package httpx

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// The time limits of a connection. A route that is Slow has no limit for writing, and one that takes a Stream has longer for reading.
const (
	headerTime = 5 * time.Second
	readTime   = 60 * time.Second
	streamTime = 15 * time.Minute
	writeTime  = 60 * time.Second
	idleTime   = 120 * time.Second
	// headerBytes bounds the headers of a request.
	headerBytes = 32 << 10
)

// guardTime is how long the questions before the work may take: whose session it is, and whether he may.
const guardTime = 2 * time.Second

// ErrTime is why the context of a request ended that took too long.
var ErrTime = errors.New("httpx: the request took too long")

// stopwatch ends the context of a request when its time is over. It can be stopped for what the caller is slow at, which a deadline cannot.
type stopwatch struct {
	timer *time.Timer
	end   context.CancelCauseFunc
}

// limited returns a context whose time runs from now on.
func limited(ctx context.Context) (context.Context, *stopwatch) {
	ctx, end := context.WithCancelCause(ctx)
	return ctx, &stopwatch{timer: time.AfterFunc(guardTime, func() { end(ErrTime) }), end: end}
}

// inTime says of an error that it comes of the end of the time, where it does. What the caller did wrong stays what it is.
func inTime(ctx context.Context, err error) error {
	if err == nil || refusalOf(err) != nil || !errors.Is(context.Cause(ctx), ErrTime) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrTime, err)
}

func (w *stopwatch) pause() { w.timer.Stop() }

func (w *stopwatch) run(limit time.Duration) { w.timer.Reset(limit) }

func (w *stopwatch) stop() {
	w.timer.Stop()
	w.end(nil)
}

// setDeadlines gives a route the time that it says it needs.
func setDeadlines(w http.ResponseWriter, route Route) error {
	control := http.NewResponseController(w)
	var errs []error
	if route.Slow {
		errs = append(errs, control.SetWriteDeadline(time.Time{}))
	}
	if route.Stream {
		until := time.Now().Add(streamTime) //nolint:forbidigo // the connection counts in the machine's time
		errs = append(errs, control.SetReadDeadline(until), control.SetWriteDeadline(until.Add(writeTime)))
	}
	for _, err := range errs {
		if err != nil && !errors.Is(err, http.ErrNotSupported) { // in tests without a connection
			return fmt.Errorf("httpx: deadline: %w", err)
		}
	}
	return nil
}
