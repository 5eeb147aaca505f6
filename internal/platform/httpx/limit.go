package httpx

import (
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
