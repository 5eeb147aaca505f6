package reportsql

import (
	"context"
	"database/sql"
	"fmt"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/report"
	"vienkopus/internal/tally"
)

var (
	acts     = source{table: "act", counts: "state = ''"}
	served   = source{table: "served", lacks: map[report.Dimension]string{report.ByKind: string(tally.Served), report.ByService: "", report.ByInstitution: ""}}
	imported = source{table: "imported_act"}
	overlaps = source{table: "imported_overlap"}
)

// tallies is the smaller of the two tables that can answer the query.
func tallies(q report.Query) source {
	if q.NeedsServices() {
		return source{table: "tally_service"}
	}
	return source{table: "tally_kind"}
}

// sourced narrows a tally to what was recorded or what was imported.
func (c *condition) sourced(q report.Query) {
	if q.Source != "" {
		c.and("source = ?", string(q.Source))
	}
}

// Months adds up the tallies of the months from first to last.
func (s Store) Months(ctx context.Context, r journal.Reader, first, last civil.Month, q report.Query, each func(report.Sum)) error {
	return s.between(ctx, r, stretch{first.String(), last.String()}, q, each)
}

// between adds up the counts of the desks in some months.
func (Store) between(ctx context.Context, r journal.Reader, months stretch, q report.Query, each func(report.Sum)) error {
	from := tallies(q)
	row := from.expression(q.By)
	if q.By == report.ByMonth {
		row = "month"
	}
	var c condition
	c.and("month >= ? AND month <= ?", months.from, months.to)
	c.sourced(q)
	if !c.filters(from, q) {
		return nil
	}
	query := "SELECT " + row + ", kind, source, CAST(SUM(n) AS BIGINT) FROM " + from.table + " WHERE " + c.String() + " GROUP BY 1, 2, 3"
	return sums(ctx, r, query, c.args, each)
}

func sums(ctx context.Context, r journal.Reader, query string, args []any, each func(report.Sum)) error {
	return sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
		var s report.Sum
		var kind, source string
		if err := rows.Scan(&s.Row, &kind, &source, &s.N); err != nil {
			return fmt.Errorf("reportsql: sum: %w", err)
		}
		s.Kind, s.Source = catalogue.ActKind(kind), tally.Source(source)
		each(s)
		return nil
	})
}

// statements narrows a tally to the spans that are no months; they all begin with the mark and sort behind every month.
func (c *condition) statements(q report.Query) {
	c.and("month >= ? AND month < ?", tally.StatementMark, "t")
	if span, narrowed := q.Only[report.BySpan]; narrowed {
		c.and("month = ?", span)
	}
}

// Statements adds up the tallies of every span that is no month.
func (s Store) Statements(ctx context.Context, r journal.Reader, q report.Query, each func(span string, s report.Sum)) error {
	return s.statementSums(ctx, r, tallies(q), q, each)
}

// statementSums adds up the rows of a table by their spans.
func (Store) statementSums(ctx context.Context, r journal.Reader, from source, q report.Query, each func(string, report.Sum)) error {
	var c condition
	c.statements(q)
	c.sourced(q)
	if !c.filters(from, q) {
		return nil
	}
	query := "SELECT month, " + from.expression(q.By) + ", kind, source, CAST(SUM(n) AS BIGINT) FROM " + from.table + " WHERE " + c.String() +
		" GROUP BY 1, 2, 3, 4"
	return sqldb.Each(ctx, r, query, c.args, func(rows *sql.Rows) error {
		var s report.Sum
		var span, kind, source string
		if err := rows.Scan(&span, &s.Row, &kind, &source, &s.N); err != nil {
			return fmt.Errorf("reportsql: statement: %w", err)
		}
		s.Kind, s.Source = catalogue.ActKind(kind), tally.Source(source)
		each(span, s)
		return nil
	})
}

// Days counts the lines of some days of one month. The tally of the month names the desks, so that each is looked up by its days alone.
func (Store) Days(ctx context.Context, r journal.Reader, days civil.Period, q report.Query, each func(report.Sum)) error {
	month := civil.MonthOf(days.From).String()
	add := func(s report.Sum) {
		if q.By == report.ByMonth {
			s.Row = month
		}
		each(s)
	}
	count := func(from source, source tally.Source, sum, within string, args ...any) error {
		if q.Source != "" && q.Source != source {
			return nil
		}
		row, kind := from.expression(q.By), from.expression(report.ByKind)
		var c condition
		desks := c.desksOf(month, source, q)
		c.and(within, args...)
		if !c.filters(from, q) {
			return nil
		}
		// CROSS JOIN keeps SQLite from looking at every line first.
		query := "SELECT " + row + ", " + kind + ", '" + string(source) + "', " + sum + " FROM (" + desks + ") d CROSS JOIN " + from.table +
			" WHERE desk = d.code AND " + c.String() + " GROUP BY 1, 2"
		return sums(ctx, r, query, c.args, add)
	}
	if err := count(acts, tally.Recorded, "COUNT(*)", "day >= ? AND day <= ?", days.From, days.To); err != nil {
		return err
	}
	if err := count(served, tally.Recorded, "COUNT(*)", "day >= ? AND day <= ?", days.From, days.To); err != nil {
		return err
	}
	return count(imported, tally.FromFile, "CAST(SUM(count) AS BIGINT)", "day_from >= ? AND day_from <= ? AND day_to <= ?", days.From, days.To, days.To)
}

// desksOf is the text of a query for the desks that counted anything in the month.
func (c *condition) desksOf(month string, source tally.Source, q report.Query) string {
	var inner condition
	inner.args = c.args
	inner.and("month = ? AND source = ?", month, string(source))
	inner.places(q)
	c.args = inner.args
	return "SELECT DISTINCT desk AS code FROM tally_kind WHERE " + inner.String()
}

// Cut adds up the imported lines within one month that overlap the days but do not lie within them.
func (Store) Cut(ctx context.Context, r journal.Reader, days civil.Period, q report.Query, each func(days civil.Period, s report.Sum)) error {
	if q.Source == tally.Recorded {
		return nil
	}
	month := civil.MonthOf(days.From)
	var c condition
	desks := c.desksOf(month.String(), tally.FromFile, q)
	c.and("day_from >= ? AND day_from <= ? AND day_to >= ? AND day_to <= ?", month.First(), days.To, days.From, month.Last())
	c.and("(day_from < ? OR day_to > ?)", days.From, days.To)
	if !c.filters(imported, q) {
		return nil
	}
	query := "SELECT day_from, day_to, kind, CAST(SUM(count) AS BIGINT) FROM (" + desks + ") d CROSS JOIN imported_act WHERE desk = d.code AND " +
		c.String() + " GROUP BY day_from, day_to, kind"
	return sqldb.Each(ctx, r, query, c.args, func(rows *sql.Rows) error {
		var p civil.Period
		var kind string
		s := report.Sum{Source: tally.FromFile}
		if err := rows.Scan(&p.From, &p.To, &kind, &s.N); err != nil {
			return fmt.Errorf("reportsql: cut: %w", err)
		}
		s.Kind = catalogue.ActKind(kind)
		each(p, s)
		return nil
	})
}

// Inside adds up the imported lines that overlap longer ones about the same, where those lie in the period of the query, and the lines themselves do.
func (Store) Inside(ctx context.Context, r journal.Reader, q report.Query, each func(days civil.Period, s report.Sum)) error {
	if q.Source == tally.Recorded {
		return nil
	}
	var c condition
	c.and("outer_from >= ? AND outer_to <= ? AND day_from >= ? AND day_to <= ?", q.Period.From, q.Period.To, q.Period.From, q.Period.To)
	if !c.filters(overlaps, q) {
		return nil
	}
	longer := condition{args: c.args} // it must be in the figures itself
	longer.and("desk = v.desk AND day_from = v.outer_from AND number = v.outer_number")
	longer.filters(imported, q)
	row := overlaps.expression(q.By)
	// A line may lie in several longer ones; it is taken out once.
	query := "SELECT day_from, day_to, " + row + ", kind, CAST(SUM(count) AS BIGINT) FROM (SELECT DISTINCT desk, number, day_from, day_to, kind, service, institution, channel, " +
		"centre, municipality, count FROM imported_overlap v WHERE " + c.String() + " AND EXISTS (SELECT 1 FROM imported_act WHERE " + longer.String() + ")) o GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
	return sqldb.Each(ctx, r, query, longer.args, func(rows *sql.Rows) error {
		var p civil.Period
		var kind string
		s := report.Sum{Source: tally.FromFile}
		if err := rows.Scan(&p.From, &p.To, &s.Row, &kind, &s.N); err != nil {
			return fmt.Errorf("reportsql: inside: %w", err)
		}
		s.Kind = catalogue.ActKind(kind)
		each(p, s)
		return nil
	})
}
