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
		d := Deposit{ID: id.ID{n}, Day: day, Cents: cents, Slip: slip}
		for _, b := range bags {
			d.Bags = append(d.Bags, DepositedBag{Bag: b})
		}
		return d
	}
	line := func(ref string, days int, cents money.Amount, text string) LineIn {
		return LineIn{Ref: ref, Day: day.AddDays(days), Cents: cents, Text: text}
	}
	for name, c := range map[string]struct {
		lines []LineIn
		open  []Deposit
		want  map[string]byte
	}{
		"by its sum":               {[]LineIn{line("a", 1, 5, "")}, []Deposit{deposit(1, 5, "")}, map[string]byte{"a": 1}},
		"ten days":                 {[]LineIn{line("a", 10, 5, ""), line("b", -10, 6, "")}, []Deposit{deposit(1, 5, ""), deposit(2, 6, "")}, map[string]byte{"a": 1, "b": 2}},
		"eleven days":              {[]LineIn{line("a", 11, 5, ""), line("b", -11, 6, "")}, []Deposit{deposit(1, 5, ""), deposit(2, 6, "")}, nil},
		"by its slip, a year late": {[]LineIn{line("a", 365, 5, "no k1!")}, []Deposit{deposit(1, 5, "K1"), deposit(2, 5, "")}, map[string]byte{"a": 1}},
		"by a bag":                 {[]LineIn{line("a", 1, 5, "maiss b-01")}, []Deposit{deposit(1, 5, "", "B-01"), deposit(2, 5, "", "B-02")}, map[string]byte{"a": 1}},
		"a bag as short as a word": {[]LineIn{line("a", 1, 5, "in 3 days")}, []Deposit{deposit(1, 5, "", "3"), deposit(2, 5, "", "4")}, nil},
		"two named":                {[]LineIn{line("a", 1, 5, "K1 K2")}, []Deposit{deposit(1, 5, "K1"), deposit(2, 5, "K2")}, nil},
		"one named, two lines":     {[]LineIn{line("a", 1, 5, "K1"), line("b", 2, 5, "K1")}, []Deposit{deposit(1, 5, "K1")}, map[string]byte{"a": 1}},
		"the rest by its sum":      {[]LineIn{line("a", 1, 5, "K1"), line("b", 2, 5, "")}, []Deposit{deposit(1, 5, "K1"), deposit(2, 5, "")}, map[string]byte{"a": 1, "b": 2}},
		"money that went out":      {[]LineIn{line("a", 1, -5, "K1")}, []Deposit{deposit(1, 5, "K1")}, nil},
	} {
		got := pair(c.lines, c.open)
		if len(got) != len(c.want) {
			t.Errorf("%s: %v", name, got)
		}
		for ref, n := range c.want {
			if got[ref].ID != (id.ID{n}) {
				t.Errorf("%s: %s is %v", name, ref, got[ref])
			}
		}
	}
}
