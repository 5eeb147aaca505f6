package report

import (
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/tally"
)

// Scope is where a report looks: the network, or any of some municipalities and centres.
type Scope struct {
	// Network looks everywhere. Without it and without codes a scope holds nothing.
	Network bool
	// Municipalities and Centres are codes.
	Municipalities, Centres []string
}

// IsEmpty says that nothing lies in the scope.
func (s Scope) IsEmpty() bool {
	return !s.Network && len(s.Municipalities) == 0 && len(s.Centres) == 0
}

// Covers says whether a centre of a municipality lies in the scope.
func (s Scope) Covers(municipality, centre string) bool {
	return s.Network || slices.Contains(s.Municipalities, municipality) || slices.Contains(s.Centres, centre)
}

// Query is what a report is asked.
type Query struct {
	Period civil.Period
	By     Dimension
	Scope  Scope
	// Source narrows to what was recorded or what was imported; "" is both.
	Source tally.Source
	// Only narrows a dimension to one code; "" is what has none, such as acts without a service.
	Only map[Dimension]string
	// Kinds are the columns; nil shows every kind that has something to show.
	Kinds []catalogue.ActKind
}

// longestPeriod bounds a report, in days: some centuries of monthly tallies are nobody's question.
const longestPeriod = 100 * 366

// check returns a fault for a query that cannot be answered.
func (q Query) check() error {
	switch {
	case !q.Period.IsValid():
		return fault.NewInvalid("report.period").On("from")
	case q.Period.Days() > longestPeriod:
		return fault.NewInvalid("report.period_long").On("from")
	case !slices.Contains(Dimensions, q.By):
		return fault.NewInvalid("report.by_unknown").On("by")
	case q.Source != "" && q.Source != tally.Recorded && q.Source != tally.FromFile:
		return fault.NewInvalid("report.source_unknown").On("source")
	case q.Scope.IsEmpty():
		return fault.NewForbidden("report.scope")
	}
	for d := range q.Only {
		if !slices.Contains(narrowing, d) {
			return fault.NewInvalid("report.by_unknown").On(string(d))
		}
	}
	for _, k := range q.Kinds {
		if !slices.Contains(tally.Kinds, k) {
			return fault.NewInvalid("report.kind_unknown").On("kind")
		}
	}
	return nil
}

// NeedsServices says whether the monthly counts by kind alone cannot answer the query.
func (q Query) NeedsServices() bool {
	for _, d := range Details {
		if _, narrowed := q.Only[d]; narrowed || q.By == d {
			return true
		}
	}
	return false
}

// isWhole says that the query narrows nothing but places, so that its rows can be compared with each other.
func (q Query) isWhole() bool {
	for d := range q.Only {
		if d != ByMunicipality && d != ByCentre {
			return false
		}
	}
	return q.Source == ""
}

// Sum is what a store adds up for one row, kind and source.
type Sum struct {
	// Row is the code of the row: of the query's dimension, for ByMonth the month as YYYY-MM.
	Row    string
	Kind   catalogue.ActKind
	Source tally.Source
	N      int64
}
