package paymentsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"vienkopus/internal/base/id"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/sqldb"
)

// PayerMigration makes the table of the names on receipts, which is kept outside the journal so that it can be erased.
var PayerMigration = sqldb.Migration{Number: 8, Name: "receipt payers", SQL: `
CREATE TABLE receipt_payer (
  payment BLOB NOT NULL PRIMARY KEY,
  name    TEXT NOT NULL
);
`}

// NamePayer keeps the name that the payer wishes to see on his receipt.
func (Store) NamePayer(ctx context.Context, tx *journal.Tx, p id.ID, name string) error {
	const query = `INSERT INTO receipt_payer (payment, name) VALUES ($1, $2) ON CONFLICT (payment) DO UPDATE SET name = excluded.name`
	return tx.Run(ctx, "payment: payer", query, p, name)
}

// Payer returns the name on the receipt of a payment, or "".
func (Store) Payer(ctx context.Context, r journal.Reader, p id.ID) (string, error) {
	var name string
	err := r.QueryRow(ctx, `SELECT name FROM receipt_payer WHERE payment = $1`, p).Scan(&name)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("paymentsql: payer: %w", err)
	}
	return name, nil
}
