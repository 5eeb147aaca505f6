package paymentsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
)

// PayerMigration makes the table of the names on receipts, which is kept outside the journal so that it can be erased.
var PayerMigration = sqldb.Migration{Number: 8, Name: "receipt payers", SQL: `
CREATE TABLE receipt_payer (
  payment BLOB NOT NULL PRIMARY KEY,
  name    TEXT NOT NULL
);
`}

// CodeMigration gives the rows of both tables outside the journal their codes.
var CodeMigration = sqldb.Migration{Number: 18, Name: "receipt codes", SQL: `
ALTER TABLE receipt_secret ADD COLUMN code BLOB;
ALTER TABLE receipt_payer ADD COLUMN code BLOB;
`}

// PayerRows says what the code of a row covers.
var PayerRows = rowcode.Table{Name: "receipt_payer", Columns: []string{"payment", "name"}, Key: 1, Sealed: []string{"name"}}

var payerPlace = seal.Place{Table: "receipt_payer", Column: "name"}

// NamePayer keeps the name that the payer wishes to see on his receipt.
func (s Store) NamePayer(ctx context.Context, tx *journal.Tx, p id.ID, name string) error {
	key, err := seal.Key(p)
	if err != nil {
		return err
	}
	if name, err = s.Sealer.SealText(payerPlace, key, name); err != nil {
		return err
	}
	code, err := tx.Code(PayerRows, p, name)
	if err != nil {
		return err
	}
	const query = `INSERT INTO receipt_payer (payment, name, code) VALUES ($1, $2, $3) ON CONFLICT (payment) DO UPDATE SET name = excluded.name, code = excluded.code`
	return tx.Run(ctx, "payment: payer", query, p, name, code)
}

// Payer returns the name on the receipt of a payment, or "": nobody wished one, it was erased, or its key is lost or not at hand.
func (s Store) Payer(ctx context.Context, r journal.Reader, p id.ID) (string, error) {
	var stored string
	err := r.QueryRow(ctx, `SELECT name FROM receipt_payer WHERE payment = $1`, p).Scan(&stored)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("paymentsql: payer: %w", err)
	}
	key, err := seal.Key(p)
	if err != nil {
		return "", err
	}
	name, err := s.Sealer.OpenText(payerPlace, key, stored)
	if errors.Is(err, seal.ErrSealed) || errors.Is(err, seal.ErrNoKey) {
		return "", nil
	}
	return name, err
}

// EraseNames erases the names on the receipts for bills.
func (Store) EraseNames(ctx context.Context, tx bill.Runner, bills []id.ID) error {
	for _, b := range bills {
		const query = `DELETE FROM receipt_payer WHERE payment IN (SELECT payment FROM payment_line WHERE bill = $1)`
		if err := tx.Run(ctx, "payment: payer", query, b); err != nil {
			return err
		}
	}
	return nil
}
