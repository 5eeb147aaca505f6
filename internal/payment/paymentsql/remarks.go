package paymentsql

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"vienkopus/internal/base/civil"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
	"vienkopus/internal/till"
)

// nameOf is a receipt of ours, or one that was written by hand, as people say it.
func nameOf(series, book string, number int64) string {
	if book != "" {
		series = book
	}
	return payment.Numbered{Series: series, Number: uint32(number)}.Name() //nolint:gosec // as it was written
}

// VoidsOf returns the voids of a shift, the first first. Who agreed to them stands elsewhere.
func (Store) VoidsOf(ctx context.Context, r journal.Reader, shift till.Shift) ([]till.Voided, error) {
	const query = `SELECT v.desk, v.entry, v.at, v.actor, v.reason, v.series, v.number, v.cash + v.card, p.series, p.book, p.number, p.at
FROM reversal v JOIN payment p ON p.id = v.payment WHERE v.desk = $1 AND v.at >= $2 AND v.kind = $3 AND p.shift = $4 ORDER BY v.at, v.id`
	var all []till.Voided
	err := sqldb.Each(ctx, r, query, []any{shift.Desk, shift.OpenedAt.UnixMicro(), string(payment.ByVoid), shift.ID}, func(rows *sql.Rows) error {
		var v till.Voided
		var at, number, of, paid int64
		var by, paper, series, book string
		if err := rows.Scan(&v.Desk, &v.Number, &at, &by, &v.Reason, &paper, &number, (*int64)(&v.Cents), &series, &book, &of, &paid); err != nil {
			return fmt.Errorf("paymentsql: void: %w", err)
		}
		v.At, v.By, v.After, v.Receipt = time.UnixMicro(at).UTC(), person(by), time.Duration(at-paid)*time.Microsecond, nameOf(series, book, of)
		if paper != "" {
			v.Paper = nameOf(paper, "", number)
		}
		all = append(all, v)
		return nil
	})
	return all, err
}

// ForgivenOf returns the late fees that were given away in a shift, the first first, and ForgivenIn those in a municipality since a moment (UTC). What was voided since is among them: the void counts
// on its own day, so that the fee of the days between stays given away. Who agreed to them stands elsewhere.
func (Store) ForgivenOf(ctx context.Context, r journal.Reader, shift till.Shift) ([]till.Forgiven, error) {
	return forgiven(ctx, r, `p.shift = $2`, shift.OpenedAt, shift.ID)
}

// ForgivenIn is ForgivenOf for a municipality since a moment (UTC).
func (Store) ForgivenIn(ctx context.Context, r journal.Reader, municipality string, since time.Time) ([]till.Forgiven, error) {
	return forgiven(ctx, r, `p.municipality = $2`, since, municipality)
}

func forgiven(ctx context.Context, r journal.Reader, where string, since time.Time, of any) ([]till.Forgiven, error) {
	query := `SELECT p.desk, p.entry, p.at, p.actor, p.day, p.book, p.number, p.forgiven FROM payment p WHERE p.forgiven > 0 AND p.at >= $1 AND ` + where + ` ORDER BY p.at, p.id`
	var all []till.Forgiven
	err := sqldb.Each(ctx, r, query, []any{since.UnixMicro(), of}, func(rows *sql.Rows) error {
		var f till.Forgiven
		var at, number int64
		var by, book string
		var day civil.Date
		if err := rows.Scan(&f.Desk, &f.Number, &at, &by, &day, &book, &number, (*int64)(&f.Cents)); err != nil {
			return fmt.Errorf("paymentsql: forgiven: %w", err)
		}
		f.At, f.By, f.Day, f.Receipt = time.UnixMicro(at).UTC(), person(by), day, nameOf("", book, number)
		all = append(all, f)
		return nil
	})
	return all, err
}
