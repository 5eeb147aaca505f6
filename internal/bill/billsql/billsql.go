// Package billsql keeps creditors, bills and what was settled, finds bills, and keeps the payers outside the journal.
//
// A bill is found by bill_key (number, reference and structured reference, folded) or by payer_beginning (the name as it begins at each of its
// words); both are one range of one index, however many bills there are. What was settled does not touch the row of the bill,
// so a payment that arrives before its bill is kept and counts once the bill is there.
package billsql

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/bill"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/seal"
)

//go:embed schema.sql
var schema string

// Store is the projection and the queries of the bills.
type Store struct {
	// Sealer seals the secrets of creditors; without one they stand in clear.
	Sealer *seal.Sealer
}

// Name implements journal.Projection.
func (Store) Name() string { return "bill" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// Reads implements journal.Projection.
func (Store) Reads() []journal.Type {
	return []journal.Type{
		journal.Of[bill.CreditorRegistered](), journal.Of[bill.CreditorConnected](), journal.Of[bill.LateFeeSet](), journal.Of[bill.Issued](),
		journal.Of[bill.Changed](), journal.Of[bill.Cancelled](), journal.Of[bill.Settler](),
	}
}

// Apply implements journal.Projection.
func (s Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	switch f := e.Fact.(type) {
	case bill.CreditorRegistered:
		const query = `INSERT INTO creditor (number, name, iban) VALUES ($1, $2, $3)
ON CONFLICT (number) DO UPDATE SET name = excluded.name, iban = excluded.iban`
		return tx.Run(ctx, "bill: creditor", query, string(f.Number), f.Name, string(f.IBAN))
	case bill.CreditorConnected:
		return told(ctx, tx, e, f)
	case bill.LateFeeSet:
		const query = `INSERT INTO late_fee (kind, from_day, per_million, why, source, who) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (kind, from_day) DO UPDATE SET per_million = excluded.per_million, why = excluded.why, source = excluded.source, who = excluded.who`
		return tx.Run(ctx, "bill: late fee", query, string(f.LateFee.Kind), f.From, f.PerMillion, f.Why, f.Source, e.Actor.Who())
	case bill.Issued:
		return write(ctx, tx, e, f.Bill, f.Content)
	case bill.Changed:
		if err := s.dropKeys(ctx, tx, f.Bill); err != nil {
			return err
		}
		return write(ctx, tx, e, f.Bill, f.Content)
	case bill.Cancelled:
		return tx.Change(ctx, "bill: cancelled", `UPDATE bill SET cancelled = TRUE, line = $1 WHERE id = $2`, e.Number, f.Bill)
	case bill.Settler:
		return settled(ctx, tx, e, f.Settles())
	}
	return nil
}

// write makes the row and the keys say what the bill says now.
func write(ctx context.Context, tx *journal.Tx, e journal.Entry, b id.ID, c bill.Content) error {
	instalments, err := json.Marshal(c.Instalments)
	if err != nil {
		return fmt.Errorf("billsql: instalments: %w", err)
	}
	const query = `INSERT INTO bill (id, desk, line, creditor, number, reference, kind, municipality, rf, issued, instalments, cancelled)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, FALSE)
ON CONFLICT (id) DO UPDATE SET line = excluded.line, creditor = excluded.creditor, number = excluded.number, reference = excluded.reference,
kind = excluded.kind, municipality = excluded.municipality, rf = excluded.rf, issued = excluded.issued, instalments = excluded.instalments`
	err = tx.Run(ctx, "bill: bill", query, b, e.Desk, e.Number, string(c.Creditor), c.Number, c.Reference, string(c.Kind), c.Municipality,
		string(c.RF), c.Issued, string(instalments))
	if err != nil {
		return err
	}
	keys := c.Keys()
	args := []any{b}
	for _, key := range keys {
		args = append(args, key)
	}
	return tx.Run(ctx, "bill: key", `INSERT INTO bill_key (bill, key) VALUES `+pairs(len(keys))+` ON CONFLICT (key, bill) DO NOTHING`, args...)
}

// pairs writes so many rows of values, the first value of each being $1: one statement costs PostgreSQL less than several.
func pairs(n int) string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = fmt.Sprintf("($1, $%d)", i+2)
	}
	return strings.Join(rows, ", ")
}

// dropKeys takes the keys of the bill as it was away.
func (s Store) dropKeys(ctx context.Context, tx *journal.Tx, b id.ID) error {
	old, err := s.Bill(ctx, tx, b)
	if f := fault.First(err); f != nil && f.Kind == fault.NotFound {
		return nil
	}
	for _, key := range old.Keys() {
		if err == nil {
			err = tx.ChangeIfAny(ctx, "bill: key", `DELETE FROM bill_key WHERE key = $1 AND bill = $2`, key, b)
		}
	}
	return err
}

// ErrSettlement is returned for a settlement of nothing or without a day.
var ErrSettlement = errors.New("billsql: not a settlement")

// settled notes the money that the line paid for bills, or gave back (negative).
func settled(ctx context.Context, tx *journal.Tx, e journal.Entry, parts []bill.Settled) error {
	const query = `INSERT INTO bill_settlement (bill, day, desk, number, part, cents) VALUES ($1, $2, $3, $4, $5, $6)`
	for i, s := range parts {
		if s.Day.IsZero() || s.Cents == 0 {
			return ErrSettlement
		}
		if err := tx.Run(ctx, "bill: settlement", query, s.Bill, s.Day, e.Desk, e.Number, i+1, int64(s.Cents)); err != nil {
			return err
		}
	}
	return nil
}
