package bank

import (
	"regexp"
	"strings"
	"testing"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
)

// A number stands in a text as a whole, whatever the text: a pattern says the same.
func FuzzNames(f *testing.F) {
	for _, seed := range [][2]string{{"kvīts k-7/1, Anna", "K-7/1"}, {"1234", "123"}, {"ĒK1", "K1"}, {"K1K1 K1", "K1"}, {"\xffK1\xff", "K1"}, {"--", "-"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, number string) {
		text = strings.ToUpper(text)
		if number == "" || strings.ContainsFunc(number, func(r rune) bool { return r < '!' || r > '~' }) {
			return // Code lets none of these through
		}
		whole := regexp.MustCompile(`(^|[^\pL\p{Nd}])` + regexp.QuoteMeta(number) + `($|[^\pL\p{Nd}])`)
		want := false
		for at := range len(text) + 1 {
			// From every place, because matches of the pattern may not overlap; the pattern must see what stands before.
			before := text[:at]
			if !strings.HasPrefix(text[at:], number) {
				continue
			}
			last := regexp.MustCompile(`[\pL\p{Nd}]$`).MatchString(before)
			want = want || !last && whole.MatchString(" "+text[at:]) && whole.FindStringIndex(" " + text[at:])[0] == 0
		}
		if got := names(text, number); got != want {
			t.Errorf("%q in %q: %t, want %t", number, text, got, want)
		}
	})
}

func TestPairs(t *testing.T) {
	t.Parallel()
	day := civil.MustDate("2026-11-21")
	deposit := func(n byte, cents money.Amount, slip string, bags ...string) Deposit {
		d := Deposit{ID: id.ID{n}, Day: day, Cents: cents, Slip: slip, Bags: []DepositedBag{{Bag: "-", Day: day.AddDays(-2)}}}
		for _, b := range bags {
			d.Bags = append(d.Bags, DepositedBag{Bag: b, Day: day.AddDays(-1)})
		}
		return d
	}
	line := func(ref string, days int, cents money.Amount, text string) LineIn {
		return LineIn{Ref: ref, Day: day.AddDays(days), Cents: cents, Text: text}
	}
	for name, c := range map[string]struct {
		lines   []LineIn
		open    []Deposit
		waiting []LineIn
		sure    map[string]byte
		likely  map[string]string
	}{
		"by its sum":  {lines: []LineIn{line("a", 1, 5, "")}, open: []Deposit{deposit(1, 5, "")}, sure: map[string]byte{"a": 1}},
		"ten days":    {lines: []LineIn{line("a", 10, 5, "")}, open: []Deposit{deposit(1, 5, "")}, sure: map[string]byte{"a": 1}},
		"eleven days": {lines: []LineIn{line("a", 11, 5, "")}, open: []Deposit{deposit(1, 5, "")}},
		"the day of the shift, before the collector wrote it": {lines: []LineIn{line("a", -2, 5, "")}, open: []Deposit{deposit(1, 5, "")}, sure: map[string]byte{"a": 1}},
		"the day before the shift began":                      {lines: []LineIn{line("a", -3, 5, "")}, open: []Deposit{deposit(1, 5, "")}},
		"the day before the last of its shifts":               {lines: []LineIn{line("a", -2, 5, "")}, open: []Deposit{deposit(1, 5, "", "B-01")}},
		"its slip, before the shift began":                    {lines: []LineIn{line("a", -3, 5, "K1")}, open: []Deposit{deposit(1, 5, "K1")}},
		"by its slip, a year late":                            {lines: []LineIn{line("a", 365, 5, "no k1!")}, open: []Deposit{deposit(1, 5, "K1"), deposit(2, 5, "")}, sure: map[string]byte{"a": 1}},
		"the sum alone of one with a slip is only likely":     {lines: []LineIn{line("a", 1, 5, "Zemes noma")}, open: []Deposit{deposit(1, 5, "K1")}, likely: map[string]string{"a": "1"}},
		"one with a slip is a rival":                          {lines: []LineIn{line("a", 1, 5, "")}, open: []Deposit{deposit(1, 5, "K1"), deposit(2, 5, "")}, likely: map[string]string{"a": "12"}},
		"a line that waits is a rival": {
			lines: []LineIn{line("a", 1, 5, "")}, open: []Deposit{deposit(1, 5, "")}, waiting: []LineIn{line("w", 0, 5, "")}, likely: map[string]string{"a": "1"},
		},
		"one that waits since before the shift is none": {
			lines: []LineIn{line("a", 1, 5, "")}, open: []Deposit{deposit(1, 5, "")}, waiting: []LineIn{line("w", -3, 5, "")}, sure: map[string]byte{"a": 1},
		},
		"its slip with another sum is likely": {lines: []LineIn{line("a", 1, 6, "K1")}, open: []Deposit{deposit(1, 5, "K1")}, likely: map[string]string{"a": "1"}},
		"by a bag":                            {lines: []LineIn{line("a", 1, 5, "maiss b-01")}, open: []Deposit{deposit(1, 5, "", "B-01"), deposit(2, 5, "", "B-02")}, sure: map[string]byte{"a": 1}},
		"a bag as short as a word":            {lines: []LineIn{line("a", 1, 5, "in 3 days")}, open: []Deposit{deposit(1, 5, "", "3"), deposit(2, 5, "", "4")}, likely: map[string]string{"a": "12"}},
		"two named":                           {lines: []LineIn{line("a", 1, 5, "K1 K2")}, open: []Deposit{deposit(1, 5, "K1"), deposit(2, 5, "K2")}, likely: map[string]string{"a": "12"}},
		"one named, two lines": {
			lines: []LineIn{line("a", 1, 5, "K1"), line("b", 2, 5, "K1")}, open: []Deposit{deposit(1, 5, "K1")}, sure: map[string]byte{"a": 1}, likely: map[string]string{"b": "1"},
		},
		"the rest by its sum": {
			lines: []LineIn{line("a", 1, 5, "K1"), line("b", 2, 5, "")}, open: []Deposit{deposit(1, 5, "K1"), deposit(2, 5, "")}, sure: map[string]byte{"a": 1, "b": 2},
		},
		"money that went out": {lines: []LineIn{line("a", 1, -5, "K1")}, open: []Deposit{deposit(1, 5, "K1")}},
	} {
		got := pair(c.lines, c.open, c.waiting)
		likely := map[string]string{}
		for ref, all := range got.likely {
			for _, d := range all {
				likely[ref] += string('0' + rune(d.ID[0]))
			}
		}
		if len(got.sure) != len(c.sure) || len(likely) != len(c.likely) {
			t.Errorf("%s: sure %v, likely %v", name, got.sure, likely)
		}
		for ref, n := range c.sure {
			if got.sure[ref].ID != (id.ID{n}) {
				t.Errorf("%s: %s is %v", name, ref, got.sure[ref])
			}
		}
		for ref, want := range c.likely {
			if likely[ref] != want {
				t.Errorf("%s: %s may be %q", name, ref, likely[ref])
			}
		}
	}
}
