package gallery_test

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/platform/html"
	"vienkopus/internal/platform/html/gallery"
	"vienkopus/internal/platform/lang"
)

var update = flag.Bool("update", false, "write the golden pages anew")

func get(t *testing.T, target, code string) (status int, page string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, http.NoBody)
	r.AddCookie(&http.Cookie{Name: "lang", Value: code})
	w := httptest.NewRecorder()
	gallery.Handler().ServeHTTP(w, r)
	if got := w.Header().Get("Content-Security-Policy"); got != html.ContentSecurityPolicy {
		t.Errorf("%s is sent with the policy %q", target, got)
	}
	return w.Code, w.Body.String()
}

// Where the built files lie is no part of how a page looks.
var assets = regexp.MustCompile(`<(link rel="(preload|stylesheet|icon)"|script src)[^>]*>(</script>)?`)

// Every component looks as it was last looked at; go test -update writes what it looks like now.
func TestPagesLookAsTheyDid(t *testing.T) {
	t.Parallel()
	for _, p := range gallery.Pages() {
		for _, l := range lang.Languages() {
			t.Run(p.Name+"."+l.Code, func(t *testing.T) {
				t.Parallel()
				status, page := get(t, "/"+p.Name, l.Code)
				if status != p.Status {
					t.Errorf("status %d, want %d", status, p.Status)
				}
				if strings.Contains(page, "⟦") {
					t.Error("a message is missing")
				}
				got := strings.ReplaceAll(assets.ReplaceAllString(page, ""), "><", ">\n<") + "\n"
				golden := filepath.Join("testdata", p.Name+"."+l.Code+".html")
				if *update {
					if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("%s (-was +is):\n%s", golden, diff)
				}
			})
		}
	}
}

// inline is what the Content-Security-Policy refuses: a browser would leave it out without a word to the user.
var inline = regexp.MustCompile(`(?i)<[^>]*\s(style|on[a-z]+)=|<style|<script(?:>|\s[^>]*>[^<])|hx-(on|vals="js)`)

func TestPagesHaveNothingInline(t *testing.T) {
	t.Parallel()
	for _, p := range gallery.Pages() {
		if _, page := get(t, "/"+p.Name, "lv"); inline.MatchString(page) {
			t.Errorf("%s has %s", p.Name, inline.FindString(page))
		}
	}
	// The rule itself: each of these must be found, and what is allowed must not.
	for _, bad := range []string{`<p style="x">`, `<style>p{}</style>`, `<script>x()</script>`, `<button type="b" onclick="x()">`, `<div hx-on:click="x">`} {
		if !inline.MatchString(bad) {
			t.Errorf("%s is not found", bad)
		}
	}
	for _, good := range []string{`<script src="/a.js" defer></script>`, `<p data-style="x">on=</p>`, `<link rel="stylesheet" href="/a.css">`} {
		if inline.MatchString(good) {
			t.Errorf("%s is taken for inline", good)
		}
	}
}

var (
	ids        = regexp.MustCompile(`\sid="([^"]*)"`)
	references = regexp.MustCompile(`\s(?:for|aria-labelledby|aria-describedby)="([^"]*)"|href="#([^"]+)"`)
)

// Labels, hints and errors point at something that is there, and only once.
func TestReferencesHold(t *testing.T) {
	t.Parallel()
	for _, p := range gallery.Pages() {
		_, page := get(t, "/"+p.Name, "lv")
		there := map[string]int{}
		for _, m := range ids.FindAllStringSubmatch(page, -1) {
			there[m[1]]++
			if there[m[1]] > 1 {
				t.Errorf("%s: the id %s stands twice", p.Name, m[1])
			}
		}
		for _, m := range references.FindAllStringSubmatch(page, -1) {
			for id := range strings.FieldsSeq(m[1] + " " + m[2]) {
				if there[id] == 0 {
					t.Errorf("%s: nothing has the id %s", p.Name, id)
				}
			}
		}
	}
}
