package reportsql

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/catalogue"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/report"
	"vienkopus/internal/tally"
	"vienkopus/internal/visit"
)

// Desks returns the desks that may have lines for the query, in the order of their codes.
func (Store) Desks(ctx context.Context, r journal.Reader, q report.Query) ([]string, error) {
	from := tallies(q)
	var desks []string
	add := func(rows *sql.Rows) error {
		var desk string
		if err := rows.Scan(&desk); err != nil {
			return fmt.Errorf("reportsql: desk: %w", err)
		}
		desks = append(desks, desk)
		return nil
	}
	inMonths := func(c *condition) {
		c.and("month >= ? AND month <= ?", civil.MonthOf(q.Period.From).String(), civil.MonthOf(q.Period.To).String())
	}
	for _, span := range []func(*condition){inMonths, func(c *condition) { c.statements(q) }} {
		var c condition
		span(&c)
		c.sourced(q)
		if !c.filters(from, q) {
			return nil, nil
		}
		if err := sqldb.Each(ctx, r, "SELECT DISTINCT desk FROM "+from.table+" WHERE "+c.String(), c.args, add); err != nil {
			return nil, err
		}
	}
	slices.Sort(desks) // by bytes, on both engines alike
	return slices.Compact(desks), nil
}

// Lines returns up to limit lines of one desk behind the cursor, in the order of day and number.
func (Store) Lines(ctx context.Context, r journal.Reader, desk string, q report.Query, after report.Cursor, limit int) ([]report.Line, error) {
	var lines []report.Line
	read := func(from source, src tally.Source, day, rest string) error {
		if q.Source != "" && q.Source != src {
			return nil
		}
		var c condition
		c.and("desk = ?", desk)
		if !c.days(src, day, q, after) || !c.filters(from, q) {
			return nil
		}
		c.args = append(c.args, limit)
		query := fmt.Sprintf("SELECT number, recorded_at, %s, channel, centre, municipality, %s FROM %s WHERE %s ORDER BY %s, number LIMIT $%d",
			from.expression(report.ByKind), rest, from.table, c.String(), day, len(c.args))
		return sqldb.Each(ctx, r, query, c.args, func(rows *sql.Rows) error {
			l, err := scanLine(rows, desk, src)
			lines = append(lines, l)
			return err
		})
	}
	if err := read(acts, tally.Recorded, "day", "day, day, service, institution, depth, reason, '', 1"); err != nil {
		return nil, err
	}
	if err := read(served, tally.Recorded, "day", "day, day, '', '', '', '', '', 1"); err != nil {
		return nil, err
	}
	if err := read(imported, tally.FromFile, "day_from", "day_from, day_to, service, institution, '', '', source, count"); err != nil {
		return nil, err
	}
	slices.SortFunc(lines, func(a, b report.Line) int {
		return cmp.Or(a.Days.From.Compare(b.Days.From), cmp.Compare(a.Number, b.Number))
	})
	return lines[:min(limit, len(lines))], nil
}

// days narrows lines to the period and to what lies behind the cursor. It reports false when there can be none.
func (c *condition) days(src tally.Source, day string, q report.Query, after report.Cursor) bool {
	from := q.Period.From
	if !after.Day.IsZero() && after.Day.After(from) {
		from = after.Day
	}
	c.and(day+" >= ? AND "+day+" <= ?", from, q.Period.To)
	if !after.Day.IsZero() {
		c.and("("+day+" > ? OR number > ?)", after.Day, after.Number)
	}
	if src == tally.Recorded {
		if span, narrowed := q.Only[report.BySpan]; narrowed && strings.HasPrefix(span, tally.StatementMark) {
			return false
		}
		if day == "day" {
			return true
		}
	}
	c.and("day_to <= ?", q.Period.To)
	if span, narrowed := q.Only[report.BySpan]; narrowed && strings.HasPrefix(span, tally.StatementMark) {
		c.and("day_from = ? AND day_to = ?", q.Period.From, q.Period.To)
	}
	return true
}

func scanLine(rows *sql.Rows, desk string, src tally.Source) (report.Line, error) {
	l := report.Line{Desk: desk, Source: src}
	var micros int64
	var kind, channel, depth, reason string
	err := rows.Scan(&l.Number, &micros, &kind, &channel, &l.Centre, &l.Municipality, &l.Days.From, &l.Days.To,
		&l.Service, &l.Institution, &depth, &reason, &l.Note, &l.Count)
	if err != nil {
		return l, fmt.Errorf("reportsql: line: %w", err)
	}
	l.RecordedAt = time.UnixMicro(micros).UTC()
	l.Kind, l.Channel = catalogue.ActKind(kind), visit.Channel(channel)
	l.Depth, l.Reason = visit.Depth(depth), visit.Reason(reason)
	return l, nil
}
