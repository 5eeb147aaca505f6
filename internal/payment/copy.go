package payment

import (
	"context"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/base/regno"
	"vienkopus/internal/ledger"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// Document is a receipt of ours with all that its paper says: of a payment, or of what was given back.
type Document struct {
	Kind receipt.Kind
	// Payment is what it is about, Reversal what took it back or the zero id.
	Payment, Reversal, Basket id.ID
	Desk                      string
	At                        time.Time // UTC
	// By is who took the money or gave it back, as the line names the actor.
	By string
	ledger.Place
	Creditor regno.Number
	Lines    []Line
	Parts    []till.Part
	Given    money.Amount
	Receipt  Numbered
	// Original is the receipt that a void or refund takes back (Payment.Original), and ByHand that it was written by hand.
	Original Numbered
	ByHand   bool
	Copies   []Copy
}

// Copy is a reprint.
type Copy struct {
	Number uint8
	At     time.Time // UTC
	Key    receipt.KeyID
}

// Reprint notes that a receipt is printed once more and returns which copy it is. It returns the faults "payment.receipt_unknown" and
// "payment.foreign_desk", and the conflicts "payment.too_many_copies" and "payment.clock".
func (s *Service) Reprint(ctx context.Context, r journal.Request, series string, number uint32) (Copy, error) {
	posted, err := s.post(ctx, r, []any{"copy", series, number}, func(tx *journal.Tx) error {
		d, err := s.Store.Document(ctx, tx, series, number)
		if err != nil {
			return err
		}
		if d.Desk != tx.Desk() {
			return fault.NewForbidden("payment.foreign_desk", "Desk", d.Desk)
		}
		n, err := s.Store.Copies(ctx, tx, series, number)
		if err != nil {
			return err
		}
		if n >= receipt.MaxCopy {
			return fault.NewConflict("payment.too_many_copies")
		}
		switch ahead, err := s.Ahead(ctx, tx, tx.Desk()); {
		case err != nil:
			return err
		case ahead && behind(tx, d.At):
			return fault.NewConflict("payment.clock")
		}
		key, err := s.Keys.Current(ctx, tx, copiedAt(tx.Now(), d))
		if err != nil {
			return err
		}
		return tx.Record(ctx, ReceiptCopied{Series: series, Number: number, Copy: uint8(n + 1), Key: key.Public().ID}) //nolint:gosec // bounded above
	})
	if err != nil {
		return Copy{}, err
	}
	f, e, err := journal.Answer[ReceiptCopied](posted)
	return Copy{Number: f.Copy, At: e.RecordedAt, Key: f.Key}, err
}

// copiedAt is when a copy says that it was made: not before its receipt, though the clock may be a little behind.
func copiedAt(at time.Time, d Document) time.Time {
	if at.Before(d.At) {
		at = d.At
	}
	return at.UTC().Truncate(time.Second)
}

// Code signs what a document says: the original, or one of its copies. It gives the same bytes every time. It must be asked after the commit only.
func (s *Service) Code(ctx context.Context, r journal.Reader, d Document, copied *Copy) (*receipt.Code, error) {
	n := numbering{kind: d.Kind, creditor: d.Creditor, parts: d.Parts, lines: d.Lines, original: d.Original.Link}
	said, by := n.receipt(d.Receipt, d.At), d.Receipt.Key
	if copied != nil {
		said, by = said.CopyAt(copied.Number, copiedAt(copied.At, d)), copied.Key
	}
	key, err := s.Keys.Find(ctx, r, by)
	if err != nil {
		return nil, err
	}
	return receipt.Sign(said, key)
}
