package licences_test

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/platform/html/licences"
	"vienkopus/internal/platform/lang"
	"vienkopus/web"
)

var update = flag.Bool("update", false, "write the golden pages anew")

var sample = []web.Notice{
	{Name: "example.org/bus/v2", Version: "v2.1.0", Licence: "BSD-3-Clause AND MIT", Text: "Copyright <Anna>\n\n  * as is\n"},
	{Name: "@example/stop", Version: "1.0.0", Licence: "MIT", Text: "MIT"},
}

// get returns the main part of a page, or the fault that answers instead.
func get(t *testing.T, all []web.Notice, path, language string) (string, error) {
	t.Helper()
	route := licences.Routes(all)[0]
	if !route.Public || route.Permission != "" {
		t.Error("the page is for everybody")
	}
	r := httptest.NewRequestWithContext(lang.With(t.Context(), language), http.MethodGet, path, http.NoBody)
	w := httptest.NewRecorder()
	err := route.Handle(w, r)
	_, page, _ := strings.Cut(w.Body.String(), "<main")
	page, _, _ = strings.Cut(page, "</main>")
	return strings.ReplaceAll(page, "><", ">\n<") + "\n", err
}

func TestGoldenPages(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]struct {
		all  []web.Notice
		path string
	}{
		"list":  {sample, "/licences"},
		"none":  {nil, "/licences"},
		"one":   {sample, "/licences?name=example.org%2Fbus%2Fv2"},
		"other": {sample, "/licences?name=%40example%2Fstop"},
	} {
		for _, language := range []string{"lv", "en", "lt"} {
			got, err := get(t, s.all, s.path, language)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", name+"."+language+".html")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (run with -update to accept):\n%s", path, diff)
			}
		}
	}
	if _, err := get(t, sample, "/licences?name=bus", "lv"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown part is answered with %v", err)
	}
}
