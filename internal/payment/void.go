package payment

import (
	"context"
	"slices"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// Void takes a whole payment back in the shift that took it, before the cash has left the drawer; the act no longer counts. It returns the number
// of the paper that says so, or none for a payment from a paper book. It returns the fault "payment.unknown", and
// conflicts for a payment of another shift ("payment.void_later": it is refunded), and for one of which something was given back already.
func (s *Service) Void(ctx context.Context, r journal.Request, payment id.ID, why Reason) (*Numbered, error) {
	if !slices.Contains(VoidReasons, why) {
		return nil, fault.NewInvalid("payment.reason").On("reason")
	}
	posted, err := s.post(ctx, r, []any{"void", payment, why}, func(tx *journal.Tx) error { return s.void(ctx, tx, payment, why) })
	if err != nil {
		return nil, err
	}
	f, _, err := journal.Answer[MoneyVoided](posted)
	return f.Receipt, err
}

// void is Void inside its transaction.
func (s *Service) void(ctx context.Context, tx *journal.Tx, payment id.ID, why Reason) error {
	p, err := s.standing(ctx, tx, payment)
	if err != nil {
		return err
	}
	if p.Desk != tx.Desk() {
		return fault.NewForbidden("payment.foreign_desk", "Desk", p.Desk)
	}
	if err := p.may(StepVoid); err != nil {
		return err
	}
	shift, err := s.Shifts.Current(ctx, tx)
	if err != nil {
		return err
	}
	if shift.ID != p.Shift {
		return fault.NewConflict("payment.void_later")
	}
	back, err := s.reverse(ctx, tx, p, giving{shift: shift, lines: p.Lines, parts: p.Parts, kind: receipt.Void, reason: why})
	if err != nil {
		return err
	}
	if err := tx.Record(ctx, MoneyVoided{back}); err != nil {
		return err
	}
	return s.Counter.TakeBack(ctx, tx, p.Visit, p.Act)
}

// standing returns a payment, locked, of which no refund waits: nothing is given back in two ways at once.
func (s *Service) standing(ctx context.Context, tx *journal.Tx, payment id.ID) (Payment, error) {
	if err := tx.Lock(ctx, Subject(payment)); err != nil {
		return Payment{}, err
	}
	p, err := s.Store.Payment(ctx, tx, payment)
	if err != nil {
		return p, err
	}
	awaited, err := s.Store.Awaited(ctx, tx, payment)
	if err == nil && awaited {
		err = fault.NewConflict("payment.refund_awaited")
	}
	return p, err
}

// holds refuses to give back more cash than the drawer holds.
func (s *Service) holds(ctx context.Context, tx *journal.Tx, cash money.Amount) error {
	if cash == 0 {
		return nil
	}
	held, err := s.Shifts.Drawer(ctx, tx)
	if err == nil && cash > held {
		err = fault.NewConflict("payment.drawer_short") // without a figure: the drawer is counted blind
	}
	return err
}

// giving is what is given back, and how.
type giving struct {
	shift  till.Shift
	lines  []Line
	parts  []till.Part // positive
	kind   receipt.Kind
	reason Reason
}

// reverse makes the reversal of a payment: the postings and movements turned round, on a paper of its own.
func (s *Service) reverse(ctx context.Context, tx *journal.Tx, p Payment, g giving) (Reversal, error) {
	if err := s.holds(ctx, tx, till.Moved{Parts: g.parts}.Cents(till.Cash)); err != nil {
		return Reversal{}, err
	}
	out := make([]till.Part, len(g.parts))
	for i, one := range g.parts {
		one.Cents = -one.Cents
		out[i] = one
	}
	entry, err := ledger.NewEntry(g.shift.Place, append(postings(tx.Desk(), out), ledger.Posting{Account: ledger.Creditor(p.Creditor), Cents: total(g.lines)})...)
	if err != nil {
		return Reversal{}, err
	}
	if err := s.Ledger.Admit(ctx, tx, entry); err != nil {
		return Reversal{}, err
	}
	back := Reversal{
		Reversal: tx.NewID(), Payment: p.ID, Place: g.shift.Place, Creditor: p.Creditor, Lines: g.lines,
		Moved: till.Moved{Shift: g.shift.ID, Parts: out}, Reason: g.reason, Booked: ledger.Booked{Ledger: []ledger.Entry{entry}},
	}
	if p.Paper == (Paper{}) {
		back.Receipt, err = s.number(ctx, tx, numbering{
			out: true, kind: g.kind, creditor: p.Creditor, parts: out, original: p.Receipt.Link,
		})
	}
	return back, err
}
