package fuzz_test

import (
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"vienkopus/internal/platform/clock"
	"vienkopus/internal/platform/html/formtest"
	"vienkopus/internal/platform/httpx"
)

// shop is a site with one page and one form, which answers as it is told to.
func shop(t *testing.T, answer func(w http.ResponseWriter, wish string)) *visitor {
	t.Helper()
	show := func(w http.ResponseWriter, status int, inside string) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		_, err := io.WriteString(w, `<!doctype html><html lang="en"><head><title>Shop</title></head><body><main>`+inside+`</main></body></html>`)
		if err != nil {
			t.Error(err)
		}
	}
	routes := []httpx.Route{
		{Method: http.MethodGet, Path: "/{$}", Public: true, Handle: func(w http.ResponseWriter, _ *http.Request) error {
			show(w, http.StatusOK, `<form method="post" action="/buy"><input type="hidden" name="key" value="1"><input name="wish"><button>Buy</button></form>`)
			return nil
		}},
		{Method: http.MethodPost, Path: "/buy", Public: true, Handle: func(w http.ResponseWriter, r *http.Request) error {
			wish := r.PostFormValue("wish")
			if len(wish) < 3 || len(wish) > 10_000 {
				show(w, http.StatusUnprocessableEntity, `<div class="ds-error-summary">What do you want?</div>`+template.HTMLEscapeString(wish))
				return nil
			}
			answer(w, wish)
			return nil
		}},
	}
	heard, mux := &ear{}, http.NewServeMux()
	for _, r := range routes {
		mux.Handle(r.Pattern(), http.NotFoundHandler())
	}
	site, err := httpx.Build(routes, httpx.Options{
		Clock: clock.System{}, Log: slog.New(slog.NewTextHandler(heard, &slog.HandlerOptions{Level: slog.LevelError})),
		Page: func(w http.ResponseWriter, _ *http.Request, f httpx.Failure) error {
			show(w, f.Status, `<div class="ds-alert">`+fmt.Sprint(f.Status)+`</div>`)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, site: site, heard: heard, pen: formtest.NewPen(1), each: 240, routes: mux, forms: map[string]int{}}
}

// The visitor finds each fault of a kind that he looks for.
func TestPlantedFaultsOfFormsAreFound(t *testing.T) {
	t.Parallel()
	for says, answer := range map[string]func(w http.ResponseWriter, wish string){
		"": func(w http.ResponseWriter, _ string) {
			w.Header().Set("Location", "/")
			w.WriteHeader(http.StatusSeeOther)
		},
		"panic: too long": func(_ http.ResponseWriter, wish string) {
			if len(wish) > 1000 {
				panic("too long")
			}
		},
		"an empty page": func(w http.ResponseWriter, _ string) { w.Header().Set("Content-Type", "text/html") },
		"it is answered as": func(w http.ResponseWriter, _ string) {
			w.Header().Set("Content-Type", "text/plain")
			fmt.Fprint(w, `<html lang="en"><title>x</title><main>x</main>`)
		},
		"nothing on the page tells": func(w http.ResponseWriter, _ string) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusConflict)
			fmt.Fprint(w, `<html lang="en"><title>x</title><main>x</main>`)
		},
		"the page shows": func(w http.ResponseWriter, wish string) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprintf(w, `<html lang="en"><title>x</title><main>You want %s</main>`, wish)
		},
		"it leads to": func(w http.ResponseWriter, wish string) {
			w.Header().Set("Location", wish)
			w.WriteHeader(http.StatusSeeOther)
		},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			wrong := strings.Join(shop(t, answer).tour(), "\n")
			if says == "" && wrong != "" || !strings.Contains(wrong, says) {
				t.Errorf("want %q, said %q", says, wrong)
			}
		})
	}
}
