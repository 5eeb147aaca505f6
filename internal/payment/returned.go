package payment

import (
	"context"

	"vienkopus/internal/base/actor"
	"vienkopus/internal/base/civil"
	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/id"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
	"vienkopus/internal/till"
)

// Return is a card payment that the bank took back, on a local day.
type Return struct {
	Payment      id.ID      `json:"payment"`
	Municipality string     `json:"municipality"`
	Day          civil.Date `json:"day"`
}

// RecordReturn notes that the bank took the card part of a payment back: the bills are open again by as much. It is posted at the office of the
// municipality. It returns the fault "payment.unknown", "payment.no_card" for one without a card, and conflicts as Void does.
func (s *Service) RecordReturn(ctx context.Context, r journal.Request, back Return) error {
	_, err := s.post(ctx, r, []any{"return", back}, func(tx *journal.Tx) error {
		p, err := s.standing(ctx, tx, back.Payment)
		if err != nil {
			return err
		}
		card := p.Cents(till.Card)
		switch {
		case p.Municipality != back.Municipality:
			return fault.NewNotFound("payment.unknown")
		case card == 0:
			return fault.NewConflict("payment.no_card")
		case back.Day.Before(p.Day):
			return fault.NewInvalid("payment.return_day").On("day")
		}
		if err := p.may(StepReturn); err != nil {
			return err
		}
		at := ledger.Place{Day: back.Day, Centre: p.Centre, Municipality: p.Municipality}
		entry, err := ledger.NewEntry(at,
			ledger.Posting{Account: ledger.Card(p.Desk), Cents: -card}, ledger.Posting{Account: ledger.Creditor(p.Creditor), Cents: card})
		if err != nil {
			return err
		}
		if err := s.Ledger.Admit(ctx, tx, entry); err != nil {
			return err
		}
		return tx.Record(ctx, MoneyReturned{
			Reversal: tx.NewID(), Payment: p.ID, Place: at, Creditor: p.Creditor, Lines: firstOf(p.Lines, card), Cents: card,
			Reason: CardReturned, Booked: ledger.Booked{Ledger: []ledger.Entry{entry}},
		})
	})
	return err
}

// firstOf returns the lines that make so many cents, from the first on: the card pays first (Order.tenders).
func firstOf(lines []Line, cents money.Amount) []Line {
	var some []Line
	for _, l := range lines {
		if cents == 0 {
			break
		}
		l.Cents = min(l.Cents, cents)
		cents -= l.Cents
		some = append(some, l)
	}
	return some
}

// second returns Forbidden unless whoever acts now is another person than the actors of the lines, in whatever role and by whatever account.
func second(ctx context.Context, tx *journal.Tx, lines ...string) error {
	var others []string
	for _, line := range lines {
		was, err := actor.Parse(line)
		if err != nil {
			return err
		}
		if was.Who() == tx.By().Who() {
			return fault.NewForbidden("payment.own_refund")
		}
		others = append(others, was.Who())
	}
	return tx.Second(ctx, others...)
}
