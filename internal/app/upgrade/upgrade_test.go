package upgrade_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"vienkopus/internal/app"
	"vienkopus/internal/base/actor"
	"vienkopus/internal/platform/crashtest"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb/dbtest"
)

// ask asks the whole program for a page and returns its status, whether it says when to come again, and the page.
func ask(t *testing.T, a *app.App, path string) (status int, again bool, body string) {
	t.Helper()
	h, err := a.Handler(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", "en")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Header().Get("Retry-After") != "", w.Body.String()
}

func TestTheOldProgramAnswersThatItIsBeingUpdated(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		old := open(t, dsn, strikes{})
		for n := range 5 {
			must(t, strike(t.Context(), old, fmt.Sprint("k", n)))
		}
		if status, _, _ := ask(t, old, "/find"); status != http.StatusOK {
			t.Fatalf("before: %d", status)
		}
		later := open(t, dsn, strikes{version: "2"})
		if err := strike(t.Context(), old, "half"); !errors.Is(err, journal.ErrOutdated) {
			t.Errorf("the old program posts: %v", err)
		}
		for _, path := range []string{"/find", "/sign-in", "/api/v1/services"} {
			status, again, body := ask(t, old, path)
			if status != http.StatusServiceUnavailable || !again || !strings.Contains(body, "being updated") {
				t.Errorf("%s: %d, %t, %s", path, status, again, body)
			}
		}
		if status, _, _ := ask(t, later, "/find"); status != http.StatusOK {
			t.Errorf("the new program: %d", status)
		}
		must(t, strike(t.Context(), later, "half"))
		if n := counted(t, later); n != 6 {
			t.Errorf("%d strikes", n)
		}
		sound(t, later)
	})
}

// A later program is killed at any moment of its rebuild. Until somebody has finished it the old one serves nothing; then every line is counted once.
func TestARebuildIsKilled(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, dsn string) {
		const lines = 12_000
		old := open(t, dsn, strikes{})
		key, err := journal.NewKey("many", lines)
		must(t, err)
		_, err = old.Journal.Post(t.Context(), actor.System("test"), "NETWORK", key, func(tx *journal.Tx) error {
			for range lines {
				if err := tx.Record(t.Context(), struck{Tower: "north"}); err != nil {
					return err
				}
			}
			return nil
		})
		must(t, err)
		for _, word := range []string{"plan", "replayed"} {
			child := crashtest.Start(t, part{DSN: dsn}, nil)
			child.Await(t, word, 0, 1)
			time.Sleep(30 * time.Millisecond)
			said := child.Kill(t)
			if last := said[len(said)-1]; last == "open" {
				t.Fatalf("killed too late behind %q", word)
			}
			if !strings.HasPrefix(said[0], "plan [strikes] ") {
				t.Errorf("it makes anew: %q", said[0])
			}
			must(t, old.Journal.Look(t.Context()))
			if status, again, _ := ask(t, old, "/find"); status != http.StatusServiceUnavailable || !again {
				t.Errorf("the old program answers %d", status)
			}
			if err := strike(t.Context(), old, "half"); !errors.Is(err, journal.ErrOutdated) {
				t.Errorf("the old program posts: %v", err)
			}
		}
		later := open(t, dsn, strikes{version: "2"})
		if n := counted(t, later); n != lines {
			t.Errorf("%d strikes", n)
		}
		sound(t, later)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// sound fails when verify finds anything.
func sound(t *testing.T, a *app.App) {
	t.Helper()
	report, err := a.Verify(t.Context(), nil)
	must(t, err)
	for _, p := range report.Problems {
		t.Error(p)
	}
}
