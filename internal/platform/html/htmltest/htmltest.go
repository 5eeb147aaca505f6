// Package htmltest holds pages against golden files, for tests.
//
// A golden page is what a page says and lets one do: its words, headings, tables, links and fields, without the navigation and the tabs around
// them, so that a change of a tab changes no page but the shell's. How it looks is the matter of the components, which have golden pages of their own.
package htmltest

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden pages anew")

var (
	pictures   = regexp.MustCompile(`(?s)<svg.*?</svg>`)
	marks      = regexp.MustCompile(`<input type="hidden" name="as" value="[^"]*">`) // in every form
	wrappers   = regexp.MustCompile(`</?(?:div|section|span|article|main|nav|small)\b[^>]*>`)
	attributes = regexp.MustCompile(`\s+(?:class|data-[a-z-]+|aria-[a-z-]+|role|tabindex|autocomplete|spellcheck|style)(?:="[^"]*")?`)
	gaps       = regexp.MustCompile(`\s*\n\s*|>\s*<`)
	ids        = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	selects    = regexp.MustCompile(`(?s)<select.*?</select>`)
	options    = regexp.MustCompile(`<option.*?</option>`)
	tabs       = regexp.MustCompile(`(?s)<nav class="vk-rooms.*?</nav>`)
)

// Main is the part of a page that is its own, without what the shell puts around it.
func Main(page string) string {
	from, to := strings.Index(page, "<main"), strings.Index(page, "</main>")
	if from < 0 || to < from {
		return page // a part of a page
	}
	return tabs.ReplaceAllString(page[from:to+len("</main>")], "")
}

// Essence is what a page, or a part of one, says and lets one do, a line for each thing. Ids are numbered as they come.
func Essence(page string) string {
	for _, noise := range []*regexp.Regexp{pictures, marks, wrappers, attributes} {
		page = noise.ReplaceAllString(page, "")
	}
	page = gaps.ReplaceAllStringFunc(page, func(gap string) string {
		if strings.HasPrefix(gap, ">") {
			return ">\n<"
		}
		return "\n"
	})
	page = selects.ReplaceAllStringFunc(page, few)
	known := map[string]string{}
	page = ids.ReplaceAllStringFunc(page, func(id string) string {
		if known[id] == "" {
			known[id] = "ID-" + strconv.Itoa(len(known)+1)
		}
		return known[id]
	})
	return strings.TrimSpace(page) + "\n"
}

// few keeps of a long list to choose from, such as of all services, what is chosen and what stands for nothing.
func few(list string) string {
	all := options.FindAllString(list, -1)
	if len(all) <= longest {
		return list
	}
	for _, one := range all {
		if !strings.Contains(one, " selected") && !strings.HasPrefix(one, `<option value="">`) {
			list = strings.Replace(list, one+"\n", "", 1)
		}
	}
	return list
}

// longest is how many choices of a list are all kept.
const longest = 20

// Golden fails unless the text is what stands in testdata under the name; go test -update writes what it is now.
func Golden(tb testing.TB, name, got string) {
	tb.Helper()
	if at := strings.Index(got, "⟦"); at >= 0 {
		tb.Errorf("%s: a message is missing: %.80s", name, got[at:])
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o750); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	want, err := os.ReadFile(path) //nolint:gosec // named by the test
	if err != nil {
		tb.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		tb.Errorf("%s differs (-want +got; -update accepts it):\n%s", path, diff)
	}
}

// Page is Golden for the essence of a page's own part.
func Page(tb testing.TB, name, page string) {
	tb.Helper()
	for _, wrong := range Wrong(page, language(name)) { // in what the essence leaves out, too
		tb.Errorf("%s: %s", name, wrong)
	}
	Golden(tb, name+".html", Essence(Main(page)))
}
