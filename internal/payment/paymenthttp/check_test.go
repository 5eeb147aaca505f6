package paymenthttp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"

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

// picture is what the page that checks receipts gets from a camera.
type picture struct {
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Grey   []byte `json:"grey"`
}

// cut returns a part of the page; to is not in it.
func (r *raster) cut(fromX, fromY, toX, toY int) picture {
	p := picture{toX - fromX, toY - fromY, make([]byte, 0, (toX-fromX)*(toY-fromY))}
	for y := fromY; y < toY; y++ {
		for x := fromX; x < toX; x++ {
			grey := byte(255)
			if r.black(x, y) {
				grey = 0
			}
			p.Grey = append(p.Grey, grey)
		}
	}
	return p
}

// readByPage reads pictures with the reader of the page that checks receipts (web/verify), in Node; "" is a picture without a code.
func readByPage(t *testing.T, pictures []picture) []string {
	t.Helper()
	built := api.Build(api.BuildOptions{
		EntryPoints: []string{"../../../web/verify/src/qr/trial.ts"}, Bundle: true, Format: api.FormatESModule, Target: api.ES2022, Write: false, LogLevel: api.LogLevelSilent,
	})
	if len(built.Errors) > 0 {
		t.Fatal(built.Errors[0].Text)
	}
	dir := t.TempDir()
	data, err := json.Marshal(pictures)
	if err != nil {
		t.Fatal(err)
	}
	module, input := filepath.Join(dir, "module.mjs"), filepath.Join(dir, "pictures.json")
	for file, content := range map[string][]byte{module: built.OutputFiles[0].Contents, input: data} {
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const call = `import { readFileSync } from "node:fs";
const [file, input] = process.argv.slice(1);
const { texts } = await import(file);
process.stdout.write(JSON.stringify(texts(JSON.parse(readFileSync(input, "utf8"))).map((text) => text ?? "")));`
	out, err := exec.CommandContext(t.Context(), "node", "--no-warnings", "--input-type=module", "-e", call, "--", "file://"+filepath.ToSlash(module), input).Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	var texts []string
	if err := json.Unmarshal(out, &texts); err != nil {
		t.Fatal(err)
	}
	return texts
}

// readByZBar reads whole pages with a program that is not ours; a page without a code is not in the answer.
func readByZBar(t *testing.T, files []string) map[string]string {
	t.Helper()
	out := tool(t, "zbarimg", append([]string{"--quiet", "--nodbus", "--xml", "-Sdisable", "-Sqrcode.enable"}, files...)...)
	var doc struct {
		Sources []struct {
			File  string   `xml:"href,attr"`
			Codes []string `xml:"index>symbol>data"`
		} `xml:"source"`
	}
	if err := xml.Unmarshal(out, &doc); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, s := range doc.Sources {
		for _, code := range s.Codes {
			found[s.File] += code
		}
	}
	return found
}
