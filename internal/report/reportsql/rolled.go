package reportsql

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/report"
	"vienkopus/internal/tally"
	"vienkopus/internal/tally/tallysql"
)

// rolled answers from the roll-ups what they can answer, and adds what they do not hold yet; for the rest it asks the counts of the desks.
type rolled struct {
	Store
	state tallysql.State
}

// Counts implements the store of reports: it looks once how far the roll-ups go in the snapshot of the report.
func (s Store) Counts(ctx context.Context, r journal.Reader) (report.Counts, error) {
	if s.rollups == nil {
		return s, nil
	}
	state, usable, err := s.rollups.Look(ctx, r)
	if err != nil || !usable {
		return s, err //nolint:wrapcheck // named by its store
	}
	return rolled{Store: s, state: state}, nil
}

// grainOf returns the coarsest roll-ups that can answer the query, or "".
func grainOf(q report.Query) string {
	_, desk := q.Only[report.ByDesk]
	_, centre := q.Only[report.ByCentre]
	_, municipality := q.Only[report.ByMunicipality]
	centres := centre || q.By == report.ByCentre || len(q.Scope.Centres) > 0
	switch {
	case desk, centres && q.NeedsServices():
		return ""
	case centres:
		return tallysql.GrainCentre
	case !q.NeedsServices():
		return tallysql.GrainPlace
	case municipality || q.By == report.ByMunicipality || !q.Scope.Network:
		return tallysql.GrainDetail
	}
	return tallysql.GrainNetwork
}

// grainIs is the condition of the rows of a grain, which is a word of ours.
func grainIs(grain string) string { return "grain = '" + grain + "'" }

// stretch is a run of spans of the roll-ups.
type stretch struct{ from, to string }

// stretches cuts months into whole years, where the grain has them, and the months before and behind them. Rows by month need months.
func stretches(first, last civil.Month, by report.Dimension, grain string) (years, months []stretch) {
	if by == report.ByMonth || grain == tallysql.GrainDetail {
		return nil, []stretch{{first.String(), last.String()}}
	}
	from, to := first.Year(), last.Year()
	if first.String() != january(from) {
		from++
	}
	if last.String() != december(to) {
		to--
	}
	if from > to {
		return nil, []stretch{{first.String(), last.String()}}
	}
	if first.String() < january(from) {
		months = append(months, stretch{first.String(), december(from - 1)})
	}
	if last.String() > december(to) {
		months = append(months, stretch{january(to + 1), last.String()})
	}
	return []stretch{{january(from), december(to)}}, months
}

func january(year int) string  { return fmt.Sprintf("%04d-01", year) }
func december(year int) string { return fmt.Sprintf("%04d-12", year) }

// Months implements report.Counts.
func (v rolled) Months(ctx context.Context, r journal.Reader, first, last civil.Month, q report.Query, each func(report.Sum)) error {
	grain := grainOf(q)
	if grain == "" {
		return v.Store.Months(ctx, r, first, last, q, each)
	}
	years, months := stretches(first, last, q.By, grain)
	for _, y := range years {
		from, to := tallysql.YearSpan(y.from[:4]), tallysql.YearSpan(y.to[:4])
		if err := v.stretch(ctx, r, grain, stretch{from, to}, q, each); err != nil {
			return err
		}
		v.rest(q, func(span string) bool { return span >= y.from && span <= y.to }, each)
	}
	for _, m := range months {
		var err error
		if grain == tallysql.GrainCentre { // it has no months, and the counts of the desks are no more rows
			err = v.between(ctx, r, m, q, each)
		} else if err = v.stretch(ctx, r, grain, m, q, each); err == nil {
			v.rest(q, func(span string) bool { return span >= m.from && span <= m.to }, each)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Statements implements report.Counts.
func (v rolled) Statements(ctx context.Context, r journal.Reader, q report.Query, each func(span string, s report.Sum)) error {
	grain := grainOf(q)
	if grain == "" {
		return v.Store.Statements(ctx, r, q, each)
	}
	if err := v.statementSums(ctx, r, source{table: "rollup", counts: grainIs(grain)}, q, each); err != nil {
		return err
	}
	only, narrowed := q.Only[report.BySpan]
	for i := range v.state.Rest {
		c := &v.state.Rest[i]
		if strings.HasPrefix(c.Span, tally.StatementMark) && (!narrowed || c.Span == only) && counts(c, q) {
			each(c.Span, sumOf(c, q.By))
		}
	}
	return nil
}

// stretch adds up the roll-ups of one grain and a run of spans. What they come to is remembered for their version.
func (v rolled) stretch(ctx context.Context, r journal.Reader, grain string, s stretch, q report.Query, each func(report.Sum)) error {
	from := source{table: "rollup", counts: grainIs(grain)}
	var c condition
	c.spans(s)
	c.sourced(q)
	if !c.filters(from, q) {
		return nil
	}
	row := from.expression(q.By)
	if q.By == report.ByMonth {
		row = "month"
	}
	query := "SELECT " + row + ", kind, source, CAST(SUM(n) AS BIGINT) FROM rollup WHERE " + c.String() + " GROUP BY 1, 2, 3"
	return v.remembered.sums(v.state.Version, fmt.Sprint(query, c.args), each, func(each func(report.Sum)) error {
		return sums(ctx, r, query, c.args, each)
	})
}

// spans narrows to the months of a stretch one by one, so that those of a municipality are looked up and not read through, or to a run of years.
func (c *condition) spans(s stretch) {
	first, err := civil.ParseMonth(s.from)
	last, lerr := civil.ParseMonth(s.to)
	if err != nil || lerr != nil {
		c.and("month >= ? AND month <= ?", s.from, s.to)
		return
	}
	var months []any
	for m := range civil.Months(first, last) {
		months = append(months, m.String())
	}
	c.in("month", months)
}

// rest adds what the roll-ups do not hold yet.
func (v rolled) rest(q report.Query, within func(span string) bool, each func(report.Sum)) {
	for i := range v.state.Rest {
		if c := &v.state.Rest[i]; within(c.Span) && counts(c, q) {
			each(sumOf(c, q.By))
		}
	}
}

// counts tells whether the query asks for the count; it says of one count what condition says of rows.
func counts(c *tally.Count, q report.Query) bool {
	if !q.Scope.Covers(c.Municipality, c.Centre) || (q.Source != "" && q.Source != c.Source) || (q.Kinds != nil && !slices.Contains(q.Kinds, c.Kind)) {
		return false
	}
	for d, code := range q.Only {
		if d.Stored() && codeOf(c, d) != code {
			return false
		}
	}
	return true
}

func sumOf(c *tally.Count, by report.Dimension) report.Sum {
	return report.Sum{Row: codeOf(c, by), Kind: c.Kind, Source: c.Source, N: c.N}
}

func codeOf(c *tally.Count, d report.Dimension) string {
	switch d { //nolint:exhaustive // a span only narrows
	case report.ByMonth:
		return c.Span
	case report.ByCentre:
		return c.Centre
	case report.ByMunicipality:
		return c.Municipality
	case report.ByDesk:
		return c.Desk
	case report.ByService:
		return c.Service
	case report.ByInstitution:
		return c.Institution
	case report.ByChannel:
		return string(c.Channel)
	case report.ByKind:
		return string(c.Kind)
	}
	return ""
}

// mostRemembered bounds what is remembered, in sums of some hundred bytes each.
const mostRemembered = 50_000

// memory keeps what roll-ups of one version came to. The version is read in the snapshot of a report, so whatever program changes the roll-ups, nothing old is
// answered. A nil memory remembers nothing.
type memory struct {
	mu      sync.Mutex
	version string
	of      map[string][]report.Sum
	held    int
}

// sums hands over the sums of a question, from memory or by asking.
func (m *memory) sums(version, question string, each func(report.Sum), ask func(func(report.Sum)) error) error {
	known, ok := m.recall(version, question)
	if !ok {
		if err := ask(func(s report.Sum) { known = append(known, s) }); err != nil {
			return err
		}
		m.keep(version, question, known)
	}
	for _, s := range known {
		each(s)
	}
	return nil
}

func (m *memory) recall(version, question string) ([]report.Sum, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version != version {
		return nil, false
	}
	known, ok := m.of[question]
	return known, ok
}

func (m *memory) keep(version, question string, sums []report.Sum) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version != version || m.held > mostRemembered {
		m.version, m.of, m.held = version, map[string][]report.Sum{}, 0
	}
	m.of[question] = sums
	m.held += len(sums) + 1
}
