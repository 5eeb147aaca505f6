package tally

import (
	"strings"

	"vienkopus/internal/base/civil"
)

// StatementMark stands in front of every span that is no month. It sorts behind all months, so that the hot month and the
// few statements each lie together in a table.
const StatementMark = "s:"

// SpanOf returns the span under which days are counted: their month, or the statement itself when they lie in several.
func SpanOf(p civil.Period) string {
	if month := civil.MonthOf(p.From); month == civil.MonthOf(p.To) {
		return month.String()
	}
	return StatementMark + p.String()
}

// PeriodOf returns the days of a span. It returns civil.ErrMonth or civil.ErrPeriod when it is none.
func PeriodOf(span string) (civil.Period, error) {
	text, statement := strings.CutPrefix(span, StatementMark)
	if !statement {
		month, err := civil.ParseMonth(text)
		return month.Period(), err
	}
	from, to, _ := strings.Cut(text, "/")
	return parseRange(from, to)
}

// parsePeriod reads YYYY, YYYY-MM, one date, or two dates with a slash between them.
func parsePeriod(text string) (civil.Period, error) {
	if from, to, isRange := strings.Cut(text, "/"); isRange {
		return parseRange(from, to)
	}
	if len(text) == len("2025") {
		return parseYear(text)
	}
	if month, err := civil.ParseMonth(text); err == nil {
		return month.Period(), nil
	}
	return parseRange(text, text)
}

// parseYear goes through the first month, so that one place knows which years there are.
func parseYear(text string) (civil.Period, error) {
	january, err := civil.ParseMonth(text + "-01")
	if err != nil {
		return civil.Period{}, err //nolint:wrapcheck // a value's own error, turned into a fault by the caller
	}
	return civil.YearPeriod(january.Year()), nil
}

func parseRange(from, to string) (civil.Period, error) {
	first, err := civil.ParseDate(from)
	if err != nil {
		return civil.Period{}, err //nolint:wrapcheck // as above
	}
	last, err := civil.ParseDate(to)
	if err != nil {
		return civil.Period{}, err //nolint:wrapcheck // as above
	}
	return civil.NewPeriod(first, last) //nolint:wrapcheck // as above
}
