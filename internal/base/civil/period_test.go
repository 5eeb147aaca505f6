package civil_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"vienkopus/internal/base/civil"
)

func period(from, to string) civil.Period {
	return civil.Period{From: civil.MustDate(from), To: civil.MustDate(to)}
}

func TestMonth(t *testing.T) {
	t.Parallel()
	m := civil.MustMonth("2024-02")
	if m.First().String() != "2024-02-01" || m.Last().String() != "2024-02-29" || m.Next().String() != "2024-03" || m.Display() != "02.2024" {
		t.Errorf("%s: %s %s %s", m, m.First(), m.Last(), m.Next())
	}
	if !m.Contains(civil.MustDate("2024-02-29")) || m.Contains(civil.MustDate("2024-03-01")) || m.Contains(civil.MustDate("2023-02-01")) {
		t.Error("Contains")
	}
	if got := civil.MustMonth("2026-12").Next(); got.String() != "2027-01" || got.Year() != 2027 || got.Month() != time.January {
		t.Errorf("after December comes %s", got)
	}
	got := slices.Collect(civil.Months(civil.MustMonth("2025-11"), civil.MustMonth("2026-02")))
	if fmt.Sprint(got) != "[2025-11 2025-12 2026-01 2026-02]" {
		t.Errorf("Months = %v", got)
	}
	for _, text := range []string{"", "2026", "2026-13", "2026-00", "0000-01", "2026-1", "2026/01", "2026-+1"} {
		if m, err := civil.ParseMonth(text); !errors.Is(err, civil.ErrMonth) {
			t.Errorf("ParseMonth(%q) = %v, %v", text, m, err)
		}
	}
	var none civil.Month
	if none.Contains(civil.Date{}) || none.Period().IsValid() || none.String() != "" || !none.Next().IsZero() {
		t.Error("no month must stay no month")
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to, months, edges string
	}{
		{"2026-01-01", "2026-12-31", "12", "[]"},
		{"2026-01-15", "2026-03-10", "1", "[2026-01-15/2026-01-31 2026-03-01/2026-03-10]"},
		{"2026-01-15", "2026-02-10", "0", "[2026-01-15/2026-02-10]"},
		{"2026-01-15", "2026-01-20", "0", "[2026-01-15/2026-01-20]"},
		{"2026-02-01", "2026-02-28", "1", "[]"},
		{"2026-02-01", "2026-02-27", "0", "[2026-02-01/2026-02-27]"},
		{"2025-12-31", "2026-01-31", "1", "[2025-12-31/2025-12-31]"},
		{"2015-09-01", "2020-12-31", "64", "[]"},
		{"0001-01-01", "0001-01-15", "0", "[0001-01-01/0001-01-15]"},
		{"9999-12-05", "9999-12-31", "0", "[9999-12-05/9999-12-31]"},
	} {
		s := period(c.from, c.to).Split()
		if fmt.Sprint(len(s.Months)) != c.months || fmt.Sprint(s.Edges) != c.edges {
			t.Errorf("%s/%s = %v and %v", c.from, c.to, s.Months, s.Edges)
		}
	}
	if s := period("2026-02-01", "2026-01-01").Split(); s.Months != nil || s.Edges != nil {
		t.Errorf("a period that is not valid gave %v", s)
	}
}

func TestPeriod(t *testing.T) {
	t.Parallel()
	p := period("2026-01-30", "2026-02-02")
	if p.Days() != 4 || len(slices.Collect(p.All())) != 4 || p.Display() != "30.01.2026–02.02.2026" {
		t.Errorf("%s has %d days", p, p.Days())
	}
	if _, err := civil.NewPeriod(p.To, p.From); !errors.Is(err, civil.ErrPeriod) {
		t.Errorf("a reversed period: %v", err)
	}
	if _, err := civil.NewPeriod(civil.Date{}, p.To); !errors.Is(err, civil.ErrPeriod) {
		t.Errorf("a period without beginning: %v", err)
	}
	if !p.Overlaps(period("2026-02-02", "2026-02-09")) || p.Overlaps(period("2026-02-03", "2026-02-09")) {
		t.Error("Overlaps")
	}
	if civil.YearPeriod(2024).Days() != 366 || civil.YearPeriod(0).IsValid() {
		t.Error("YearPeriod")
	}
}

// Every day of a period is in exactly one part, the parts are in order, and an edge never holds a whole month.
func TestSplitCoversEveryDayOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := civil.MustDate("2019-12-25").AddDays(rapid.IntRange(0, 800).Draw(t, "from"))
		p := civil.Period{From: from, To: from.AddDays(rapid.IntRange(0, 200).Draw(t, "days"))}
		s := p.Split()
		var days []civil.Date
		for _, m := range s.Months {
			days = slices.AppendSeq(days, m.Period().All())
		}
		for _, e := range s.Edges {
			days = slices.AppendSeq(days, e.All())
			for d := range e.All() {
				if m := civil.MonthOf(d); e.Contains(m.First()) && e.Contains(m.Last()) {
					t.Fatalf("%s: the edge %s holds all of %s", p, e, m)
				}
			}
		}
		slices.SortFunc(days, civil.Date.Compare)
		if !slices.Equal(days, slices.Collect(p.All())) {
			t.Fatalf("%s is not %v and %v", p, s.Months, s.Edges)
		}
	})
}
