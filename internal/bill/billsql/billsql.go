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
	"time"

	"vienkopus/internal/base/civil"
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
		journal.Of[bill.Changed](), journal.Of[bill.Cancelled](), journal.Of[bill.Confirmed](), journal.Of[bill.LimitsSet](), journal.Of[bill.Settler](),
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
		return lateFee(ctx, tx, e, f)
	case bill.LimitsSet:
		const query = `INSERT INTO bill_limits (from_day, oldest_days, ask_days, why, source, who) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (from_day) DO UPDATE SET oldest_days = excluded.oldest_days, ask_days = excluded.ask_days, why = excluded.why, source = excluded.source, who = excluded.who`
		return tx.Run(ctx, "bill: limits", query, f.From, f.OldestDays, f.AskDays, f.Why, f.Source, e.Actor.Who())
	case bill.Issued:
		return write(ctx, tx, e, f.Bill, said{f.Content, f.AsOf})
	case bill.Changed:
		if err := s.dropKeys(ctx, tx, f.Bill); err != nil {
			return err
		}
		return write(ctx, tx, e, f.Bill, said{f.Content, f.AsOf})
	case bill.Confirmed:
		for _, b := range f.Bills {
			if err := confirmed(ctx, tx, b, f.AsOf); err != nil {
				return err
			}
		}
		return nil
	case bill.Cancelled:
		return tx.Change(ctx, "bill: cancelled", `UPDATE bill SET cancelled = TRUE, line = $1 WHERE id = $2`, e.Number, f.Bill)
	case bill.Settler:
		if err := outside(ctx, tx, e, f); err != nil {
			return err
		}
		return settled(ctx, tx, e, f.Settles())
	}
	return nil
}

func lateFee(ctx context.Context, tx *journal.Tx, e journal.Entry, f bill.LateFeeSet) error {
	const query = `INSERT INTO late_fee (creditor, kind, from_day, per_million, fee_first, why, source, who) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (kind, creditor, from_day) DO UPDATE SET per_million = excluded.per_million, fee_first = excluded.fee_first, why = excluded.why,
source = excluded.source, who = excluded.who`
	return tx.Run(ctx, "bill: late fee", query, string(f.Creditor), string(f.LateFee.Kind), f.From, f.PerMillion, f.FeeFirst, f.Why, f.Source, e.Actor.Who())
}

// said is what a line says of a bill, and as of when.
type said struct {
	bill.Content
	asOf civil.Date
}

// confirmed notes that a bill was owed still as of a day.
func confirmed(ctx context.Context, tx *journal.Tx, b id.ID, asOf civil.Date) error {
	return tx.ChangeIfAny(ctx, "bill: as of", `UPDATE bill SET as_of = $1 WHERE id = $2 AND as_of < $1`, asOf, b)
}

// outside notes what is known of a payment elsewhere, beside what it settles.
func outside(ctx context.Context, tx *journal.Tx, e journal.Entry, f bill.Settler) error {
	switch f := f.(type) {
	case bill.SettledOutside:
		const query = `INSERT INTO bill_outside (bill, form, reference, cents, day, taken_back) VALUES ($1, $2, $3, $4, $5, FALSE)`
		if err := tx.Run(ctx, "bill: outside", query, f.Bill, bill.Form(f.Reference), f.Reference, int64(f.Cents), f.Day); err != nil {
			return err
		}
		return confirmed(ctx, tx, f.Bill, civil.In(e.RecordedAt, time.UTC))
	case bill.OutsideTakenBack:
		return tx.Change(ctx, "bill: outside", `UPDATE bill_outside SET taken_back = TRUE WHERE bill = $1 AND form = $2`, f.Bill, bill.Form(f.Reference))
	}
	return nil
}

// write makes the row and the keys say what the bill says now.
func write(ctx context.Context, tx *journal.Tx, e journal.Entry, b id.ID, c said) error {
	instalments, err := json.Marshal(c.Instalments)
	if err != nil {
		return fmt.Errorf("billsql: instalments: %w", err)
	}
	if c.asOf.IsZero() {
		c.asOf = civil.In(e.RecordedAt, time.UTC)
	}
	var fee, until any
	if c.Figure != nil {
		fee, until = int64(c.Figure.Fee), c.Figure.Until
	}
	const query = `INSERT INTO bill (id, desk, line, creditor, number, reference, kind, municipality, rf, issued, instalments, fee, fee_until, as_of, cancelled)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, FALSE)
ON CONFLICT (id) DO UPDATE SET line = excluded.line, creditor = excluded.creditor, number = excluded.number, reference = excluded.reference,
kind = excluded.kind, municipality = excluded.municipality, rf = excluded.rf, issued = excluded.issued, instalments = excluded.instalments, fee = excluded.fee, fee_until = excluded.fee_until,
as_of = CASE WHEN bill.as_of > excluded.as_of THEN bill.as_of ELSE excluded.as_of END`
	err = tx.Run(ctx, "bill: bill", query, b, e.Desk, e.Number, string(c.Creditor), c.Number, c.Reference, string(c.Kind), c.Municipality,
		string(c.RF), c.Issued, string(instalments), fee, until, c.asOf)
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
