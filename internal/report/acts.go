package report

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/centre"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/tally"
)

// Acts returns the report of acts. It returns a fault for a query that cannot be answered, and "report.scope" (forbidden) for an empty scope.
func (s *Service) Acts(ctx context.Context, q Query) (*Table, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	b := &builder{query: q, rows: map[string]*Row{}, left: map[Left]int64{}}
	err := s.snapshot(ctx, func(r journal.Reader) error {
		if err := s.expect(ctx, r, b); err != nil {
			return err
		}
		return s.gather(ctx, r, b)
	})
	if err != nil {
		return nil, err
	}
	return b.table(), nil
}

// builder gathers the sums of a report.
type builder struct {
	query Query
	rows  map[string]*Row
	last  *Row           // that something was added to
	left  map[Left]int64 // N of the key is 0
	sites []Site
}

// expect makes the rows that a report has even without lines: every month, and every centre and municipality in the scope.
func (s *Service) expect(ctx context.Context, r journal.Reader, b *builder) error {
	q := b.query
	switch q.By { //nolint:exhaustive // the rows of the other reports follow from their lines
	case ByMonth:
		if _, narrowed := q.Only[BySpan]; !narrowed {
			for m := range civil.Months(civil.MonthOf(q.Period.From), civil.MonthOf(q.Period.To)) {
				b.row(m.String()).expected = true
			}
		}
	case ByCentre, ByMunicipality:
		all, err := s.centres.Centres(ctx, r)
		if err != nil {
			return err
		}
		for i := range all {
			if c := &all[i]; expected(c, q) {
				b.expectCentre(c)
			}
		}
	}
	return nil
}

// expected says whether a report about the period speaks of the centre: it lies in the scope and served at some time in the period.
func expected(c *centre.Centre, q Query) bool {
	if only, narrowed := q.Only[ByCentre]; narrowed && only != c.Code {
		return false
	}
	if only, narrowed := q.Only[ByMunicipality]; narrowed && only != c.Municipality {
		return false
	}
	begun := !c.Planned && !c.Opened.After(q.Period.To)
	ended := !c.Closed.IsZero() && c.Closed.Before(q.Period.From)
	return begun && !ended && q.Scope.Covers(c.Municipality, c.Code)
}

func (b *builder) expectCentre(c *centre.Centre) {
	if b.query.By == ByMunicipality {
		b.row(c.Municipality).expected = true
		return
	}
	r := b.row(c.Code)
	r.Municipality, r.expected = c.Municipality, true
	if b.query.isWhole() {
		b.sites = append(b.sites, Site{Code: c.Code, Peers: string(c.Host)})
	}
}

func (b *builder) row(code string) *Row {
	if b.last != nil && b.last.Code == code {
		return b.last // sums come row by row
	}
	r, ok := b.rows[code]
	if !ok {
		r = newRow(code)
		b.rows[code] = r
	}
	b.last = r
	return r
}

// add adds a sum to its row. Recorded acts that were all taken back leave no trace; an imported zero is a statement.
func (b *builder) add(s Sum) {
	if s.N != 0 || s.Source == tally.FromFile {
		b.row(s.Row).add(s.Kind, s.Source, s.N)
	}
}

// gather reads whole months from the tallies, the rest day by day, and the statements that lie in the period.
func (s *Service) gather(ctx context.Context, r journal.Reader, b *builder) error {
	counts, err := s.store.Counts(ctx, r)
	if err != nil {
		return err
	}
	if span, narrowed := b.query.Only[BySpan]; narrowed {
		return s.gatherSpan(ctx, r, counts, b, span)
	}
	split := b.query.Period.Split()
	if len(split.Months) > 0 {
		if err := counts.Months(ctx, r, split.Months[0], split.Months[len(split.Months)-1], b.query, b.add); err != nil {
			return err
		}
	}
	for _, days := range withinMonths(split.Edges) {
		if err := s.store.Days(ctx, r, days, b.query, b.add); err != nil {
			return err
		}
		if err := s.store.Cut(ctx, r, days, b.query, b.leave); err != nil {
			return err
		}
	}
	if err := counts.Statements(ctx, r, b.query, b.statement); err != nil {
		return err
	}
	return s.store.Inside(ctx, r, b.query, b.inside)
}

// gatherSpan reads one statement, or one month as a whole, and nothing else.
func (s *Service) gatherSpan(ctx context.Context, r journal.Reader, counts Counts, b *builder, span string) error {
	p, err := tally.PeriodOf(span)
	if err != nil {
		return nil //nolint:nilerr // a span that is none has no lines, which is what the empty report says
	}
	if month := civil.MonthOf(p.From); month.String() == span {
		if err := counts.Months(ctx, r, month, month, b.query, b.add); err != nil {
			return err
		}
		within := b.query
		within.Period = p
		return s.store.Inside(ctx, r, within, b.inside)
	}
	return counts.Statements(ctx, r, b.query, b.statement)
}

// withinMonths cuts runs of days where a month ends.
func withinMonths(runs []civil.Period) []civil.Period {
	var pieces []civil.Period
	for _, run := range runs {
		for m := range civil.Months(civil.MonthOf(run.From), civil.MonthOf(run.To)) {
			piece := m.Period()
			if piece.From.Before(run.From) {
				piece.From = run.From
			}
			if piece.To.After(run.To) {
				piece.To = run.To
			}
			pieces = append(pieces, piece)
		}
	}
	return pieces
}

// statement adds a statement whose period lies in that of the report, and leaves out one that overlaps it.
func (b *builder) statement(span string, sum Sum) {
	p, err := tally.PeriodOf(span)
	switch {
	case errors.Is(err, civil.ErrDate), errors.Is(err, civil.ErrPeriod), errors.Is(err, civil.ErrMonth):
		// Only an import that we do not know could write such a span; the checker finds it.
	case b.query.Period.Contains(p.From) && b.query.Period.Contains(p.To):
		if b.query.By == ByMonth {
			sum.Row = span
		}
		b.add(sum)
	case b.query.Period.Overlaps(p):
		b.leave(p, sum)
	}
}

// inside takes out of the figures what is counted in a longer statement, and names it beside them.
func (b *builder) inside(p civil.Period, sum Sum) {
	if b.query.By == ByMonth {
		sum.Row = tally.SpanOf(p)
	}
	b.row(sum.Row).less(sum.Kind, sum.N)
	b.left[Left{Period: p, Kind: sum.Kind, Inside: true}] += sum.N
}

func (b *builder) leave(p civil.Period, sum Sum) { b.left[Left{Period: p, Kind: sum.Kind}] += sum.N }

func (b *builder) table() *Table {
	t := &Table{Definition: ActsDefinition, Query: b.query, Total: *newRow("")}
	for _, r := range b.rows {
		if !r.expected && r.isEmpty() {
			continue // its acts were all taken back, which leaves no trace
		}
		t.Rows = append(t.Rows, *r)
		for _, c := range r.cells {
			t.Total.plus(c.kind, c.Cell)
		}
	}
	slices.SortFunc(t.Rows, func(a, b Row) int { return cmp.Compare(a.Code, b.Code) })
	if b.query.By == ByKind {
		slices.SortFunc(t.Rows, func(a, b Row) int { return cmp.Compare(rankOf(a.Code), rankOf(b.Code)) })
	}
	t.Columns = chooseColumns(b.query.By, b.query.Kinds, t.Total)
	for key, n := range b.left {
		key.N = n
		t.Left = append(t.Left, key)
	}
	slices.SortFunc(t.Left, func(a, b Left) int {
		return cmp.Or(a.Period.From.Compare(b.Period.From), a.Period.To.Compare(b.Period.To), cmp.Compare(rankOf(string(a.Kind)), rankOf(string(b.Kind))))
	})
	t.Flags = Flags(b.sites, t.Rows)
	return t
}

// rankOf returns where a kind of act stands among all.
func rankOf(kind string) int {
	for i, k := range tally.Kinds {
		if string(k) == kind {
			return i
		}
	}
	return len(tally.Kinds)
}
