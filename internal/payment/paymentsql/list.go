package paymentsql

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"vienkopus/internal/base/id"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// onDay are the payments that bear a local day, and those of receipts written by hand that were typed in on it.
const onDay = `p.id IN (SELECT d.id FROM payment d WHERE d.desk = $1 AND d.day = $2
UNION ALL SELECT h.id FROM payment h WHERE h.desk = $1 AND h.book <> '' AND h.at >= $3 AND h.at < $4)`

// AtDesk returns up to limit payments of a desk on a local day whose lines stand before that one, the latest first: those that bear the day, and receipts written by hand that were typed in on it.
func (Store) AtDesk(ctx context.Context, r journal.Reader, d payment.DeskDay, p payment.Part) ([]payment.Payment, error) {
	return collect(ctx, r, `WHERE `+onDay+` AND p.entry < $5 ORDER BY p.entry DESC LIMIT $6`, d.Desk, d.Day, d.From.UnixMicro(), d.To.UnixMicro(), p.Before, p.Limit)
}

// OfVisit returns the payments of a visit that was begun on a local day at a desk, in the order of their lines.
func (Store) OfVisit(ctx context.Context, r journal.Reader, d payment.DeskDay, visit id.ID) ([]payment.Payment, error) {
	return collect(ctx, r, `WHERE `+onDay+` AND p.visit = $5 ORDER BY p.entry`, d.Desk, d.Day, d.From.UnixMicro(), d.To.UnixMicro(), visit)
}

// Day returns how many payments the list of a local day has, and what they come to. A receipt written by hand counts on the day on which it was typed in, and no other payment was recorded on
// another day than its own.
func (Store) Day(ctx context.Context, r journal.Reader, d payment.DeskDay) (payment.DaySum, error) {
	const query = `SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN here THEN cents ELSE 0 END), 0) AS BIGINT),
CAST(COALESCE(SUM(CASE WHEN here AND day <> $2 THEN cents ELSE 0 END), 0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN here THEN 0 ELSE cents END), 0) AS BIGINT)
FROM (SELECT p.day, p.book = '' OR p.at >= $3 AND p.at < $4 AS here,
p.cash + p.card - COALESCE((SELECT SUM(v.cash + v.card) FROM reversal v WHERE v.payment = p.id), 0) AS cents FROM payment p WHERE ` + onDay + `) of_day`
	var s payment.DaySum
	err := r.QueryRow(ctx, query, d.Desk, d.Day, d.From.UnixMicro(), d.To.UnixMicro()).Scan(&s.N, (*int64)(&s.Taken), (*int64)(&s.Earlier), (*int64)(&s.Later))
	if err != nil {
		return s, fmt.Errorf("paymentsql: day: %w", err)
	}
	return s, nil
}

// Returned returns up to limit payments of a municipality that the bank took back, the latest payment first: those recorded before a moment, or then
// and with a smaller id. The zero moment is the end of time.
func (Store) Returned(ctx context.Context, r journal.Reader, municipality string, p payment.Part) ([]payment.Payment, error) {
	at := int64(math.MaxInt64)
	if !p.At.IsZero() {
		at = p.At.UnixMicro()
	}
	return collect(ctx, r, `WHERE p.id IN (SELECT b.payment FROM reversal b WHERE b.municipality = $1 AND b.kind = $2)
AND (p.at < $3 OR p.at = $3 AND p.id < $4) ORDER BY p.at DESC, p.id DESC LIMIT $5`, municipality, string(payment.ByReturn), at, p.ID[:], p.Limit)
}

// ReturnedCount returns how many payments of a municipality the bank took back.
func (Store) ReturnedCount(ctx context.Context, r journal.Reader, municipality string) (int, error) {
	return count(ctx, r, `SELECT COUNT(DISTINCT payment) FROM reversal WHERE municipality = $1 AND kind = $2`, municipality, string(payment.ByReturn))
}

const undecided = `f.municipality = $1 AND NOT EXISTS (SELECT 1 FROM refund_decision d WHERE d.refund = f.id)`

// Undecided returns up to limit refunds of a municipality that nobody has decided about, behind that one, the oldest first.
func (Store) Undecided(ctx context.Context, r journal.Reader, municipality string, p payment.Part) ([]payment.Refund, error) {
	return collectRefunds(ctx, r, `WHERE `+undecided+` AND f.id > $2 ORDER BY f.id LIMIT $3`, municipality, p.ID[:], p.Limit)
}

// UndecidedCount returns how many refunds of a municipality nobody has decided about.
func (Store) UndecidedCount(ctx context.Context, r journal.Reader, municipality string) (int, error) {
	return count(ctx, r, `SELECT COUNT(*) FROM refund f WHERE `+undecided, municipality)
}

// toPayOut are refunds whose first decision was a yes (refunds reads the same one) and that were not paid out.
const toPayOut = `f.desk = $1 AND NOT EXISTS (SELECT 1 FROM refund_paid p WHERE p.refund = f.id)
AND COALESCE((SELECT CASE WHEN d.approved THEN 1 ELSE 0 END FROM refund_decision d WHERE d.refund = f.id ORDER BY d.desk, d.entry LIMIT 1), 0) = 1`

// ToPayOut returns up to limit refunds that are approved and wait to be paid out at a desk, the oldest first.
func (Store) ToPayOut(ctx context.Context, r journal.Reader, desk string, limit int) ([]payment.Refund, error) {
	return collectRefunds(ctx, r, `WHERE `+toPayOut+` ORDER BY f.id LIMIT $2`, desk, limit)
}

// ToPayOutCount returns how many refunds wait to be paid out at a desk.
func (Store) ToPayOutCount(ctx context.Context, r journal.Reader, desk string) (int, error) {
	return count(ctx, r, `SELECT COUNT(*) FROM refund f WHERE `+toPayOut, desk)
}

func count(ctx context.Context, r journal.Reader, query string, args ...any) (int, error) {
	var n int
	if err := r.QueryRow(ctx, query, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("paymentsql: count: %w", err)
	}
	return n, nil
}

// Payments returns the payments of those ids that are there.
func (Store) Payments(ctx context.Context, r journal.Reader, ids []id.ID) (map[id.ID]payment.Payment, error) {
	all := map[id.ID]payment.Payment{}
	err := sqldb.InLots(ids, func(list string, args []any) error {
		found, err := collect(ctx, r, `WHERE p.id IN `+list, args...)
		for _, p := range found {
			all[p.ID] = p
		}
		return err
	})
	return all, err
}

// linesOf returns the lines of payments or refunds, in their order: of is "payment" or "refund".
func linesOf(ctx context.Context, r journal.Reader, of string, ids []id.ID) (map[id.ID][]payment.Line, error) {
	all := map[id.ID][]payment.Line{}
	err := sqldb.InLots(ids, func(list string, args []any) error {
		query := `SELECT ` + of + `, bill, number, cents FROM ` + of + `_line WHERE ` + of + ` IN ` + list + ` ORDER BY ` + of + `, part`
		return sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
			var owner id.ID
			var l payment.Line
			if err := rows.Scan(&owner, &l.Bill, &l.Number, (*int64)(&l.Cents)); err != nil {
				return fmt.Errorf("paymentsql: lines: %w", err)
			}
			all[owner] = append(all[owner], l)
			return nil
		})
	})
	return all, err
}
