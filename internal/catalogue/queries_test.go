package catalogue_test

import (
	"slices"
	"strings"
	"testing"

	"vienkopus/internal/catalogue"
)

// The query set must be able to judge the search: large, over all services, and mostly not copied from the catalogue.
func TestQuerySetIsHonest(t *testing.T) {
	t.Parallel()
	_, services := loadDemo(t)
	queries := readQueries(t)
	sayings := map[string]bool{}
	for _, s := range services {
		for lang, words := range map[string][]string{"lv": s.Words.LV, "en": s.Words.EN, "lt": s.Words.LT} {
			for _, w := range words {
				sayings[lang+" "+strings.ToLower(w)] = true
			}
		}
	}
	seen := map[string]bool{}
	perService, perGroup := map[string]int{}, map[string]int{}
	heldOut, copied := 0, 0
	for _, q := range queries {
		key := q.lang + " " + strings.ToLower(q.query)
		if seen[key] {
			t.Errorf("%q stands twice", key)
		}
		seen[key] = true
		perService[q.expected]++
		perGroup[q.lang+" "+q.kind]++
		if q.heldOut {
			heldOut++
		}
		if sayings[key] {
			copied++
		}
		if !slices.Contains([]string{"diacritics", "typo", "form", "words", "name"}, q.kind) {
			t.Errorf("%q is of the unknown kind %q", q.query, q.kind)
		}
	}
	t.Logf("%d queries, %d held out, %d word for word from the catalogue; by group %v", len(queries), heldOut, copied, perGroup)
	if len(queries) < 400 || heldOut < 120 || 2*copied > len(queries) {
		t.Error("want at least 400 queries, 120 held out, and at most half copied")
	}
	for _, s := range services {
		if perService[s.Code] < 3 {
			t.Errorf("%s has only %d queries", s.Code, perService[s.Code])
		}
	}
	for code := range perService {
		if !slices.ContainsFunc(services, func(s catalogue.Service) bool { return s.Code == code }) {
			t.Errorf("%s is not in the catalogue", code)
		}
	}
}
