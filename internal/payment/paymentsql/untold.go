package paymentsql

import (
	"context"
	"fmt"
	"time"

	"vienkopus/internal/base/regno"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/journal"
)

// NotTold returns what the billing system of a creditor has not been told yet: lines behind the cursor of its follower.
func (Store) NotTold(ctx context.Context, r journal.Reader, creditor regno.Number) (payment.Untold, error) {
	const query = `SELECT COUNT(*), CAST(COALESCE(SUM(x.cents), 0) AS BIGINT), COALESCE(MIN(x.at), 0) FROM (
SELECT p.desk, p.entry, p.cash + p.card AS cents, p.at FROM payment p WHERE p.creditor = $1
UNION ALL SELECT v.desk, v.entry, -v.cash - v.card, v.at FROM reversal v WHERE v.creditor = $1) x
LEFT JOIN follower_cursor c ON c.follower = $2 AND c.desk = x.desk WHERE x.entry > COALESCE(c.number, 0)`
	var u payment.Untold
	var since int64
	err := r.QueryRow(ctx, query, string(creditor), payment.Follower(creditor)).Scan(&u.Notices, (*int64)(&u.Cents), &since)
	if err != nil {
		return u, fmt.Errorf("paymentsql: not told: %w", err)
	}
	if since != 0 {
		u.Since = time.UnixMicro(since).UTC()
	}
	return u, nil
}
