package officetest

import (
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/platform/lang"
	tt "vienkopus/internal/till/tilltest"
)

var update = flag.Bool("update", false, "write the golden pages anew")

// Page is a page and who looks at it.
type Page struct{ Who, Path string }

// Golden compares pages in Latvian with testdata/<name>.html, and asks for them in the other languages.
func (d *Door) Golden(pages map[string]Page) {
	d.T.Helper()
	for name, page := range pages {
		d.T.Run(name, func(t *testing.T) {
			for _, language := range []string{"en", "lt"} { // serve complains about words that are missing
				d.In(language).Get(page.Who, page.Path).Is(http.StatusOK)
			}
			got := essence(d.In("lv").Get(page.Who, page.Path).Is(http.StatusOK).Page)
			if again := strings.Count(got, "<button"); again != strings.Count(got, "</button>") {
				t.Error("a button is left open")
			}
			path := filepath.Join("testdata", name+".html")
			if *update {
				tt.Must(t, os.WriteFile(path, []byte(got), 0o600))
			}
			want, err := os.ReadFile(path) //nolint:gosec // the golden page beside the test
			tt.Must(t, err)
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got), or run with -update:\n%s", path, diff)
			}
		})
	}
}

var blanks = regexp.MustCompile(`>\s*<`)

// marks are what every form says of who saw it: another one for each session.
var marks = regexp.MustCompile(`<input type="hidden" name="as" value="[^"]+">`)

// essence is the main part of a page, a tag a line, with one id for all ids that are made anew each time.
func essence(page string) string {
	page = page[strings.Index(page, "<main"):]
	page = page[:strings.Index(page, "</main>")]
	return blanks.ReplaceAllString(ids.ReplaceAllString(marks.ReplaceAllString(page, ""), "ID"), ">\n<") + "\n"
}

// Worded complains about a code that has no words under the key in some language.
func Worded(t *testing.T, key string, codes ...string) {
	t.Helper()
	for _, code := range codes {
		for _, language := range lang.Languages() {
			if key := key + "." + code; !lang.Has(lang.With(t.Context(), language.Code), key) {
				t.Errorf("%s: no words for %s", language.Code, key)
			}
		}
	}
}

// Codes are codes as text.
func Codes[C ~string](codes ...C) []string {
	texts := make([]string, len(codes))
	for i, c := range codes {
		texts[i] = string(c)
	}
	return texts
}
