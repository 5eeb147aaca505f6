package paymentsql

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// decided is what the first decision about a refund f was: -1 none, 0 declined, 1 approved; paid is whether it was paid out.
const refunds = `SELECT f.id, f.payment, f.desk, f.at, f.actor, f.municipality, f.tender, f.reason,
COALESCE((SELECT CASE WHEN d.approved THEN 1 ELSE 0 END FROM refund_decision d WHERE d.refund = f.id ORDER BY d.desk, d.entry LIMIT 1), -1),
(SELECT COUNT(*) FROM refund_paid p WHERE p.refund = f.id) FROM refund f `

func collectRefunds(ctx context.Context, r journal.Reader, where string, args ...any) ([]payment.Refund, error) {
	var all []payment.Refund
	err := sqldb.Each(ctx, r, refunds+where, args, func(rows *sql.Rows) error {
		var f payment.Refund
		var at, decided, paid int64
		var approved *bool
		if err := rows.Scan(&f.ID, &f.Payment, &f.Desk, &at, &f.By, &f.Municipality, &f.Tender, &f.Reason, &decided, &paid); err != nil {
			return fmt.Errorf("paymentsql: refund: %w", err)
		}
		if decided >= 0 {
			yes := decided > 0
			approved = &yes
		}
		f.At, f.Standing = time.UnixMicro(at).UTC(), payment.StandingOf(approved, paid > 0)
		all = append(all, f)
		return nil
	})
	if err != nil || len(all) == 0 {
		return nil, err
	}
	ids := make([]id.ID, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	of, err := linesOf(ctx, r, "refund", ids)
	for i := range all {
		all[i].Lines = of[all[i].ID]
	}
	return all, err
}

// Refund returns a refund, or the fault "payment.refund_unknown".
func (Store) Refund(ctx context.Context, r journal.Reader, refund id.ID) (payment.Refund, error) {
	found, err := collectRefunds(ctx, r, `WHERE f.id = $1`, refund)
	if err == nil && len(found) == 0 {
		return payment.Refund{}, fault.NewNotFound("payment.refund_unknown")
	}
	if err != nil {
		return payment.Refund{}, err
	}
	return found[0], nil
}

// RefundsOf returns the refunds of a payment, the first one first.
func (Store) RefundsOf(ctx context.Context, r journal.Reader, p id.ID) ([]payment.Refund, error) {
	return collectRefunds(ctx, r, `WHERE f.payment = $1 ORDER BY f.id`, p)
}

// Awaited tells whether a refund of the payment has been requested or approved and not paid yet.
func (s Store) Awaited(ctx context.Context, r journal.Reader, p id.ID) (bool, error) {
	all, err := s.RefundsOf(ctx, r, p)
	for _, f := range all {
		if f.Waits() {
			return true, err
		}
	}
	return false, err
}
