package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"vienkopus/web"
)

// budget is what the first look at the counter may cost: script and style together, gzipped, in bytes.
const budget = 100_000

func built(t *testing.T) {
	t.Helper()
	if !web.Built() {
		t.Fatal("web/dist is empty: run make web first")
	}
}

func TestScriptAndStyleStayInTheBudget(t *testing.T) {
	t.Parallel()
	built(t)
	total := 0
	for _, name := range []string{"app.js", "app.css"} {
		data, err := fs.ReadFile(web.Assets(), path.Base(web.Path(name))+".gz")
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes gzipped", name, len(data))
		total += len(data)
	}
	if total > budget {
		t.Errorf("script and style are %d bytes gzipped, the budget is %d", total, budget)
	}
}

func get(t *testing.T, target, encoding string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, http.NoBody)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	web.Handler().ServeHTTP(w, r)
	return w
}

func TestHandlerServesWhatIsBuilt(t *testing.T) {
	t.Parallel()
	built(t)
	for name, kind := range map[string]string{
		"app.css": "text/css; charset=utf-8", "app.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml",
		"source-sans-3-latin-ext-wght-normal.woff2": "font/woff2",
	} {
		plain := get(t, web.Path(name), "")
		if plain.Code != http.StatusOK || plain.Header().Get("Content-Type") != kind || plain.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s: %d %v", name, plain.Code, plain.Header())
		}
		if got := plain.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s is kept %q", name, got)
		}
		want := plain.Body.Bytes()
		packed := get(t, web.Path(name), "br;q=1.0, gzip;q=0.8, *;q=0.1")
		if strings.HasSuffix(name, ".woff2") {
			if packed.Header().Get("Content-Encoding") != "" {
				t.Errorf("%s is packed twice", name)
			}
			continue
		}
		z, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := io.ReadAll(z)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: packed and plain differ (%v)", name, err)
		}
		if got := get(t, web.Path(name), "gzip;q=0").Header().Get("Content-Encoding"); got != "" {
			t.Errorf("%s is packed for a browser that refuses it", name)
		}
	}
}

func TestHandlerServesNothingElse(t *testing.T) {
	t.Parallel()
	built(t)
	for _, target := range []string{
		"/assets/", "/assets/app.css", "/assets/manifest.json", "/assets/verify.html", "/assets/.keep", "/assets/../web.go", "/assets/none-12345678.js",
		web.Path("app.css") + ".gz", "/assets//app.css",
	} {
		if got := get(t, target, "gzip").Code; got != http.StatusNotFound {
			t.Errorf("%s: %d", target, got)
		}
	}
	if web.Path("none.css") != "" {
		t.Error("a file that is not there has an address")
	}
}

// A page loads nothing from elsewhere and names nobody: neither the style sheet nor the script holds an address.
func TestNothingComesFromElsewhere(t *testing.T) {
	t.Parallel()
	built(t)
	address := regexp.MustCompile(`(?:url\(|@import\s*|src=|fetch\()["']?(?:https?:)?//`)
	for _, name := range []string{"app.css", "app.js"} {
		data, err := fs.ReadFile(web.Assets(), path.Base(web.Path(name)))
		if err != nil {
			t.Fatal(err)
		}
		if found := address.Find(data); found != nil {
			t.Errorf("%s loads %s…", name, found)
		}
	}
	if !address.MatchString(`url(https://x.example/a.woff2)`) || !address.MatchString(`@import "//x.example/a.css"`) {
		t.Error("the rule finds nothing")
	}
}

// Which registry packages come from is the machine's business; their contents are held by the hashes.
func TestLockFileNamesNoHost(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if i := bytes.Index(data, []byte("://")); i >= 0 {
		t.Errorf("package-lock.json names a host: %s", data[max(0, i-60):min(len(data), i+40)])
	}
	if n, m := bytes.Count(data, []byte(`"integrity"`)), bytes.Count(data, []byte(`"node_modules/`)); n != m {
		t.Errorf("%d packages, %d of them with a hash", m, n)
	}
}
