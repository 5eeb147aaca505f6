// Package fuzz_test throws at the whole program what nobody thought of: requests drawn from the description of the REST
// interface, and forms filled in with what people and strangers may send. Whatever comes, the program answers in its own words.
package fuzz_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"

	"vienkopus/internal/app"
	"vienkopus/internal/app/towntest"
	"vienkopus/internal/platform/clock"
)

// What a run draws can be had again, and more of it: go test ./internal/app/fuzz -seed 7 -requests 2000.
var (
	seed     = flag.Uint64("seed", 0, "of the second run of draws; 0 takes another one each time")
	requests = flag.Int("requests", 60, "how many requests each operation gets")
	posts    = flag.Int("posts", 6, "how often each form is sent")
)

// seeds are a run that is always the same, and one that never is.
func seeds() []uint64 {
	if *seed != 0 {
		return []uint64{*seed}
	}
	return []uint64{1, rand.Uint64()}
}

// house is a program, filled and open.
type house struct {
	*app.App
	t     *testing.T
	site  http.Handler
	heard *ear
	clock *clock.Hand
}

func newHouse(t *testing.T, dsn string) *house {
	t.Helper()
	heard, hand := &ear{}, clock.NewHand(towntest.Start)
	a, err := app.Open(t.Context(), app.Config{DSN: dsn, Passwords: towntest.Cheap, Clock: hand, Version: "test", Log: slog.New(slog.NewTextHandler(heard, &slog.HandlerOptions{Level: slog.LevelError}))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	site, err := a.Handler(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &house{App: a, t: t, site: site, heard: heard, clock: hand}
}

// ear keeps the last thing that the program complained about, to be told beside the answer that caused it.
type ear struct {
	mu   sync.Mutex
	last bytes.Buffer
}

// Write implements io.Writer.
func (e *ear) Write(line []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.last.Reset()
	return e.last.Write(line)
}

func (e *ear) said() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return strings.ReplaceAll(fmt.Sprintf("%.4000s", e.last.String()), `\n`, "\n")
}

// sound complains about everything that verify finds: what was refused left nothing, what was taken is whole.
func (h *house) sound(ctx context.Context) {
	h.t.Helper()
	report, err := h.Verify(ctx, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range report.Problems {
		h.t.Error(p)
	}
}
