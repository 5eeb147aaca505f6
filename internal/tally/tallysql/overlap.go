package tallysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/tally"
)

// Two imported rows of a desk and a kind overlap when their periods do, without being the same, and the longer one counts what the shorter one counts too: it names the same service,
// institution and channel, or none. Of two that are as long the one with the smaller number is the longer.
//
// Each condition has the number, the days, the first and last day, the desk, the kind, service, institution and channel of one row as $1 to $9, and the other row is o. The few rows about
// more than a day are read by an index of their own; of those about one day only the ones within the period.
const (
	sameThing = `o.desk = $5 AND o.kind = $6 AND o.day_from <= $4 AND `
	longRows  = sameThing + `o.days > 1 AND o.day_to >= $3 AND (o.day_from <> $3 OR o.day_to <> $4)`
	dayRows   = sameThing + `o.days = 1 AND o.day_from >= $3`
	isLonger  = ` AND (o.days > $2 OR o.days = $2 AND o.number < $1) AND o.service IN ('', $7) AND o.institution IN ('', $8) AND o.channel IN ('', $9)`
	isShorter = ` AND (o.days < $2 OR o.days = $2 AND o.number > $1) AND ($7 = '' OR o.service = $7) AND ($8 = '' OR o.institution = $8) AND ($9 = '' OR o.channel = $9)`
)

// rowArgs are $1 to $9.
func rowArgs(number int64, row tally.Row) []any {
	return []any{
		number, row.Period.Days(), row.Period.From, row.Period.To, row.Desk, string(row.Act), row.Service, row.Institution, string(row.Channel),
	}
}

// afterAll is the number of a row that is not there yet.
const afterAll = 1 << 62

// Overlapping returns the period of an imported row that this one overlaps, and whether there is one.
func (Store) Overlapping(ctx context.Context, r journal.Reader, row tally.Row) (p civil.Period, there bool, err error) {
	where := []string{longRows + isLonger}
	if row.Period.Days() > 1 {
		where = append(where, longRows+isShorter, dayRows+isShorter)
	}
	for _, condition := range where {
		// $1 and $2 stand in each, which PostgreSQL wants to know as numbers.
		err := r.QueryRow(ctx, `SELECT o.day_from, o.day_to FROM imported_act o WHERE `+condition+` LIMIT 1`, rowArgs(afterAll, row)...).Scan(&p.From, &p.To)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return p, false, fmt.Errorf("tallysql: overlap: %w", err)
		}
		return p, true, nil
	}
	return p, false, nil
}

// insertOverlaps notes, of the row and each one that it overlaps, the shorter, which no report may add to the longer.
func insertOverlaps(ctx context.Context, tx *journal.Tx, e journal.Entry, f tally.Imported) error {
	row := tally.Row{Desk: e.Desk, Act: f.Act, Service: f.Service, Institution: f.Institution, Channel: f.Channel, Period: f.Period}
	args := rowArgs(e.Number, row)
	const into = `INSERT INTO imported_overlap (desk, number, outer_number, outer_from, outer_to, day_from, day_to, kind, service, institution, channel, centre, municipality, count)
SELECT `
	const distinct = ` ON CONFLICT (desk, number, outer_number) DO NOTHING`
	const own = into + `i.desk, i.number, o.number, o.day_from, o.day_to, i.day_from, i.day_to, i.kind, i.service, i.institution, i.channel, i.centre, i.municipality, i.count
FROM imported_act o JOIN imported_act i ON i.desk = $5 AND i.day_from = $3 AND i.number = $1 WHERE `
	const others = into + `o.desk, o.number, CAST($1 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS TEXT), o.day_from, o.day_to, o.kind, o.service, o.institution, o.channel, o.centre, o.municipality, o.count
FROM imported_act o WHERE `
	if err := tx.Run(ctx, "tallysql: overlap", own+longRows+isLonger+distinct, args...); err != nil || f.Period.Days() == 1 {
		return err
	}
	for _, condition := range []string{longRows + isShorter, dayRows + isShorter} {
		if err := tx.Run(ctx, "tallysql: overlap", others+condition+distinct, args...); err != nil {
			return err
		}
	}
	return nil
}
