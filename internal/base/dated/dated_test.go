package dated_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/dated"
	"vienkopus/internal/base/fault"
)

// limit is a rule as a feature declares one: its value, and the basis.
type limit struct {
	Most int64 `json:"most"`
	dated.Basis
}

func from(day string, most int64) limit {
	return limit{Most: most, Basis: dated.On(day, "the law changed", "law 1")}
}

func TestTheRuleOfADay(t *testing.T) {
	t.Parallel()
	rules := []limit{from("2027-01-01", 3), from("2017-01-01", 1), from("2020-06-01", 2)} // in any order
	for day, want := range map[string]int64{"2016-12-31": 0, "2017-01-01": 1, "2020-05-31": 1, "2020-06-01": 2, "2026-12-31": 2, "2027-01-01": 3, "2100-01-01": 3} {
		got, there := dated.At(slices.Values(rules), civil.MustDate(day))
		if got.Most != want || there != (want > 0) {
			t.Errorf("%s: %d, %t; want %d", day, got.Most, there, want)
		}
	}
	corrected := append(rules, from("2020-06-01", 4))
	if got, _ := dated.At(slices.Values(corrected), civil.MustDate("2021-01-01")); got.Most != 4 {
		t.Errorf("what was set last for a day does not count: %d", got.Most)
	}
	if _, there := dated.At(slices.Values([]limit(nil)), civil.MustDate("2021-01-01")); there {
		t.Error("there is a rule where there is none")
	}
}

// Whatever is set, the rule of a day is the one that a person finds who goes through all days.
func TestTheRuleOfAnyDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		first := civil.MustDate("2026-01-01")
		days := rapid.SliceOfN(rapid.IntRange(0, 20), 0, 8).Draw(r, "days")
		rules := make([]limit, len(days))
		byDay := map[int]int64{}
		for i, d := range days {
			rules[i] = limit{Most: int64(i + 1), Basis: dated.Basis{From: first.AddDays(d)}}
			byDay[d] = int64(i + 1)
		}
		holds := int64(0)
		for d := range 22 {
			if set, ok := byDay[d]; ok {
				holds = set
			}
			if got, there := dated.At(slices.Values(rules), first.AddDays(d)); got.Most != holds || there != (holds > 0) {
				r.Fatalf("day %d: %d, want %d", d, got.Most, holds)
			}
		}
	})
}

func TestWhoeverSetsARuleSaysWhy(t *testing.T) {
	t.Parallel()
	good := dated.On("2027-01-01", "Cēsu dome nolēma", "Lēmums 12/2026")
	for name, c := range map[string]struct {
		change func(*dated.Basis)
		key    string
	}{
		"good":           {func(*dated.Basis) {}, ""},
		"no day":         {func(b *dated.Basis) { b.From = civil.Date{} }, "dated.from"},
		"no reason":      {func(b *dated.Basis) { b.Why = " " }, "dated.why"},
		"a past day":     {func(b *dated.Basis) { b.From, b.Why = civil.MustDate("2010-01-01"), "" }, "dated.why"},
		"many words":     {func(b *dated.Basis) { b.Why = strings.Repeat("a", 301) }, "dated.why"},
		"a line break":   {func(b *dated.Basis) { b.Why = "a\nb" }, "dated.why"},
		"no source":      {func(b *dated.Basis) { b.Source = "" }, "dated.source"},
		"bytes, no text": {func(b *dated.Basis) { b.Source = "\xff" }, "dated.source"},
	} {
		b := good
		c.change(&b)
		err := b.Check()
		if f := fault.First(err); (c.key == "") != (err == nil) || f != nil && (f.Key != c.key || f.Field == "") {
			t.Errorf("%s: %v, want %q", name, err, c.key)
		}
	}
}

func TestAListOfRules(t *testing.T) {
	t.Parallel()
	rules := []limit{from("2017-01-01", 1), from("2030-01-01", 4), from("2020-06-01", 2), from("2028-01-01", 3)}
	rules[2].Who = "network-manager:m1"
	list := dated.List(rules, civil.MustDate("2026-11-20"), func(l limit) dated.Listed {
		return dated.Listed{Name: "till.cash_limit_rule", Value: fmt.Sprint(l.Most)}
	})
	var got []string
	for _, l := range list {
		got = append(got, fmt.Sprint(l.Value, " ", l.From, " ", l.Standing, " ", l.Why, " ", l.Source, " ", l.Who))
	}
	want := []string{
		"4 2030-01-01 in-line the law changed law 1 ", "3 2028-01-01 in-line the law changed law 1 ",
		"2 2020-06-01 in-force the law changed law 1 network-manager:m1", "1 2017-01-01 past the law changed law 1 ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if rules[0].Most != 1 || rules[1].Most != 4 {
		t.Error("the feature's own list was put in order")
	}
}

// Who set it follows from the line, and is no part of what is stored.
func TestWhoIsNotStored(t *testing.T) {
	t.Parallel()
	l := from("2017-01-01", 1)
	l.Who = "network-manager:m1"
	text, err := json.Marshal(l)
	if err != nil || string(text) != `{"most":1,"from":"2017-01-01","why":"the law changed","source":"law 1"}` {
		t.Errorf("%s, %v", text, err)
	}
}
