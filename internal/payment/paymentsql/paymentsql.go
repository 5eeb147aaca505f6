// Package paymentsql keeps payments, what was given back of them, refunds, copies of receipts, and outside the journal the names that payers
// wished to see on their receipts.
//
// A payment that is given back keeps its row: what has become of it follows from the reversals (state). Rows that come from another desk
// than the payment's, such as a decision, have tables of their own, because the lines of desks may come in any order.
package paymentsql

import (
	"context"
	_ "embed"

	"vienkopus/internal/base/money"
	"vienkopus/internal/payment"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/platform/seal"
	"vienkopus/internal/till"
)

//go:embed schema.sql
var schema string

// Store is the projection and the queries of payments.
type Store struct {
	// Sealer seals the names on receipts; without one they stand in clear.
	Sealer *seal.Sealer
}

// Name implements journal.Projection.
func (Store) Name() string { return "payment" }

// Schema implements journal.Projection.
func (Store) Schema() string { return schema }

// Reads implements journal.Projection.
func (Store) Reads() []journal.Type {
	return []journal.Type{
		journal.Of[payment.MoneyTaken](), journal.Of[payment.MoneyVoided](), journal.Of[payment.MoneyRefunded](), journal.Of[payment.MoneyReturned](),
		journal.Of[payment.RefundRequested](), journal.Of[payment.RefundDecided](), journal.Of[payment.ReceiptCopied](), journal.Of[payment.CardAsked](),
		journal.Of[payment.CardCharged](), journal.Of[payment.CardRefused](), journal.Of[payment.CardGivenUp](), journal.Of[payment.CardCancelled](),
		journal.Of[journal.Resumed](), // behind a gap receipts go on in a series of their own
	}
}

// Apply implements journal.Projection. What a line settles, the bills find themselves (bill.Settler).
func (Store) Apply(ctx context.Context, tx *journal.Tx, e journal.Entry) error {
	switch f := e.Fact.(type) {
	case payment.MoneyTaken:
		return taken(ctx, tx, e, f)
	case payment.MoneyVoided:
		return reversed(ctx, tx, e, givenBack{Reversal: f.Reversal, way: payment.ByVoid})
	case payment.MoneyRefunded:
		if err := tx.Run(ctx, "payment: refund paid", `INSERT INTO refund_paid (refund, reversal) VALUES ($1, $2)`, f.Refund, f.Reversal.Reversal); err != nil {
			return err
		}
		return reversed(ctx, tx, e, givenBack{Reversal: f.Reversal, way: payment.ByRefund})
	case payment.MoneyReturned:
		return reversed(ctx, tx, e, givenBack{way: payment.ByReturn, Reversal: payment.Reversal{
			Reversal: f.Reversal, Payment: f.Payment, Place: f.Place, Creditor: f.Creditor, Lines: f.Lines, Reason: f.Reason,
			Moved: till.Moved{Parts: []till.Part{{Tender: till.Card, Cents: -f.Cents}}},
		}})
	case payment.RefundRequested:
		return requested(ctx, tx, e, f)
	case payment.RefundDecided:
		return tx.Run(ctx, "payment: decision", `INSERT INTO refund_decision (refund, desk, entry, at, actor, approved) VALUES ($1, $2, $3, $4, $5, $6)`,
			f.Refund, e.Desk, e.Number, e.RecordedAt.UnixMicro(), e.Actor.String(), f.Approved)
	case journal.Resumed:
		const query = `INSERT INTO receipt_series (desk, series) VALUES ($1, $2) ON CONFLICT (desk) DO UPDATE SET series = excluded.series
WHERE excluded.series > receipt_series.series`
		return tx.Run(ctx, "payment: series", query, e.Desk, f.Nth)
	case payment.ReceiptCopied:
		const query = `INSERT INTO receipt_copy (series, number, copy, desk, entry, at, actor, key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
		return tx.Run(ctx, "payment: copy", query, f.Series, int64(f.Number), int64(f.Copy), e.Desk, e.Number, e.RecordedAt.UnixMicro(), e.Actor.String(), f.Key[:])
	}
	return charge(ctx, tx, e)
}

func taken(ctx context.Context, tx *journal.Tx, e journal.Entry, f payment.MoneyTaken) error {
	var n payment.Numbered
	book := ""
	if f.Receipt != nil {
		n = *f.Receipt
	}
	if f.Paper != nil {
		book, n.Number = f.Paper.Book, f.Paper.Number
	}
	slip := ""
	for _, p := range f.Parts {
		slip += p.Slip
	}
	alone := f.Forgiven
	if !f.Consent.IsZero() {
		alone = 0
	}
	const query = `INSERT INTO payment (id, basket, visit, act, shift, desk, entry, at, actor, day, centre, municipality, creditor,
cash, card, slip, given, because, forgiven, alone, book, node, series, number, key, previous, link)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)`
	err := tx.Run(ctx, "payment: payment", query, f.Payment, f.Basket, f.Visit, f.Act, f.Shift, e.Desk, e.Number, e.RecordedAt.UnixMicro(), e.Actor.String(),
		f.Day, f.Centre, f.Municipality, string(f.Creditor), int64(f.Cents(till.Cash)), int64(f.Cents(till.Card)), slip, int64(f.Given), string(f.Because),
		int64(f.Forgiven), int64(alone), book, n.Node, n.Series, int64(n.Number), n.Key[:], n.Previous[:], n.Link[:])
	if err != nil {
		return err
	}
	for i, l := range f.Lines {
		err := tx.Run(ctx, "payment: line", `INSERT INTO payment_line (payment, part, bill, number, cents) VALUES ($1, $2, $3, $4, $5)`, f.Payment, i+1, l.Bill, l.Number, int64(l.Cents))
		if err != nil {
			return err
		}
	}
	return nil
}

// givenBack is a reversal of any kind.
type givenBack struct {
	payment.Reversal
	way payment.Way
}

func reversed(ctx context.Context, tx *journal.Tx, e journal.Entry, f givenBack) error {
	var n payment.Numbered
	if f.Receipt != nil {
		n = *f.Receipt
	}
	const query = `INSERT INTO reversal (id, payment, kind, desk, entry, at, actor, day, centre, municipality, creditor, cash, card, reason,
node, series, number, key, previous, link)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`
	err := tx.Run(ctx, "payment: reversal", query, f.Reversal.Reversal, f.Payment, string(f.way), e.Desk, e.Number, e.RecordedAt.UnixMicro(), e.Actor.String(),
		f.Day, f.Centre, f.Municipality, string(f.Creditor), int64(-f.Cents(till.Cash)), int64(-f.Cents(till.Card)), string(f.Reason),
		n.Node, n.Series, int64(n.Number), n.Key[:], n.Previous[:], n.Link[:])
	if err != nil {
		return err
	}
	for i, l := range f.Lines {
		err := tx.Run(ctx, "payment: line", `INSERT INTO reversal_line (reversal, part, bill, number, cents) VALUES ($1, $2, $3, $4, $5)`,
			f.Reversal.Reversal, i+1, l.Bill, l.Number, int64(l.Cents))
		if err != nil {
			return err
		}
	}
	return nil
}

func requested(ctx context.Context, tx *journal.Tx, e journal.Entry, f payment.RefundRequested) error {
	const query = `INSERT INTO refund (id, payment, desk, entry, at, actor, municipality, tender, cents, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	err := tx.Run(ctx, "payment: refund", query, f.Refund, f.Payment, e.Desk, e.Number, e.RecordedAt.UnixMicro(), e.Actor.String(), f.Municipality,
		string(f.Tender), int64(f.Cents), string(f.Reason))
	for i, l := range f.Lines {
		if err == nil {
			err = tx.Run(ctx, "payment: line", `INSERT INTO refund_line (refund, part, bill, number, cents) VALUES ($1, $2, $3, $4, $5)`,
				f.Refund, i+1, l.Bill, l.Number, int64(l.Cents))
		}
	}
	return err
}

func amount(cents int64) money.Amount { return money.Amount(cents) }
