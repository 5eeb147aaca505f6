package paymentsql

import (
	"context"
	"database/sql"
	"fmt"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// CheckKept sees that what stands outside the journal belongs to something in it: names on receipts to payments, and that a node which has seeds has all of
// them. What the rows say is proven by their codes. An empty answer means that all is well.
func CheckKept(ctx context.Context, r journal.Reader) ([]string, error) {
	var found []string
	const names = `SELECT p.payment FROM receipt_payer p WHERE NOT EXISTS (SELECT 1 FROM payment m WHERE m.id = p.payment) ORDER BY p.payment`
	err := sqldb.Each(ctx, r, names, nil, func(rows *sql.Rows) error {
		var payment id.ID
		if err := rows.Scan(&payment); err != nil {
			return fmt.Errorf("paymentsql: payer: %w", err)
		}
		found = append(found, fmt.Sprintf("receipt_payer: no line tells of the payment %s", payment))
		return nil
	})
	if err != nil {
		return nil, err
	}
	// A node that has no seed at all is another one, whose lines were taken in.
	const seeds = `SELECT k.node, k.kid FROM receipt_key k WHERE EXISTS (SELECT 1 FROM receipt_secret s WHERE s.node = k.node)
AND NOT EXISTS (SELECT 1 FROM receipt_secret s WHERE s.node = k.node AND s.kid = k.kid) ORDER BY k.node, k.kid`
	err = sqldb.Each(ctx, r, seeds, nil, func(rows *sql.Rows) error {
		var node, kid string
		if err := rows.Scan(&node, &kid); err != nil {
			return fmt.Errorf("paymentsql: seed: %w", err)
		}
		found = append(found, fmt.Sprintf("receipt_secret: the seed of key %s %s is not there", node, kid))
		return nil
	})
	return found, err
}
