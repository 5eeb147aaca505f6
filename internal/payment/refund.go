package payment

import (
	"context"
	"slices"
	"time"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/payment/receipt"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// Refund is money that somebody wants back, and how far that has come.
type Refund struct {
	ID, Payment  id.ID
	Desk         string // that asked, and pays out
	Municipality string
	At           time.Time // of the request, UTC
	By           string    // who asked
	Tender       till.Tender
	Lines        []Line
	Reason       Reason
	Standing     Standing
}

// OtherTender tells whether more goes back by the tender than the payment was paid by it: then the money leaves another way than it came.
func (r Refund) OtherTender(of Payment) bool { return total(r.Lines) > of.Cents(r.Tender) }

// RefundOrder is what is to be given back.
type RefundOrder struct {
	Payment id.ID  `json:"payment"`
	Items   []Item `json:"items"`
	// Tender is how: cash from the drawer, or to the card by the terminal.
	Tender till.Tender `json:"tender"`
	Reason Reason      `json:"reason"`
}

// RequestRefund asks for money to be given back; nothing moves until a second person has approved it. It returns the fault "payment.unknown",
// faults for more than was paid and is left, and conflicts when the payment was taken back or another refund of it waits.
func (s *Service) RequestRefund(ctx context.Context, r journal.Request, o RefundOrder) (id.ID, error) {
	if !slices.Contains(RefundReasons, o.Reason) {
		return id.ID{}, fault.NewInvalid("payment.reason").On("reason")
	}
	if !slices.Contains(till.Tenders, o.Tender) {
		return id.ID{}, fault.NewInvalid("payment.tender").On("tender")
	}
	posted, err := s.post(ctx, r, []any{"refund", o}, func(tx *journal.Tx) error {
		p, err := s.standing(ctx, tx, o.Payment)
		if err != nil {
			return err
		}
		if p.Desk != tx.Desk() {
			return fault.NewForbidden("payment.foreign_desk", "Desk", p.Desk)
		}
		back, err := s.Store.GivenBack(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		lines, err := p.refundable(o.Items, back)
		if err != nil {
			return err
		}
		if err := p.may(p.step(ByRefund, total(lines))); err != nil {
			return err
		}
		return tx.Record(ctx, RefundRequested{
			Refund: tx.NewID(), Payment: p.ID, Municipality: p.Municipality, Tender: o.Tender, Lines: lines, Cents: total(lines), Reason: o.Reason,
		})
	})
	if err != nil {
		return id.ID{}, err
	}
	f, _, err := journal.Answer[RefundRequested](posted)
	return f.Refund, err
}

// refundable returns the lines of the items, each at most what was paid for its bill and is not given back yet.
func (p Payment) refundable(items []Item, back []Line) ([]Line, error) {
	var lines []Line
	for i, item := range items {
		at := slices.IndexFunc(p.Lines, func(l Line) bool { return l.Bill == item.Bill })
		twice := slices.ContainsFunc(items[:i], func(other Item) bool { return other.Bill == item.Bill })
		if at < 0 || twice || item.Cents <= 0 || item.Cents > p.Lines[at].Cents-given(back, item.Bill) {
			return nil, fault.NewInvalid("payment.refund_amount").On("amount")
		}
		lines = append(lines, Line{Bill: item.Bill, Number: p.Lines[at].Number, Cents: item.Cents})
	}
	if len(lines) == 0 || total(lines) > p.Total()-p.Reversed {
		return nil, fault.NewInvalid("payment.refund_amount").On("amount")
	}
	return lines, nil
}

// given is what was given back for a bill, in cents.
func given(back []Line, b id.ID) money.Amount {
	var sum money.Amount
	for _, l := range back {
		if l.Bill == b {
			sum += l.Cents
		}
	}
	return sum
}

// Decision is what a second person says to a refund of the municipality.
type Decision struct {
	Refund       id.ID  `json:"refund"`
	Municipality string `json:"municipality"`
	Approved     bool   `json:"approved"`
}

// DecideRefund approves or declines a refund; the request is posted at the office of the municipality. Nobody decides on a refund that she asked for, or
// of a payment that she took ("payment.own_refund"). It returns conflicts when it was decided already.
func (s *Service) DecideRefund(ctx context.Context, r journal.Request, d Decision) error {
	_, err := s.post(ctx, r, []any{"decide", d}, func(tx *journal.Tx) error {
		if err := tx.Lock(ctx, "refund:"+d.Refund.String()); err != nil {
			return err
		}
		asked, err := s.Store.Refund(ctx, tx, d.Refund)
		if err != nil {
			return err
		}
		if asked.Municipality != d.Municipality {
			return fault.NewNotFound("payment.refund_unknown")
		}
		step := StepDecline
		if d.Approved {
			step = StepApprove
		}
		if err := asked.may(step); err != nil {
			return err
		}
		p, err := s.Store.Payment(ctx, tx, asked.Payment)
		if err != nil {
			return err
		}
		if err := second(ctx, tx, asked.By, p.By); err != nil {
			return err
		}
		return tx.Record(ctx, RefundDecided{Refund: d.Refund, Approved: d.Approved})
	})
	return err
}

// PayRefund gives the money of an approved refund out, at the desk that asked for it. It returns the number of the paper that says
// so. It returns the conflicts of the till, and one for a refund that is not approved.
func (s *Service) PayRefund(ctx context.Context, r journal.Request, refund id.ID) (*Numbered, error) {
	posted, err := s.post(ctx, r, []any{"pay-refund", refund}, func(tx *journal.Tx) error {
		asked, err := s.Store.Refund(ctx, tx, refund)
		if err != nil {
			return err
		}
		for _, name := range []string{Subject(asked.Payment), "refund:" + refund.String()} {
			if err := tx.Lock(ctx, name); err != nil {
				return err
			}
		}
		if asked, err = s.Store.Refund(ctx, tx, refund); err != nil { // as it is now that nobody else can change it
			return err
		}
		if asked.Desk != tx.Desk() {
			return fault.NewForbidden("payment.foreign_desk", "Desk", asked.Desk)
		}
		if err := asked.may(StepPayOut); err != nil {
			return err
		}
		return s.payOut(ctx, tx, asked)
	})
	if err != nil {
		return nil, err
	}
	f, _, err := journal.Answer[MoneyRefunded](posted)
	return f.Receipt, err
}

func (s *Service) payOut(ctx context.Context, tx *journal.Tx, asked Refund) error {
	p, err := s.Store.Payment(ctx, tx, asked.Payment)
	if err != nil {
		return err
	}
	if err := p.may(p.step(ByRefund, total(asked.Lines))); err != nil {
		return err
	}
	shift, err := s.Shifts.Current(ctx, tx)
	if err != nil {
		return err
	}
	back, err := s.reverse(ctx, tx, p, giving{
		shift: shift, lines: asked.Lines, parts: []till.Part{{Tender: asked.Tender, Cents: total(asked.Lines)}}, kind: receipt.Refund, reason: asked.Reason,
	})
	if err != nil {
		return err
	}
	return tx.Record(ctx, MoneyRefunded{Refund: asked.ID, Reversal: back})
}

// post runs a rule under a request key.
func (s *Service) post(ctx context.Context, r journal.Request, input any, rule func(*journal.Tx) error) (journal.Posted, error) {
	return s.Journal.Do(ctx, r, input, rule)
}
