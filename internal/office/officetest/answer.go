package officetest

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// Answer is what was answered.
type Answer struct {
	t      *testing.T
	asked  string
	Status int
	Page   string
	Head   http.Header
}

// Is complains unless the answer has the status.
func (a Answer) Is(status int) Answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s: %d, want %d: %s", a.asked, a.Status, status, Text(a.Page))
	}
	return a
}

// Leads complains unless the answer leads to the address.
func (a Answer) Leads(to string) {
	a.t.Helper()
	if got := a.Is(http.StatusSeeOther).Head.Get("Location"); got != to {
		a.t.Errorf("%s leads to %s, want %s", a.asked, got, to)
	}
}

// Says complains about every text that the page does not hold.
func (a Answer) Says(texts ...string) Answer {
	a.t.Helper()
	for _, one := range texts {
		if !strings.Contains(Text(a.Page), one) {
			a.t.Errorf("%s does not say %q: %s", a.asked, one, Text(a.Page))
		}
	}
	return a
}

// Hides complains about every text that the page or its source holds. Ids are left out: their digits are chance.
func (a Answer) Hides(texts ...string) {
	a.t.Helper()
	page := ids.ReplaceAllString(a.Page, "")
	for _, one := range texts {
		if strings.Contains(page, one) || strings.Contains(Text(page), one) {
			a.t.Errorf("%s says %q", a.asked, one)
		}
	}
}

var (
	tags   = regexp.MustCompile(`<[^>]*>`)
	spaces = regexp.MustCompile(`\s+`)
	ids    = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|/assets/[^"]*`)
)

// Text is what a reader sees of the main part of a page, in one line.
func Text(page string) string {
	if i := strings.Index(page, "<main"); i >= 0 {
		page = page[i:]
	}
	page = tags.ReplaceAllString(page, " ")
	page = strings.NewReplacer("&#39;", "'", "&#34;", `"`, "&amp;", "&").Replace(page)
	return strings.TrimSpace(spaces.ReplaceAllString(page, " "))
}

// Hidden returns the value of a hidden field of a page.
func Hidden(t *testing.T, page, name string) string {
	t.Helper()
	found := regexp.MustCompile(`name="` + regexp.QuoteMeta(name) + `" value="([^"]*)"`).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no field %s", name)
	}
	return found[1]
}
