package paymenthttp_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"vienkopus/internal/payment/paymenthttp"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/httpx"
	"vienkopus/internal/platform/journal"
)

const (
	policy = `default-src 'none'; script-src 'sha256-x'`
	page   = `<meta http-equiv="Content-Security-Policy" content="` + policy + `"><script type="application/json" id="keys">{}</script>`
)

// list are keys, or the reason why there are none.
type list struct {
	keys *receipt.Keys
	err  error
}

func (l list) Public(context.Context, journal.Reader) (*receipt.Keys, error) { return l.keys, l.err }

func oneKey(t *testing.T) list {
	t.Helper()
	signing, err := receipt.NewSigningKey("LV-CESIS", bytes.Repeat([]byte{'a'}, 32), time.Unix(1, 0), time.Unix(2, 0))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := receipt.NewKeys(signing.Public())
	if err != nil {
		t.Fatal(err)
	}
	return list{keys: keys}
}

// get asks a door.
func get(t *testing.T, d paymenthttp.CheckDeps, path string) (*httptest.ResponseRecorder, error) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
	w := httptest.NewRecorder()
	for _, route := range paymenthttp.CheckRoutes(d) {
		if route.Path == r.URL.Path {
			isOpen(t, route)
			return w, route.Handle(w, r)
		}
	}
	t.Fatalf("no door at %s", path)
	return nil, nil
}

func isOpen(t *testing.T, route httpx.Route) {
	t.Helper()
	if !route.Public || route.Method != http.MethodGet {
		t.Errorf("%s is not for everybody to read", route.Pattern())
	}
}

func TestTheKeysArePublished(t *testing.T) {
	t.Parallel()
	l := oneKey(t)
	w, err := get(t, paymenthttp.CheckDeps{Keys: l}, receipt.KeysPath)
	if err != nil {
		t.Fatal(err)
	}
	read, err := receipt.ParseKeys(w.Body.Bytes())
	if err != nil || len(read.All()) != 1 || read.All()[0].ID != l.keys.All()[0].ID {
		t.Errorf("%s: %v", w.Body, err)
	}
	if h := w.Header(); h.Get("Content-Type") != "application/json" || h.Get("Cache-Control") != "public, max-age=300" {
		t.Errorf("%v", h)
	}
}

func TestThePageIsGivenOutWithItsKeysAndItsOwnPolicy(t *testing.T) {
	t.Parallel()
	l := oneKey(t)
	d := paymenthttp.CheckDeps{Keys: l, Page: []byte(page)}
	for path, disposition := range map[string]string{
		"/verify": "", "/verify?download": `attachment; filename="vienkopus-verify.html"`, "/verify?x=download": "",
	} {
		w, err := get(t, d, path)
		if err != nil {
			t.Fatal(err)
		}
		if want, err := receipt.EmbedKeys([]byte(page), l.keys); err != nil || !bytes.Equal(w.Body.Bytes(), want) || bytes.Equal(want, []byte(page)) {
			t.Errorf("%s: %s", path, w.Body)
		}
		h := w.Header()
		if got := h.Get("Content-Security-Policy"); got != policy+"; frame-ancestors 'none'" {
			t.Errorf("%s allows %s", path, got)
		}
		if got := h.Get("Content-Disposition"); got != disposition {
			t.Errorf("%s is given out as %q", path, got)
		}
		if h.Get("Content-Type") != "text/html; charset=utf-8" || h.Get("Cache-Control") != "public, max-age=300" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func TestAPageThatIsNotWholeIsNotGivenOut(t *testing.T) {
	t.Parallel()
	l := oneKey(t)
	away := errors.New("away")
	for name, d := range map[string]paymenthttp.CheckDeps{
		"not built":      {Keys: l},
		"without place":  {Keys: l, Page: []byte(`<meta http-equiv="Content-Security-Policy" content="x">`)},
		"without policy": {Keys: l, Page: []byte(`<script type="application/json" id="keys">{}</script>`)},
		"without keys":   {Keys: list{err: away}, Page: []byte(page)},
	} {
		w, err := get(t, d, "/verify")
		if err == nil || w.Body.Len() > 0 {
			t.Errorf("%s: %v, %s", name, err, w.Body)
		}
	}
	if _, err := get(t, paymenthttp.CheckDeps{Keys: list{err: away}}, receipt.KeysPath); !errors.Is(err, away) {
		t.Errorf("no keys: %v", err)
	}
}
