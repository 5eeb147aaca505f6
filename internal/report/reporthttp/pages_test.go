package reporthttp_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// TestALongTableHasPages goes through nine years by month from page to page.
func TestALongTableHasPages(t *testing.T) {
	t.Parallel()
	d := open(t)
	const whole = "/reports/acts?by=month&from=2017-01-01&to=2025-12-31"
	rows := regexp.MustCompile(`<th scope="row">\s*<a href="[^"]*">([^<]*)</a>`)
	next := regexp.MustCompile(`href="([^"]*)" rel="next"|rel="next" href="([^"]*)"`)
	total := regexp.MustCompile(`(?s)<tfoot.*?</tfoot>`)
	seen, totals := map[string]int{}, map[string]bool{}
	pages := 0
	for address := whole; address != ""; pages++ {
		w := d.get(t, "network", address)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", address, w.Code)
		}
		table, _, _ := strings.Cut(w.Body.String(), "</tbody>") // the picture below has a table too
		for _, found := range rows.FindAllStringSubmatch(table, -1) {
			seen[found[1]]++
		}
		totals[total.FindString(w.Body.String())] = true
		found := next.FindStringSubmatch(w.Body.String())
		address = ""
		if found != nil {
			address = strings.ReplaceAll(found[1]+found[2], "&amp;", "&")
		}
	}
	for month, times := range seen {
		if times != 1 {
			t.Errorf("%s stands on %d pages", month, times)
		}
	}
	if pages != 2 || len(seen) < 108 || len(totals) != 1 {
		t.Errorf("%d pages, %d rows, %d totals", pages, len(seen), len(totals))
	}
	for _, broken := range []string{"&after=x", "&after=eyJsIjoxLCJrIjpbImEiXX0"} {
		if w := d.get(t, "network", whole+broken); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", broken, w.Code)
		}
	}
}

// TestPagesAreSentCompressedAndHoldNoSecret holds what package compress asks of a page: what is compressed must hold no key of a form, from whose length it could be guessed.
func TestPagesAreSentCompressedAndHoldNoSecret(t *testing.T) {
	t.Parallel()
	d := open(t)
	for _, address := range []string{
		"/reports/year?year=2025", "/reports/acts?from=2025-01-01&to=2025-12-31", "/reports/lines?from=2025-01-01&to=2025-12-31", "/reports/published", "/network?year=2025",
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		r.Header.Set("X-Who", "network")
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		d.handler.ServeHTTP(w, r)
		opened, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatalf("%s: %d, %v", address, w.Code, err)
		}
		text, err := io.ReadAll(opened)
		if err != nil {
			t.Fatal(err)
		}
		plain := d.get(t, "network", address)
		if string(text) != plain.Body.String() || plain.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s: another page when it is compressed", address)
		}
		if strings.Contains(string(text), `method="post"`) || strings.Contains(string(text), `name="key"`) {
			t.Errorf("%s holds a form that changes something", address)
		}
	}
	if w := d.get(t, "network", "/reports/year.csv?year=2025"); w.Header().Get("Vary") == "Accept-Encoding" {
		t.Error("a file is compressed")
	}
}
