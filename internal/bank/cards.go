package bank

import (
	"context"

	"vienkopus/internal/base/fault"
	"vienkopus/internal/base/iban"
	"vienkopus/internal/base/money"
	"vienkopus/internal/ledger"
	"vienkopus/internal/platform/journal"
)

// CardTaking is what the terminal of a desk took on a day and the bank has not paid yet.
type CardTaking struct {
	Desk string
	ledger.Place
	Cents money.Amount
}

// SettleIn says that a line of a statement is the settlement of card payments.
type SettleIn struct {
	IBAN iban.IBAN
	Ref  string
	// Fee is what the bank kept, in cents; the line and the fee together are what the terminals took.
	Fee money.Amount
}

// SettleCards says that a line of a statement pays what the card terminals of the municipality took, the oldest payments first, to the cent. It returns the faults
// "till.bank_line_unknown", "till.bank_line_out", "till.amount" for a fee that is negative or more than the line brought, "till.cards_exceeded" for more than is open,
// and the conflict "till.bank_line_used".
func (s *Service) SettleCards(ctx context.Context, r journal.Request, in SettleIn) (CardSettled, error) {
	office, err := municipality(r.Desk)
	if err != nil {
		return CardSettled{}, err
	}
	if in.IBAN, err = account(in.IBAN, "iban"); err != nil {
		return CardSettled{}, err
	}
	facts, _, err := journal.RecordAll(ctx, s.journal, r, []any{"cards", in}, func(tx *journal.Tx) ([]CardSettled, error) {
		if err := lockAccount(ctx, tx, in.IBAN); err != nil {
			return nil, err
		}
		l, err := s.unused(ctx, tx, in.IBAN, in.Ref)
		switch {
		case err != nil:
			return nil, err
		case in.Fee < 0 || in.Fee > l.Cents:
			return nil, fault.NewInvalid("till.amount").On("fee")
		}
		open, err := s.store.CardTakings(ctx, tx, office)
		if err != nil {
			return nil, err
		}
		desks, total := oldest(open, l.Cents+in.Fee)
		if total < l.Cents+in.Fee {
			return nil, fault.NewInvalid("till.cards_exceeded", "Max", total).On("ref")
		}
		f := CardSettled{IBAN: in.IBAN, Ref: in.Ref, Day: l.Day, Municipality: office, Cents: l.Cents, Fee: in.Fee}
		for _, d := range desks {
			f.Desks = append(f.Desks, DeskCents{Desk: d.Desk, Cents: d.Cents})
		}
		f.Ledger, err = s.paid(ctx, tx, f, desks)
		return []CardSettled{f}, err
	})
	if err != nil {
		return CardSettled{}, err
	}
	return facts[0], nil
}

// unused returns the line when money came in by it and nothing is matched with it yet.
func (s *Service) unused(ctx context.Context, tx *journal.Tx, number iban.IBAN, ref string) (Line, error) {
	l, ok, err := s.store.Line(ctx, tx, number, ref)
	switch {
	case err != nil:
		return l, err
	case !ok:
		return l, fault.NewNotFound("till.bank_line_unknown").On("ref")
	case l.Used():
		return l, fault.NewConflict("till.bank_line_used").On("ref")
	case l.Cents <= 0:
		return l, fault.NewInvalid("till.bank_line_out").On("ref")
	}
	return l, nil
}

// oldest returns which part of the sum each desk gets when the oldest takings go first, in the order of their first takings, and how much that is in all.
func oldest(open []CardTaking, sum money.Amount) (desks []CardTaking, total money.Amount) {
	at := map[string]int{}
	for _, t := range open {
		part := min(t.Cents, sum-total)
		if part <= 0 {
			continue
		}
		i, seen := at[t.Desk]
		if !seen {
			i = len(desks)
			at[t.Desk] = i
			first := t
			first.Cents = 0
			desks = append(desks, first)
		}
		desks[i].Cents += part
		total += part
	}
	return desks, total
}

// paid returns the entries of a settlement, one per desk. The fee is that of the first desks.
func (s *Service) paid(ctx context.Context, tx *journal.Tx, f CardSettled, desks []CardTaking) ([]ledger.Entry, error) {
	var entries []ledger.Entry
	fee := f.Fee
	for _, d := range desks {
		kept := min(fee, d.Cents)
		fee -= kept
		postings := []ledger.Posting{{Account: ledger.Card(d.Desk), Cents: -d.Cents}}
		if d.Cents > kept {
			postings = append(postings, ledger.Posting{Account: ledger.Bank(f.IBAN), Cents: d.Cents - kept})
		}
		if kept > 0 {
			postings = append(postings, ledger.Posting{Account: ledger.Fee(d.Desk), Cents: kept})
		}
		at := d.Place
		at.Day = f.Day
		entry, err := s.dated(ctx, tx, at, postings)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry)
	}
	return entries, nil
}
