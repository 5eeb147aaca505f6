package compress_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"vienkopus/internal/platform/httpx/compress"
)

// ask has a handler answer somebody who sends that Accept-Encoding.
func ask(t *testing.T, accepts string, handle func(w http.ResponseWriter)) *http.Response {
	t.Helper()
	rec := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	r.Header.Set("Accept-Encoding", accepts)
	answer := compress.For(rec, r)
	handle(answer)
	if err := answer.Finish(); err != nil {
		t.Fatal(err)
	}
	return rec.Result()
}

func page(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", "30000")
	w.WriteHeader(http.StatusUnprocessableEntity)
	for range 1000 {
		_, _ = io.WriteString(w, "<td>The same words again</td>\n")
	}
}

func TestPagesAreCompressedForWhoeverTakesIt(t *testing.T) {
	t.Parallel()
	for accepts, packed := range map[string]bool{
		"gzip": true, "deflate, gzip;q=1.0, br": true, "GZIP": true, "gzip;q=0.001": true,
		"": false, "br": false, "gzip;q=0": false, "gzip; q=0.0": false, "x-gzipped": false,
	} {
		answer := ask(t, accepts, page)
		body := io.Reader(answer.Body)
		if (answer.Header.Get("Content-Encoding") == "gzip") != packed || answer.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: %v", accepts, answer.Header)
		}
		if packed {
			opened, err := gzip.NewReader(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			body = opened
		}
		text, err := io.ReadAll(body)
		if err != nil || len(text) != 30_000 || answer.StatusCode != http.StatusUnprocessableEntity || packed == (answer.Header.Get("Content-Length") != "") {
			t.Errorf("%q: %d bytes, %d, %v, %v", accepts, len(text), answer.StatusCode, answer.Header, err)
		}
	}
}

func TestWhatIsNoTextIsLeftAlone(t *testing.T) {
	t.Parallel()
	for name, handle := range map[string]func(w http.ResponseWriter){
		"a picture": func(w http.ResponseWriter) { w.Header().Set("Content-Type", "image/png"); _, _ = w.Write([]byte("x")) },
		"packed": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/css")
			w.Header().Set("Content-Encoding", "br")
			_, _ = w.Write([]byte("x"))
		},
		"a redirect": func(w http.ResponseWriter) { w.WriteHeader(http.StatusSeeOther) },
		"nothing":    func(http.ResponseWriter) {},
	} {
		answer := ask(t, "gzip", handle)
		body, err := io.ReadAll(answer.Body)
		if err != nil || strings.Contains(answer.Header.Get("Content-Encoding"), "gzip") || len(body) > 1 {
			t.Errorf("%s: %v %q, %v", name, answer.Header, body, err)
		}
	}
}
