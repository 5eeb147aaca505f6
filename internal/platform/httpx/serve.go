package httpx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Listeners are what the program serves, and where.
type Listeners struct {
	// Site and its Handler are what Build made, for people and programs.
	Site    net.Listener
	Handler http.Handler
	// Probe and its Probes are for operators; a nil Probe serves none.
	Probe  net.Listener
	Probes http.Handler
	// Ready is set while the site serves.
	Ready *Ready
	// Drain is how long requests under way may take to end once the program is told to stop.
	Drain time.Duration
}

// Serve answers until ctx ends, then takes no new requests, lets those under way end within the limit, and returns nil.
// It returns an error when it could not serve, or when requests had to be cut off.
func Serve(ctx context.Context, l Listeners) error {
	// Requests under way outlive the order to stop, until the limit.
	base, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	site, probe := server(base, l.Handler), server(base, l.Probes)
	ended := make(chan error, 2)
	go func() { ended <- site.Serve(l.Site) }()
	if l.Probe != nil {
		go func() { ended <- probe.Serve(l.Probe) }()
	}
	l.Ready.Set(true)
	var failed error
	select {
	case <-ctx.Done():
	case err := <-ended:
		failed = fmt.Errorf("httpx: serve: %w", err)
	}
	l.Ready.Set(false)
	return errors.Join(failed, drainServer(base, site, l.Drain), closeServer(probe))
}

func server(base context.Context, handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime,
		IdleTimeout: idleTime, MaxHeaderBytes: headerBytes,
		BaseContext: func(net.Listener) context.Context { return base },
		ErrorLog:    slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
}

// drainServer waits for the requests under way, and cuts off those that take longer.
func drainServer(ctx context.Context, s *http.Server, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("httpx: requests were cut off after %s: %w", limit, err), closeServer(s))
	}
	return nil
}

func closeServer(s *http.Server) error {
	if err := s.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("httpx: close: %w", err)
	}
	return nil
}
