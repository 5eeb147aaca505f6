package billsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/sqldb"
)

// PayerMigration makes the table of payers, which is kept outside the journal so that it can be erased.
var PayerMigration = sqldb.Migration{Number: 6, Name: "payers", SQL: `
CREATE TABLE payer (
  bill       BLOB   NOT NULL PRIMARY KEY,
  name       TEXT   NOT NULL,
  address    TEXT   NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE TABLE payer_beginning (
  beginning TEXT NOT NULL,
  bill      BLOB NOT NULL,
  PRIMARY KEY (beginning, bill)
) WITHOUT ROWID;
`}

// PayerRows says what the code of a row covers.
var PayerRows = rowcode.Table{Name: "payer", Columns: []string{"bill", "name", "address", "changed_at"}, Key: 1}

// SetPayer keeps the payer of a bill, in place of an earlier one; the zero value erases it.
func (Store) SetPayer(ctx context.Context, tx *journal.Tx, b id.ID, payer bill.Payer) error {
	old, err := payerOf(ctx, tx, b)
	if err != nil || old == payer {
		return err
	}
	for _, beginning := range old.Beginnings() {
		if err := tx.Run(ctx, "bill: payer", `DELETE FROM payer_beginning WHERE beginning = $1 AND bill = $2`, beginning, b); err != nil {
			return err
		}
	}
	if payer == (bill.Payer{}) {
		return tx.Run(ctx, "bill: payer", `DELETE FROM payer WHERE bill = $1`, b)
	}
	if err := saveBeginnings(ctx, tx, b, payer.Beginnings()); err != nil {
		return err
	}
	return savePayer(ctx, tx, b, payer, tx.Now())
}

func saveBeginnings(ctx context.Context, tx *journal.Tx, b id.ID, beginnings []string) error {
	if len(beginnings) == 0 {
		return nil
	}
	args := []any{b}
	for _, beginning := range beginnings {
		args = append(args, beginning)
	}
	const query = `INSERT INTO payer_beginning (bill, beginning) VALUES `
	return tx.Run(ctx, "bill: payer", query+pairs(len(beginnings))+` ON CONFLICT (beginning, bill) DO NOTHING`, args...)
}

func savePayer(ctx context.Context, tx *journal.Tx, b id.ID, payer bill.Payer, now time.Time) error {
	code, err := tx.Code(PayerRows, b, payer.Name, payer.Address, now.UnixMicro())
	if err != nil {
		return err
	}
	const query = `INSERT INTO payer (bill, name, address, changed_at, code) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (bill) DO UPDATE SET name = excluded.name, address = excluded.address, changed_at = excluded.changed_at, code = excluded.code`
	return tx.Run(ctx, "bill: payer", query, b, payer.Name, payer.Address, now.UnixMicro(), code)
}

func payerOf(ctx context.Context, r journal.Reader, b id.ID) (bill.Payer, error) {
	var p bill.Payer
	err := r.QueryRow(ctx, `SELECT name, address FROM payer WHERE bill = $1`, b).Scan(&p.Name, &p.Address)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return p, fmt.Errorf("billsql: payer: %w", err)
	}
	return p, nil
}

// Payers returns the payers of the bills, in their order; an erased one is the zero value.
func (Store) Payers(ctx context.Context, r journal.Reader, bills []bill.Bill) ([]bill.Payer, error) {
	ids := make([]id.ID, len(bills))
	for i, b := range bills {
		ids[i] = b.ID
	}
	known := map[id.ID]bill.Payer{}
	err := sqldb.InLots(ids, func(list string, args []any) error {
		return eachInName(ctx, r, `SELECT bill, name, address FROM payer WHERE bill IN `+list, args, func(n bill.InName) { known[n.Bill] = n.Payer })
	})
	all := make([]bill.Payer, len(bills))
	for i, b := range ids {
		all[i] = known[b]
	}
	return all, err
}

// Beginning returns the bills whose payers have a beginning that begins so; one that ends in a space is a whole word with something behind it, and one of fewer letters than a name needs
// is looked for as it is.
func (Store) Beginning(ctx context.Context, r journal.Reader, beginning string, most int) ([]bill.InName, error) {
	const query = `SELECT k.bill, p.name, p.address FROM (SELECT bill, beginning FROM payer_beginning WHERE beginning >= $1 AND beginning < $2 ORDER BY beginning, bill DESC LIMIT $3) k
JOIN payer p ON p.bill = k.bill ORDER BY k.beginning, k.bill DESC`
	end := beginning + "\U0010FFFF"
	if len([]rune(beginning)) < shortest {
		end = beginning + "\x01" // the word alone
	}
	if strings.HasSuffix(beginning, " ") {
		end = beginning + "\U0010FFFF"
	}
	var all []bill.InName
	err := eachInName(ctx, r, query, []any{beginning, end, most}, func(n bill.InName) { all = append(all, n) })
	return all, err
}

// shortest is how many letters a beginning has before it stands for words that are longer.
const shortest = 3

// Namesakes returns the bills whose payer has exactly this name, after bill.Fold, the newest first, at most bill.MostNamesakes.
func (Store) Namesakes(ctx context.Context, r journal.Reader, name string) ([]bill.InName, error) {
	// The whole name is among its beginnings. Of those that begin with another word of theirs, and have the same words in another order, the address decides.
	const query = `SELECT k.bill, p.name, p.address FROM (SELECT bill FROM payer_beginning WHERE beginning = $1 ORDER BY bill DESC LIMIT $2) k
JOIN payer p ON p.bill = k.bill ORDER BY k.bill DESC`
	var all []bill.InName
	err := eachInName(ctx, r, query, []any{name, bill.MostNamesakes}, func(n bill.InName) { all = append(all, n) })
	return all, err
}

func eachInName(ctx context.Context, r journal.Reader, query string, args []any, use func(bill.InName)) error {
	return sqldb.Each(ctx, r, query, args, func(rows *sql.Rows) error {
		var n bill.InName
		if err := rows.Scan(&n.Bill, &n.Name, &n.Address); err != nil {
			return fmt.Errorf("billsql: payer: %w", err)
		}
		use(n)
		return nil
	})
}
