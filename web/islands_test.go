package web_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/evanw/esbuild/pkg/api"

	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/lang"
	"vienkopus/web"
)

// The islands are tried in a real browser, as built, under the policy that every page has: test/islands.ts presses and
// types, and reports what went wrong.
func TestIslands(t *testing.T) {
	t.Parallel()
	built(t)
	bench := &bench{report: make(chan report, 1), script: bundle(t)}
	server := httptest.NewServer(bench.handler())
	defer server.Close()

	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	program := os.Getenv("VIENKOPUS_CHROMIUM")
	if program == "" {
		program = "/usr/bin/chromium"
	}
	profile, err := os.MkdirTemp("", "vienkopus-islands-")
	if err != nil {
		t.Fatal(err)
	}
	browser := exec.CommandContext(ctx, program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+profile,
		"--remote-debugging-port=0", server.URL+"/?lang=lv")
	// Asked to end, Chromium ends its helpers and lets go of its directory.
	browser.Cancel = func() error { return browser.Process.Signal(syscall.SIGTERM) }
	browser.WaitDelay = 10 * time.Second
	if err := browser.Start(); err != nil {
		t.Fatalf("start Chromium (scripts/prepare installs it): %v", err)
	}
	defer func() {
		stop()
		_ = browser.Wait()
		_ = os.RemoveAll(profile) // a helper of the browser that is still ending may hold a file; it lies among the temporary ones
	}()
	select {
	case r := <-bench.report:
		if r.Checks < 20 {
			t.Errorf("only %d checks ran", r.Checks)
		}
		for _, f := range r.Failures {
			t.Error(f)
		}
	case <-ctx.Done():
		t.Fatal("no report from the browser within a minute")
	}
}

type report struct {
	Checks   int      `json:"checks"`
	Failures []string `json:"failures"`
}

func bundle(t *testing.T) []byte {
	t.Helper()
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{"test/islands.ts"}, Bundle: true, Format: api.FormatIIFE, Target: api.ES2022, Write: false, LogLevel: api.LogLevelSilent,
	})
	for _, e := range result.Errors {
		t.Fatal(e.Text)
	}
	return result.OutputFiles[0].Contents
}

// bench is the server that the islands talk to.
type bench struct {
	report chan report
	script []byte

	mu      sync.Mutex
	drafts  []string
	refuses bool
	status  string
}

func (b *bench) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", web.Handler())
	mux.HandleFunc("GET /test.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(b.script)
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		shell := html.Shell{Status: &html.Status{}, StatusURL: "/status"}
		_ = html.Render(w, r.WithContext(html.WithShell(r.Context(), shell)), http.StatusOK, island())
	})
	mux.HandleFunc("POST /report", func(_ http.ResponseWriter, r *http.Request) {
		var got report
		_ = json.NewDecoder(r.Body).Decode(&got)
		b.report <- got
	})
	mux.HandleFunc("GET /part", func(w http.ResponseWriter, r *http.Request) { _ = html.Render(w, r, http.StatusOK, part()) })
	mux.HandleFunc("POST /forbidden", func(w http.ResponseWriter, r *http.Request) {
		_ = html.RenderError(w, r, html.ErrorPage{Status: http.StatusForbidden})
	})
	b.handleDrafts(mux)
	b.handleStatus(mux)
	return lang.Negotiate(mux)
}

func (b *bench) handleDrafts(mux *http.ServeMux) {
	mux.HandleFunc("POST /draft", func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		defer b.mu.Unlock()
		body, _ := io.ReadAll(r.Body)
		if b.refuses {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		b.drafts = append(b.drafts, string(body))
	})
	mux.HandleFunc("GET /drafts", func(w http.ResponseWriter, _ *http.Request) {
		b.mu.Lock()
		defer b.mu.Unlock()
		_ = json.NewEncoder(w).Encode(b.drafts)
	})
	mux.HandleFunc("POST /drafts/{wish}", func(_ http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.refuses = r.PathValue("wish") == "refuse"
		if r.PathValue("wish") == "forget" {
			b.drafts = nil
		}
	})
}

func (b *bench) handleStatus(mux *http.ServeMux) {
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch b.status {
		case "hiccup":
			b.status = ""
			w.WriteHeader(http.StatusBadGateway)
		case "broken":
			w.WriteHeader(http.StatusBadGateway)
		case "delayed":
			_ = html.Render(w, r, http.StatusOK, html.StatusLine(html.Status{Connection: html.Delayed}))
		default:
			_ = html.Render(w, r, http.StatusOK, html.StatusLine(html.Status{}))
		}
	})
	mux.HandleFunc("POST /status/set", func(_ http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.status = r.FormValue("to")
	})
}

const islands = `<script src="/test.js"></script>
<form id="search" action="/search">
	<input type="search" id="q" name="q" data-search data-key="F3">
	<input type="hidden" name="lat" id="lat"><input type="hidden" name="lon" id="lon">
	<button type="button" id="near" data-locate data-locate-failed="no place" hidden>near</button>
	<span id="near-note" data-locate-note></span>
</form>
<ul data-arrows><li><a href="/1" id="hit-1">1</a></li><li><a href="/2" id="hit-2">2</a></li></ul>
<form id="act" method="post" action="/act">
	<input type="text" id="note" name="note"><button id="record">record</button>
</form>
<form method="post" action="/text" data-draft-url="/draft">
	<textarea id="text" name="text"></textarea><input type="password" name="secret" value="hidden">
	<span id="draft-note" data-draft-note data-draft-saved="saved {time}" data-draft-failed="not saved"></span>
</form>
<button type="button" data-key="F2">2</button><button type="button" data-key="1">1</button>
<button type="button" data-key="Ctrl+Enter">e</button><button type="button" data-key="F8" disabled>8</button>
<button type="button" id="more" hx-get="/part" hx-target="#part" hx-swap="outerHTML">more</button>
<button type="button" id="fails" hx-post="/forbidden" hx-target="#part" hx-swap="outerHTML">fails</button>
<form method="post" action="/count" data-enter="next">
	<button disabled hidden>count</button><input type="hidden" name="key" value="k">
	<input type="text" id="n-500" name="n-500"><input type="text" id="n-200" name="n-200"><button id="counted">counted</button>
</form>
<p id="part">first</p>`

func island() templ.Component { return page(raw(islands)) }

// part is a page with one part that htmx asks for alone.
func part() templ.Component {
	return page(templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return templ.Fragment("part").Render(templ.WithChildren(ctx, raw(`<p id="part" tabindex="-1">exchanged<a id="next" href="/" data-focus></a></p>`)), w)
	}))
}

func page(body templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return html.Page(html.Head{Title: "Islands"}).Render(templ.WithChildren(ctx, body), w)
	})
}

func raw(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}
