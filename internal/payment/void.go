package payment

import (
	"context"
	"slices"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/consent"
	"vienkopus/internal/ledger"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// Void takes a whole payment back in the shift that took it, before the cash has left the drawer; the act no longer counts. It returns the number
// of the paper that says so. It returns the faults "payment.unknown" and "payment.reason", and conflicts for a payment of another shift ("payment.void_later": it is refunded), for one of
// which something was given back already, and "payment.needs_second.…" for one that one person alone may not void (AskVoid).
func (s *Service) Void(ctx context.Context, r journal.Request, payment id.ID, why Reason) (*Numbered, error) {
	return s.voidAs(ctx, r, voiding{Payment: payment, Reason: why})
}

// voiding is a void that is asked for, with what a second person has agreed to. Without that it is named in the request as it always was.
type voiding struct {
	Payment id.ID
	Reason  Reason
	Consent id.ID
}

func (v voiding) input() []any {
	if v.Consent.IsZero() {
		return []any{"void", v.Payment, v.Reason}
	}
	return []any{"void", v.Payment, v.Reason, v.Consent}
}

func (s *Service) voidAs(ctx context.Context, r journal.Request, v voiding) (*Numbered, error) {
	if !slices.Contains(VoidReasons, v.Reason) {
		return nil, fault.NewInvalid("payment.reason").On("reason")
	}
	posted, err := s.post(ctx, r, v.input(), func(tx *journal.Tx) error { return s.void(ctx, tx, v) })
	if err != nil {
		return nil, err
	}
	f, _, err := journal.Answer[MoneyVoided](posted)
	return f.Receipt, err
}

// void is Void inside its transaction.
func (s *Service) void(ctx context.Context, tx *journal.Tx, v voiding) error {
	p, shift, err := s.voidable(ctx, tx, v.Payment)
	if err != nil {
		return err
	}
	if err := s.admitVoid(ctx, tx, p, shift.Day, v); err != nil {
		return err
	}
	back, err := s.reverse(ctx, tx, p, giving{shift: shift, lines: p.Lines, parts: p.Parts, kind: receipt.Void, reason: v.Reason})
	if err != nil {
		return err
	}
	if err := tx.Record(ctx, MoneyVoided{Consent: v.Consent, Reversal: back}); err != nil {
		return err
	}
	return s.Counter.TakeBack(ctx, tx, p.Visit, p.Act)
}

// voidable returns a payment of the open shift of the desk that can be voided, by whomever, locked.
func (s *Service) voidable(ctx context.Context, tx *journal.Tx, payment id.ID) (Payment, till.Shift, error) {
	p, err := s.standing(ctx, tx, payment)
	if err != nil {
		return p, till.Shift{}, err
	}
	if p.Desk != tx.Desk() {
		return p, till.Shift{}, fault.NewForbidden("payment.foreign_desk", "Desk", p.Desk)
	}
	if err := p.may(StepVoid); err != nil {
		return p, till.Shift{}, err
	}
	shift, err := s.Shifts.Current(ctx, tx)
	if err == nil && shift.ID != p.Shift {
		err = fault.NewConflict("payment.void_later")
	}
	return p, shift, err
}

// VoidNeeds returns why one person alone may not void a payment: it was written by hand, its visit has ended, or it was taken long ago. An empty answer says that she may.
func (s *Service) VoidNeeds(ctx context.Context, r journal.Reader, p Payment, today civil.Date) ([]consent.Why, error) {
	limits, err := s.Consents.LimitsOn(ctx, r, today)
	if err != nil {
		return nil, err
	}
	ended, err := s.Counter.Ended(ctx, r, p.Visit)
	var why []consent.Why
	if p.Paper != (Paper{}) {
		why = append(why, consent.VoidPaper)
	}
	switch {
	case ended:
		why = append(why, consent.VoidAfterVisit)
	case s.Journal.Now().Sub(p.At) > limits.VoidAlone():
		why = append(why, consent.VoidLate)
	}
	return why, err
}

// admitVoid refuses what one person alone may not void and no second one has agreed to.
func (s *Service) admitVoid(ctx context.Context, tx *journal.Tx, p Payment, today civil.Date, v voiding) error {
	why, err := s.VoidNeeds(ctx, tx, p, today)
	if err != nil {
		return err
	}
	if v.Consent.IsZero() {
		return needsSecond(why)
	}
	said, err := s.Consents.Granted(ctx, tx, v.Consent)
	if err == nil && (said.Void == nil || said.Void.Payment != p.ID || Reason(said.Void.Reason) != v.Reason) {
		err = fault.NewConflict("payment.consent_differs")
	}
	return err
}

// AskVoid asks a second person about the void of a payment that one alone may not void, and returns the name of the question; nothing moves by it. It returns what Void returns for what
// cannot be voided at all, and "payment.void_needs_nobody" for what she may void alone.
func (s *Service) AskVoid(ctx context.Context, r journal.Request, payment id.ID, reason Reason) (id.ID, error) {
	if !slices.Contains(VoidReasons, reason) {
		return id.ID{}, fault.NewInvalid("payment.reason").On("reason")
	}
	posted, err := s.post(ctx, r, []any{"ask-void", payment, reason}, func(tx *journal.Tx) error {
		p, shift, err := s.voidable(ctx, tx, payment)
		if err != nil {
			return err
		}
		asks := consent.Payment{Card: p.Cents(till.Card)}
		if asks.Why, err = s.VoidNeeds(ctx, tx, p, shift.Day); err != nil {
			return err
		}
		if len(asks.Why) == 0 {
			return fault.NewConflict("payment.void_needs_nobody")
		}
		by, err := actor.Parse(p.By)
		if err != nil {
			return err
		}
		asks.Void = &consent.Void{Payment: p.ID, Receipt: p.Name(), Reason: string(reason), TakenAt: p.At, TakenBy: by.Who()}
		if p.Paper != (Paper{}) {
			asks.Paper = &consent.Paper{Book: p.Paper.Book, Number: p.Paper.Number, Day: p.Day}
		}
		for _, l := range p.Lines {
			asks.Items = append(asks.Items, consent.Item{Bill: l.Bill, Number: l.Number, Cents: l.Cents})
		}
		_, err = s.Consents.Ask(ctx, tx, shift.Place, asks)
		return err
	})
	if err != nil {
		return id.ID{}, err
	}
	f, _, err := journal.Answer[consent.Asked](posted)
	return f.Consent, err
}

// VoidAgreed voids a payment as a second person has agreed. It returns what Void returns, and "payment.consent_differs" for a question that is about no void.
func (s *Service) VoidAgreed(ctx context.Context, r journal.Request, q consent.Question) (*Numbered, error) {
	if q.Void == nil {
		return nil, fault.NewConflict("payment.consent_differs")
	}
	return s.voidAs(ctx, r, voiding{Payment: q.Void.Payment, Reason: Reason(q.Void.Reason), Consent: q.ID})
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
	back.Receipt, err = s.number(ctx, tx, numbering{
		out: true, kind: g.kind, creditor: p.Creditor, parts: out, original: p.Original().Link,
	})
	return back, err
}
