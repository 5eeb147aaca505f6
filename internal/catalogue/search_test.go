package catalogue_test

import (
	"encoding/csv"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"vienkopus/internal/catalogue"
	demo "vienkopus/internal/demo/catalogue"
)

// asked is one line of testdata/queries.csv.
type asked struct {
	query, lang, kind, expected string
	heldOut                     bool
}

func readQueries(tb testing.TB) []asked {
	tb.Helper()
	file, err := os.Open("testdata/queries.csv")
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	var all []asked
	for _, l := range lines[1:] {
		all = append(all, asked{query: l[0], lang: l[1], kind: l[2], expected: l[3], heldOut: l[4] == "yes"})
	}
	return all
}

func loadDemo(tb testing.TB) ([]catalogue.Institution, []catalogue.Service) {
	tb.Helper()
	institutions, services, err := demo.Load()
	if err != nil {
		tb.Fatal(err)
	}
	return institutions, services
}

// rate counts how often the expected service was among the first three.
type rate struct{ found, all int }

func (r rate) percent() float64 { return 100 * float64(r.found) / float64(max(1, r.all)) }

// measure asks every query and returns the rates by group; missed hears of each query that failed.
func measure(index *catalogue.Index, queries []asked, missed func(asked, []catalogue.Hit)) map[string]rate {
	rates := map[string]rate{}
	for _, q := range queries {
		hits := index.Search(q.query, q.lang, 3)
		found := slices.ContainsFunc(hits, func(h catalogue.Hit) bool { return h.Code == q.expected })
		groups := []string{"all", "kind " + q.kind, "lang " + q.lang}
		if q.heldOut {
			groups = append(groups, "held out", "held out "+q.lang)
		} else {
			groups = append(groups, "not held out")
		}
		for _, g := range groups {
			r := rates[g]
			r.all++
			if found {
				r.found++
			}
			rates[g] = r
		}
		if !found && missed != nil {
			missed(q, hits)
		}
	}
	return rates
}

func TestSearchFindsTheServiceAmongTheFirstThree(t *testing.T) {
	t.Parallel()
	institutions, services := loadDemo(t)
	index := catalogue.NewIndex(services, institutions)
	rates := measure(index, readQueries(t), func(q asked, hits []catalogue.Hit) {
		if !q.heldOut { // the held-out ones are not to be tuned on
			t.Logf("missed %s %s %q: want %s, got %v", q.lang, q.kind, q.query, q.expected, hits)
		}
	})
	for _, group := range slices.Sorted(maps.Keys(rates)) {
		t.Logf("%-16s %5.1f %% of %d", group, rates[group].percent(), rates[group].all)
	}
	for group, least := range map[string]float64{"all": 95, "lang lv": 90, "lang en": 90, "lang lt": 90, "held out": 90} {
		if rates[group].percent() < least {
			t.Errorf("%s: %.1f %%, want at least %.0f %%", group, rates[group].percent(), least)
		}
	}
}

// The negative control: a search that forgives nothing must miss the aim, and so must the queries be worth each forgiveness.
func TestSearchNeedsItsForgiveness(t *testing.T) {
	t.Parallel()
	institutions, services := loadDemo(t)
	queries := readQueries(t)
	whole := measure(catalogue.NewIndex(services, institutions), queries, nil)
	for _, without := range []struct {
		name                     string
		folding, forms, mistakes bool
		group                    string
	}{
		{name: "anything", group: "all"},
		{name: "diacritics and mistakes", forms: true, group: "all"},
		{name: "folding", forms: true, mistakes: true, group: "kind diacritics"},
		{name: "forms", folding: true, mistakes: true, group: "kind form"},
		{name: "mistakes", folding: true, forms: true, group: "kind typo"},
	} {
		index := catalogue.NewStrictIndex(services, institutions, without.folding, without.forms, without.mistakes)
		kind := strings.TrimPrefix(without.group, "kind ")
		asking := slices.DeleteFunc(slices.Clone(queries), func(q asked) bool { return without.group != "all" && q.kind != kind })
		got := measure(index, asking, nil)[without.group].percent()
		t.Logf("without %-24s %5.1f %% of %s instead of %.1f %%", without.name, got, without.group, whole[without.group].percent())
		if got >= 95 {
			t.Errorf("without %s still %.1f %% of %s: the test cannot fail", without.name, got, without.group)
		}
	}
}

func TestSearchWhileTyping(t *testing.T) {
	t.Parallel()
	institutions, services := loadDemo(t)
	index := catalogue.NewIndex(services, institutions)
	for _, c := range []struct{ lang, typed, first string }{
		{"lv", "mal", "municipality-firewood-benefit"},
		{"lv", "malk", "municipality-firewood-benefit"},
		{"lv", "atkr", "municipality-waste"},
		{"lv", "kap", "municipality-cemetery"},
		{"lv", "eadr", "help-e-address"},
		{"lv", "pensija", "vsaa-old-age-pension"}, // and not the mistyped pansija
		{"lv", "pase", "pmlp-passport"},
		{"lv", "par māju", "municipality-property-tax"},
		{"en", "pens", "vsaa-old-age-pension"},
		{"en", "firew", "municipality-firewood-benefit"},
		{"lt", "šild", "municipality-heating"},
		{"lt", "malk", "municipality-firewood-benefit"},
		{"lv", "firewood", "municipality-firewood-benefit"}, // another language than the screen's
	} {
		hits := index.Search(c.typed, c.lang, 3)
		if len(hits) == 0 || hits[0].Code != c.first {
			t.Errorf("%s %q: got %v, want %s first", c.lang, c.typed, hits, c.first)
		}
	}
}

func TestSearchByInstitution(t *testing.T) {
	t.Parallel()
	institutions, services := loadDemo(t)
	index := catalogue.NewIndex(services, institutions)
	for _, code := range []string{"VSAA", "vid", "PMLP", "nva", "NVD", "LAD", "VZD", "VDI", "csdd"} {
		hits := index.Search(code, "lv", 2)
		for _, h := range hits {
			if !strings.HasPrefix(h.Code, strings.ToLower(code)+"-") {
				t.Errorf("%s found %v", code, hits)
			}
		}
		if len(hits) != 2 {
			t.Errorf("%s found only %v", code, hits)
		}
	}
}

// Every service is found by its name with two letters of the longest word swapped, in every language.
func TestEveryNameIsFoundWithSwappedLetters(t *testing.T) {
	t.Parallel()
	institutions, services := loadDemo(t)
	index := catalogue.NewIndex(services, institutions)
	random := rand.New(rand.NewPCG(1, 2))
	var r rate
	for _, s := range services {
		for lang, name := range map[string]string{"lv": s.Name.LV, "en": s.Name.EN, "lt": s.Name.LT} {
			mistyped := swapLetters(name, random)
			hits := index.Search(mistyped, lang, 3)
			r.all++
			if slices.ContainsFunc(hits, func(h catalogue.Hit) bool { return h.Code == s.Code }) {
				r.found++
			} else {
				t.Logf("missed %s %q: want %s, got %v", lang, mistyped, s.Code, hits)
			}
		}
	}
	if r.percent() < 98 {
		t.Errorf("%.1f %% of %d, want at least 98 %%", r.percent(), r.all)
	}
}

func swapLetters(name string, random *rand.Rand) string {
	fields := strings.Fields(name)
	longest := slices.MaxFunc(fields, func(a, b string) int { return len(a) - len(b) })
	letters := []rune(longest)
	if len(letters) > 4 {
		at := 1 + random.IntN(len(letters)-3)
		letters[at], letters[at+1] = letters[at+1], letters[at]
	}
	return strings.Replace(name, longest, string(letters), 1)
}

func TestSearchOfNothing(t *testing.T) {
	t.Parallel()
	institutions, services := loadDemo(t)
	index := catalogue.NewIndex(services, institutions)
	for _, nothing := range []string{"", "   ", "€€ —", "\xff\xfe", "qqqqzzzz", strings.Repeat("x", 100_000)} {
		if hits := index.Search(nothing, "lv", 3); hits != nil {
			t.Errorf("%.20q found %v", nothing, hits)
		}
	}
	if hits := catalogue.NewIndex(nil, nil).Search("pase", "lv", 3); hits != nil {
		t.Errorf("an empty catalogue found %v", hits)
	}
}

func TestSearchIsDeterministicAndConcurrent(t *testing.T) {
	t.Parallel()
	institutions, services := loadDemo(t)
	queries := readQueries(t)[:60]
	index := catalogue.NewIndex(services, institutions)
	other := catalogue.NewIndex(services, institutions)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for _, q := range queries {
				a, b := index.Search(q.query, q.lang, 0), other.Search(q.query, q.lang, 0)
				if !slices.Equal(a, b) {
					t.Errorf("%q: two indexes disagree", q.query)
				}
				if top := index.Search(q.query, q.lang, 3); !slices.Equal(top, a[:min(3, len(a))]) {
					t.Errorf("%q: the limit changes the order", q.query)
				}
			}
		})
	}
	group.Wait()
}

// The words of a stranger cost what a question costs: behind the first ones nothing is read.
func TestOfALongQueryTheFirstWordsCount(t *testing.T) {
	t.Parallel()
	institutions, services := loadDemo(t)
	index := catalogue.NewIndex(services, institutions)
	question := strings.Repeat("pabalsts malkai ", 12) // of 24 words
	want := index.Search(question, "lv", 20)
	for _, more := range []string{"pase ", strings.Repeat("pase ", 20_000)} {
		if got := index.Search(question+more, "lv", 20); len(want) == 0 || !slices.Equal(got, want) {
			t.Errorf("with %d bytes more: %v, want %v", len(more), got, want)
		}
	}
	if hits := index.Search("pase "+strings.Repeat("x ", 20_000), "lv", 20); len(hits) == 0 {
		t.Error("the first word is not read")
	}
}
