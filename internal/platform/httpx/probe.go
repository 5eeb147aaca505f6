package httpx

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"
)

// Ready tells whether new work may be sent here. The zero value says no.
type Ready struct{ yes atomic.Bool }

// Set says whether new work may be sent here.
func (r *Ready) Set(yes bool) { r.yes.Store(yes) }

// Check is a thing that must work before new work may be sent here, such as the database.
type Check struct {
	Name string
	Ask  func(ctx context.Context) error
}

// checkTime is how long a check may take.
const checkTime = time.Second

// Probes returns what operators ask, for a listener of their own: /healthz (the process lives), /readyz (it can
// serve: it has started, is not stopping, and every check succeeds) and /metrics.
func Probes(ready *Ready, m *Metrics, checks ...Check) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		say(w, r, http.StatusOK, "ok")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if !ready.yes.Load() {
			say(w, r, http.StatusServiceUnavailable, "starting or stopping")
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), checkTime)
		defer cancel()
		for _, check := range checks {
			if err := check.Ask(ctx); err != nil {
				slog.WarnContext(ctx, "not ready", slog.String("check", check.Name), slog.Any("error", err))
				say(w, r, http.StatusServiceUnavailable, check.Name+" does not answer")
				return
			}
		}
		say(w, r, http.StatusOK, "ok")
	})
	mux.Handle("GET /metrics", m.Handler())
	return mux
}

func say(w http.ResponseWriter, r *http.Request, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	if _, err := fmt.Fprintln(w, text); err != nil {
		slog.DebugContext(r.Context(), "a probe went away", slog.Any("error", err))
	}
}
