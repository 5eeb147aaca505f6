package billsql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/rowcode"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/platform/sqldb"
)

// PayerMigration makes the table of payers, which is kept outside the journal so that it can be erased, and that of the beginnings of their names from when
// those stood in clear.
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
var PayerRows = rowcode.Table{Name: "payer", Columns: []string{"bill", "name", "address", "changed_at"}, Key: 1, Sealed: []string{"name", "address"}}

var (
	namePlace    = seal.Place{Table: "payer", Column: "name"}
	addressPlace = seal.Place{Table: "payer", Column: "address"}
)

// SetPayer keeps the payer of a bill, in place of an earlier one; the zero value erases it, and one who was erased stays so.
func (s Store) SetPayer(ctx context.Context, tx *journal.Tx, of bill.PayerOf, payer bill.Payer) error {
	old, stored, err := s.payerOf(ctx, tx, of.Bill)
	none := payer == bill.Payer{}
	if err != nil || !stored && none || old == payer && !none && of.Was == of.Municipality {
		return err
	}
	if !none {
		if none, err = s.isErased(ctx, tx, of, payer); err != nil || none && !stored {
			return err
		}
	}
	if err := s.unmark(ctx, tx, of, old); err != nil {
		return err
	}
	if none {
		return tx.Run(ctx, "bill: payer", `DELETE FROM payer WHERE bill = $1`, of.Bill)
	}
	if err := s.mark(ctx, tx, of, payer); err != nil || old == payer {
		return err
	}
	return s.savePayer(ctx, tx, of.Bill, payer, tx.Now())
}

// MovePayer lets the payer of a bill be found in its municipality, which was another one.
func (s Store) MovePayer(ctx context.Context, tx *journal.Tx, of bill.PayerOf) error {
	if of.Was == of.Municipality || of.Was == "" {
		return nil
	}
	payer, _, err := s.payerOf(ctx, tx, of.Bill)
	if err != nil || payer == (bill.Payer{}) {
		return err
	}
	return s.SetPayer(ctx, tx, of, payer)
}

func (s Store) savePayer(ctx context.Context, tx *journal.Tx, b id.ID, payer bill.Payer, now time.Time) error {
	key, err := seal.Key(b)
	if err != nil {
		return err
	}
	name, err := s.Sealer.SealText(namePlace, key, payer.Name)
	if err != nil {
		return err
	}
	address, err := s.Sealer.SealText(addressPlace, key, payer.Address)
	if err != nil {
		return err
	}
	code, err := tx.Code(PayerRows, b, name, address, now.UnixMicro())
	if err != nil {
		return err
	}
	const query = `INSERT INTO payer (bill, name, address, changed_at, code) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (bill) DO UPDATE SET name = excluded.name, address = excluded.address, changed_at = excluded.changed_at, code = excluded.code`
	return tx.Run(ctx, "bill: payer", query, b, name, address, now.UnixMicro(), code)
}

// payerOf returns the payer of a bill, and whether one is stored. One who does not open is the zero value.
func (s Store) payerOf(ctx context.Context, r journal.Reader, b id.ID) (payer bill.Payer, stored bool, err error) {
	var p bill.Payer
	err = r.QueryRow(ctx, `SELECT name, address FROM payer WHERE bill = $1`, b).Scan(&p.Name, &p.Address)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return bill.Payer{}, false, nil
	case err != nil:
		return bill.Payer{}, false, fmt.Errorf("billsql: payer: %w", err)
	}
	p, err = s.open(b, p)
	if unreadable(err) {
		return bill.Payer{}, true, nil
	}
	return p, true, err
}

// open returns a payer as he is called, of what is stored.
func (s Store) open(b id.ID, stored bill.Payer) (bill.Payer, error) {
	if !seal.IsSealed(stored.Name) && !seal.IsSealed(stored.Address) {
		return stored, nil
	}
	key, err := seal.Key(b)
	if err != nil {
		return bill.Payer{}, err
	}
	name, err := s.Sealer.OpenText(namePlace, key, stored.Name)
	if err != nil {
		return bill.Payer{}, err
	}
	address, err := s.Sealer.OpenText(addressPlace, key, stored.Address)
	return bill.Payer{Name: name, Address: address}, err
}

// Payers returns the payers of the bills, in their order; an erased one is the zero value.
func (s Store) Payers(ctx context.Context, r journal.Reader, bills []bill.Bill) ([]bill.Payer, error) {
	ids := make([]id.ID, len(bills))
	for i, b := range bills {
		ids[i] = b.ID
	}
	found, err := s.opened(ctx, r, ids)
	all := make([]bill.Payer, len(bills))
	for i, b := range ids {
		all[i] = found[b]
	}
	return all, err
}

// opened returns the payers of bills; of one who does not open, nothing.
func (s Store) opened(ctx context.Context, r journal.Reader, ids []id.ID) (map[id.ID]bill.Payer, error) {
	found := make(map[id.ID]bill.Payer, len(ids))
	err := sqldb.InLots(ids, func(list string, args []any) error {
		return sqldb.Each(ctx, r, `SELECT bill, name, address FROM payer WHERE bill IN `+list, args, func(rows *sql.Rows) error {
			var b id.ID
			var p bill.Payer
			if err := rows.Scan(&b, &p.Name, &p.Address); err != nil {
				return fmt.Errorf("billsql: payer: %w", err)
			}
			p, err := s.open(b, p)
			if err == nil {
				found[b] = p
			}
			if unreadable(err) {
				return nil
			}
			return err
		})
	})
	return found, err
}
