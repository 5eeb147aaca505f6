package billsql

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/erased"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
)

// ErasedMigration makes the table of those who were erased: marks of bills and of persons, so that nobody brings a name back.
var ErasedMigration = sqldb.Migration{Number: 23, Name: "erased payers", SQL: `
CREATE TABLE payer_erased (
  mark BLOB   NOT NULL PRIMARY KEY,
  at   BIGINT NOT NULL,
  code BLOB
);
`}

// ErasedRows says what the code of a row covers.
var ErasedRows = rowcode.Table{Name: "payer_erased", Columns: []string{"mark", "at"}, Key: 1}

// tombstones are the marks of a bill whose payer was erased: today's, and the one from while there was no key.
func (s Store) tombstones(of bill.PayerOf) (today, keyless []byte, err error) {
	text := string(of.Creditor) + "\x00" + bill.Form(of.Number)
	if today, err = s.Sealer.Mark("erased bill", text, erased.Size); err != nil {
		return nil, nil, err
	}
	var none *seal.Sealer
	keyless, err = none.Mark("erased bill", text, erased.Size)
	return today, keyless, err
}

// grave is the mark of a person who was erased.
func (s Store) grave(p bill.Payer) ([]byte, error) {
	return s.Sealer.Mark("erased person", bill.Fold(p.Name)+"\x00"+bill.Fold(p.Address), erased.Size)
}

// isErased tells whether the payer of a bill was erased, or the person.
func (s Store) isErased(ctx context.Context, r journal.Reader, of bill.PayerOf, p bill.Payer) (bool, error) {
	stone, keyless, err := s.tombstones(of)
	if err != nil {
		return false, err
	}
	grave, err := s.grave(p)
	if err != nil {
		return false, err
	}
	var is bool
	if err := r.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM payer_erased WHERE mark IN ($1, $2, $3))`, stone, keyless, grave).Scan(&is); err != nil {
		return false, fmt.Errorf("billsql: erased: %w", err)
	}
	return is, nil
}

// Erase erases the payer of a bill, and keeps his name from coming back with it. With person it keeps it from coming back with any bill; without a key
// nobody is noted as a person, because everybody could try names on the mark.
func (s Store) Erase(ctx context.Context, tx *journal.Tx, of bill.PayerOf, person bool) error {
	payer, _, err := s.payerOf(ctx, tx, of.Bill)
	if err != nil {
		return err
	}
	stone, _, err := s.tombstones(of)
	marks := [][]byte{stone}
	if err == nil && person && s.Sealer.Seals() && payer != (bill.Payer{}) {
		var grave []byte
		grave, err = s.grave(payer)
		marks = append(marks, grave)
	}
	for _, mark := range marks {
		if err == nil {
			err = bury(ctx, tx, tx, mark, tx.Now())
		}
	}
	if err != nil {
		return err
	}
	return s.SetPayer(ctx, tx, of, bill.Payer{})
}

// coder makes codes of rows.
type coder interface {
	Code(t rowcode.Table, cells ...any) ([]byte, error)
}

// bury notes a mark.
func bury(ctx context.Context, tx bill.Runner, codes coder, mark []byte, now time.Time) error {
	code, err := codes.Code(ErasedRows, mark, now.UnixMicro())
	if err != nil {
		return err
	}
	const query = `INSERT INTO payer_erased (mark, at, code) VALUES ($1, $2, $3) ON CONFLICT (mark) DO NOTHING`
	return tx.Run(ctx, "bill: erased", query, mark, now.UnixMicro(), code)
}

// Obeyed is what the list of erasures is compared with, and what else is erased.
type Obeyed struct {
	DB    *sqldb.DB
	Codes *rowcode.Codes
	// Path is that of the list; "" for none.
	Path string
	Now  time.Time
	// Erased erases what others keep of the payers of bills.
	Erased bill.Erased
}

// Obey makes the database and the list of erasures say the same. Whom the list names is erased, although an old backup has brought him back; what was erased
// and is not in the list yet is put there.
func (s Store) Obey(ctx context.Context, o Obeyed) error {
	if o.Path == "" {
		return nil
	}
	list, err := erased.Read(o.Path)
	if err != nil {
		return err
	}
	var missing []string
	err = sqldb.Each(ctx, o.DB, `SELECT mark FROM payer_erased`, nil, func(rows *sql.Rows) error {
		var mark []byte
		if err := rows.Scan(&mark); err != nil {
			return fmt.Errorf("billsql: erased: %w", err)
		}
		text := hex.EncodeToString(mark)
		if !list[text] {
			missing = append(missing, text)
		}
		delete(list, text)
		return nil
	})
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		if err := erased.Add(o.Path, missing, o.Now); err != nil {
			return err
		}
	}
	if len(list) == 0 || o.Codes.Locked() != nil {
		return nil //nolint:nilerr // without the key nothing is written; the next start that has it obeys
	}
	return o.DB.Write(sqldb.Patient(ctx), func(tx *sqldb.Tx) error { return s.obey(ctx, tx, o, list) })
}

// obey notes the marks that the database has not, and erases whom they mean.
func (s Store) obey(ctx context.Context, tx *sqldb.Tx, o Obeyed, list map[string]bool) error {
	for _, text := range slices.Sorted(maps.Keys(list)) {
		mark, err := hex.DecodeString(text)
		if err == nil {
			err = bury(ctx, tx, o.Codes, mark, o.Now)
		}
		if err != nil {
			return err
		}
	}
	gone, err := s.meant(ctx, tx, list)
	bills := make([]id.ID, 0, len(gone))
	for _, of := range gone {
		if err == nil {
			err = s.unmark(ctx, tx, bill.PayerOf{Bill: of.Bill, Was: of.Municipality}, of.Payer)
		}
		if err == nil {
			err = tx.Run(ctx, "bill: payer", `DELETE FROM payer WHERE bill = $1`, of.Bill)
		}
		bills = append(bills, of.Bill)
	}
	if err != nil || len(bills) == 0 || o.Erased == nil {
		return err
	}
	return o.Erased(ctx, tx, bills)
}

// meant returns the payers whom the marks on a list of erasures mean.
func (s Store) meant(ctx context.Context, tx *sqldb.Tx, list map[string]bool) ([]marked, error) {
	var gone []marked
	const query = `SELECT p.bill, p.name, p.address, b.municipality, b.creditor, b.number FROM payer p JOIN bill b ON b.id = p.bill`
	err := sqldb.Each(ctx, tx, query, nil, func(rows *sql.Rows) error {
		var of marked
		var in bill.PayerOf
		if err := rows.Scan(&of.Bill, &of.Name, &of.Address, &of.Municipality, &in.Creditor, &in.Number); err != nil {
			return fmt.Errorf("billsql: payer: %w", err)
		}
		payer, err := s.open(of.Bill, of.Payer)
		if err != nil && !unreadable(err) {
			return err
		}
		of.Payer = payer
		stone, keyless, err := s.tombstones(in)
		if err != nil {
			return err
		}
		grave, err := s.grave(payer)
		if slices.ContainsFunc([][]byte{stone, keyless, grave}, func(mark []byte) bool { return list[hex.EncodeToString(mark)] }) {
			gone = append(gone, of)
		}
		return err
	})
	return gone, err
}
