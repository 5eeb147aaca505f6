package civil

import (
	"errors"
	"iter"
	"time"
)

// ErrPeriod is returned for a period without both ends and for one that ends before it begins.
var ErrPeriod = errors.New("civil: not a period")

// Period is a run of days, both ends included.
type Period struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}

// NewPeriod returns the days from the first to the last, both included. It returns ErrPeriod when an end is missing
// or the last is before the first.
func NewPeriod(from, to Date) (Period, error) {
	p := Period{From: from, To: to}
	if !p.IsValid() {
		return Period{}, ErrPeriod
	}
	return p, nil
}

// YearPeriod returns the days of a year, 1 to 9999, and the zero period for any other.
func YearPeriod(year int) Period {
	first, err := NewMonth(year, time.January)
	if err != nil {
		return Period{}
	}
	return Period{From: first.First(), To: first.AddMonths(11).Last()}
}

// IsValid says that the period has both ends and does not end before it begins.
func (p Period) IsValid() bool { return !p.From.IsZero() && !p.To.Before(p.From) }

// Days returns how many days the period has, 0 when it is not valid.
func (p Period) Days() int {
	if !p.IsValid() {
		return 0
	}
	return p.From.DaysUntil(p.To) + 1
}

// Contains says that the date lies in the period.
func (p Period) Contains(d Date) bool { return p.IsValid() && !d.Before(p.From) && !d.After(p.To) }

// Overlaps says that the two periods have a day in common.
func (p Period) Overlaps(other Period) bool {
	return p.IsValid() && other.IsValid() && !p.To.Before(other.From) && !other.To.Before(p.From)
}

// All yields every day of the period in order.
func (p Period) All() iter.Seq[Date] {
	return func(yield func(Date) bool) {
		for i := range p.Days() {
			if !yield(p.From.AddDays(i)) {
				return
			}
		}
	}
}

// String returns both ends after ISO 8601, 2026-01-01/2026-03-31.
func (p Period) String() string { return p.From.String() + "/" + p.To.String() }

// Display returns the period as people read it, 01.01.2026–31.03.2026.
func (p Period) Display() string { return p.From.Display() + "–" + p.To.Display() }

// Split is a period taken apart, so that a report can read whole months from monthly sums and only the rest day by day.
type Split struct {
	// Months are the whole months of the period, in order.
	Months []Month
	// Edges are the days that belong to no whole month: none, one or two runs, in order.
	Edges []Period
}

// Split takes the period apart into its whole months and the days before and after them. Every day of the period is in
// exactly one part. A period that is not valid has no parts.
func (p Period) Split() Split {
	var s Split
	if !p.IsValid() {
		return s
	}
	first, last := MonthOf(p.From), MonthOf(p.To)
	if p.From != first.First() {
		first = first.Next()
	}
	if p.To != last.Last() {
		last = last.AddMonths(-1)
	}
	// The months stop at the ends of the calendar, hence the second look.
	if first.Compare(last) > 0 || !p.Contains(first.First()) || !p.Contains(last.Last()) {
		s.Edges = []Period{p}
		return s
	}
	for m := range Months(first, last) {
		s.Months = append(s.Months, m)
	}
	if p.From.Before(first.First()) {
		s.Edges = append(s.Edges, Period{From: p.From, To: first.First().AddDays(-1)})
	}
	if p.To.After(last.Last()) {
		s.Edges = append(s.Edges, Period{From: last.Last().AddDays(1), To: p.To})
	}
	return s
}
