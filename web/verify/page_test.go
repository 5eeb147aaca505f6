package main

import (
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"vienkopus/internal/payment/receipt"
)

func builtPage(t *testing.T) []byte {
	t.Helper()
	page, err := assemble(".")
	if err != nil {
		t.Fatal(err)
	}
	return page
}

var (
	address   = regexp.MustCompile(`(?i)https?://[^"'\s<]*|\b(src|href|srcset|action)\s*=\s*["']|url\(|@import|\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|EventSource|localStorage|indexedDB|cookie`)
	scriptTag = regexp.MustCompile(`(?s)<script>(.*?)</script>`)
	styleTag  = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
)

// reaches lists what in a page leads out of it or leaves something behind.
func reaches(page []byte) []string {
	var found []string
	for _, one := range address.FindAllString(string(page), -1) {
		if one != "http://www.w3.org/2000/svg" { // the name of a language, no address
			found = append(found, one)
		}
	}
	return found
}

func TestThePageStandsAlone(t *testing.T) {
	t.Parallel()
	page := builtPage(t)
	if found := reaches(page); len(found) > 0 {
		t.Errorf("the page reaches out: %q", found)
	}
	for _, planted := range []string{`<img src="x.png">`, `<script>fetch("/keys")</script>`, `<style>@import "x"</style>`, `http://example.org/a`} {
		if len(reaches(append([]byte(planted), page...))) == 0 {
			t.Errorf("%s is not seen", planted)
		}
	}
	script, style := scriptTag.FindSubmatch(page), styleTag.FindSubmatch(page)
	if script == nil || style == nil {
		t.Fatal("no script or style inside")
	}
	for name, content := range map[string][]byte{"script": script[1], "style": style[1]} {
		if !bytes.Contains(page, []byte(name+"-src "+hashOf(content))) {
			t.Errorf("the policy does not allow the page's own %s", name)
		}
	}
	if len(page) > 100_000 {
		t.Errorf("the page has %d bytes", len(page))
	}
}

func TestKeysAreEmbedded(t *testing.T) {
	t.Parallel()
	keys := vectorKeys(t)
	page, err := receipt.EmbedKeys(builtPage(t), keys)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := bytes.Cut(page, []byte(`id="keys">`))
	inside, _, _ := bytes.Cut(rest, []byte("</script>"))
	if read, err := receipt.ParseKeys(inside); err != nil || len(read.All()) != len(keys.All()) {
		t.Errorf("%s inside: %v", inside, err)
	}
	none, err := receipt.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := receipt.EmbedKeys(page, none); err != nil || !bytes.Equal(again, builtPage(t)) {
		t.Errorf("the keys cannot be taken out again: %v", err)
	}
}

func vectorKeys(t *testing.T) *receipt.Keys {
	t.Helper()
	stored, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Keys json.RawMessage }
	if err := json.Unmarshal(stored, &file); err != nil {
		t.Fatal(err)
	}
	keys, err := receipt.ParseKeys(file.Keys)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// TestInABrowser opens the built file from the disk, with the code in the address, and reads what it says.
func TestInABrowser(t *testing.T) {
	t.Parallel()
	code := someCodes(t)[0]
	keys := vectorKeys(t)
	page, err := receipt.EmbedKeys(builtPage(t), keys)
	if err != nil {
		t.Fatal(err)
	}
	// The last characters are the signature.
	forged := code[:len(code)-9] + strings.Replace("1", code[len(code)-9:len(code)-8], "0", 1) + code[len(code)-8:]
	// A browser of yesterday: it knows no Ed25519.
	old := bytes.Replace(page, []byte("<head>"), []byte("<head><script>crypto.subtle.importKey = () => Promise.reject(new Error())</script>"), 1)
	for name, c := range map[string]struct {
		page           []byte
		language, code string
		verdict        string
		says           []string
	}{
		"genuine, in Latvian":    {page, "lv", code, "valid", []string{"Kvīts ir īsta", "CES-1 12", "42,50", "03.05.2026 15:00", "Oriģināls"}},
		"genuine, in English":    {page, "en", code, "valid", []string{"The receipt is genuine", "€42.50"}},
		"genuine, in Lithuanian": {page, "lt", code, "valid", []string{"Kvitas tikras", "grynaisiais"}},
		"forged":                 {page, "lv", forged, "invalid", []string{"Iemesls: "}},
		"not a receipt":          {page, "lv", "BCD", "invalid", []string{"Tas nav kvīts kods"}},
		"in an old browser":      {old, "lv", code, "", []string{"Šī pārlūkprogramma neprot pārbaudīt parakstu"}},
		"without keys":           {builtPage(t), "lv", code, "uncertain", []string{"Šajā lapā nav nevienas atslēgas", "nav apstiprināts"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shown := inBrowser(t, c.page, c.language, c.code)
			result := `<section id="result" class="` + c.verdict + `">`
			if c.verdict == "" {
				result = `<section id="result" hidden=""></section>`
			}
			if !strings.Contains(shown, result) {
				t.Fatalf("the verdict is not %s: %s", c.verdict, shown)
			}
			plain := strings.ReplaceAll(strings.ReplaceAll(shown, "\u00a0", " "), "&nbsp;", " ")
			for _, words := range c.says {
				if !strings.Contains(plain, words) {
					t.Errorf("does not say %q: %s", words, plain)
				}
			}
		})
	}
}

// inBrowser returns the page, opened from a disk, as it stands in Chromium once it has answered.
func inBrowser(t *testing.T, page []byte, language, code string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "verify.html")
	if err := os.WriteFile(file, page, 0o600); err != nil {
		t.Fatal(err)
	}
	return browse(t, "file://"+filepath.ToSlash(file), language, code)
}

// browse returns the page at an address as it stands in Chromium once it has answered.
func browse(t *testing.T, address, language, code string) string {
	t.Helper()
	browser := os.Getenv("VIENKOPUS_CHROMIUM")
	if browser == "" {
		browser = "/usr/bin/chromium"
	}
	if _, err := os.Stat(browser); err != nil {
		t.Fatal("Chromium is missing: on Debian, apt-get install chromium")
	}
	dir := t.TempDir()
	var shown []byte
	// The browser's own clock runs ahead of a busy machine, so that it may look too early: then it gets more of it.
	for _, patience := range []string{"2000", "20000", "200000"} {
		var err error
		shown, err = exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
			"--disable-component-update", "--no-first-run", "--lang="+language, "--accept-lang="+language, "--user-data-dir="+filepath.Join(dir, patience),
			"--virtual-time-budget="+patience, "--dump-dom", address+"#"+url.PathEscape(code)).Output()
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(shown, []byte(`<section id="result" class=`)) || bytes.Contains(shown, []byte(`class="notice">Šī p`)) {
			break
		}
	}
	_, body, _ := strings.Cut(string(shown), "<body>")
	before, _, _ := strings.Cut(body, `<script type="application/json"`)
	return before
}
